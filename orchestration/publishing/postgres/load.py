"""Load a snapshot into PostgreSQL: new parts first, then one transaction that makes them current.

Belongs here: running statements, loading rows, pruning. Does not belong here: the statements (schema.py).
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pg8000
import sqlalchemy
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from orchestration.common.errors import UserError
from orchestration.common.progress import report
from orchestration.common.sql_text import listed_files, named, quoted
from orchestration.publishing.postgres.schema import (
    BOOKKEEPING,
    PARTS_OF_NO_SNAPSHOT,
    STORE,
    TABLES_OF_NO_PART,
    ServedMart,
    grants,
    prune,
    roles,
)
from orchestration.publishing.snapshot.parts import Mart
from orchestration.publishing.snapshot.store import DATABASE, Snapshot, kept_snapshots, published_snapshot

_OLDEST = 150000  # views that ask with the reader's rights came with PostgreSQL 15
_LOCK = 6_401_202_611  # any number, the same for all who publish


@dataclass(frozen=True)
class Loaded:
    """What a publication did: the snapshot, parts and rows that were new, snapshots that were given up."""

    snapshot_id: str
    n_parts: int
    n_rows: int
    n_pruned: int


def publish_to_postgres(address: str, root: Path) -> Loaded:
    """Make the current snapshot below `root` the one that readers of the database see.

    `address`: postgresql://user:password@host:port/database. Readers see the snapshot of before or the new one; a run
    that is killed leaves parts that the next one uses. Raises UserError (one line, without the password).
    """
    snapshot = published_snapshot(root)
    with connected(address) as cursor:
        _prepare(cursor)
        marts = _served_marts(snapshot)
        for mart in marts:
            cursor.execute(mart.create_table())
        n_parts, n_rows = _load_missing(cursor, snapshot, marts)
        _switch(cursor, snapshot, marts)
        n_pruned = _prune(cursor, [one.manifest for one in kept_snapshots(root)])
    return Loaded(snapshot.manifest["snapshot_id"], n_parts, n_rows, n_pruned)


def driver_url(address: str) -> sqlalchemy.URL:
    """`address` as the driver wants it: a socket's folder, which psql takes for a host, becomes the socket.

    Raises UserError when it is not the address of a PostgreSQL.
    """
    try:
        url = sqlalchemy.make_url(address).set(drivername="postgresql+pg8000")
        if not address.startswith("postgres"):
            raise ArgumentError
    except (ArgumentError, ValueError):
        raise UserError("ONBOARDING_POSTGRES: expected postgresql://user:password@host:port/database") from None
    folder = str(url.query.get("host", ""))
    if not folder.startswith("/"):
        return url
    return url.set(query={"unix_sock": f"{folder}/.s.PGSQL.{url.port or 5432}"}, host=None, port=None)


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A cursor outside of any transaction; errors are reported in one line."""
    url = driver_url(address)
    where = sqlalchemy.make_url(address).render_as_string()
    try:
        with sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool).connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.rollback()
            driver.autocommit = True
            yield driver.cursor()
    except (SQLAlchemyError, pg8000.Error) as error:
        raise UserError(f"{where}: {_first_line(error)}") from None


def _first_line(error: BaseException) -> str:
    told = getattr(error, "orig", None) or error
    facts = told.args[0] if told.args else told
    return str(facts.get("M", facts) if isinstance(facts, dict) else facts).split("\n")[0]


def _prepare(cursor: Any) -> None:
    version = int(_rows(cursor, "show server_version_num")[0][0])
    if version < _OLDEST:
        raise UserError(f"PostgreSQL {version // 10000} is too old; row-level security of views needs 15 or later")
    if not _rows(cursor, f"select pg_try_advisory_lock({_LOCK})")[0][0]:
        raise UserError("another publication to this database is running; wait for it")
    cursor.execute(f"begin;{roles()}{BOOKKEEPING}{grants()}commit")


def _served_marts(snapshot: Snapshot) -> list[ServedMart]:
    with duckdb.connect(str(snapshot.folder / DATABASE), read_only=True) as connection:
        return [
            ServedMart(
                Mart(**facts),
                tuple((name, kind) for name, kind, *_ in connection.execute(f"describe {Mart(**facts)}").fetchall()),
            )
            for facts in snapshot.manifest["marts"]
        ]


def _load_missing(cursor: Any, snapshot: Snapshot, marts: list[ServedMart]) -> tuple[int, int]:
    """Load parts that no publication before has loaded, each in a transaction of its own."""
    there = {tuple(row) for row in _rows(cursor, f"select file, fingerprint, table_name from {STORE}.parts")}
    missing = [
        (mart, file, facts)
        for mart, file, facts in _parts_of(snapshot.manifest, marts)
        if (file, facts["fingerprint"], mart.table) not in there
    ]
    for number, (mart, file, facts) in enumerate(missing, start=1):
        key = f"{quoted(file)}, {quoted(facts['fingerprint'])}, {quoted(mart.table)}"
        cursor.execute("begin")
        part_id = _rows(
            cursor,
            f"insert into {STORE}.parts (file, fingerprint, table_name, n_rows) "
            f"values ({key}, {facts['rows']}) returning part_id",
        )[0][0]
        _copy(cursor, snapshot.folder / file, mart, part_id)
        cursor.execute("commit")
        if number % 100 == 0:
            report(f"postgres {number:,} of {len(missing):,} parts loaded")
    for table in sorted({mart.table for mart, *_ in missing}):
        cursor.execute(f"analyze {STORE}.{table}")
    return len(missing), sum(facts["rows"] for *_, facts in missing)


