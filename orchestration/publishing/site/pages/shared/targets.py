"""Targets of a quarter and decisions that are open, for the first page and the reviews.

Belongs here: both, in words and rows. Does not belong here: how they are measured (models/marts/governance).
"""

import datetime as dt

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts
from orchestration.publishing.site.content.formats import shown, words
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import condition, counted, plural, sentence

say = prose("shared/targets")

_COUNTED = {"mean_score": "score"}


def quarter_of(day: dt.date) -> dt.date:
    """First day of the quarter."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def targets_section(facts: Facts, day: dt.date) -> Section:
    """What the quarter of `day` is to reach, and where it stands."""
    quarter = quarter_of(day)
    mart, key = "governance.fct_target_progress", {"quarter": quarter}
    rows = facts.rows(f"select * from {mart} where {condition(key)} order by metric, segment_attribute, segment_value")
    for row in rows:
        form = _COUNTED.get(row["metric"], "ratio")
        row["what"] = words(row["metric"]) + (
            "" if row["segment_value"] == "all" else f", {words(row['segment_value'])}"
        )
        row["aim"] = f"{'at least' if row['is_at_least'] else 'at most'} {shown(row['goal'], form)}"
        row["now"], row["before"] = shown(row["actual"], form), shown(row["actual_before"], form)
    n = sum(row["status"] == "reached" for row in rows)
    prose = (
        sentence(
            "{n} of {all} {targets} of the quarter {are} reached{end}.",
            n=counted(n, mart, f"{condition(key)} and status = 'reached'"),
            all=counted(len(rows), mart, condition(key)),
            targets=plural(len(rows), "target", "targets"),
            are=plural(n, "is", "are"),
            end="" if any(row["is_over"] for row in rows) else " so far",
        )
        if rows
        else Markup("No targets are set for this quarter (<code>seeds/targets.csv</code>).")
    )
    columns = headed("shared/targets", "targets_section")
    return Section(
        f"Targets of {quarter:%Y}-Q{(quarter.month + 2) // 3}",
        prose,
        table=Table(
            "targets", "What was set, and where it stands.", columns, rows, empty="No targets are set for this quarter."
        ),
    )


def decisions_section(facts: Facts, last: dt.date) -> Section:
    """Decisions taken by a day, those not closed by then first."""
    mart = "governance.fct_decisions"
    rows = facts.rows(f"select * from {mart} where decided_on <= date '{last}' order by decided_on desc, decision_id")
    for row in rows:
        row["is_open"] = row["closed_on"] is None or row["closed_on"] > last
    rows.sort(key=lambda row: not row["is_open"])
    n = sum(row["is_open"] for row in rows)
    where = f"decided_on <= date '{last}' and (closed_on is null or closed_on > date '{last}')"
    prose = say.decisions_open(n, mart, where)
    columns = headed("shared/targets", "decisions_section")
    table = Table(
        "decisions", "Open ones first.", columns, rows, empty="No decisions are recorded (seeds/decisions.csv)."
    )
    return Section("Decisions", prose, table=table)
