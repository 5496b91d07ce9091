"""What must hold of a workspace's playbook before anything is recommended with it, each fault named by its row.

Belongs here: plays, what triggers them, who can do them. Does not belong here: recommending (models/), the rest of the
definitions (rubrics.py).
"""

from collections.abc import Iterator

from orchestration.common.seed_rows import Row, at, number

KINDS = ("band", "category", "milestone", "diagnosis", "stall", "renewal")
CONDITIONS = ("open_milestone", "diagnosis", "renewal_within_days", "tenure_at_least_days", "tenure_below_days")
CHANNELS = ("csm", "email", "in_app")
MEASURES = (
    "has_used",
    "days_since_use",
    "active_days",
    "tenure_days",
    "product_reports",
    "process_reports",
    "product_surplus",
    "band_rank",
)
COMPARISONS = ("at_least", "below")
WEEKEND_DAYS = 2  # a due day that falls on a Saturday is moved to Monday
DAYS_BEFORE_SUNDAY = 6  # a task is proposed from the Monday of the week in which it opens


def playbook_faults(seeds: dict[str, list[Row]]) -> Iterator[str]:
    """Yield what is wrong, "seeds/<file>.csv line <n>: <what>, expected <what>"."""
    plays = {row["play_id"]: row for row in seeds["plays"]}
    roles = {"csm", *(row["role"] for row in seeds["csms"])}
    for row in plays.values():
        yield from _play_faults(row, roles)
    yield from _trigger_faults(seeds, set(plays))
    yield from _condition_faults(seeds, set(plays))
    yield from _diagnosis_faults(seeds["diagnoses"], seeds["diagnosis_rules"])
    if not seeds["milestones"]:
        yield "seeds/milestones.csv: expected at least one milestone"
    if "1" not in {row["sequence"] for row in seeds["stages"]}:
        yield "seeds/stages.csv: expected a stage with sequence 1, where everyone starts"
    for row in seeds["survey_questions"]:
        if bool(row["friction_cause"]) != bool(row["friction_at_most"]):
            yield at(row, "expected both friction_cause and friction_at_most, or neither")
    versions = {row["rubric_version"] for row in seeds["rubric_versions"] if row["status"] != "draft"}
    conditional = {row["play_id"] for row in seeds["play_conditions"]}
    everywhere = {
        row["value"]
        for row in seeds["play_triggers"]
        if (row["kind"], row["segment_attribute"]) == ("band", "all") and row["play_id"] not in conditional
    }
    for row in seeds["bands"]:
        if row["rubric_version"] in versions and row["band"] not in everywhere:
            partly = sorted(
                {
                    "with conditions, all"
                    if trigger["play_id"] in conditional and trigger["segment_attribute"] == "all"
                    else f"{trigger['segment_attribute']} {trigger['segment_value']}"
                    for trigger in seeds["play_triggers"]
                    if (trigger["kind"], trigger["value"]) == ("band", row["band"])
                }
            )
            known = f"only {', '.join(partly)} has" if partly else "no segment has"
            expected = "expected a trigger in play_triggers.csv for all, of a play without conditions"
            yield at(row, f"band {row['band']}: {known} a play, {expected}")


def _play_faults(row: Row, roles: set[str]) -> Iterator[str]:
    if not row["owner_role"] or not row["owner"]:
        yield at(row, f"play {row['play_id']} has no owner, expected owner_role and owner")
    elif len(roles) > 1 and row["owner_role"] not in roles:
        yield at(row, f"owner_role {row['owner_role']}, expected a role of csms.csv: {', '.join(sorted(roles))}")
    if row["channel"] not in CHANNELS:
        yield at(row, f"channel {row['channel']}, expected one of {', '.join(CHANNELS)}")
    days = {name: number(row[name]) for name in ("due_days", "expires_after_days", "repeat_after_days")}
    for name, value in days.items():
        if value is None or value < 0 or value != int(value):
            yield at(row, f"{name} {row[name] or 'is empty'}, expected whole days")
            return
    due, expires, repeat = (int(value or 0) for value in days.values())
    if repeat == 0 or repeat % 7:
        yield at(row, f"repeat_after_days {repeat}, expected whole weeks: tasks open on Sundays")
    elif due + WEEKEND_DAYS + expires >= repeat - DAYS_BEFORE_SUNDAY:
        next_one = repeat - DAYS_BEFORE_SUNDAY
        what = f"a task may last {due + WEEKEND_DAYS + expires} days and the next one be proposed after {next_one}"
        yield at(row, f"{what}, expected the first to have expired")
    if not (number(row["effort_hours"]) or 0.0) > 0:
        yield at(row, f"effort_hours {row['effort_hours'] or 'is empty'}, expected more than 0")
    held_out = number(row["holdout_ratio"])
    if held_out is None or not 0 <= held_out <= 0.5:
        yield at(row, f"holdout_ratio {row['holdout_ratio'] or 'is empty'}, expected 0 to 0.5")
    elif held_out and not row["holdout_from"]:
        yield at(row, "holdout_from is empty, expected the first day of the holdout")
    if not (number(row["prior_n"]) or 0.0) > 0 or not 0 <= (number(row["prior_effect"]) or 0.0) <= 1:
        said = f"prior_effect {row['prior_effect']} worth prior_n {row['prior_n']}"
        yield at(row, f"{said}, expected 0 to 1 worth more than 0 cases")


