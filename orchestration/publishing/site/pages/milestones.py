"""Milestones: at which step accounts stop, how fast they are, where they go from each stage.

Belongs here: the way to value. Does not belong here: groups over their life (cohorts.py), one account
(account_story.py).
"""

from collections.abc import Iterator

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Bar, Bars, Column, Section, Table, Tabs
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts, Page, Row
from orchestration.publishing.site.content.formats import shown, words
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import Figure, counted, paragraph, plural, quotation, sentence
from orchestration.publishing.site.pages.shared.lists import account_table

say = prose("milestones")

_FUNNEL = "cohorts.fct_cohort_funnel"
_FUNNEL_KEY = ("cohort", "segment_attribute", "segment_value", "step")
_CURRENT = "milestones.onboarding_journeys_current"


def pages(facts: Facts) -> Iterator[Page]:
    """milestones.html."""
    yield Page(
        "milestones.html",
        "sections.html",
        "Milestones",
        {
            "lead": _lead(facts),
            "sections": [_funnel(facts), _by_group(facts), _stages(facts), _stalled(facts), _orders(facts)],
        },
    )


def _lead(facts: Facts) -> Markup:
    n = facts.rows(f"select count(*) as n from {_CURRENT}")[0]["n"]
    if not n:
        return Markup("No account has a journey yet.")
    stalled = _count(facts, "is_stalled")
    return sentence(
        "{n} {accounts} on the way or done; {done} reached every milestone that is not optional, "
        "{stalled} {are} stalled.",
        n=counted(n, _CURRENT),
        accounts=plural(n, "account is", "accounts are"),
        done=_count(facts, "is_complete"),
        stalled=stalled,
        are=plural(stalled.value, "is", "are"),
    )


def _count(facts: Facts, where: str) -> Figure:
    n = facts.rows(f"select count(*) as n from {_CURRENT} where {where}")[0]["n"]
    return counted(n, _CURRENT, where)


def _funnel(facts: Facts) -> Section:
    rows = facts.rows(
        f"select * from {_FUNNEL} where cohort = 'all' and segment_attribute = 'all' order by sequence, step"
    )
    if not rows:
        return Section("At which step do accounts stop?", Markup("No funnel yet."))
    names = facts.milestone_names
    judged = [row for row in rows if row["conversion_ratio"] is not None and not row["is_optional"]]
    if not judged:
        prose = Markup("Too few accounts to say.")
    else:
        worst = facts.cells(_FUNNEL, min(judged, key=lambda row: (row["conversion_ratio"], row["step"])), *_FUNNEL_KEY)
        last = facts.cells(_FUNNEL, rows[-1], *_FUNNEL_KEY)
        prose = paragraph(
            say.most_stop_before_of(worst, name=quotation(names[worst["step"]])),
            say.of_all_that_started(last),
        )
    bars = Bars(
        "Step",
        [
            Bar(
                names[row["step"]] + (" (optional)" if row["is_optional"] else ""),
                row["reached_ratio"],
                row["reached_low"],
                row["reached_high"],
                note=f"{shown(row['n_attained'], 'count')} of {shown(row['n_entered'], 'count')}, "
                f"{shown(row['n_open'], 'count')} open, "
                f"{shown(row['n_left'], 'count')} left; median {shown(row['median_days'], 'days')} after the "
                "step before",
            )
            for row in rows
        ],
        "ratio",
        "Reached, in any order",
        note_heading="Of those that had every step before that is not optional",
    )
    return Section("At which step do accounts stop?", prose, bars=bars)


def _by_group(facts: Facts) -> Section:
    names = facts.milestone_names
    panels = []
    found = facts.by(
        f"select * from {_FUNNEL} where cohort = 'all' and segment_attribute <> 'all' and not is_too_small "
        "order by segment_attribute, segment_value, sequence, step",
        "segment_attribute",
    )
    for attribute, rows in found.items():
        worst = min(
            (row for row in rows if row["conversion_ratio"] is not None and not row["is_optional"]),
            key=lambda row: (row["conversion_ratio"], row["segment_value"], row["step"]),
            default=None,
        )
        if worst is None:
            continue
        cells = facts.cells(_FUNNEL, worst, *_FUNNEL_KEY)
        prose = say.the_narrowest_place_is(cells, worst, name=quotation(names[worst["step"]]))
        wide: dict[str, Row] = {}
        ordered: list[str] = []
        for row in rows:
            one = wide.setdefault(
                row["segment_value"], {"group": words(row["segment_value"]), "n_accounts": row["n_accounts"]}
            )
            one[row["step"]] = row["conversion_ratio"]
            if row["step"] not in ordered:
                ordered.append(row["step"])
        columns = [
            Column("Group", "group"),
            Column("Started", "n_accounts", "count"),
            *(Column(names[step], step, "ratio") for step in ordered),
        ]
        full = [{**dict.fromkeys(ordered), **row} for row in wide.values()]
        panels.append(
            (
                words(attribute),
                Section(
                    attribute,
                    prose,
                    table=Table(
                        f"funnel_{attribute}", "Share that reached a step, of those that came so far.", columns, full
                    ),
                ),
            )
        )
    return Section(
        "The same by group",
        Markup("Groups too small to say are left out.") if panels else Markup("No group is large enough to say."),
        tabs=Tabs("funnel", panels) if panels else None,
    )


