"""What a connector received, kept as it came: one page per line in compressed files of bounded size.

Belongs here: the files. Does not belong here: where pages come from (http.py, sql.py) or what is in them.
"""

import gzip
import json
from pathlib import Path
from types import TracebackType

_FILE_BYTES = 48_000_000  # uncompressed: what one portion of landing reads at once


class Payload:
    """Writes pages into `<folder>/pages-00000.jsonl.gz` and so on; `files` are complete once it is closed."""

    def __init__(self, folder: Path) -> None:
        self.files: list[Path] = []
        self._folder = folder
        self._file: gzip.GzipFile | None = None
        self._written = 0

    def __enter__(self) -> "Payload":
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def write(self, page: bytes) -> None:
        """Add a page of JSON; one spread over several lines is written on one."""
        line = page.strip()
        if b"\n" in line or b"\r" in line:
            line = json.dumps(json.loads(line), separators=(",", ":"), ensure_ascii=False).encode()
        if self._file is None or self._written > _FILE_BYTES:
            if self._file:
                self._file.close()
            self.files.append(self._folder / f"pages-{len(self.files):05}.jsonl.gz")
            self._file = gzip.open(self.files[-1], "wb", compresslevel=1)  # noqa: SIM115
            self._written = 0
        self._file.write(line + b"\n")
        self._written += len(line)
