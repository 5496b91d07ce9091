"""Publish the marts as one immutable snapshot: Parquet per mart, one DuckDB file, a manifest, an atomic `current`.

Belongs here: writing, checksums, the switch of `current`, pruning.
Does not belong here: choosing what is good enough to publish (gate.py), any calculation (models/).
"""

import datetime as dt
import hashlib
import json
import secrets
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.durable import flush, replace_file, write_json
from orchestration.errors import UserError

# SQL for what is left of a table (where it is, its name); None when that is all of it
RowsLeft = Callable[[duckdb.DuckDBPyConnection, str, str], str | None]


@dataclass(frozen=True)
class Mart:
    """A table or view of the warehouse that BI tools may read."""

    schema: str
    name: str


@dataclass(frozen=True)
class Snapshot:
    """A published snapshot: its folder and what its manifest says."""

    folder: Path
    manifest: dict[str, Any]


def write_snapshot(
    warehouse: Path, marts: Iterable[Mart], root: Path, facts: dict[str, str], keep: int = 7
) -> Snapshot:
    """Write `marts` below `root` and make them current; older snapshots beyond `keep` are removed.

    A reader sees the old snapshot or the new one. Raises UserError, leaving the current one in place, when the disk is
    full or a mart cannot be read.
    """
    snapshots = root / "snapshots"
    snapshots.mkdir(parents=True, exist_ok=True)
    for left_behind in root.glob(".writing-*"):
        shutil.rmtree(left_behind)
    snapshot_id = f"{facts['data_date']}-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    temporary = root / f".writing-{snapshot_id}"
    temporary.mkdir()
    try:
        manifest = {"snapshot_id": snapshot_id, **facts, **_write_marts(warehouse, list(marts), temporary)}
        (temporary / "manifest.json").write_text(json.dumps(manifest, indent=1))
        for path in temporary.rglob("*"):
            flush(path)
        folder = temporary.rename(snapshots / snapshot_id)
    except (duckdb.Error, OSError) as error:
        shutil.rmtree(temporary, ignore_errors=True)
        reason = str(error).split("\n")[0]
        raise UserError(f"snapshot not written, {root / 'current'} is as it was: {reason}") from error
    flush(snapshots)
    _switch(root, snapshot_id)
    for old in sorted(snapshots.iterdir(), key=lambda path: path.stat().st_mtime)[:-keep]:
        shutil.rmtree(old)
    return Snapshot(folder, manifest)


def current_snapshot(root: Path) -> Snapshot | None:
    """The snapshot that readers see, or None when nothing was published yet."""
    pointer = root / "current.json"
    if not pointer.exists():
        return None
    folder = root / "snapshots" / json.loads(pointer.read_text())["snapshot_id"]
    return Snapshot(folder, json.loads((folder / "manifest.json").read_text()))


def rewrite_snapshots(root: Path, rows_left: RowsLeft) -> int:
    """Write every snapshot again that holds rows to be left out; return how many there were.

    Each file is replaced on its own, the manifest last: who reads meanwhile sees rows of before or of after.
    """
    n_rewritten = 0
    for folder in sorted((root / "snapshots").glob("*/")):
        manifest = json.loads((folder / "manifest.json").read_text())
        marts = [Mart(*name.split(".")) for name in manifest["rows"]]
        if not _holds_any(folder / "onboarding.duckdb", marts, rows_left):
            continue
        temporary = root / f".writing-{folder.name}"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        written = _write_marts(folder / "onboarding.duckdb", marts, temporary, rows_left)
        for name in written["files"]:
            replace_file(temporary / name, folder / name)
        write_json(folder / "manifest.json", {**manifest, **written})
        shutil.rmtree(temporary)
        n_rewritten += 1
    return n_rewritten


def _holds_any(database: Path, marts: list[Mart], rows_left: RowsLeft) -> bool:
    with duckdb.connect(str(database), read_only=True) as connection:
        return any(rows_left(connection, f"{mart.schema}.{mart.name}", mart.name) for mart in marts)


def _write_marts(
    warehouse: Path, marts: list[Mart], folder: Path, rows_left: RowsLeft = lambda *_: None
) -> dict[str, Any]:
    """One Parquet file per mart, and all of them in a DuckDB file that DuckDB 1.1 and later can read.

    Returns `rows` per mart, and `files` with checksum and size.
    """
    connection = duckdb.connect(config={"memory_limit": "1GB"})
    rows = {}
    try:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute(f"attach '{folder / 'onboarding.duckdb'}' as published (storage_version 'v1.0.0')")
        for schema in sorted({mart.schema for mart in marts}):
            connection.execute(f"create schema published.{schema}")
            (folder / schema).mkdir()
        for mart in marts:
            name = f"{mart.schema}.{mart.name}"
            left = rows_left(connection, f"warehouse.{name}", mart.name) or f"from warehouse.{name}"
            connection.execute(f"create table published.{name} as {left}")
            path = folder / mart.schema / f"{mart.name}.parquet"
            connection.execute(f"copy published.{name} to '{path}' (format parquet, compression zstd)")
            counted = connection.execute(f"select count(*) from published.{name}").fetchone()
            rows[name] = int(counted[0]) if counted else 0
    finally:
        connection.close()
    files = {
        str(path.relative_to(folder)): {"sha256": _checksum(path), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return {"rows": rows, "files": files}


def _switch(root: Path, snapshot_id: str) -> None:
    """Point `current` (for people) and current.json (portable) at a snapshot, each with one rename."""
    link = root / ".current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("snapshots") / snapshot_id)
    link.replace(root / "current")
    pointer = root / ".current.json.new"
    pointer.write_text(json.dumps({"snapshot_id": snapshot_id, "path": f"snapshots/{snapshot_id}"}))
    replace_file(pointer, root / "current.json")


def _checksum(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