def _trigger_faults(seeds: dict[str, list[Row]], plays: set[str]) -> Iterator[str]:
    allowed = {
        "band": {row["band"] for row in seeds["bands"]} | {"unknown"},
        "category": {row["category"] for row in seeds["metrics"]},
        "milestone": {row["milestone_id"] for row in seeds["milestones"]},
        "diagnosis": {row["diagnosis"] for row in seeds["diagnoses"]},
        "stall": {row["stage_id"] for row in seeds["stages"]},
    }
    attributes = {"all"} | {row["segment_attribute"] for row in seeds["segments"]}
    for row in seeds["play_triggers"]:
        if row["play_id"] not in plays:
            yield at(row, f"play {row['play_id']}, expected one of plays.csv")
        if row["kind"] not in KINDS:
            yield at(row, f"kind {row['kind']}, expected one of {', '.join(KINDS)}")
        elif row["kind"] == "renewal":
            if not row["value"].isdigit():
                yield at(row, f"renewal {row['value'] or 'is empty'}, expected days before the renewal")
        elif row["value"] not in allowed[row["kind"]]:
            what = ", ".join(sorted(allowed[row["kind"]]))
            yield at(row, f"{row['kind']} {row['value']}, expected one of {what}")
        if row["segment_attribute"] not in attributes:
            yield at(row, f"segment {row['segment_attribute']}, expected one of segments.csv")


def _condition_faults(seeds: dict[str, list[Row]], plays: set[str]) -> Iterator[str]:
    diagnoses = {row["diagnosis"] for row in seeds["diagnoses"]}
    for row in seeds["play_conditions"]:
        kind, value = row["kind"], row["value"]
        if row["play_id"] not in plays:
            yield at(row, f"play {row['play_id']}, expected one of plays.csv")
        if kind not in CONDITIONS:
            yield at(row, f"kind {kind}, expected one of {', '.join(CONDITIONS)}")
        elif kind == "open_milestone" and value not in ("true", "false"):
            yield at(row, f"open_milestone {value or 'is empty'}, expected true or false")
        elif kind == "diagnosis" and value not in diagnoses:
            yield at(row, f"diagnosis {value or 'is empty'}, expected one of {', '.join(sorted(diagnoses))}")
        elif kind.endswith("_days") and not value.isdigit():
            yield at(row, f"{kind} {value or 'is empty'}, expected whole days")


def _diagnosis_faults(diagnoses: list[Row], rules: list[Row]) -> Iterator[str]:
    """Every account has a diagnosis, and each rule is one that can be tested."""
    ruled = {row["diagnosis"] for row in rules}
    for row in rules:
        if row["diagnosis"] not in {one["diagnosis"] for one in diagnoses}:
            yield at(row, f"diagnosis {row['diagnosis']}, expected one of diagnoses.csv")
        if row["measure"] not in MEASURES:
            yield at(row, f"measure {row['measure']}, expected one of {', '.join(MEASURES)}")
        if row["comparison"] not in COMPARISONS:
            yield at(row, f"comparison {row['comparison']}, expected {' or '.join(COMPARISONS)}")
        if not row["value"]:
            yield at(row, "value is empty, expected a whole number")
    if not diagnoses:
        yield "seeds/diagnoses.csv: no diagnosis, expected at least one without rules, which holds for the rest"
    last = max(diagnoses, key=lambda row: number(row["priority"]) or 0.0, default=None)
    for row in diagnoses:
        if not row["priority"]:
            yield at(row, f"priority of {row['diagnosis']} is empty, expected when it is tried, 1 first")
        if row is last and row["diagnosis"] in ruled:
            yield at(row, f"the last one, {row['diagnosis']}, has rules; expected none: it holds for the rest")
        if row is not last and row["diagnosis"] not in ruled:
            yield at(row, f"{row['diagnosis']} has no rules, so that none after it can hold")
