"""Publish the marts as one immutable snapshot: Parquet, one DuckDB file, a manifest, an atomic `current`.

Belongs here: snapshots as a whole, the switch of `current`, pruning.
Does not belong here: the Parquet files (parts.py), choosing what is good enough to publish (gate.py), any calculation
(models/).
"""

import contextlib
import datetime as dt
import json
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from orchestration.common.atomic_files import flush, point, replace_file, write_json
from orchestration.common.errors import UserError
from orchestration.common.sql_text import quoted
from orchestration.publishing.snapshot.parts import Files, Mart, checked, write_parts

# SQL for what is left of a table (where it is, its name); None when that is all of it
LaterRows = Mapping[str, Sequence[Mapping[str, Any]]]
RowsLeft = Callable[[duckdb.DuckDBPyConnection, str, str], str | None]
DATABASE = "onboarding.duckdb"
_COMPARED_DAYS = 14


@dataclass(frozen=True)
class Snapshot:
    """A published snapshot: its folder and its manifest."""

    folder: Path
    manifest: dict[str, Any]


def write_snapshot(
    warehouse: Path,
    marts: Iterable[Mart],
    root: Path,
    facts: dict[str, Any],
    keep: int = 7,
    later: LaterRows = MappingProxyType({}),
) -> Snapshot:
    """Write `marts` below `root` and make them current; older snapshots beyond `keep` are removed.

    `later`: rows of a mart, by its name, that became known after the warehouse was built.

    A reader sees the old snapshot or the new one, and has the old one while it is one of `keep`. Raises UserError,
    leaving the current one in place, when the disk is full or a mart cannot be read.
    """
    snapshots = root / "snapshots"
    snapshots.mkdir(parents=True, exist_ok=True)
    for left_behind in root.glob(".writing-*"):
        shutil.rmtree(left_behind)
    snapshot_id = f"{facts['data_date']}-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    temporary = root / f".writing-{snapshot_id}"
    temporary.mkdir()
    try:
        written = _write_marts(warehouse, list(marts), temporary, current_snapshot(root), later=later)
        manifest = {"snapshot_id": snapshot_id, **facts, **written}
        write_json(temporary / "manifest.json", manifest)
        for path in [*temporary.glob("**/"), temporary / DATABASE]:
            flush(path)
        folder = temporary.rename(snapshots / snapshot_id)
    except (duckdb.Error, OSError) as error:
        shutil.rmtree(temporary, ignore_errors=True)
        reason = str(error).split("\n")[0]
        raise UserError(f"snapshot not written, {root / 'current'} is as it was: {reason}") from error
    flush(snapshots)
    _switch(root, snapshot_id)
    for old in kept_snapshots(root)[: -max(keep, 1)]:
        # whole or gone: half of a snapshot is never found below its name
        shutil.rmtree(old.folder.rename(root / f".writing-{old.folder.name}"))
    return Snapshot(folder, manifest)


def current_snapshot(root: Path) -> Snapshot | None:
    """The snapshot that readers see, or None when nothing was published yet.

    Raises UserError when the pointer to it is gone, cannot be read, or leads nowhere.
    """
    pointer = root / "current.json"
    try:
        folder = root / "snapshots" / json.loads(pointer.read_text())["snapshot_id"]
        return Snapshot(folder, json.loads((folder / "manifest.json").read_text()))
    except FileNotFoundError:
        if not pointer.exists() and not kept_snapshots(root):
            return None
        how = "is missing" if not pointer.exists() else "names a snapshot that is gone"
    except (ValueError, KeyError, TypeError):
        how = "cannot be read"
    kept = kept_snapshots(root)
    repair = f"`make unlock` points it to {kept[-1].folder.name}" if kept else "`make rebuild` publishes again"
    raise UserError(f"{pointer} {how}, and says which snapshot is published; {repair}")


def published_day(root: Path) -> dt.date | None:
    """The day of the current snapshot."""
    snapshot = current_snapshot(root)
    return dt.date.fromisoformat(snapshot.manifest["data_date"]) if snapshot else None


def repair_current(root: Path) -> Snapshot | None:
    """Point `current` to the newest whole snapshot when it leads nowhere; return that one, or None when all is well."""
    try:
        current_snapshot(root)
    except UserError:
        if kept := kept_snapshots(root):
            _switch(root, kept[-1].folder.name)
            return kept[-1]
        (root / "current.json").unlink(missing_ok=True)
    return None


