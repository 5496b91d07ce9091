"""The serving schema in a real PostgreSQL: the same rows, only what changed is loaded, switched at once."""

import json
import math
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy

from orchestration.common.errors import UserError
from orchestration.publishing.postgres import load as module
from orchestration.publishing.postgres.erase import rewrite_tables
from orchestration.publishing.postgres.load import publish_to_postgres
from orchestration.publishing.postgres.schema import ServedMart
from orchestration.publishing.snapshot.parts import Mart
from orchestration.publishing.snapshot.store import rewrite_snapshots
from tests.support.postgres_tools import MARTS, NASTY, Ask, change, engine, publish, snapshot


def test_every_value_arrives_as_it_was(served: Path, address: str, ask: Ask):
    loaded = publish(served, address)
    assert (loaded.n_parts, loaded.n_rows) == (7, 3 + len(NASTY) + 30 + 2 + 7)
    columns = "text, n, ratio, is_even, amount, happened_at, day, total"
    with duckdb.connect(str(served), read_only=True) as connection:
        expected = connection.execute(f"select {columns} from core.dim_things order by n").fetchall()
    found = ask(f"select {columns} from core.dim_things order by n")

    def comparable(rows: list[tuple]) -> list[tuple]:
        return [tuple("nan" if isinstance(v, float) and math.isnan(v) else v for v in row) for row in rows]

    assert comparable(found) == comparable(expected)
    assert ask("select count(*), max(scored_on)::text from scores.fct_scores") == [(30, "2026-03-08")]


def test_only_what_changed_is_loaded_again_and_views_change_at_once(served: Path, address: str, ask: Ask):
    publish(served, address)
    assert publish(served, address).n_parts == 0
    change(served, "update scores.fct_scores set score = 99 where scored_on = '2026-02-01' and account_id = 'a'")
    assert publish(served, address).n_parts == 1
    assert ask("select count(*), count(*) filter (where score = 99) from scores.fct_scores") == [(30, 1)]


def test_readers_see_one_snapshot_while_others_are_published(served: Path, address: str):
    publish(served, address)
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
                served,
                "update scores.fct_scores set round = round + 1; update scores.fct_books set round = round + 1",
            )
            publish(served, address)
        is_over.set()
        for one in reading:
            one.result(timeout=30)
    assert len({row[0] for row in seen}) > 3
    assert {(low == high == of_books, n) for low, high, of_books, n in seen} == {(True, 30)}


def test_what_dbt_says_of_tables_and_columns_stands_beside_them(served: Path, address: str, ask: Ask):
    publish(served, address)
    assert ask("select obj_description('core.dim_things'::regclass)") == [("All kinds of values: it's a test.",)]
    assert ask("select col_description('core.dim_accounts'::regclass, 1)") == [("The account's key",)]
    reworded = [Mart("core", "dim_accounts", None, "Other words.", {}), *MARTS[1:]]
    publish(served, address, reworded)
    assert ask("select obj_description('core.dim_accounts'::regclass)") == [("Other words.",)]


def test_other_columns_and_marts_that_are_gone_leave_nothing_behind(served: Path, address: str, ask: Ask):
    publish(served, address)
    change(
        served,
        "alter table scores.fct_books add column team text; alter table core.dim_accounts drop csm_id;"
        "alter table core.dim_accounts add column csm_id text default 'csm_ada'",
    )
    for _ in range(3):  # until no snapshot that is kept has the old columns
        loaded = publish(served, address, [mart for mart in MARTS if mart.name != "dim_things"])
    assert loaded.n_pruned == 1
    assert ask("select team from scores.fct_books limit 1") == [(None,)]
    assert ask("select count(*) from pg_views where viewname = 'dim_things'") == [(0,)]
    tables = ask("select count(*) from pg_tables where schemaname = 'onboarding_store' and tablename ~ '_[0-9a-f]{8}$'")
    assert tables == [(4,)]


