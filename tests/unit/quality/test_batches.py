"""What is known of a row beside its own columns: for each column the smallest lake on which a plausible rule is wrong."""

import datetime as dt

import duckdb
import pytest

from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.contract import ENTITIES
from orchestration.quality.batches import landed_rows, pull_rows
from tests.support.lake_tools import put

D1, D2 = "2026-01-05", "2026-01-06"
DAY = Window(dt.date.fromisoformat(D2), dt.date.fromisoformat(D2))


def found(workspace: Workspace, entity: str, column: str, window: Window = DAY) -> dict[str, object]:
    """Key of each landed row → the column."""
    key = ENTITIES[entity].key[0]
    key = "account_id" if key == "user_id" else key
    rows = duckdb.execute(f"select {key}, {column} from ({landed_rows(workspace, ENTITIES[entity], window, [column])})")
    return dict(rows.fetchall())


def account(account_id: str, known_on: str = D1, **more: object) -> dict[str, object]:
    return {
        "account_id": account_id,
        "signed_up_at": f"{D1} 10:00",
        "updated_at": known_on,
        "known_on": known_on,
        **more,
    }


def event(event_id: str, account_id: str = "a", known_on: str = D2, at: str = f"{D2} 12:00", **more: object):
    row = {"event_id": event_id, "account_id": account_id, "event_name": "x", "occurred_at": at, "known_on": known_on}
    return row | more


def subscription(key: str, valid_from: str, known_on: str, mrr: float | None = 10.0, **more: object):
    row = {"subscription_id": key, "account_id": "a", "valid_from": valid_from, "updated_at": valid_from, "mrr": mrr}
    return row | {"status": "active", "known_on": known_on, **more}


def test_an_account_is_known_by_any_id_it_had_and_also_when_it_came_with_the_same_day(workspace: Workspace):
    put(workspace, "accounts", [account("a"), account("new", D2)])
    put(workspace, "account_aliases", [{"alias_id": "old", "account_id": "a", "valid_from": D1, "known_on": D1}])
    put(workspace, "events", [event("1", "a"), event("2", "old"), event("3", "new"), event("4", "nobody")])
    assert found(workspace, "events", "is_account_known") == {"1": True, "2": True, "3": True, "4": False}


def test_what_the_crm_learns_later_does_not_make_an_account_known_today(workspace: Workspace):
    put(workspace, "accounts", [account("a", "2026-01-07")])
    put(workspace, "events", [event("1", "a")])
    assert found(workspace, "events", "is_account_known") == {"1": False}


def test_hours_since_sign_up_are_of_the_first_version_and_of_what_happened(workspace: Workspace):
    put(workspace, "accounts", [account("a"), account("a", D2, signed_up_at=f"{D2} 11:00")])
    put(workspace, "events", [event("1", at=f"{D2} 10:00"), event("2", at=f"{D1} 04:00"), event("3", "nobody")])
    assert found(workspace, "events", "hours_since_sign_up") == {"1": 24, "2": -6, "3": None}


def test_an_account_ended_only_when_all_its_subscriptions_did_by_their_newest_state(workspace: Workspace):
    ended = {"status": "churned"}
    put(
        workspace,
        "subscriptions",
        [
            subscription("s1", "2025-12-01", D1, account_id="gone"),
            subscription("s1", "2026-01-01", D1, account_id="gone", **ended),
            subscription("s2", "2026-01-01", D1, account_id="moved", **ended),
            subscription("s3", "2026-01-02", D1, account_id="moved"),
            subscription("s4", "2025-12-01", D1, account_id="back", **ended),
            subscription("s4", "2026-01-02", D1, account_id="back"),
        ],
    )
    put(workspace, "events", [event("1", "gone"), event("2", "moved"), event("3", "back"), event("4", "free")])
    assert found(workspace, "events", "days_since_end") == {"1": 5.5, "2": None, "3": None, "4": None}


