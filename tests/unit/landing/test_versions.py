"""What is the same and what is a newer version: files that are written again each day, events that are sent again."""

import datetime as dt
from pathlib import Path

import pytest

from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.remap import remap
from tests.support.landing_tools import landed, pull

CRM = "sources:\n  crm:\n    entity: accounts\n    path: accounts.csv\n"
HEAD = "account_id,signed_up_at,plan_tier\n"


def day(number: int, month: int = 2) -> Window:
    date = dt.date(2025, month, number)
    return Window(date, date)


def write(root: Path, *rows: str) -> None:
    (root / "accounts.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows))


@pytest.mark.parametrize("pii", ["", "pii: [account_name]\n"])
def test_a_changed_row_of_a_file_without_a_day_is_a_new_version_as_of_the_pull(workspace: Workspace, pii: str):
    """Regression: it was outside the window, since its sign-up was, and the first version counted for ever."""
    yml = pii + CRM
    write(workspace.root, "1,2025-01-01,free", "2,2025-01-11,free")
    first = pull(workspace, yml, Window(None, dt.date(2025, 2, 1)))
    assert first.landed == 2
    again = pull(workspace, yml, day(2))
    assert (again.landed, again.outside_window) == (0, 2)
    write(
        workspace.root,
        "1,2025-01-01,pro",
        "2,2025-01-11,free",
        "3,2025-02-03,free",
        "4,2025-02-04,free",
        "5,2024-12-01,free",
    )
    changed = pull(workspace, yml, day(3))
    assert (changed.landed, changed.outside_window) == (3, 2)  # changed, new, late; one as it was, one of tomorrow
    write(
        workspace.root,
        "1,2025-01-01,free",
        "2,2025-01-11,free",
        "3,2025-02-03,free",
        "4,2025-02-04,free",
        "5,2024-12-01,free",
    )
    back = pull(workspace, yml, day(4))
    assert back.landed == 2  # 1 is again what it was, 4 signed up
    assert landed(workspace, "accounts", "account_id, plan_tier, known_on::varchar") == [
        ("1", "free", "2025-01-01"),
        ("1", "free", "2025-02-04"),
        ("1", "pro", "2025-02-03"),
        ("2", "free", "2025-01-11"),
        ("3", "free", "2025-02-03"),
        ("4", "free", "2025-02-04"),
        ("5", "free", "2025-02-03"),
    ]


def test_a_file_with_all_versions_and_their_times_lands_only_what_is_new(workspace: Workspace):
    desk = "sources:\n  desk:\n    entity: tickets\n    path: tickets.csv\n"
    head = "ticket_id,account_id,created_at,updated_at,status\n"
    old = "t,a,2025-01-01,2025-01-01,open\nt,a,2025-01-01,2025-01-05,pending\n"
    (workspace.root / "tickets.csv").write_text(head + old)
    assert pull(workspace, desk, Window(None, dt.date(2025, 2, 1))).landed == 2
    (workspace.root / "tickets.csv").write_text(
        head + old + "t,a,2025-01-01,2025-02-02,solved\nl,a,2025-01-20,2025-01-20,open\n"
    )
    assert pull(workspace, desk, day(2)).landed == 2
    assert pull(workspace, desk, day(3)).landed == 0
    assert landed(workspace, "tickets", "ticket_id, status, known_on::varchar") == [
        ("l", "open", "2025-02-02"),
        ("t", "open", "2025-01-01"),
        ("t", "pending", "2025-01-05"),
        ("t", "solved", "2025-02-02"),
    ]


def test_an_event_sent_again_is_the_same_event_whenever_it_was_received(workspace: Workspace):
    """Regression: it was rejected as another event with the same id, since its time of receipt differed."""
    head = "event_id,account_id,event_name,occurred_at,received_at\n"
    rows = [f"{i},a,x,2025-01-02T10:00:00Z,2025-01-02T1{i}:00:00Z" for i in range(2)]
    again = ["0,a,x,2025-01-02T10:00:00Z,2025-01-02T15:00:00Z", "1,a,other,2025-01-02T10:00:00Z,2025-01-02T15:00:00Z"]
    (workspace.root / "e_2025-01-02.csv").write_text(head + "\n".join([*rows, *again]) + "\n")
    manifest = pull(workspace, "sources:\n  web:\n    entity: events\n    path: e_{date}.csv\n")
    assert (manifest.landed, manifest.identical, manifest.rejected) == (2, 1, 1)


def test_a_changed_attribute_lands(workspace: Workspace):
    for number, value in ((2, "lo"), (3, "hi")):
        (workspace.root / "accounts.csv").write_text(f"account_id,signed_up_at,attribute_x\na,2025-01-01,{value}\n")
        pull(workspace, CRM, day(number))
    assert {row[0] for row in landed(workspace, "account_attributes", "value")} == {"lo", "hi"}


def test_of_rows_with_one_key_the_latest_by_its_own_time_counts_wherever_it_stands(workspace: Workspace):
    yml = "sources:\n  nps:\n    entity: survey_responses\n    path: a.csv\n"
    head = "response_id,account_id,survey_id,question,responded_at,score\n"
    (workspace.root / "a.csv").write_text(head + "r,a,s,nps,2025-01-20,9\nr,a,s,nps,2025-01-01,2\n")
    assert pull(workspace, yml, Window(None, dt.date(2025, 2, 1))).landed == 2  # on two days
    assert pull(workspace, yml, day(2)).landed == 0
    assert pull(workspace, yml, day(3)).landed == 0


def test_a_source_that_is_mapped_again_keeps_its_rows(workspace: Workspace):
    """Regression: what it landed before was taken for what it had landed just now."""
    write(workspace.root, "1,2025-01-01,free")
    pull(workspace, CRM, day(2))
    write(workspace.root, "1,2025-01-01,pro")
    pull(workspace, CRM, day(3))
    sources = load_sources(workspace.sources_file, {})
    remap(workspace, sources, "crm", report=lambda line: None)
    assert landed(workspace, "accounts", "plan_tier") == [("pro",)]