def _parts_of(manifest: dict[str, Any], marts: list[ServedMart]) -> Iterator[tuple[ServedMart, str, dict[str, Any]]]:
    for mart in marts:
        for file, facts in mart.mart.files_of(manifest["files"]).items():
            yield mart, file, facts


def _copy(cursor: Any, parquet: Path, mart: ServedMart, part_id: int) -> None:
    names = ", ".join(named(name) for name, _ in mart.columns)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        duckdb.execute(
            f"copy (select {part_id}, {names} from "
            f"read_parquet({listed_files([str(parquet)])}, hive_partitioning = false)) "
            f"to {quoted(str(path))} (format csv, header false, nullstr '\\N', force_quote *)"
        )
        with path.open("rb") as stream:
            cursor.execute(
                f"copy {STORE}.{mart.table} (part_id, {names}) from stdin (format csv, null '\\N')", stream=stream
            )


def _switch(cursor: Any, snapshot: Snapshot, marts: list[ServedMart]) -> None:
    """Everything that readers see changes in one transaction."""
    manifest = snapshot.manifest
    snapshot_id = quoted(manifest["snapshot_id"])
    facts = ", ".join(quoted(manifest.get(name, "")) for name in ("rubric_version", "code_version"))
    cursor.execute("begin")
    cursor.execute(
        f"insert into {STORE}.snapshots (snapshot_id, data_date, rubric_version, code_version) "
        f"values ({snapshot_id}, {quoted(manifest['data_date'])}, {facts}) on conflict do nothing"
    )
    cursor.execute(f"delete from {STORE}.snapshot_parts where snapshot_id = {snapshot_id}")
    keys = json.dumps([[file, one["fingerprint"], mart.table] for mart, file, one in _parts_of(manifest, marts)])
    cursor.execute(
        f"insert into {STORE}.snapshot_parts select {snapshot_id}, part_id from {STORE}.parts inner join "
        f"jsonb_array_elements({quoted(keys)}) as keys "
        "on keys ->> 0 = file and keys ->> 1 = fingerprint and keys ->> 2 = table_name"
    )
    cursor.execute(
        f"insert into {STORE}.current_snapshot (snapshot_id) values ({snapshot_id}) "
        "on conflict (is_the_one) do update set snapshot_id = excluded.snapshot_id"
    )
    _renew_views(cursor, marts)
    cursor.execute(f"delete from {STORE}.account_owners")
    cursor.execute(
        f"insert into {STORE}.account_owners select account_id, csm_id from core.dim_accounts where csm_id is not null"
    )
    cursor.execute("commit")


def _renew_views(cursor: Any, marts: list[ServedMart]) -> None:
    """Views whose columns or descriptions changed are made again, the others are not touched."""
    there = dict(_rows(cursor, f"select view_name, statements from {STORE}.views"))
    for mart in marts:
        statements = mart.create_view()
        if there.pop(str(mart.mart), None) != statements:
            cursor.execute(statements)
            cursor.execute(f"delete from {STORE}.views where view_name = {quoted(mart.mart)}")
            values = ", ".join(map(quoted, (mart.mart, mart.table, statements)))
            cursor.execute(f"insert into {STORE}.views (view_name, table_name, statements) values ({values})")
    for gone in there:
        cursor.execute(f"drop view if exists {gone}; delete from {STORE}.views where view_name = {quoted(gone)}")


def _prune(cursor: Any, kept: list[dict[str, Any]]) -> int:
    """Give up snapshots that are no longer kept as files, or whose files hold other rows now."""
    fingerprints = {one["snapshot_id"]: {facts.get("fingerprint") for facts in one["files"].values()} for one in kept}
    held = _rows(
        cursor,
        f"select snapshot_id, array_agg(fingerprint) from {STORE}.snapshot_parts "
        f"inner join {STORE}.parts using (part_id) group by snapshot_id",
    )
    good = [name for name, of_parts in held if set(of_parts) <= fingerprints.get(name, set())]
    cursor.execute("begin")
    cursor.execute(prune(good))
    n_pruned = int(cursor.rowcount)
    orphans: dict[str, list[str]] = {}
    for table, part_id in _rows(cursor, PARTS_OF_NO_SNAPSHOT):
        orphans.setdefault(table, []).append(str(part_id))
    for table, part_ids in orphans.items():
        for where in (table, "parts"):
            cursor.execute(f"delete from {STORE}.{where} where part_id in ({', '.join(part_ids)})")
    for (table,) in _rows(cursor, TABLES_OF_NO_PART):
        cursor.execute(f"drop table {STORE}.{named(table)}")
    cursor.execute("commit")
    return n_pruned


def _rows(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return list(cursor.fetchall())
