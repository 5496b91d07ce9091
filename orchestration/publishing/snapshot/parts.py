"""The Parquet files of a snapshot: one per mart, or one per month of a mart kept by day. The same again is linked.

Belongs here: cutting a mart into files, telling whether one changed. Does not belong here: snapshots as a whole
(snapshot.py).
"""

import hashlib
import os
import shutil
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import duckdb

from orchestration.common.atomic_files import flush
from orchestration.common.sql_text import quoted

Files = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Mart:
    """A table or view of the warehouse that BI tools may read; `day` names the column by which it is kept.

    `description` and `columns` (name, or a pattern of names such as metric_*, → description) are those of dbt.
    """

    schema: str
    name: str
    day: str | None = None
    description: str = ""
    columns: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Its name in SQL."""
        return f"{self.schema}.{self.name}"

    def about(self, column: str) -> str:
        """What a column holds; empty when dbt does not say."""
        of_pattern = (text for name, text in self.columns.items() if "*" in name and fnmatchcase(column, name))
        return self.columns.get(column) or next(of_pattern, "")

    def file(self, part: str) -> str:
        """Path of one of its files below a snapshot's folder."""
        return f"{self.schema}/{self.name}/{part}.parquet" if self.day else f"{self.schema}/{self.name}.parquet"

    def files_of(self, files: Files) -> Files:
        """Those of a snapshot's files that are its own."""
        whole = f"{self.schema}/{self.name}"
        return {
            path: facts
            for path, facts in files.items()
            if path.removesuffix(".parquet") == whole or path.startswith(f"{whole}/")
        }


def write_parts(
    connection: duckdb.DuckDBPyConnection, mart: Mart, table: str, folder: Path, earlier: Path, known: Files
) -> Files:
    """Write `table` as the files of `mart` below `folder`; link those of `known` that hold the same rows in `earlier`.

    Returns path below the folder → sha256, bytes, rows, and the fingerprint by which rows are known again. A mart by
    day without rows has one file without rows. Files are read-only and on the disk: snapshots share them.
    """
    part_of = f"coalesce(strftime({mart.day}, '%Y-%m'), 'undated')" if mart.day else "''"
    parts = connection.execute(
        f"select {part_of} as part, count(*), bit_xor(hash(mart)), sum(hash(mart)::hugeint) "
        f"from {table} as mart group by part order by part"
    ).fetchall()
    shape = f"{connection.execute(f'describe {table}').fetchall()} {duckdb.__version__}"
    files: Files = {}
    for part, n_rows, *hashes in parts or [("empty" if mart.day else "", 0)]:
        name = mart.file(part)
        fingerprint = hashlib.sha256(f"{shape} {n_rows} {hashes}".encode()).hexdigest()
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if known.get(name, {}).get("fingerprint") == fingerprint and _link(earlier / name, path):
            files[name] = known[name]
            continue
        connection.execute(
            f"copy (from {table} where {part_of} = '{part}') to {quoted(str(path))} (format parquet, compression zstd)"
        )
        path.chmod(path.stat().st_mode & 0o555)  # read only, for whom the umask lets
        flush(path)
        files[name] = {**checked(path), "rows": n_rows, "fingerprint": fingerprint}
    return files


def checked(path: Path) -> dict[str, Any]:
    """Checksum and size of a file."""
    with path.open("rb") as handle:
        return {"sha256": hashlib.file_digest(handle, "sha256").hexdigest(), "bytes": path.stat().st_size}


def _link(old: Path, new: Path) -> bool:
    if not old.exists():
        return False
    try:
        os.link(old, new)
    except OSError:  # not every file system links
        shutil.copy2(old, new)
    return True
