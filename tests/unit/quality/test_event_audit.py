"""What is counted of a day's events: constructed days, with what is right worked out beside them."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import duckdb
import pytest

from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.quality.batches import log_rows
from orchestration.quality.event_audit import ALL_EVENTS
from orchestration.quality.history import keep_profiles
from tests.support.lake_tools import put

MONDAY = dt.date(2026, 1, 5)
Sent = tuple[int, str, str]  # day after the first Monday, account, name of the event
Audit = Callable[..., dict[tuple[str, int], dict[str, Any]]]


@pytest.fixture
def audit(workspace: Workspace) -> Audit:
    """Land what was sent, audit the days from `first` on in one go or one by one, and read the log."""

    def audited(sent: Iterable[Sent], last: int, first: int | None = None, more: Iterable[dict] = ()) -> dict:
        accounts = sorted({account for _, account, _ in sent})
        signed_up = dt.datetime.combine(MONDAY - dt.timedelta(10), dt.time(9))
        people = [{"account_id": a, "signed_up_at": signed_up, "known_on": MONDAY} for a in accounts]
        put(workspace, "accounts", people, source="crm")
        rows = [
            {
                "event_id": f"e{number}",
                "account_id": account,
                "event_name": name,
                "occurred_at": dt.datetime.combine(MONDAY + dt.timedelta(day), dt.time(12)),
                "known_on": MONDAY + dt.timedelta(day),
            }
            for number, (day, account, name) in enumerate(sent)
        ]
        put(workspace, "events", [*rows, *more], source="web")
        loaded = last if first is None else first - 1
        keep_profiles(workspace, Window(None, MONDAY + dt.timedelta(loaded)))
        for day in range(loaded + 1, last + 1):
            keep_profiles(workspace, Window(*[MONDAY + dt.timedelta(day)] * 2))
        with duckdb.connect() as connection:
            log = log_rows(workspace.lake, "event_audit", "2099-01-01")
            names = [name for name, *_ in connection.execute(f"from {log}").description or ()]
            found = [dict(zip(names, row, strict=True)) for row in connection.fetchall()]
        return {(row["event_name"], (row["known_on"] - MONDAY).days): row for row in found}

    return audited


def mondays(name: str, weeks: Iterable[int], accounts: str = "abcd") -> list[Sent]:
    return [(7 * week, account, name) for week in weeks for account in accounts]


ONE_BY_ONE = pytest.mark.parametrize("first", [None, 28])


@ONE_BY_ONE
def test_who_came_on_three_mondays_in_a_row_is_regular_and_silent_when_it_does_not(audit: Audit, first: int | None):
    """`d` missed one of the three; `c` comes on Tuesdays, which is another weekday."""
    sent = [*mondays("view", range(4), "ab"), (0, "d", "view"), (14, "d", "view"), (21, "d", "view")]
    sent += [(1 + 7 * week, "c", "view") for week in range(4)] + [(28, "a", "view"), (28, "a", "view")]
    found = audit(sent, 28, first)[("view", 28)]
    assert (found["n_received"], found["n_accounts"]) == (2, 1)
    assert (found["n_regular_accounts"], found["n_silent_accounts"]) == (2, 1)


@ONE_BY_ONE
def test_a_day_without_an_event_has_a_row_when_somebody_was_expected(audit: Audit, first: int | None):
    found = audit([*mondays("view", range(4)), (29, "a", "view")], 29, first)
    assert (found[("view", 28)]["n_received"], found[("view", 28)]["n_silent_accounts"]) == (0, 4)
    assert (found[(ALL_EVENTS, 28)]["n_received"], found[(ALL_EVENTS, 28)]["n_silent_accounts"]) == (0, 4)
    assert ("view", 27) not in found


@ONE_BY_ONE
def test_a_new_name_that_the_regulars_of_a_silent_one_send_was_renamed_from_it(audit: Audit, first: int | None):
    """`list` goes on, so that `read` was not renamed from it though everybody sends both."""
    sent = mondays("list", range(6)) + mondays("view", range(4)) + mondays("read", [4, 5])
    found = audit(sent, 35, first)
    assert {key: row["renamed_from"] for key, row in found.items() if row["renamed_from"]} == {("read", 28): "view"}


@ONE_BY_ONE
def test_a_release_on_a_weekend_is_a_rename_on_monday(audit: Audit, first: int | None):
    """Regression: a run of one day called a name new on the day of its first event only, which was one account's."""
    sent = [*mondays("view", range(4)), (26, "a", "read"), *mondays("read", [4])]
    found = audit(sent, 28, first and 24)
    assert {key: row["renamed_from"] for key, row in found.items() if row["renamed_from"]} == {("read", 28): "view"}


