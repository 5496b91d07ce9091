"""Files in a form that DuckDB reads: what is not UTF-8, has old line ends or padding is written again beside the pull.

Belongs here: encodings, line ends, padding. Does not belong here: what the content is (readers.py).
"""

import codecs
import gzip
import io
import shutil
from pathlib import Path
from typing import BinaryIO, cast

from orchestration.common.errors import UserError
from orchestration.landing.config.source import Source

_HEAD = 65_536
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def readable(path: Path, source: Source, kind: str, scratch: Path, *, always: bool = False) -> Path | None:
    """The file itself, or a copy in `scratch` that a reader of UTF-8 text with line feeds can read (`always`: a copy).

    None when it holds nothing but a byte order mark, spaces and line ends. Raises UserError when its text is not in the
    encoding that is declared or seen.
    """
    is_small, is_text = path.stat().st_size <= _HEAD, kind != "parquet" and path.suffix != ".zst"
    head = b""
    if is_small or is_text:
        with open_plain(path) as file:
            head = file.read(_HEAD)
    if is_small and not head.removeprefix(codecs.BOM_UTF8).strip():
        return None
    if not is_text:
        return path
    encoding = source.encoding or ("utf-16" if head.startswith(_UTF_16) else "utf-8-sig")
    try:
        is_utf_8 = codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")
    except LookupError as error:
        raise UserError(f"{path}: {error}") from None
    if is_utf_8 and head.count(b"\0") > len(head) // 4:
        raise UserError(f"{path}: holds zero bytes, expected text; if it is UTF-16, set `encoding: utf-16-le`")
    # DuckDB stops at line ends of several kinds, and after skipped lines it loses the rows without a word
    ends = {head.count(b"\r\n"), head.count(b"\r"), head.count(b"\n")} if b"\r" in head and kind == "csv" else {0}
    if is_utf_8 and len(ends) == 1 and not _is_padded(path) and not always:
        return path
    copy = scratch / f"{len(list(scratch.iterdir()))}-{path.name.removesuffix('.gz')}"
    if is_utf_8 and kind == "jsonl":
        with open_plain(path) as file, copy.open("w", encoding="utf-8", newline="\n") as target:
            for line in file:  # a byte that is no text becomes \x…, which is no JSON: its line alone is rejected
                target.write(line.decode("utf-8", errors="backslashreplace").replace("\0", "\\x00"))
        return copy
    with open_plain(path) as file, io.TextIOWrapper(file, encoding, newline=None if kind == "csv" else "") as text:
        try:
            with copy.open("w", encoding="utf-8", newline="") as target:
                shutil.copyfileobj(text, target)
        except UnicodeError as error:
            raise UserError(f"{path}: is not {encoding}: {error}; set `encoding:`") from None
    return copy


def open_plain(path: Path) -> BinaryIO:
    """A file's bytes, unpacked where it is compressed by gzip."""
    return cast("BinaryIO", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def _is_padded(path: Path) -> bool:
    """True when zeros follow a gzip stream, as block devices leave them; Python's reader skips them."""
    if path.suffix != ".gz" or path.stat().st_size < 8:
        return False
    with path.open("rb") as file:
        file.seek(-8, io.SEEK_END)
        return file.read() == bytes(8)
