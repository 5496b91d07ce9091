"""What the checks of a source say: its balance, the share of its rejects, and whether its newest day is in time."""

import datetime as dt

import duckdb
import pytest

from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.assets import judge_source
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.pull import land
from tests.support.landing_tools import EVENTS, event, landed, lines, pull


def checks(workspace: Workspace, settings: str, window: Window) -> dict[str, bool]:
    workspace.sources_file.write_text(EVENTS.replace("    entity: events\n", f"    entity: events\n{settings}"))
    sources = load_sources(workspace.sources_file, {})
    manifest = land(workspace, sources, "web", window, report=lambda line: None)
    return {result.check_name: result.passed for result in judge_source(workspace, sources.sources["web"], manifest)}


@pytest.mark.parametrize(("allowed", "passes"), [("0.5", True), ("0.3", False), ("0", False)])
def test_more_rejects_than_allowed_fail_the_check_and_nothing_else(workspace: Workspace, allowed: str, passes: bool):
    lines(workspace, "2025-01-01", event(1), event(2), "{broken", "{broken too")
    found = checks(workspace, f"    max_rejected_ratio: {allowed}\n", Window(None, dt.date(2025, 1, 1)))
    assert found == {
        "every_record_accounted_for": True,
        "some_records_are_selected": True,
        "rejects_within_their_share": passes,
        "newest_day_as_expected": True,
    }
    assert len(landed(workspace, "events", "event_id")) == 2


@pytest.mark.parametrize(("n", "where", "passes"), [(20, "n = 2", False), (19, "n = 2", True), (20, "n = 1", True)])
def test_a_condition_that_leaves_none_of_twenty_records_fails_the_check(
    workspace: Workspace, n: int, where: str, passes: bool
):
    lines(workspace, "2025-01-01", *(event(number) for number in range(n)))
    found = checks(workspace, f"    where: {where}\n", Window(None, dt.date(2025, 1, 1)))
    assert found["some_records_are_selected"] is passes


def test_a_condition_that_leaves_nothing_shows_two_records_and_nothing_about_people(workspace: Workspace, capsys):
    lines(workspace, "2025-01-01", *(event(number, user=f"ada{number}@example.org", n=7) for number in range(20)))
    text = EVENTS.replace("    entity: events\n", "    entity: events\n    where: n = 2 and user is not null\n")
    workspace.sources_file.write_text(f"pii: [user_id]\n{text}")
    sources = load_sources(workspace.sources_file, {})
    manifest = land(workspace, sources, "web", Window(None, dt.date(2025, 1, 1)), report=lambda line: None)
    selected = list(judge_source(workspace, sources.sources["web"], manifest))[1]
    assert selected.metadata["left_out"].value == "n = 7; n = 7"
    assert "left none of 20 records, such as n = 7; n = 7" in capsys.readouterr().out
    assert "ada" not in "".join(path.read_text() for path in workspace.lake.rglob("*.json"))


@pytest.mark.parametrize(("last", "passes"), [(2, True), (4, True), (5, False)])
def test_a_source_is_late_when_its_newest_day_is_older_than_expected(workspace: Workspace, last: int, passes: bool):
    lines(workspace, "2025-01-02", event(1, time="2025-01-02T10:00:00Z"))
    window = Window(None, dt.date(2025, 1, last))
    assert checks(workspace, "    expected_every_days: 2\n", window)["newest_day_as_expected"] is passes


def test_every_pull_leaves_one_row_of_what_it_did(workspace: Workspace):
    lines(workspace, "2025-01-01", event(1), event(1), "{broken")
    pull(workspace, EVENTS, Window(None, dt.date(2025, 1, 1)))
    lines(workspace, "2025-01-02", event(2, time="2025-01-02T10:00:00Z"))
    day = Window(dt.date(2025, 1, 2), dt.date(2025, 1, 2))
    pull(workspace, EVENTS, day)
    pull(workspace, EVENTS, day)  # nothing new: no row
    lines(workspace, "2025-01-02", event(3, time="2025-01-02T10:00:00Z"))
    pull(workspace, EVENTS, day)  # replaces the day, and what was said of it
    assert landed(
        workspace, "pulls", "first_date::varchar, newest_date::varchar, n_received, n_identical, n_rejected"
    ) == [
        ("2025-01-01", "2025-01-01", 3, 1, 1),
        ("2025-01-02", "2025-01-02", 1, 0, 0),
    ]
    files = duckdb.execute(f"select count(*) from glob('{workspace.lake}/web/*/pulls/*.parquet')").fetchall()
    assert files == [(3,)]
