"""The life of a rubric: what is wrong with one is named by its row before anything is scored."""

from pathlib import Path

import pytest

from orchestration.common.errors import UserError
from orchestration.common.workspace import PROJECT_ROOT
from orchestration.transform.definitions.check import check_definitions
from orchestration.transform.definitions.rubrics import MAX_BREAKPOINTS
from tests.unit.conftest import Edit


@pytest.mark.parametrize("folder", ["seeds", "examples/oulad/seeds"])
def test_our_own_definitions_have_no_fault(folder: str):
    check_definitions(PROJECT_ROOT / folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("rubric_versions", "maya.ortiz,sam.lee", "sam.lee,sam.lee", "line 2: sam.lee wrote it and cannot approve it"),
        ("rubric_versions", "maya.ortiz", "somebody", "line 2: approved_by somebody, expected a steward"),
        ("rubric_versions", "maya.ortiz", "", "line 2: approved_by is empty, expected a steward"),
        ("rubric_versions", "2025-01-01", "", "line 2: a version that is active needs effective_from"),
        ("rubric_versions", "1,active", "1,live", "line 2: status live, expected one of draft, shadow"),
        ("rubric_versions", "1,active", "1,draft", "no version is active"),
        ("rubric_versions", "2,shadow", "2,pilot", "line 3: a pilot needs pilot_segment_values"),
        ("rubric_versions", "1,active,2025-01-01,", "1,retired,2025-01-01,", "line 2: a retired version needs"),
        ("rubric_versions", ",,sam.lee", ",maya.ortiz,sam.lee", None),
        (
            "rubric_versions",
            "2,shadow,2026-05-03,,,0.3,30,180,,",
            "2,active,2026-05-03,,,0.3,30,180,maya.ortiz,",
            "begins on 2026-05-03",
        ),
        ("rubric", "1,onboarding,days_to_invite,5", "1,onboarding,days_to_invite,6", "phase onboarding add up to 101"),
        ("rubric", "days_to_invite,5", "days_to_invite,-5", "line 4: weight -5, expected a number of 0 or more"),
        ("rubric", "1,onboarding,days_to_invite", "1,onboarding,invites", "line 4: metric invites, expected one of"),
        (
            "rubric",
            "1,onboarding,days_to_invite",
            "99,onboarding,days_to_invite",
            "line 4: rubric version 99, expected",
        ),
        ("rubric", "1,adopted,", "1,grown,", "phase grown of version 1, expected a row for it in lifecycle_phases.csv"),
        ("rubric_breakpoints", "all,active_days,0.4,40", "all,active_days,0.4,140", "points 140, expected numbers"),
        ("rubric_breakpoints", "all,active_days,0.4,40", "all,active_days,0.4,90", "active_days is higher_is_better"),
        ("rubric_breakpoints", "all,active_days,0.4,40", "all,active_days,0.8,40", "0.8 of active_days is there twice"),
        ("lifecycle_phases", "1,adopted,all,all,90,42", "1,adopted,all,all,90,-1", "line 3: days must be 0 or more"),
        (
            "lifecycle_phases",
            "1,onboarding,all,all,0",
            "1,onboarding,all,all,7",
            "version 1 has no phase for all accounts",
        ),
        (
            "lifecycle_phases",
            "1,adopted,all,all,90,42",
            "1,adopted,company_size,large,90,42",
            "version 1 has no phase for company_size large from day 0",
        ),
        ("bands", "1,critical,1,0,", "1,critical,1,5,", "version 1 has no band from 0 on"),
        ("bands", "1,steady,3,60,", "1,steady,3,43,", "3 points above at_risk leave no room for margins of 6"),
        ("bands", "1,steady,3,60,", "1,steady,4,60,", "band_rank 4, expected 3 by its score_from"),
    ],
)
def test_a_fault_is_named_by_its_row(seeds: Path, edit: Edit, name: str, old: str, new: str, expected: str | None):
    edit(name, old, new)
    if expected is None:
        check_definitions(seeds)
        return
    with pytest.raises(UserError, match=expected) as error:
        check_definitions(seeds)
    assert str(error.value).startswith("seeds/")


def test_a_metric_with_a_weight_needs_breakpoints_and_no_more_than_eight(seeds: Path, edit: Edit):
    path = seeds / "rubric_breakpoints.csv"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if "1,all,tickets" not in line) + "\n")
    with path.open("a") as file:
        file.writelines(f"1,all,active_days,{value},100\n" for value in range(2, 8))
    with pytest.raises(UserError) as error:
        check_definitions(seeds)
    assert "tickets_opened has a weight but no breakpoints" in str(error.value)
    assert "10 breakpoints for active_days, expected 8 at most" in str(error.value)


def test_many_faults_are_counted_not_listed(seeds: Path):
    path = seeds / "rubric.csv"
    path.write_text(path.read_text().replace(",days_to", ",tage_bis"))
    with pytest.raises(UserError, match=r"\nand \d+ more$"):
        check_definitions(seeds)


def test_the_check_allows_as_many_breakpoints_as_points_are_computed_from():
    macro = (PROJECT_ROOT / "dbt_project/macros/piecewise_points.sql").read_text()
    assert f"macro max_breakpoints() %}}{{{{ return({MAX_BREAKPOINTS}) }}}}" in macro