@ONE_BY_ONE
def test_a_name_that_is_sent_again_after_a_month_is_new(audit: Audit, first: int | None):
    sent = [*mondays("view", [0, 6]), *mondays("read", range(1, 6))]
    found = audit(sent, 42, first)
    assert {key: row["renamed_from"] for key, row in found.items() if row["renamed_from"]} == {("view", 42): "read"}


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(mondays("view", range(5)) + mondays("read", [4]), id="the other goes on"),
        pytest.param(mondays("view", range(4)) + mondays("read", [4], "efgh"), id="other accounts"),
        pytest.param(mondays("view", range(4)) + mondays("read", [2, 4]), id="was there before"),
        pytest.param(mondays("view", range(4), "ab") + mondays("read", [4], "ab"), id="two accounts are too few"),
    ],
)
def test_no_name_was_renamed_where(audit: Audit, sent: list[Sent]):
    found = audit([*sent, (28, "z", "list")], 28, 28)
    assert [row["renamed_from"] for row in found.values() if row["renamed_from"]] == []


def test_late_strange_and_impossible_events_are_counted_by_name_and_in_all(audit: Audit, workspace: Workspace):
    """Sign-up was on day -10. An evening's event that arrives the next day is not late, two days later is."""
    at = lambda day, hour=12: dt.datetime.combine(MONDAY + dt.timedelta(day), dt.time(hour))  # noqa: E731
    common = {"event_name": "view", "account_id": "a", "known_on": MONDAY + dt.timedelta(28)}
    more = [
        {**common, "event_id": "next day", "occurred_at": at(27, 23)},
        {**common, "event_id": "late", "occurred_at": at(26, 23)},
        {**common, "event_id": "before sign-up", "occurred_at": at(-12)},
        {**common, "event_id": "of nobody", "occurred_at": at(28), "account_id": "nobody"},
    ]
    ended = {"subscription_id": "s", "account_id": "b", "status": "churned", "valid_from": at(-5)}
    put(workspace, "subscriptions", [{**ended, "known_on": MONDAY}], source="billing")
    more += [{**common, "event_id": "after its end", "account_id": "b", "occurred_at": at(28), "event_name": "read"}]
    found = audit([(0, "a", "view"), (0, "b", "view")], 28, 28, more)
    counts = ("n_received", "n_late", "n_unknown_account", "n_before_sign_up", "n_after_end")
    assert [found[("view", 28)][name] for name in counts] == [4, 2, 1, 1, 0]
    assert [found[("read", 28)][name] for name in counts] == [1, 0, 0, 0, 1]
    assert [found[(ALL_EVENTS, 28)][name] for name in counts] == [5, 2, 1, 1, 1]


def test_the_version_of_a_day_is_that_of_most_rows_and_unknown_where_none_says_it(audit: Audit):
    common = {"account_id": "a", "occurred_at": dt.datetime.combine(MONDAY, dt.time(9)), "known_on": MONDAY}
    versions = ["1.10", "1.9", "1.10", None, None, None]
    more = [
        {**common, "event_id": f"v{n}", "event_name": "view", "app_version": version}
        for n, version in enumerate(versions)
    ]
    found = audit([(1, "a", "view")], 1, None, more)
    assert [found[(ALL_EVENTS, day)]["app_version"] for day in (0, 1)] == ["1.10", None]
