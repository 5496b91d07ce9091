"""What happened in a period: milestones due, tasks closed, revenue, voice, alerts.

Belongs here: counts over the days of a period. Does not belong here: standing at its ends (review_sections.py).
"""

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Bar, Bars, Column, Section, Table
from orchestration.publishing.site.content.facts import Facts
from orchestration.publishing.site.content.formats import shown, words
from orchestration.publishing.site.content.words import counted, plural, sentence
from orchestration.publishing.site.pages.review.sections import Period


def gaps(facts: Facts, period: Period) -> Section:
    """Milestones that were due in the period: reached in time, late, or not."""
    mart = "milestones.fct_milestone_attainments"
    due = f"known_to is null and {period.within('target_date')}"
    rows = facts.rows("review_gaps", period.bounds)
    for row in rows:
        row["name"] = facts.milestone_names[row["milestone_id"]]
    n, missing = sum(row["n"] for row in rows), sum(row["n_overdue"] for row in rows)
    prose = Markup("No milestone was due.")
    if rows:
        prose = sentence(
            "{n} {milestones} due; {missing} of them {are} still not reached.", n=counted(n, mart, due),
            milestones=plural(n, "milestone was", "milestones were"), are=plural(missing, "is", "are"),
            missing=counted(missing, mart, f"{due} and status = 'overdue'"),
        )  # fmt: skip
    columns = [
        Column("Milestone", "name"), Column("Due", "n", "count"), Column("On time", "n_on_time", "count"),
        Column("Late", "n_late", "count"), Column("Still missing", "n_overdue", "count"),
    ]  # fmt: skip
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
        prose = sentence(
            "{opened} {tasks} opened and {closed} ended, {done} of those because they were done, {on_time} in time.",
            tasks=plural(n["n_opened"], "task was", "tasks were"), closed=counted(n["n_closed"], mart, closed),
            opened=counted(n["n_opened"], mart, f"was_shown and {period.within('opened_on')}"),
            done=counted(n["n_done"], mart, f"{closed} and status = 'done'"),
            on_time=counted(n["n_on_time"], mart, f"{closed} and is_on_time"),
        )  # fmt: skip
    columns = [
        Column("Play", "name"), Column("Opened", "n_opened", "count"), Column("Ended", "n_closed", "count"),
        Column("Done", "n_done", "count"), Column("Closure", "closure", "ratio"),
        Column("In time", "n_on_time", "count"),
        Column("Said to have helped", "n_helped", "count"),
    ]  # fmt: skip
    table = Table("closures", "By play.", columns, rows, empty="No task was opened or ended.")
    return Section("What was closed", prose, table=table)


def revenue(facts: Facts, period: Period) -> Section:
    """Recurring revenue that came and went."""
    mart, within = "core.fct_mrr_movements", period.within("month_date")
    rows = facts.rows(
        f"select movement, count(distinct account_id) as n, sum(mrr_change) as change from {mart} where {within} "
        "group by movement order by change desc, movement"
    )
    if not rows:
        return Section("Revenue", Markup("Recurring revenue did not move."), width="half")
    net = sum(float(row["change"]) for row in rows)
    prose = sentence("Recurring revenue moved by {net}.", net=counted(net, mart, within, "sum(mrr_change)", "money"))
    bars = Bars("Movement", [
        Bar(words(row["movement"]), float(row["change"]), tone="bad" if row["change"] < 0 else "good",
            note=f"{shown(row['n'], 'count')} {plural(row['n'], 'account', 'accounts')}")
        for row in rows
    ], "money", "MRR", note_heading="Accounts")  # fmt: skip
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
        give = sentence(", give or take {error} (a standard error)", error=last.figure("standard_error", "score"))
    prose = sentence(
        "NPS of {month} is {nps}{give}, from {n} answers.", month=last.figure("month_date", "month"), give=give,
        nps=last.figure("nps", "change"), n=last.figure("n_answers"),
    )  # fmt: skip
    columns = [
        Column("Month", "month_date", "month"), Column("NPS", "nps", "change"),
        Column("Standard error", "standard_error", "score"), Column("Answers", "n_answers", "count"),
        Column("Promoters", "n_promoters", "count"), Column("Detractors", "n_detractors", "count"),
    ]  # fmt: skip
    return Section("Voice of the customer", prose, table=Table("nps", "By month.", columns, rows), width="half")


def seen(facts: Facts, period: Period) -> Section:
    """What left its usual range, portfolio and groups first."""
    mart, where = "scores.fct_alerts", f"is_shown and {period.within('scored_on')}"
    rows = facts.rows("review_alerts", period.bounds)
    for row in rows:
        row["about"] = row["account_name"] or words(row["subject"])
    wide = sum(row["scope"] != "account" for row in rows)
    prose = sentence(
        "{n} {things} left the usual range, {wide} of them in the portfolio or a whole group.",
        n=counted(len(rows), mart, where), things=plural(len(rows), "thing", "things"),
        wide=counted(wide, mart, f"{where} and scope <> 'account'"),
    )  # fmt: skip
    columns = [
        Column("Sunday", "scored_on", "day"), Column("About", "about", "account"), Column("What was seen", "reason"),
        Column("MRR", "mrr", "money"),
    ]  # fmt: skip
    table = Table(
        "seen", "Portfolio and groups first.", columns, facts.linked(rows), (), 10, "Nothing left its usual range."
    )
    return Section("What was seen", prose, table=table)
