"""What must hold of a workspace's rubrics before anything is scored with them, each fault named by its row.

Belongs here: the form of rubrics, who may activate one, what weights, breakpoints, phases and bands must add up to.
Does not belong here: scoring (models/), whether a rubric predicts anything (fct_score_validation).
"""

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator

from orchestration.common.seed_rows import Row, at, number

STATUSES = ("draft", "shadow", "pilot", "active", "retired")
MAX_BREAKPOINTS = 8  # as in the macro piecewise_points


def rubric_faults(seeds: dict[str, list[Row]]) -> Iterator[str]:
    """Yield what is wrong, "seeds/<file>.csv line <n>: <what>, expected <what>"."""
    versions = {row["rubric_version"]: row for row in seeds["rubric_versions"]}
    yield from _version_faults(versions.values(), {row["steward"] for row in seeds["stewards"]})
    used = {version for version, row in versions.items() if row["status"] != "draft"}
    for name in ("rubric", "rubric_breakpoints", "bands", "lifecycle_phases"):
        for row in seeds[name]:
            if row["rubric_version"] not in versions:
                yield at(row, f"rubric version {row['rubric_version']}, expected one of rubric_versions.csv")
    directions = {row["metric_id"]: row["direction"] for row in seeds["metrics"]}
    yield from _weight_faults(seeds["rubric"], seeds["lifecycle_phases"], directions, used)
    yield from _breakpoint_faults(seeds["rubric_breakpoints"], seeds["rubric"], directions)
    yield from _band_faults(seeds["bands"], used)


def _version_faults(versions: Iterable[Row], stewards: set[str]) -> Iterator[str]:
    active: list[tuple[dt.date, dt.date, Row]] = []
    rows = list(versions)
    for row in rows:
        status = row["status"]
        if status not in STATUSES:
            yield at(row, f"status {status}, expected one of {', '.join(STATUSES)}")
        days = [_day(row["effective_from"]), _day(row["effective_to"])]
        if status in ("shadow", "pilot", "active") and days[0] is None:
            yield at(row, f"a version that is {status} needs effective_from, a day like 2026-06-01")
        if status == "retired" and None in days:
            yield at(row, "a retired version needs effective_from and effective_to")
        if status == "pilot" and not row.get("pilot_segment_values"):
            yield at(row, "a pilot needs pilot_segment_values, the segments it speaks for")
        if status in ("active", "pilot"):
            approver = row["approved_by"]
            if approver not in stewards:
                yield at(row, f"approved_by {approver or 'is empty'}, expected a steward")
            elif approver == row["author"]:
                yield at(row, f"{approver} wrote it and cannot approve it, expected another")
        if status in ("active", "retired") and days[0]:
            active.append((days[0], days[1] or dt.date.max, row))
    if not any(row["status"] == "active" for row in rows):
        yield "seeds/rubric_versions.csv: no version is active, expected one for every day"
    active.sort(key=lambda entry: entry[0])
    for (_, until, one), (begins, _, other) in itertools.pairwise(active):
        if begins <= until:
            yield at(other, f"begins on {begins} while version {one['rubric_version']} is in force")


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _weight_faults(rubric: list[Row], phases: list[Row], directions: dict[str, str], used: set[str]) -> Iterator[str]:
    sums: dict[tuple[str, str], float] = defaultdict(float)
    last: dict[tuple[str, str], Row] = {}
    for row in rubric:
        key = (row["rubric_version"], row["lifecycle_phase"])
        weight = number(row["weight"])
        if weight is None or weight < 0:
            yield at(row, f"weight {row['weight'] or 'is empty'}, expected a number of 0 or more")
        if row["metric_id"] not in directions:
            yield at(row, f"metric {row['metric_id']}, expected one of metrics.csv")
        sums[key] += weight or 0.0
        last[key] = row
    for key, total in sums.items():
        if abs(total - 100) > 1e-6:
            what = f"weights of version {key[0]}, phase {key[1]} add up to {total:g}, expected 100"
            yield at(last[key], what)
    listed = {(row["rubric_version"], row["lifecycle_phase"]) for row in phases}
    for row in phases:
        if (row["rubric_version"], row["lifecycle_phase"]) not in sums:
            yield at(row, f"phase {row['lifecycle_phase']} has no weights in rubric.csv")
        if any((number(row[name]) or 0.0) < 0 for name in ("from_tenure_days", "blend_days")):
            yield at(row, "days must be 0 or more")
    for key in sorted(set(sums) - listed):
        yield at(last[key], f"phase {key[1]} of version {key[0]}, expected a row for it in lifecycle_phases.csv")
    for version in sorted(used):
        of_version = [row for row in phases if row["rubric_version"] == version]
        groups = {(row["segment_attribute"], row["segment_value"]) for row in of_version} | {("all", "all")}
        for attribute, value in sorted(groups):
            starts = [
                row for row in of_version if (row["segment_attribute"], row["segment_value"]) == (attribute, value)
            ]
            if not any(number(row["from_tenure_days"]) == 0 for row in starts):
                who = "all accounts" if attribute == "all" else f"{attribute} {value}"
                yield f"seeds/lifecycle_phases.csv: version {version} has no phase for {who} from day 0"


