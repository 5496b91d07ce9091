"""What a connector received, kept as it came: a page or a record per line, in compressed files of bounded size.

Belongs here: the files. Does not belong here: where pages come from (http.py, sql.py) or what is in them.
"""

import gzip
import json
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

LONGEST_LINE = 16_777_216  # bytes that are reserved where the length is unknown
_FILE_BYTES = 16_000_000  # uncompressed: what one portion of landing reads at once
_OPEN = "open"
Kind = Literal["pages", "jsonl"]  # a line is a page with its list of records, or a record


class Payload:
    """Writes lines into `<folder>/<kind>-00000-<bytes of the longest line>.gz` and so on."""

    def __init__(self, folder: Path, kind: Kind) -> None:
        self._n_files = 0
        self.kind = kind
        self.folder = folder
        self._file: gzip.GzipFile | None = None
        self._written = 0
        self._longest = 0

    def __enter__(self) -> "Payload":
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def write(self, page: bytes) -> None:
        """Add a page or a record of JSON; one spread over several lines is written on one."""
        line = page.strip()
        if b"\n" in line or b"\r" in line:
            line = as_line(json.loads(line)).encode()
        if self._file is None or self._written > _FILE_BYTES:
            self._close()
            self._file = gzip.open(self.folder / _OPEN, "wb", compresslevel=1)  # noqa: SIM115
        self._file.write(line + b"\n")
        self._written += len(line)
        self._longest = max(self._longest, len(line))

    def _close(self) -> None:
        if self._file:
            self._file.close()
            (self.folder / _OPEN).rename(self.folder / f"{self.kind}-{self._n_files:05}-{self._longest}.gz")
            self._n_files += 1
        self._file, self._written, self._longest = None, 0, 0


def as_line(page: Any) -> str:
    """A page as one line, no longer than it was received."""
    return json.dumps(page, separators=(",", ":"), ensure_ascii=False)


def longest_line(path: Path) -> int:
    """Bytes of the longest line of a payload's file, for which its reader needs room."""
    named = path.stem.split("-")[2:]
    return int(named[0]) if named else LONGEST_LINE
