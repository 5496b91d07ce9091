"""Who sees what in PostgreSQL: a CSM the own accounts, an analyst everything, a stranger nothing, and nobody writes."""

from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.exc import DBAPIError

from tests.support.postgres_tools import NASTY, Ask, change, publish


def test_a_csm_sees_the_own_accounts_and_nobody_writes(served: Path, address: str, ask: Ask):
    publish(served, address)
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
    assert ask("select account_id from onboarding_store.account_owners", "csm_ada") == [("a",)]
    for role in ("csm_ada", "lea"):
        for statement in (
            "delete from core.dim_accounts",
            "update scores.fct_scores set score = 0",
            f"insert into onboarding_store.{store[0]} values (1, 'd', null)",
            "update onboarding_store.current_snapshot set snapshot_id = ''",
            "insert into onboarding_store.account_owners values ('b', 'csm_ada')",
            "drop view core.dim_accounts",
        ):
            with pytest.raises(DBAPIError, match="permission denied|must be owner|cannot"):
                ask(statement, role)


def test_totals_of_another_csm_are_hidden_in_a_mart_of_accounts_and_csms(served: Path, address: str, ask: Ask):
    publish(served, address)
    ask("do $$ begin create role csm_ada in role onboarding_csm; exception when duplicate_object then null; end $$")
    seen = ask("select row_is from scores.fct_mixed order by 1", "csm_ada")
    assert [row[0] for row in seen] == ["for everyone", "own account, taken over", "own total"]


def test_who_publishes_need_not_be_a_superuser(served: Path, address: str, ask: Ask):
    ask("do $$ begin create role publisher login createrole; exception when duplicate_object then null; end $$")
    name = sqlalchemy.make_url(address).database
    ask(f"grant create on database {name} to publisher")
    own = sqlalchemy.make_url(address).set(username="publisher").render_as_string(hide_password=False)
    publish(served, own)
    assert publish(served, own).n_parts == 0
    assert len(ask("select * from core.dim_accounts", "publisher")) == 3
    assert len(ask("select * from core.dim_accounts", "onboarding_analyst")) == 3
    assert ask("select * from core.dim_accounts", "onboarding_csm") == []


def test_a_stranger_sees_nothing(served: Path, address: str, ask: Ask):
    publish(served, address)
    ask("do $$ begin create role stranger; exception when duplicate_object then null; end $$")
    for table in ("core.dim_accounts", "onboarding_store.account_owners"):
        with pytest.raises(DBAPIError, match="permission denied"):
            ask(f"select * from {table}", "stranger")


def test_an_account_that_changes_hands_is_seen_by_the_new_csm_only(served: Path, address: str, ask: Ask):
    publish(served, address)
    ask("do $$ begin create role csm_ada in role onboarding_csm; exception when duplicate_object then null; end $$")
    change(served, "update core.dim_accounts set csm_id = 'csm_ada' where account_id = 'b'")
    change(served, "update core.dim_accounts set csm_id = 'csm_ben' where account_id = 'a'")
    publish(served, address)
    assert ask("select distinct account_id from scores.fct_scores", "csm_ada") == [("b",)]
