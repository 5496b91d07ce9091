"""The playbook: what is wrong with it is named by its row before anything is recommended."""

import re
from pathlib import Path

import pytest

from orchestration.common.errors import UserError
from orchestration.common.seed_rows import INHERITED, read_rows
from orchestration.common.workspace import PROJECT_ROOT
from orchestration.demo.helped import HELD_OUT_RATIO
from orchestration.transform.definitions.check import check_definitions
from orchestration.transform.definitions.playbook import MEASURES
from tests.unit.conftest import Edit


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (
            "play_triggers",
            "band,critical,all,all",
            "band,growth,all,all",
            "bands.csv line 2: band critical: no segment has a play",
        ),
        (
            "diagnosis_rules",
            "silent,days_since_use",
            "quiet,days_since_use",
            "line 3: diagnosis quiet, expected one of",
        ),
        ("diagnosis_rules", "silent,days_since_use", "silent,days", "line 3: measure days, expected one of has_used"),
        (
            "diagnosis_rules",
            "days_since_use,at_least",
            "days_since_use,over",
            "line 3: comparison over, expected at_least or",
        ),
        ("diagnosis_rules", "at_least,14", "at_least,two weeks", "line 3: value two weeks, expected a whole number"),
        ("diagnosis_rules", "process_friction,", "healthy,", "diagnoses.csv line 5: process_friction has no rules, so"),
        ("diagnosis_rules", "process_friction,", "unclear,", "diagnoses.csv line 8: the last one, unclear, has rules;"),
        (
            "play_triggers",
            "band,critical,all,all",
            "band,critical,region,emea",
            "bands.csv line 2: band critical: only region emea has a play, expected a trigger in play_triggers.csv for all",
        ),
        (
            "play_conditions",
            "open_milestone,true",
            "open_milestone,yes",
            "line 2: open_milestone yes, expected true or",
        ),
        ("play_conditions", "open_milestone,true", "mood,good", "line 2: kind mood, expected one of open_milestone"),
        ("play_conditions", "guided_checklist,", "checklist,", "line 2: play checklist, expected one of plays.csv"),
        ("play_conditions", "days,14", "days,two", "line 3: tenure_at_least_days two, expected whole days"),
        (
            "play_conditions",
            "talk,diagnosis,healthy",
            "talk,diagnosis,fine",
            "line 4: diagnosis fine, expected one of",
        ),
        (
            "play_conditions",
            "guided_checklist,open",
            "rescue_call,open",
            "bands.csv line 2: band critical: only with conditions, all has a play, expected a trigger",
        ),
        ("play_triggers", "renewal,45", "renewal,soon", "line 12: renewal soon, expected days before the renewal"),
        ("play_triggers", "rescue_call,band", "call,band", "line 2: play call, expected one of plays.csv"),
        ("play_triggers", "rescue_call,band", "rescue_call,mood", "line 2: kind mood, expected one of band"),
        (
            "play_triggers",
            "milestone,integration_connected",
            "milestone,integrated",
            "line 6: milestone integrated, exp",
        ),
        ("play_triggers", "critical,all", "critical,planet", "line 2: segment planet, expected one of segments.csv"),
        ("plays", "plan,csm,2,", "plan,,2,", "line 2: play rescue_call has no owner"),
        ("plays", "plan,csm,2,", "plan,boss,2,", "line 2: owner_role boss, expected a role of csms.csv"),
        (
            "plays",
            "csm,active_days",
            "pigeon,active_days",
            "line 2: channel pigeon, expected one of csm, email, in_app",
        ),
        ("plays", "10,21,0,,", "10,30,0,,", "line 2: repeat_after_days 30, expected whole weeks"),
        ("plays", "10,21,0", "11,21,0", "line 2: a task may last 15 days and the next one be proposed after 15"),
        ("plays", "10,21,0", "soon,21,0", "line 2: expires_after_days soon, expected a whole number"),
        ("plays", "10,21,0,,", "10,21,0.9,,", "line 2: holdout_ratio 0.9, expected 0 to 0.5"),
        ("plays", "10,21,0,,", "10,21,,,", "line 2: holdout_ratio is empty, expected 0 to 0.5"),
        ("plays", "10,21,0,,", "10,21,0.2,,", "line 2: holdout_from is empty, expected the first day"),
        (
            "plays",
            "1.5,1,retain,0.1,20",
            "1.5,1,retain,0.1,0",
            "line 2: prior_effect 0.1 worth prior_n 0, expected 0 to 1 worth more",
        ),
        ("plays", "0.15,1.5,1,", "0.15,0,1,", "line 2: effort_hours 0, expected more than 0"),
    ],
)
def test_a_fault_is_named_by_its_row(seeds: Path, edit: Edit, name: str, old: str, new: str, expected: str):
    edit(name, old, new)
    with pytest.raises(UserError, match=re.escape(expected)):
        check_definitions(seeds)


def test_shipped_rules_test_what_their_statements_say():
    """Regression: fourteen days could become twenty-one, and the sentence still said two weeks."""
    said = {row["diagnosis"]: row["statement"] for row in read_rows(PROJECT_ROOT / "seeds" / "diagnoses.csv")}
    rules = {
        (row["diagnosis"], row["measure"]): (row["comparison"], row["value"])
        for row in read_rows(PROJECT_ROOT / "seeds" / "diagnosis_rules.csv")
    }
    assert "two weeks or more" in said["silent"] and rules["silent", "days_since_use"] == ("at_least", "14")
    assert "fewer than three days" in said["disengaged"] and rules["disengaged", "active_days"] == ("below", "3")
    assert "on course" in said["healthy"] and rules["healthy", "band_rank"] == ("at_least", "3")
    assert "never" in said["no_usage"] and rules["no_usage", "has_used"] == ("below", "1")


def test_measures_of_rules_are_those_of_the_model():
    (model,) = (PROJECT_ROOT / "models").rglob("int_account_diagnoses.sql")
    listed = "".join(re.findall(r"set \w+ = \[(.*)\]", model.read_text()))
    assert tuple(re.findall(r"'(\w+)'", listed)) == MEASURES


def test_a_workspace_that_leaves_out_the_rules_of_diagnoses_has_the_shipped_ones(seeds: Path, edit: Edit):
    for name in INHERITED:
        (seeds / f"{name}.csv").unlink()
    check_definitions(seeds)
    edit("play_triggers", "milestone,integration_connected", "diagnosis,moody")
    with pytest.raises(UserError, match="diagnosis moody, expected one of disengaged, healthy"):
        check_definitions(seeds)


def test_the_demo_holds_back_what_the_playbook_holds_back():
    plays = {row["play_id"]: float(row["holdout_ratio"]) for row in read_rows(PROJECT_ROOT / "seeds" / "plays.csv")}
    assert {play: ratio for play, ratio in plays.items() if ratio} == HELD_OUT_RATIO