def test_an_event_sent_again_is_no_other_event_and_another_one_under_its_id_is(workspace: Workspace):
    put(workspace, "events", [event("1", at=f"{D1} 10:00", known_on=D1), event("2", at=f"{D1} 10:00", known_on=D1)])
    put(workspace, "events", [event("1", at=f"{D1} 10:00"), event("2", at=f"{D2} 10:00"), event("3")])
    assert found(workspace, "events", "is_key_unique") == {"1": True, "2": False, "3": True}


def test_an_id_that_was_used_more_than_a_week_ago_is_not_looked_for(workspace: Workspace):
    put(workspace, "events", [event("1", known_on="2025-12-29"), event("2", known_on="2025-12-30")])
    put(workspace, "events", [event("1", "b"), event("2", "b")])
    assert found(workspace, "events", "is_key_unique") == {"1": True, "2": False}


def test_a_name_is_new_when_nobody_used_it_in_four_weeks_and_in_a_first_load_none_is(workspace: Workspace):
    long_ago = event("0", known_on="2025-12-08", event_name="rare")
    put(workspace, "events", [long_ago, event("1", known_on=D1, event_name="old")])
    put(
        workspace, "events", [event("2", event_name="old"), event("3", event_name="new"), event("4", event_name="rare")]
    )
    assert found(workspace, "events", "is_event_name_seen") == {"2": True, "3": False, "4": False}
    everything = found(workspace, "events", "is_event_name_seen", Window(None, DAY.last))
    assert set(everything.values()) == {True}


def test_a_person_without_an_id_is_not_unknown(workspace: Workspace):
    put(workspace, "users", [{"user_id": "u", "account_id": "a", "created_at": D1, "updated_at": D1, "known_on": D1}])
    put(workspace, "events", [event("1", user_id="u"), event("2", user_id=None), event("3", user_id="v")])
    assert found(workspace, "events", "is_user_known") == {"1": True, "2": True, "3": False}


def test_an_owner_is_looked_up_in_the_workspace_and_none_is_fine(workspace: Workspace):
    (workspace.root / "seeds").mkdir()
    (workspace.root / "seeds" / "csms.csv").write_text("csm_id,name\nada,Ada\n")
    rows = [account("a", D2, csm_id="ada"), account("b", D2, csm_id="bob"), account("c", D2, csm_id=None)]
    put(workspace, "accounts", rows)
    assert found(workspace, "accounts", "is_csm_known") == {"a": True, "b": False, "c": True}


def test_a_segment_is_new_against_the_days_before_and_a_first_load_has_none(workspace: Workspace):
    put(workspace, "accounts", [account("a", plan_tier="pro")])
    put(
        workspace, "accounts", [account("b", D2, plan_tier="pro"), account("c", D2, plan_tier="gold"), account("d", D2)]
    )
    assert found(workspace, "accounts", "is_plan_tier_seen") == {"b": True, "c": False, "d": True}
    first = found(workspace, "accounts", "is_plan_tier_seen", Window(None, DAY.last))
    assert set(first.values()) == {None}


def test_a_price_is_compared_with_the_version_before_it_while_it_is_paid(workspace: Workspace):
    put(workspace, "subscriptions", [subscription(key, "2026-01-01", D1) for key in ("up", "ends", "again", "free")])
    put(
        workspace,
        "subscriptions",
        [
            subscription("up", D2, D2, 1000.0),
            subscription("ends", D2, D2, 0.0, status="churned"),
            subscription("again", "2025-06-01", D2, 1.0),  # its history, read again: not what follows
            subscription("first", D2, D2, 7.0),
            subscription("free", D2, D2, 0.0),
        ],
    )
    times = {"up": 100, "ends": None, "again": None, "first": None, "free": 0}
    assert found(workspace, "subscriptions", "times_mrr_before") == times


