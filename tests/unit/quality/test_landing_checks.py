"""Judging a day at the border of landing, and what is kept of it: since when, of which source, what stops a run."""

import datetime as dt

import duckdb
import pytest

from orchestration.common.window import Window
from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.landing.config.sources_file import SourcesFile, load_sources
from orchestration.landing.lake.commit import write_empty_entities
from orchestration.landing.lake.failed_pulls import FailedPull, forget_failure, note_failure
from orchestration.quality.acknowledgements import acknowledged, as_result, unacknowledged
from orchestration.quality.batches import log_rows
from orchestration.quality.checks import judge_landing
from orchestration.quality.history import keep_outcomes
from orchestration.quality.suites import Check, Outcome, Suite, load_suites
from tests.support.lake_tools import put

FIRST = dt.date(2026, 1, 5)
YML = """
sources:
  web: {entity: events, path: "e_{date}.jsonl", columns: {event_id: id, account_id: a, event_name: n, occurred_at: t}}
"""


@pytest.fixture
def sources(workspace: Workspace) -> SourcesFile:
    (workspace.root / "seeds").mkdir()
    workspace.sources_file.write_text(YML)
    return load_sources(workspace.sources_file, {})


def events(workspace: Workspace, day: dt.date, n: int, account: str = "a") -> None:
    rows = [{"event_id": f"{day}{k}", "account_id": account, "event_name": "x", "n": 1} for k in range(n)]
    at = {"occurred_at": f"{day} 12:00", "known_on": str(day)}
    put(workspace, "events", [row | at for row in rows], "web")


def judged(workspace: Workspace, sources: SourcesFile, first: dt.date | None, last: dt.date) -> dict[str, Outcome]:
    suites = [one for one in load_suites("landing") if one.dataset == "events"]
    return {one.check.key: one for one in judge_landing(workspace, sources, Window(first, last), suites)}


def logged(workspace: Workspace, log: str, columns: str) -> list[tuple]:
    return duckdb.execute(
        f"select {columns} from {log_rows(workspace.lake, log, '9999-12-31')} order by all"
    ).fetchall()


def test_a_day_of_unknown_accounts_is_found_and_says_since_when(workspace: Workspace, sources: SourcesFile):
    put(workspace, "accounts", [{"account_id": "a", "signed_up_at": "2026-01-01", "known_on": "2026-01-01"}])
    for number, account in enumerate(["a", "b", "b", "a", "b"]):
        day = FIRST + dt.timedelta(number)
        events(workspace, day, 3, account)
        found = judged(workspace, sources, day, day)
        assert found["account_is_known"].status == ("passed" if account == "a" else "failed")
    rows = logged(workspace, "checks", "check_key, last_date::varchar, failing_since::varchar, n_failing, sample_keys")
    assert [row[1:4] for row in rows if row[0] == "account_is_known"] == [
        ("2026-01-05", None, 0),
        ("2026-01-06", "2026-01-06", 3),
        ("2026-01-07", "2026-01-06", 3),
        ("2026-01-08", None, 0),
        ("2026-01-09", "2026-01-09", 3),
    ]
    assert "2026-01-060 b" in next(row[4] for row in rows if row[:2] == ("account_is_known", "2026-01-06"))


def test_what_was_there_to_judge_is_passed_or_failed_and_nothing_is_neither(workspace: Workspace, sources: SourcesFile):
    """Regression: checks of prices and of pulls passed in a first load, which has nothing to compare with."""
    events(workspace, FIRST, 3)
    found = judged(workspace, sources, None, FIRST)
    assert found["some_events_arrived"].status == "passed"
    assert found["counts_are_positive"].status == "passed"
    assert found["happens_while_a_customer"].status == "learning"  # nobody has a subscription


def test_the_same_day_judged_again_does_not_fail_for_longer(workspace: Workspace, sources: SourcesFile):
    events(workspace, FIRST, 3, "nobody")
    for _ in range(2):
        judged(workspace, sources, FIRST, FIRST)
        events(workspace, FIRST, 4, "nobody")
    since = logged(workspace, "checks", "check_key, failing_since::varchar")
    assert {row[1] for row in since if row[0] == "account_is_known"} == {str(FIRST)}


def test_an_outage_in_a_loaded_history_is_dated_and_stops_nothing_and_on_the_last_day_it_does(
    workspace: Workspace, sources: SourcesFile
):
    for number in range(60):
        events(workspace, FIRST + dt.timedelta(number), 0 if number == 40 else 500) if number != 40 else None
    last = FIRST + dt.timedelta(59)
    found = judged(workspace, sources, None, last)
    assert found["daily_volume_as_usual"].checked_date == "2026-02-14"
    assert found["daily_volume_as_usual"].source_id == "web"
    assert found["daily_volume_as_usual"].detail == "rows 0, usually 500"
    assert not found["volume_is_possible"].blocks
    details = logged(workspace, "findings", "check_key, source_id, checked_date::varchar, severity")
    assert ("volume_is_possible", "web", "2026-02-14", "warning") in details
    events(workspace, last + dt.timedelta(1), 1)
    gone = judged(workspace, sources, last + dt.timedelta(1), last + dt.timedelta(1))
    assert gone["volume_is_possible"].blocks