def _stages(facts: Facts) -> Section:
    mart = "cohorts.fct_stage_transitions"
    key = ("as_of", "segment_attribute", "segment_value", "from_stage", "to_stage")
    rows = facts.rows(
        f"select * from {mart} where segment_attribute = 'all' and as_of = (select max(as_of) from {mart}) and n > 0 "
        "order by n_entered desc, expected_days_to_value desc nulls last, from_stage, probability desc"
    )
    if not rows:
        return Section("Where do they go from a stage?", Markup("No account has moved from stage to stage yet."))
    ahead = facts.cells(mart, rows[0], *key)
    prose = (
        say.from_first_value_takes(rows, ahead)
        if rows[0]["expected_days_to_value"] is not None
        else Markup("Nobody is on the way to first value.")
    )
    for row in rows:
        row["to"] = "still there" if row["from_stage"] == row["to_stage"] else words(row["to_stage"])
    columns = headed("milestones", "stages")
    note = "As known today. Accounts that are still in a stage count as long as they have been in it."
    return Section("Where do they go from a stage?", prose, table=Table("stages", note, columns, rows))


def _stalled(facts: Facts) -> Section:
    stalled = [row for row in facts.accounts if row["is_stalled"] and not row["is_complete"]]
    stages: dict[str, int] = {}
    for row in stalled:
        stages[row["stage"]] = stages.get(row["stage"], 0) + 1
    where = "is_stalled and not is_complete and account_id in (select account_id from scores.account_scores_current)"
    prose = Markup("No account is stalled.")
    if stages:
        stage, n = max(stages.items(), key=lambda one: (one[1], one[0]))
        prose = say.made_no_progress_for(
            stage,
            n=counted(len(stalled), _CURRENT, where),
            accounts=plural(len(stalled), "account", "accounts"),
            most=counted(n, _CURRENT, f"{where} and stage = '{stage}'"),
        )
    return Section(
        "Who is stalled?",
        paragraph(prose, _worth(facts)),
        table=account_table(
            facts, stalled, "stalled", "The account that needs most comes first.", 15, ["Stage", "Diagnosis", "CSM"]
        ),
    )


def _worth(facts: Facts) -> Markup | str:
    mart = "milestones.fct_stall_outcomes"
    rows = facts.rows(f"select * from {mart} where stage = 'all' and not is_too_small order by is_stalled desc")
    if not rows or not rows[0]["is_stalled"]:
        return "Too few journeys were called stalled so far to say what that is worth."
    flagged, *others = (facts.cells(mart, row, "stage", "is_stalled") for row in rows)
    return say.of_those_called_stalled(flagged, others[0] if others else None)


def _orders(facts: Facts) -> Section:
    mart = "milestones.fct_onboarding_sequences"
    rows = facts.rows(
        f"select * from {mart} where segment_attribute = 'all' and not is_too_small order by n desc, steps_taken "
        "limit 10"
    )
    if not rows:
        return Section(
            "Does the order of steps matter?", Markup("Too few accounts took their steps in the same order.")
        )
    names = facts.milestone_names
    first = facts.cells(mart, rows[0], "segment_attribute", "segment_value", "steps_taken")
    for row in rows:
        row["order"] = " → ".join(names[step] for step in row["steps_taken"].split(" > "))
        row["range"] = f"{shown(row['churn_low'], 'ratio')} to {shown(row['churn_high'], 'ratio')}"
    p = rows[0]["order_p_value"]
    said = (
        ""
        if p is None
        else say.among_accounts_with_the(
            first, verdict="a difference" if p < 0.05 else "none that could be told from chance"
        )
    )
    columns = headed("milestones", "orders")
    prose = paragraph(say.the_most_common_order(first), said)
    return Section(
        "Does the order of steps matter?", prose, table=Table("orders", "The most common first.", columns, rows)
    )
