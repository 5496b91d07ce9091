"""Daily runs after a history load give the same rows as one load of everything, late events included."""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.landing.lake.commit import committed
from orchestration.runs.daily import next_day, run_days
from tests.conftest import BUILT_TO, NEXT_DAY, data_of
from tests.support.compare_tools import rows_that_differ

pytestmark = [pytest.mark.pipeline, pytest.mark.heavy]
SUNDAY = dt.date(2026, 6, 28)

# table → what has to be equal; daily runs also score the days between Sundays
COMPARED = {
    "scores.fct_score_changes": "select * from {}",
    "scores.fct_score_change_drivers": "select * from {}",
    "scores.fct_alerts": "select * from {}",
    "cohorts.fct_stage_transitions": "select * from {} where dayofweek(as_of) = 0",
    "scores.fct_signals": "select * from {} where dayofweek(scored_on) = 0",
    "scores.fct_account_scores": "select * from {} where dayofweek(scored_on) = 0",
    "scores.fct_score_components": "select * from {} where dayofweek(scored_on) = 0",
    "milestones.fct_onboarding_journeys": "select * from {} where dayofweek(as_of) = 0",
    "milestones.fct_milestone_attainments": "select * from {}",
    "intermediate.int_milestone_attainments": "select * from {}",
    "intermediate.int_event_days": "select * from {}",
    "core.fct_account_activity": "select * from {}",
    "core.dim_accounts": "select * from {}",
    "core.fct_mrr_movements": "select * from {}",
}


def differences(first: Workspace, second: Workspace) -> dict[str, int]:
    """Rows that only one of two warehouses holds, per table; floating point compared to nine digits."""
    found = {}
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{first.warehouse}' as first (read_only); attach '{second.warehouse}' as second (read_only)"
        )
        for table, sql in COMPARED.items():
            one, two = (sql.format(f"{name}.{table}") for name in ("first", "second"))
            found[table] = rows_that_differ(connection, one, two)
            assert connection.execute(f"select count(*) from ({one})").fetchone() != (0,), table
    return found


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, company: Path, parsed: Workspace) -> Workspace:
    """Everything up to the Sunday in one load."""
    workspace = data_of(company, tmp_path_factory.mktemp("full"), parsed)
    assert run_days(workspace, None, SUNDAY) == 0
    return workspace


def test_day_by_day_ends_in_the_same_rows_as_all_at_once(
    built_next: Workspace, full: Workspace, copy_of: Callable[[Workspace], Workspace]
):
    daily = copy_of(built_next)
    assert next_day(daily) == SUNDAY
    assert run_days(daily, SUNDAY, SUNDAY) == 0
    late = [f for state in committed(daily.lake) for f in state["files"] if f["known_from"] == SUNDAY.isoformat()]
    assert late
    with duckdb.connect(str(daily.warehouse), read_only=True) as connection:
        late_rows = "select count(*) from intermediate.int_event_days where known_on > event_date and known_on > date '2026-06-26'"
        assert connection.execute(late_rows).fetchall()[0][0] > 0
        days = connection.execute(
            "select distinct scored_on from scores.fct_account_scores order by 1 desc limit 3"
        ).fetchall()
        assert [row[0].day for row in days] == [28, 27, 26]
    assert differences(daily, full) == dict.fromkeys(COMPARED, 0)


def test_running_a_day_again_changes_nothing(built_next: Workspace, copy_of: Callable[[Workspace], Workspace]):
    again = copy_of(built_next)
    assert run_days(again, NEXT_DAY, NEXT_DAY) == 0
    assert differences(again, built_next) == dict.fromkeys(COMPARED, 0)


def test_a_metric_is_added_with_csv_rows_only(built: Workspace, tmp_path: Path):
    """A new metric of a known aggregation: one row in metrics, rubric and breakpoints each; no SQL, no Python."""
    root = tmp_path / "own"
    shutil.copytree(PROJECT_ROOT / "seeds", root / "seeds")
    shutil.copy(PROJECT_ROOT / "sources.yml", root / "sources.yml")

    def append(seed: str, line: str) -> None:
        with (root / "seeds" / f"{seed}.csv").open("a") as handle:
            handle.write(line + "\n")

    append(
        "metrics",
        "shares,adoption,Reports shared,leading,30,higher_is_better,events,count,action,share_report,,,,84,14,5,4,,"
        "observed day,per week,Reports shared per week,product-analytics,1,2025-01-01",
    )
    rubric = (root / "seeds/rubric.csv").read_text().replace("days_to_first_report,15", "days_to_first_report,10", 1)
    (root / "seeds/rubric.csv").write_text(rubric)
    append("rubric", "1,onboarding,shares,5,A second person sees the result")
    append("rubric_breakpoints", "1,all,shares,0,0")
    append("rubric_breakpoints", "1,all,shares,5,100")
    workspace = Workspace(root, tmp_path / "data")
    shutil.copytree(built.data_dir / "company", workspace.data_dir / "company")
    # a workspace of its own: nothing of it is on record yet
    shutil.copytree(built.lake, workspace.lake, ignore=shutil.ignore_patterns("_ledger"))
    shutil.copy(built.data_dir / "pseudonym.key", workspace.data_dir / "pseudonym.key")
    assert run_days(workspace, None, BUILT_TO) == 0
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        measured = connection.execute(
            "select count(*), max(points) from scores.fct_score_components where metric_id = 'shares'"
        ).fetchone()
    assert measured is not None
    assert measured[0] > 100
    assert measured[1] > 0
    # the definitions of the workspace were read, not touched
    assert (root / "seeds/rubric.csv").read_text().startswith("rubric_version,lifecycle_phase")


def test_seeds_are_never_written_by_a_run(full: Workspace):
    """Regression: dbt writes what it runs to target/<path of the file>, which for absolute seed paths is the seed."""
    assert (PROJECT_ROOT / "seeds/bands.csv").read_text().startswith("rubric_version,band,")
    assert json.loads((full.dbt_target / "manifest.json").read_text())["metadata"]["project_name"]