def snapshot_before(root: Path, day: dt.date) -> Path | None:
    """The database of the newest snapshot of an earlier day; None when it is older than two weeks."""
    newest = max(
        (one for one in kept_snapshots(root) if one.manifest["data_date"] < day.isoformat()),
        key=lambda one: (one.manifest["data_date"], one.folder.name),
        default=None,
    )
    if newest is None or (day - dt.date.fromisoformat(newest.manifest["data_date"])).days > _COMPARED_DAYS:
        return None
    return newest.folder / DATABASE


def published_snapshot(root: Path) -> Snapshot:
    """The snapshot that readers see; raises UserError when there is none."""
    snapshot = current_snapshot(root)
    if snapshot is None:
        raise UserError("nothing is published yet; run `make demo` first")
    return snapshot


def kept_snapshots(root: Path) -> list[Snapshot]:
    """Every snapshot that is there, oldest first; a folder without a manifest is none."""
    folders = sorted((root / "snapshots").glob("*/"), key=lambda path: path.stat().st_mtime)
    found = []
    for folder in folders:
        with contextlib.suppress(FileNotFoundError, ValueError):
            found.append(Snapshot(folder, json.loads((folder / "manifest.json").read_text())))
    return found


def rewrite_snapshots(root: Path, rows_left: RowsLeft) -> int:
    """Write every snapshot again that holds rows to be left out; return how many there were.

    Each file is replaced on its own, the manifest last: who reads meanwhile sees rows of before or of after.
    """
    n_rewritten = 0
    rewritten = None
    for snapshot in kept_snapshots(root):
        folder, manifest = snapshot.folder, snapshot.manifest
        marts = [Mart(**mart) for mart in manifest.get("marts", [])] or [
            Mart(*name.split(".")) for name in manifest["rows"]
        ]
        if not _holds_any(folder / DATABASE, marts, rows_left):
            continue
        temporary = root / f".writing-{folder.name}"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        written = _write_marts(folder / DATABASE, marts, temporary, rewritten, rows_left)
        for name in written["files"]:
            replace_file(temporary / name, folder / name)
        for name in manifest["files"].keys() - written["files"].keys():
            (folder / name).unlink()
        write_json(folder / "manifest.json", {**manifest, **written})
        shutil.rmtree(temporary)
        rewritten = Snapshot(folder, {**manifest, **written})
        n_rewritten += 1
    return n_rewritten


def _holds_any(database: Path, marts: list[Mart], rows_left: RowsLeft) -> bool:
    with duckdb.connect(str(database), read_only=True) as connection:
        return any(rows_left(connection, str(mart), mart.name) for mart in marts)


def _write_marts(
    warehouse: Path,
    marts: list[Mart],
    folder: Path,
    earlier: Snapshot | None,
    rows_left: RowsLeft = lambda *_: None,
    later: LaterRows = MappingProxyType({}),
) -> dict[str, Any]:
    """Parquet files that share with `earlier` what did not change, and all marts in a DuckDB file for 1.1 and later.

    Returns `marts`, `rows` per mart, and `files` with checksum, size and, of Parquet, rows and fingerprint.
    """
    known = earlier.manifest["files"] if earlier else {}
    connection = duckdb.connect(config={"memory_limit": "1GB"})
    rows: dict[str, int] = {}
    files: Files = {}
    try:
        connection.execute(f"attach {quoted(str(warehouse))} as warehouse (read_only)")
        connection.execute(f"attach {quoted(str(folder / DATABASE))} as published (storage_version 'v1.0.0')")
        for schema in sorted({mart.schema for mart in marts}):
            connection.execute(f"create schema published.{schema}")
        for mart in marts:
            left = rows_left(connection, f"warehouse.{mart}", mart.name) or f"from warehouse.{mart}"
            connection.execute(f"create table published.{mart} as {left}")
            _add(connection, f"published.{mart}", later.get(str(mart), ()))
            written = write_parts(
                connection, mart, f"published.{mart}", folder, earlier.folder if earlier else folder, known
            )
            rows[str(mart)] = sum(facts["rows"] for facts in written.values())
            files |= written
    finally:
        connection.close()
    files[DATABASE] = checked(folder / DATABASE)
    return {"marts": [asdict(mart) for mart in marts], "rows": rows, "files": files}


def _add(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have the same columns."""
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        statement = f"insert into {table} ({', '.join(rows[0])}) values ({marks})"
        connection.executemany(statement, [list(row.values()) for row in rows])


def _switch(root: Path, snapshot_id: str) -> None:
    """Point `current` (for people) and current.json (portable) at a snapshot, each with one rename."""
    point(root / "current", Path("snapshots") / snapshot_id)
    pointer = root / ".current.json.new"
    pointer.write_text(json.dumps({"snapshot_id": snapshot_id, "path": f"snapshots/{snapshot_id}"}))
    replace_file(pointer, root / "current.json")