def test_a_new_source_is_learned_and_says_so(workspace: Workspace, sources: SourcesFile):
    events(workspace, FIRST, 3)
    found = judged(workspace, sources, FIRST, FIRST)
    assert found["daily_volume_as_usual"].status == "learning"
    assert "compare" in found["daily_volume_as_usual"].detail


def test_a_source_that_failed_is_a_failure_of_what_it_feeds_until_it_is_pulled(
    workspace: Workspace, sources: SourcesFile
):
    events(workspace, FIRST, 3)
    note_failure(workspace.lake, FailedPull("web", str(FIRST), "the server said 503"))
    found = judged(workspace, sources, FIRST, FIRST)["pull_of_the_source"]
    assert (found.status, found.detail, found.source_id) == ("failed", "the server said 503", "web")
    forget_failure(workspace.lake, "web")
    assert judged(workspace, sources, FIRST, FIRST)["pull_of_the_source"].status == "passed"


def result(status: str, severity: str = "critical", detail: str = "", day: str | None = None) -> Outcome:
    check = Check(key="k", dimension="volume", severity=severity, rows="days", type="t", kwargs={}, why="because")
    suite = Suite(border="landing", dataset="d", owner="o", steward="s", description="d", checks=(check,))
    return Outcome(suite, check, status, detail, checked_date=day)


def test_of_several_findings_the_worst_is_kept_in_one_row_the_newest_first(workspace: Workspace):
    write_empty_entities(workspace.lake)
    outcomes = [
        result("failed", "warning", "half", "2026-01-02"),
        result("failed", "critical", "none", "2026-01-04"),
        *(result("failed", "warning", f"d{n}", f"2026-01-0{n}") for n in (1, 3)),
    ]
    (row,) = keep_outcomes(workspace.lake, "landing", Window(None, dt.date(2026, 1, 4)), outcomes)
    assert row["detail"] == "2026-01-04 none; 2026-01-03 d3; 2026-01-02 half and 1 more"
    assert (row["status"], row["severity"], row["n_failing"], row["failing_since"]) == (
        "failed",
        "critical",
        4,
        "2026-01-01",
    )


def test_what_is_acknowledged_is_shown_and_stops_nothing_until_it_expires(workspace: Workspace):
    (workspace.root / "seeds").mkdir()
    write_empty_entities(workspace.lake)
    header = "dataset,check_key,acknowledged_by,acknowledged_on,expires_on,reason\n"
    seed = workspace.root / "seeds" / "quality_acknowledgements.csv"
    seed.write_text(header + "d,k,lena,2026-01-03,2026-01-05,campaign\n")
    for day, stops in ((2, True), (3, False), (5, False), (6, True)):
        known = acknowledged(workspace, dt.date(2026, 1, day))
        assert any(one.blocks for one in unacknowledged([result("failed")], known)) is stops
    known = acknowledged(workspace, dt.date(2026, 1, 4))
    rows = keep_outcomes(workspace.lake, "published", Window(None, dt.date(2026, 1, 4)), [result("failed")])
    shown = as_result(rows[0], known)
    assert (shown["status"], shown["is_acknowledged"], shown["acknowledged_by"]) == ("failed", True, "lena")
    passed = keep_outcomes(workspace.lake, "published", Window(None, dt.date(2026, 1, 4)), [result("passed")])
    assert as_result(passed[0], known)["is_acknowledged"] is False


def test_a_workspace_without_acknowledgements_has_none():
    assert acknowledged(Workspace(PROJECT_ROOT / "examples" / "oulad", PROJECT_ROOT), FIRST) == {}


def test_what_was_wrong_more_than_a_week_ago_is_a_finding_and_the_check_holds(workspace: Workspace):
    """A first load finds each outage of three years; none of them is wrong today."""
    write_empty_entities(workspace.lake)
    outcomes = [result("failed", "warning", "none", "2026-01-04"), result("failed", "warning", "half", "2026-01-03")]
    (row,) = keep_outcomes(workspace.lake, "landing", Window(None, dt.date(2026, 1, 11)), outcomes)
    assert (row["status"], row["detail"], row["failing_since"]) == (
        "passed",
        "before: 2026-01-04 none; 2026-01-03 half",
        None,
    )
    assert len(logged(workspace, "findings", "check_key, checked_date")) == 2
    (row,) = keep_outcomes(workspace.lake, "landing", Window(None, dt.date(2026, 1, 10)), outcomes)
    assert (row["status"], row["detail"], row["n_failing"]) == ("failed", "2026-01-04 none", 1)
