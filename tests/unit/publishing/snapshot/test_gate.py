"""What must hold before a snapshot is written: settings, dbt's last build, critical expectations."""

import pytest

from orchestration.common.errors import UserError
from orchestration.publishing.assets import snapshots_kept
from orchestration.publishing.snapshot.gate import expectation_problems
from orchestration.quality.suites import Check, Outcome, Suite


def outcome(key: str, severity: str, status: str, detail: str) -> Outcome:
    check = Check(key=key, dimension="validity", severity=severity, rows="mart", type="t", kwargs={}, why="because")
    suite = Suite(border="published", dataset="d", owner="o", steward="s", description="d", checks=(check,))
    return Outcome(suite, check, status, detail)


@pytest.mark.parametrize("given", ["2", "0", "-1", "many", "3.5"])
def test_how_many_are_kept_is_a_whole_number_of_three_or_more(given: str):
    assert snapshots_kept({}) == 7
    assert snapshots_kept({"ONBOARDING_SNAPSHOTS_KEPT": "3"}) == 3
    with pytest.raises(UserError, match=f"ONBOARDING_SNAPSHOTS_KEPT={given}: expected"):
        snapshots_kept({"ONBOARDING_SNAPSHOTS_KEPT": given})


def test_only_critical_expectations_hold_the_gate():
    outcomes = [
        outcome("fine", "critical", "passed", ""),
        outcome("odd", "warning", "failed", "3 rows"),
        outcome("new", "critical", "learning", "no history"),
        outcome("bad", "critical", "failed", "4 rows"),
        outcome("broken", "critical", "error", "no such column"),
    ]
    assert expectation_problems(outcomes) == ["d: bad failed (4 rows)", "d: broken error (no such column)"]
