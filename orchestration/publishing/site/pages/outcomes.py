"""Drivers and revenue: how much revenue stays, which early behaviour goes with it, what came before expansions.

Belongs here: outcomes and what goes with them. Does not belong here: whether the score tells them (evidence.py).
"""

from collections.abc import Iterator

from markupsafe import Markup

from orchestration.publishing.site.charts.figures import Line, line_chart
from orchestration.publishing.site.components.blocks import Bar, Bars, Section, Table, Tabs
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts, Page, Row
from orchestration.publishing.site.content.formats import words
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import counted

say = prose("outcomes")

_RETENTION, _LINKS = "outcomes.fct_revenue_retention", "outcomes.fct_behaviour_links"
_THEORY = "outcomes.fct_theory_of_change"
_TOUCHES, _METRICS = "outcomes.fct_expansion_attribution", "outcomes.fct_metric_validation"
_MONTH_KEY = ("month_date", "segment_attribute", "segment_value", "cohort")
_LINK_KEY = (
    "behaviour",
    "window_days",
    "landmark_day",
    "outcome",
    "horizon_days",
    "segment_attribute",
    "segment_value",
)
_MOST_BARS = 8
_READINGS = {
    "confirmed": "confirmed by later accounts",
    "not_tested": "found; too few later accounts to ask again",
    "not_confirmed": "not confirmed by later accounts",
    "not_clear": "open: too many comparisons for so few accounts",
    "busy_accounts": "busy accounts do more of everything",
    "no_link": "not told from chance",
}


def pages(facts: Facts) -> Iterator[Page]:
    """outcomes.html."""
    sections = [part(facts) for part in (_retention, _links, _theory, _touches, _metrics)]
    yield Page(
        "outcomes.html",
        "sections.html",
        "Drivers and revenue",
        {"lead": say.lead(), "sections": sections},
    )


def _retention(facts: Facts) -> Section:
    title = "How much revenue and how many customers stay?"
    rows = facts.rows(
        f"select * from {_RETENTION} where segment_attribute = 'all' and cohort = 'all' and is_whole_month "
        "and n_customers_start > 0 order by month_date"
    )
    if not rows:
        return Section(title, Markup("No customer has paid for a whole month yet."))
    last = rows[-1]
    cells = facts.cells(_RETENTION, last, *_MONTH_KEY)
    chart = None
    if len(rows) > 1 and last["net_retention_ratio"] is not None:
        chart = line_chart(
            [row["month_date"] for row in rows],
            [
                Line("net, with expansions", [row["net_retention_ratio"] for row in rows]),
                Line("gross, without", [row["gross_retention_ratio"] for row in rows], tone="two"),
            ],
            "ratio",
            "Revenue of the customers of a month's beginning at its end, as a share of what it was",
        )
    columns = headed("outcomes", "months")
    table = Table("months", "The last twelve whole months, the newest first.", columns, rows[:-13:-1], (), 12)
    return Section(title, say.of_the_last_month(cells, last), chart, table=table)


def _links(facts: Facts) -> Section:
    title = "Which early behaviour goes with what becomes of an account?"
    everywhere = "segment_attribute = 'all'"
    rows = facts.rows(
        f"select * from {_LINKS} where {everywhere} and reading <> 'too_few' order by q_value nulls last, level"
    )
    if not rows:
        return Section(title, Markup("Too few accounts have been followed long enough to compare any behaviour."))
    n = {
        reading: counted(
            sum(row["reading"] == reading for row in rows), _LINKS, f"{everywhere} and reading = '{reading}'"
        )
        for reading in _READINGS
    }
    compared = counted(max(row["n_compared"] for row in rows), _LINKS, everywhere, "max(n_compared)")
    panels = [
        (words(outcome), _of_outcome(facts, outcome, [row for row in rows if row["outcome"] == outcome]))
        for outcome in dict.fromkeys(row["outcome"] for row in rows)
    ]
    return Section(title, say.links(n=n, compared=compared), tabs=Tabs("links", sorted(panels, key=lambda one: one[0])))