def test_who_is_forgotten_in_the_files_is_gone_from_the_database_with_the_next_publication(
    served: Path, address: str, ask: Ask
):
    publish(served, address)
    change(served, "update scores.fct_books set round = 2")
    publish(served, address)

    def without_b(connection: duckdb.DuckDBPyConnection, table: str, name: str) -> str | None:
        has_account = name in ("dim_accounts", "fct_scores")
        return f"from {table} where account_id <> 'b'" if has_account else None

    assert rewrite_snapshots(served.parent / "published", without_b) == 2
    publish_to_postgres(address, served.parent / "published")
    tables = ask(
        "select tablename from pg_tables where schemaname = 'onboarding_store' and tablename ~ '^(core_dim_acc|scores_fct_sc|account_owners)'"
    )
    assert len(tables) == 3
    for (table,) in tables:
        assert ask(f"select count(*) from onboarding_store.{table} where account_id = 'b'") == [(0,)], table
    assert ask("select count(*) from onboarding_store.snapshots") == [(1,)]


def test_who_was_forgotten_is_left_in_no_page_of_the_database(served: Path, address: str, ask: Ask):
    """A row that is deleted, or whose table is emptied by rows, stays in its page until the table is written anew."""
    somebody = "account-4711-of-somebody"
    change(served, f"insert into core.dim_accounts values ('{somebody}', 'csm_ada')")
    publish(served, address)
    ((where,),) = ask("show data_directory")

    def pages() -> list[Path]:
        ask("checkpoint")
        files = [path for path in (Path(where) / "base").rglob("*") if path.is_file()]
        return [path for path in files if somebody.encode() in path.read_bytes()]

    def without(connection: duckdb.DuckDBPyConnection, table: str, name: str) -> str | None:
        return f"from {table} where account_id <> '{somebody}'" if name == "dim_accounts" else None

    assert pages()
    assert rewrite_snapshots(served.parent / "published", without) == 1
    publish_to_postgres(address, served.parent / "published")
    assert pages()
    rewrite_tables(address)
    assert not pages()
    assert ask("select count(*) from core.dim_accounts") == [(3,)]


def test_a_run_that_is_killed_leaves_readers_alone_and_the_next_one_goes_on(
    served: Path, address: str, ask: Ask, monkeypatch: pytest.MonkeyPatch
):
    publish(served, address)
    change(served, "update scores.fct_scores set round = 2; update scores.fct_books set round = 2")
    snapshot(served)
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
            publish_to_postgres(address, served.parent / "published")
    assert ask("select distinct round from scores.fct_scores") == [(1,)]
    with monkeypatch.context() as patch:
        patch.setattr(module, "_renew_views", killed)  # in the transaction that switches
        with pytest.raises(KeyboardInterrupt):
            publish_to_postgres(address, served.parent / "published")
    assert ask("select distinct round from scores.fct_scores") == [(1,)]
    loaded = publish_to_postgres(address, served.parent / "published")
    assert loaded.n_parts == 0
    assert ask("select min(round), max(round), count(*) from scores.fct_scores") == [(2, 2, 30)]


def test_two_publications_do_not_run_at_once(served: Path, address: str):
    publish(served, address)
    with engine(address).connect() as connection:
        connection.execute(sqlalchemy.text(f"select pg_advisory_lock({module._LOCK})"))
        with pytest.raises(UserError, match="another publication"):
            publish(served, address)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("mysql://u:secret@127.0.0.1/x", "expected postgresql://"),
        ("not an address", "expected postgresql://"),
        ("postgresql://u:secret@127.0.0.1:1/x", "127.0.0.1"),
    ],
)
def test_a_wrong_address_is_one_line_without_the_password(served: Path, given: str, told: str):
    with pytest.raises(UserError, match=told) as refused:
        publish(served, given)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_type_that_postgresql_does_not_have_names_mart_and_column():
    with pytest.raises(UserError, match=r"mart core.one, column many: PostgreSQL has no type for VARCHAR\[\]"):
        ServedMart(Mart("core", "one"), (("many", "VARCHAR[]"),)).create_table()


def test_an_old_snapshot_can_be_made_current_by_hand(served: Path, address: str, ask: Ask):
    first = publish(served, address).snapshot_id
    change(served, "update scores.fct_books set mrr = 0")
    publish(served, address)
    ask(f"update onboarding_store.current_snapshot set snapshot_id = {json.dumps(first).replace(chr(34), chr(39))}")
    assert ask("select sum(mrr) from scores.fct_books") == [(4,)]