def _breakpoint_faults(breakpoints: list[Row], rubric: list[Row], directions: dict[str, str]) -> Iterator[str]:
    groups: dict[tuple[str, str, str], list[tuple[float, float, Row]]] = defaultdict(list)
    for row in breakpoints:
        value, points = number(row["value"]), number(row["points"])
        if value is None or points is None or not 0 <= points <= 100:
            said = f"value {row['value']}, points {row['points']}"
            yield at(row, f"{said}, expected numbers, with points from 0 to 100")
        elif row["metric_id"] not in directions:
            yield at(row, f"metric {row['metric_id']}, expected one of metrics.csv")
        else:
            groups[row["rubric_version"], row["lifecycle_phase"], row["metric_id"]].append((value, points, row))
    for (_, _, metric), entries in groups.items():
        entries.sort(key=lambda entry: entry[0])
        if len(entries) > MAX_BREAKPOINTS:
            what = f"{len(entries)} breakpoints for {metric}, expected {MAX_BREAKPOINTS} at most"
            yield at(entries[-1][2], what)
        sign = -1 if directions[metric] == "lower_is_better" else 1
        for (value, points, _), (next_value, next_points, row) in itertools.pairwise(entries):
            if next_value == value:
                yield at(row, f"value {value:g} of {metric} is there twice")
            elif (next_points - points) * sign < 0:
                way = "rise" if sign < 0 else "fall"
                yield at(row, f"points {way} with the value, {metric} is {directions[metric]}")
    for row in rubric:
        found = {
            (row["rubric_version"], lifecycle_phase, row["metric_id"])
            for lifecycle_phase in ("all", row["lifecycle_phase"])
        }
        if not found & set(groups):
            yield at(row, f"{row['metric_id']} has a weight but no breakpoints")


def _band_faults(bands: list[Row], used: set[str]) -> Iterator[str]:
    for version in sorted(used):
        rows = sorted(
            (row for row in bands if row["rubric_version"] == version), key=lambda row: number(row["score_from"]) or 0.0
        )
        if not rows or number(rows[0]["score_from"]) != 0:
            yield f"seeds/bands.csv: version {version} has no band from 0 on"
        for rank, row in enumerate(rows, start=1):
            if row["band_rank"] != str(rank):
                yield at(row, f"band_rank {row['band_rank']}, expected {rank} by its score_from")
        for lower, upper in itertools.pairwise(rows):
            room = (number(upper["score_from"]) or 0.0) - (number(lower["score_from"]) or 0.0)
            margins = (number(upper["leave_margin"]) or 0.0) + (number(lower["enter_margin"]) or 0.0)
            if room <= margins:
                yield at(upper, f"{room:g} points above {lower['band']} leave no room for margins of {margins:g}")
