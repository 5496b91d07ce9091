"""Data and definitions: whether the data behind the numbers are whole, and what the words mean.

Belongs here: freshness, rejects, overrides, definitions with owner and version. Does not belong here: the back-test
(evidence.py), targets and decisions (targets.py).
"""

from collections.abc import Iterator

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Column, Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts, Page, Row
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import condition, counted, listed, paragraph, plural
from orchestration.publishing.site.pages import checks

say = prose("governance")

_FRESHNESS = "governance.fct_source_freshness"


def pages(facts: Facts) -> Iterator[Page]:
    """data.html, checks.html and definitions.html."""
    yield Page(
        "data.html",
        "sections.html",
        "Data and checks",
        {
            "lead": doubts(facts)
            or Markup("No source is late, no check fails, and no score of today is uncertain because of its data."),
            "sections": [
                *checks.sections(facts),
                _freshness(facts),
                _rejects(facts),
                *_revenue(facts),
                _confidence(facts),
                _overrides(facts),
            ],
        },
    )
    yield Page(
        "checks.html",
        "sections.html",
        "Every check",
        {"lead": Markup('Part of <a href="data.html">Data and checks</a>.'), "sections": [checks.every_check(facts)]},
    )
    yield Page(
        "definitions.html",
        "sections.html",
        "Definitions",
        {
            "lead": Markup(
                "What the words mean, who owns them and why they are so. They are CSV files in "
                "<code>seeds/</code>, "
                "changed by pull request."
            ),
            "sections": [*_definitions(facts)],
        },
    )


def doubts(facts: Facts) -> Markup:
    """What lowers confidence in today's numbers, and what is wrong with the data; empty when nothing is."""
    late = [row for row in facts.rows(f"select * from {_FRESHNESS} order by source_id") if row["is_late"]]
    doubted = [row for row in facts.accounts if row["confidence_reason"]]
    said = []
    if late:
        said.append(
            say.late_by_days_or(
                names=listed([row["source_id"] for row in late]),
                are=plural(len(late), "is", "are"),
                days=counted(min(row["days_behind"] for row in late), _FRESHNESS, "is_late", "min(days_behind)"),
            )
        )
    if doubted:
        said.append(
            say.confidence_in_is_lowered(
                n=counted(len(doubted), "scores.account_scores_current", "confidence_reason is not null"),
                scores=plural(len(doubted), "score", "scores"),
            )
        )
    if failing := checks.telling(facts):
        said.append(say.of_checks_fail(n=failing, checks=plural(int(failing.value), "check fails", "checks fail")))
    return paragraph(*said)


def _freshness(facts: Facts) -> Section:
    rows = facts.rows(f"select * from {_FRESHNESS} order by coalesce(is_late, false) desc, source_id")
    n_late = sum(bool(row["is_late"]) for row in rows)
    received = sum(row["n_received"] for row in rows)
    prose = say.brought_records_late(
        n_late, received, _FRESHNESS, n=counted(len(rows), _FRESHNESS), sources=plural(len(rows), "source", "sources")
    )
    columns = headed("governance", "freshness")
    return Section("Are the data there?", prose, table=Table("freshness", "Late sources first.", columns, rows))


def _rejects(facts: Facts) -> Section:
    mart = "governance.fct_rejected_records"
    rows = facts.rows(
        f"select source_id, reason, sum(n_records) as n_records from {mart} group by all order by 3 desc, 1, 2"
    )
    n = sum(row["n_records"] for row in rows)
    prose = say.not_used_each_kept(n, mart)
    columns = headed("governance", "rejects")
    return Section(
        "What was rejected?",
        prose,
        table=Table("rejects", "The most frequent first.", columns, rows, (), 10, "Nothing was rejected."),
    )


def _revenue(facts: Facts) -> Iterator[Section]:
    """Why revenue is unknown, where it is of any account."""
    mart = "scores.account_overview_current"
    rows = facts.rows(
        "select mrr_unknown_reason as reason, coalesce(original_currency, '–') as currency, count(*) as n "
        f"from {mart} where mrr_unknown_reason is not null group by all order by n desc, reason, currency"
    )
    if rows:
        n = sum(row["n"] for row in rows)
        prose = say.revenue_is_unknown_of(
            n=counted(n, mart, "mrr_unknown_reason is not null"),
            accounts=plural(n, "account", "accounts"),
            currency=facts.accounts[0]["currency"] if any(row["reason"] == "no rate" for row in rows) else "",
        )
        columns = headed("governance", "revenue")
        yield Section("Is revenue known?", prose, table=Table("revenue", "The most accounts first.", columns, rows))


def _confidence(facts: Facts) -> Section:
    mart = "scores.account_scores_current"
    rows = facts.rows(
        f"select confidence, coalesce(confidence_reason, 'by coverage') as why, count(*) as n from {mart} "
        "group by all order by n desc, confidence, why"
    )
    prose = paragraph(
        say.confidence_today(
            said=listed(
                [
                    say.confidence(confidence=confidence, n=counted(n, mart, condition({"confidence": confidence})))
                    for confidence, n in _sums(rows).items()
                ]
            )
        )
        if rows
        else "No scores today."
    )
    columns = headed("governance", "confidence")
    return Section(
        "How sure are the scores?",
        prose,
        table=Table("confidence", "Coverage tells how much of the rubric has evidence.", columns, rows),
    )


def _sums(rows: list[Row]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["confidence"]] = sums.get(row["confidence"], 0) + row["n"]
    return sums


def _overrides(facts: Facts) -> Section:
    mart = "scores.fct_score_overrides"
    rows = facts.rows(
        f"select overrides.*, account_name from {mart} as overrides left join core.dim_accounts using (account_id) "
        "order by status <> 'in_force', valid_from desc, override_id"
    )
    n = sum(row["status"] == "in_force" for row in rows)
    prose = say.of_overrides_in_force(n, mart, all=counted(len(rows), mart))
    columns = headed("governance", "overrides")
    linked = facts.linked(rows)
    return Section(
        "Who disagreed with a band?",
        prose,
        table=Table("overrides", "In force first.", columns, linked, (), 10, "Nobody did."),
    )


def _definitions(facts: Facts) -> Iterator[Section]:
    yield _defined(
        facts, "Milestones", "milestones.dim_milestones", "sequence, version desc", headed("governance", "definitions")
    )
    yield _defined(
        facts,
        "Metrics and weights",
        "core.dim_metrics",
        "weight desc nulls last, metric_id",
        headed("governance", "definitions_2"),
    )
    yield Section(
        "Bands",
        Markup("A score falls into one band; near an edge the band holds still (docs/scores.md)."),
        table=Table(
            "bands",
            "From worst to best.",
            headed("governance", "definitions_3"),
            list(facts.bands.values()),
        ),
    )
    yield _defined(facts, "Plays", "core.dim_plays", "priority, play_id", headed("governance", "definitions_4"))


def _defined(facts: Facts, title: str, mart: str, order: str, columns: list[Column]) -> Section:
    rows = facts.rows(f"select * from {mart} order by {order}")
    prose = say.rows_defined(n=counted(len(rows), mart), rows=plural(len(rows), "row is", "rows are"))
    return Section(title, prose, table=Table(title.lower(), "As defined in the snapshot.", columns, rows, (), 40))
