"""What happened in a period: milestones due, tasks closed, revenue, voice, alerts.

Belongs here: counts over the days of a period. Does not belong here: standing at its ends (review_sections.py).
"""

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Bar, Bars, Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts
from orchestration.publishing.site.content.formats import shown, words
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import counted, plural, sentence
from orchestration.publishing.site.pages.review.sections import Period

say = prose("review/flows")


def gaps(facts: Facts, period: Period) -> Section:
    """Milestones that were due in the period: reached in time, late, or not."""
    mart = "milestones.fct_milestone_attainments"
    needed = "select milestone_id, version from milestones.dim_milestones where not is_optional"
    reached = "status in ('on_time', 'late', 'overdue')"  # of accounts that were there on that day
    due = f"known_to is null and {reached} and {period.within('target_date')} and (milestone_id, version) in ({needed})"
    rows = facts.rows("review_gaps", period.bounds)
    for row in rows:
        row["name"] = facts.milestone_names[row["milestone_id"]]
    n, missing = sum(row["n"] for row in rows), sum(row["n_overdue"] for row in rows)
    prose = Markup("No milestone was due.")
    if rows:
        prose = sentence(
            "{n} {milestones} due; {missing} of them {are} still not reached.",
            n=counted(n, mart, due),
            milestones=plural(n, "milestone was", "milestones were"),
            are=plural(missing, "is", "are"),
            missing=counted(missing, mart, f"{due} and status = 'overdue'"),
        )
    columns = headed("review/flows", "gaps")
    table = Table("gaps", "Milestones that were due, the most missing first.", columns, rows, empty="None was due.")
    return Section("Gaps", prose, table=table)


def closures(facts: Facts, period: Period) -> Section:
    """Tasks of the period, by play."""
    mart = "scores.fct_tasks"
    closed = f"was_shown and {period.within('closed_on')}"
    rows = facts.rows("review_closures", period.bounds)
    for row in rows:
        row["name"] = facts.play_names[row["play_id"]]
    n = {name: sum(row[name] for row in rows) for name in ("n_opened", "n_closed", "n_done", "n_on_time")}
    prose = Markup("No task was opened or ended.")
    if rows:
        prose = say.opened_and_ended_of(
            n,
            mart,
            closed,
            opened=counted(n["n_opened"], mart, f"was_shown and status <> 'proposed' and {period.within('opened_on')}"),
            done=counted(n["n_done"], mart, f"{closed} and status = 'done'"),
            on_time=counted(n["n_on_time"], mart, f"{closed} and is_on_time"),
        )
    columns = headed("review/flows", "closures")
    table = Table("closures", "By play.", columns, rows, empty="No task was opened or ended.")
    return Section("What was closed", prose, table=table)


def revenue(facts: Facts, period: Period) -> Section:
    """Recurring revenue that came and went."""
    mart, within = "core.fct_mrr_movements", period.within("month_date")
    rows = facts.rows(
        "select movement, count(distinct account_id) as n, sum(mrr_change) as change, "
        f"count(*) - count(mrr_change) as n_unknown from {mart} where {within} "
        "group by movement order by change desc nulls last, movement"
    )
    if not rows:
        return Section("Revenue", Markup("Recurring revenue did not move."), width="half")
    net = sum(float(row["change"] or 0) for row in rows)
    unknown = counted(sum(row["n_unknown"] for row in rows), mart, f"{within} and mrr_change is null")
    prose = say.recurring_revenue_moved_by(net, mart, within, unknown=unknown)
    bars = Bars(
        "Movement",
        [
            Bar(
                words(row["movement"]),
                None if row["change"] is None else float(row["change"]),
                tone="bad" if (row["change"] or 0) < 0 else "good",
                note=f"{shown(row['n'], 'count')} {plural(row['n'], 'account', 'accounts')}",
            )
            for row in rows
        ],
        "money",
        "MRR",
        note_heading="Accounts",
    )
    return Section("Revenue", prose, bars=bars, width="half")


def voice(facts: Facts, period: Period) -> Section:
    """NPS of the months, with its standard error."""
    mart = "core.fct_nps"
    rows = facts.rows(
        f"select * from {mart} where segment_attribute = 'all' and {period.within('month_date')} order by month_date"
    )
    if not rows:
        return Section("Voice of the customer", Markup("Nobody answered the NPS question."), width="half")
    last = facts.cells(mart, rows[-1], "segment_attribute", "segment_value", "month_date")
    give = Markup("")
    if last["standard_error"] is not None:
        give = say.give_or_take_a(last)
    prose = say.nps_of_is_from(last, give=give)
    columns = headed("review/flows", "voice")
    return Section("Voice of the customer", prose, table=Table("nps", "By month.", columns, rows), width="half")


def seen(facts: Facts, period: Period) -> Section:
    """What left its usual range, portfolio and groups first."""
    mart, where = "scores.fct_alerts", f"is_shown and {period.within('scored_on')}"
    rows = facts.rows("review_alerts", period.bounds)
    for row in rows:
        row["about"] = row["account_name"] or words(row["subject"])
    wide = sum(row["scope"] != "account" for row in rows)
    prose = say.left_the_usual_range(
        n=counted(len(rows), mart, where),
        things=plural(len(rows), "thing", "things"),
        wide=counted(wide, mart, f"{where} and scope <> 'account'"),
    )
    columns = headed("review/flows", "seen")
    table = Table(
        "seen", "Portfolio and groups first.", columns, facts.linked(rows), (), 10, "Nothing left its usual range."
    )
    return Section("What was seen", prose, table=table)