def _of_outcome(facts: Facts, outcome: str, rows: list[Row]) -> Section:
    """The strongest link of each behaviour, the best proven first."""
    ranks = list(_READINGS)
    ordered = sorted(rows, key=lambda row: (ranks.index(row["reading"]), row["p_value"] is None, row["p_value"] or 0.0))
    first: list[Row] = []
    for row in ordered:
        if row["measure"] not in {one["measure"] for one in first}:
            first.append(row)
    shown_rows = [row for row in first if row["odds_ratio"] is not None][:_MOST_BARS]
    bars = Bars(
        "Behaviour",
        [
            Bar(
                behaviour_in_words(row),
                row["odds_ratio"],
                row["odds_ratio_low"],
                row["odds_ratio_high"],
                tone="one" if row["reading"] == "confirmed" else "quiet",
                note=f"{_READINGS[row['reading']]}; within {row['horizon_days']} days after day {row['landmark_day']}",
            )
            for row in shown_rows
        ],
        "times",
        "Odds ratio",
        origin=1.0,
        reference=1.0,
        note_heading="How sure",
    )
    cells = facts.cells(_LINKS, first[0], *_LINK_KEY)
    proof = say.strongest(cells, behaviour_in_words(first[0]), words(outcome), first[0]["reading"])
    return Section("", proof, bars=bars if shown_rows else None)


def behaviour_in_words(row: Row) -> str:
    """A behaviour with its level and window: export at least 4 times in the first 7 days."""
    kind, _, name = row["measure"].partition(" ")
    window = f"in the first {row['window_days']} days"
    if kind == "milestone":
        return f"{words(name)} reached {window}"
    if kind == "action":
        how_often = "at all" if row["level"] == 1 else f"at least {row['level']} times"
        return f"{words(name)} {how_often} {window}"
    return f"at least {row['level']} {row['measure']} {window}"


def _theory(facts: Facts) -> Section:
    title = "Does what we believe in hold?"
    rows = facts.rows(
        "select *, concat(from_kind, ' ', from_id) as source, concat(to_kind, ' ', to_id) as target, "
        "case when segment_attribute = 'all' then 'everybody' else segment_value end as who, "
        "'within ' || horizon_days || ' days after day ' || landmark_day as followed "
        f"from {_THEORY} order by support = 'proposed', support <> 'supported', from_id, to_id, who"
    )
    if not rows:
        return Section(title, Markup("No link is written down in the theory of change."))
    n = {
        support: counted(sum(row["support"] == support for row in rows), _THEORY, f"support = '{support}'")
        for support in ("supported", "contradicted", "proposed", "no_support")
    }
    believed = counted(sum(row["story"] is not None for row in rows), _THEORY, "story is not null")
    table = Table("theory", "The theory of change, beside what was measured.", headed("outcomes", "theory"), rows)
    return Section(title, say.theory(n=n, believed=believed), table=table)


def _touches(facts: Facts) -> Section:
    title = "What came before expansions?"
    rows = facts.rows(
        "select touch_type, count(distinct concat(account_id, expanded_on)) as n_expansions, "
        "sum(first_share * mrr_change) as first_mrr, sum(last_share * mrr_change) as last_mrr, "
        "sum(linear_share * mrr_change) as linear_mrr, sum(decay_share * mrr_change) as decay_mrr, "
        f"sum(removal_share * mrr_change) as removal_mrr from {_TOUCHES} group by touch_type "
        "order by removal_mrr desc nulls last, touch_type"
    )
    if not rows:
        return Section(title, Markup("No account has expanded yet."))
    expansions = "count(distinct concat(account_id, expanded_on))"
    (total,) = facts.rows(
        f"select {expansions} as n, {expansions} filter (not is_attributed) as n_bare from {_TOUCHES}"
    )
    return Section(
        title,
        say.touches(
            n=counted(total["n"], _TOUCHES, what=expansions),
            n_bare=counted(total["n_bare"], _TOUCHES, "not is_attributed", expansions),
        ),
        table=Table(
            "touches",
            "Monthly revenue gained, credited by five rules; an expansion counts under every touch before it.",
            headed("outcomes", "touches"),
            rows,
        ),
    )


def _metrics(facts: Facts) -> Section:
    title = "Does each metric of the score lead by itself?"
    rows = facts.rows(
        f"select validation.*, metrics.name from {_METRICS} as validation inner join core.dim_metrics as metrics "
        "using (metric_id) where is_primary order by auc desc nulls last, metric_id"
    )
    if not rows:
        return Section(title, Markup("Nobody has been seen for as long as the primary case of the rubric asks."))
    verdicts = [row["verdict"] for row in rows]
    said = {
        verdict: counted(verdicts.count(verdict), _METRICS, f"is_primary and verdict = '{verdict}'")
        for verdict in ("leads", "does_not_lead", "points_the_wrong_way", "not_clear", "insufficient")
    }
    of_all = counted(len(rows), _METRICS, "is_primary")
    return Section(
        title,
        say.metrics(n=of_all, **said),
        table=Table("metrics", "The primary case of the rubric in force.", headed("outcomes", "metrics"), rows, (), 30),
    )