@pytest.mark.parametrize(("n_others", "share"), [(3, None), (4, 0.2), (9, 0.1)])
def test_a_share_of_prices_is_said_of_five_and_more(workspace: Workspace, n_others: int, share: float | None):
    """One new customer whose price rose tenfold is no reason to stop everything."""
    keys = ["up", *(f"s{n}" for n in range(n_others))]
    put(workspace, "subscriptions", [subscription(key, "2026-01-01", D1) for key in keys])
    put(workspace, "subscriptions", [subscription(key, D2, D2, 100.0 if key == "up" else 11.0) for key in keys])
    assert set(found(workspace, "subscriptions", "share_prices_jumped").values()) == {share}


def test_a_sign_up_that_is_corrected_by_hours_has_not_moved(workspace: Workspace):
    put(workspace, "accounts", [account(key) for key in ("a", "b", "c")])
    rows = [
        account("a", D2),
        account("b", D2, signed_up_at=f"{D1} 22:00"),
        account("c", D2, signed_up_at=f"{D2} 22:00"),
    ]
    put(workspace, "accounts", rows)
    assert found(workspace, "accounts", "days_sign_up_moved") == {"a": 0, "b": 0.5, "c": 1.5}


def test_a_currency_is_known_by_its_rate_or_as_the_reporting_one(workspace: Workspace):
    put(workspace, "fx_rates", [{"currency": "EUR", "valid_from": D1, "rate": 1.1, "known_on": D1}])
    put(workspace, "pulls", [{"pull_id": "1", "entity": "events", "currency": "USD", "last_date": D1}], "web")
    rows = [subscription(code, D2, D2, currency=code) for code in ("EUR", "usd ", "GBP")]
    put(workspace, "subscriptions", [*rows, subscription("none", D2, D2)])
    known = {"EUR": True, "usd ": True, "GBP": False, "none": True}
    assert found(workspace, "subscriptions", "is_currency_known") == known


def test_a_renewal_is_counted_from_the_start_of_its_subscription(workspace: Workspace):
    put(workspace, "subscriptions", [subscription("s", D2, D2, renewal_date="2026-02-05"), subscription("t", D2, D2)])
    assert found(workspace, "subscriptions", "renews_after_days") == {"s": 30, "t": None}


def test_a_ticket_that_changes_its_account_is_seen(workspace: Workspace):
    def ticket(key: str, account_id: str, day: str) -> dict[str, object]:
        row = {"ticket_id": key, "account_id": account_id, "created_at": D1, "updated_at": day, "status": "open"}
        return row | {"known_on": day}

    put(workspace, "tickets", [ticket("1", "a", D1), ticket("2", "a", D1)])
    put(workspace, "tickets", [ticket("1", "a", D2), ticket("2", "b", D2), ticket("3", "c", D2)])
    assert found(workspace, "tickets", "is_account_same") == {"1": True, "2": False, "3": None}


def test_what_a_file_of_everything_held_is_compared_with_the_most_of_seven_pulls(workspace: Workspace):
    """After one bad day the next bad day would be as usual, if only the pull before counted."""

    def row(day: int, n: int, vanished: int = 0) -> dict[str, object]:
        pull = {"pull_id": f"{day}", "entity": "accounts", "last_date": f"2026-01-0{day}", "n_received": n}
        return pull | {"n_rows": n, "n_vanished": vanished}

    put(workspace, "pulls", [row(1, 500), row(2, 100), row(3, 40), row(4, 50, 50)], "crm")
    put(workspace, "pulls", [row(1, 500), row(4, 5)], "web")
    rows = duckdb.execute(pull_rows(workspace, ["crm", "web"], ["crm"], "2026-01-04")).fetchall()
    assert sorted(rows) == [("crm", 0.1, 0.5), ("web", None, 0.0)]
    rows = duckdb.execute(pull_rows(workspace, ["crm"], ["crm"], "2026-01-03")).fetchall()
    assert rows == [("crm", 0.08, 0.0)]
