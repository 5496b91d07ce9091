"""Data and definitions: whether the data behind the numbers are whole, and what the words mean.

Belongs here: freshness, rejects, overrides, definitions with owner and version. Does not belong here: the back-test
(evidence.py), targets and decisions (targets.py).
"""

from collections.abc import Iterator

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Column, Section, Table
from orchestration.publishing.site.content.facts import Facts, Page, Row
from orchestration.publishing.site.content.words import condition, counted, listed, paragraph, plural, sentence

_FRESHNESS = "governance.fct_source_freshness"


def pages(facts: Facts) -> Iterator[Page]:
    """data.html and definitions.html."""
    yield Page("data.html", "sections.html", "Data and checks", {
        "lead": doubts(facts) or Markup("No source is late, and no score of today is held in doubt."),
        "sections": [_freshness(facts), _rejects(facts), _confidence(facts), _overrides(facts)],
    })  # fmt: skip
    yield Page("definitions.html", "sections.html", "Definitions", {
        "lead": Markup("What the words mean, who owns them and why they are so. They are CSV files in "
            "<code>seeds/</code>, "
                       "changed by pull request."),
        "sections": [*_definitions(facts)],
    })  # fmt: skip


def doubts(facts: Facts) -> Markup:
    """What lowers confidence in today's numbers; empty when nothing does."""
    late = [row for row in facts.rows(f"select * from {_FRESHNESS} order by source_id") if row["is_late"]]
    doubted = [row for row in facts.accounts if row["confidence_reason"]]
    said = []
    if late:
        said.append(sentence(
            "{names} {are} late by {days} days or more.", names=listed([row["source_id"] for row in late]),
            are=plural(len(late), "is", "are"),
            days=counted(min(row["days_behind"] for row in late), _FRESHNESS, "is_late", "min(days_behind)"),
        ))  # fmt: skip
    if doubted:
        said.append(sentence(
            "Confidence in {n} {scores} is lowered for that or another doubt about the data.",
            n=counted(len(doubted), "scores.account_scores_current", "confidence_reason is not null"),
            scores=plural(len(doubted), "score", "scores"),
        ))  # fmt: skip
    return paragraph(*said)


def _freshness(facts: Facts) -> Section:
    rows = facts.rows(f"select * from {_FRESHNESS} order by coalesce(is_late, false) desc, source_id")
    n_late = sum(bool(row["is_late"]) for row in rows)
    received = sum(row["n_received"] for row in rows)
    prose = sentence(
        "{n} {sources} brought {received} records; {late} {are} late.", n=counted(len(rows), _FRESHNESS),
        sources=plural(len(rows), "source", "sources"), are=plural(n_late, "is", "are"),
        received=counted(received, _FRESHNESS, what="sum(n_received)"), late=counted(n_late, _FRESHNESS, "is_late"),
    )  # fmt: skip
    columns = [
        Column("Source", "source_id"), Column("Brings", "entity", "words"), Column("Newest", "newest_date", "day"),
        Column("Days behind", "days_behind", "count"), Column("Expected every", "expected_every_days", "days"),
        Column("Late", "is_late"), Column("Received", "n_received", "count"), Column("Landed", "n_landed", "count"),
        Column("Rejected", "n_rejected", "count"), Column("Share rejected", "rejected_ratio", "ratio"),
    ]  # fmt: skip
    return Section("Are the data there?", prose, table=Table("freshness", "Late sources first.", columns, rows))


def _rejects(facts: Facts) -> Section:
    mart = "governance.fct_rejected_records"
    rows = facts.rows(
        f"select source_id, reason, sum(n_records) as n_records from {mart} group by all order by 3 desc, 1, 2"
    )
    n = sum(row["n_records"] for row in rows)
    prose = sentence(
        "{n} {records} not used, each kept with its reason.", n=counted(n, mart, what="coalesce(sum(n_records), 0)"),
        records=plural(n, "record was", "records were"),
    )  # fmt: skip
    columns = [Column("Source", "source_id"), Column("Reason", "reason"), Column("Records", "n_records", "count")]
    return Section(
        "What was rejected?",
        prose,
        table=Table("rejects", "The most frequent first.", columns, rows, (), 10, "Nothing was rejected."),
    )


def _confidence(facts: Facts) -> Section:
    mart = "scores.account_scores_current"
    rows = facts.rows(
        f"select confidence, coalesce(confidence_reason, 'by coverage') as why, count(*) as n from {mart} "
        "group by all order by n desc, confidence, why"
    )
    prose = paragraph(sentence("Confidence today: {said}.", said=listed([
        sentence("{n} {confidence}", confidence=confidence, n=counted(n, mart, condition({"confidence": confidence})))
        for confidence, n in _sums(rows).items()
    ])) if rows else "No scores today.")  # fmt: skip
    columns = [Column("Confidence", "confidence"), Column("Why", "why"), Column("Accounts", "n", "count")]
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
        "order by status <> 'active', valid_from desc, override_id"
    )
    n = sum(row["status"] == "active" for row in rows)
    prose = sentence(
        "{n} of {all} overrides {are} in force. They stand beside the computed band, never over it.",
        n=counted(n, mart, "status = 'active'"), all=counted(len(rows), mart), are=plural(n, "is", "are"),
    )  # fmt: skip
    columns = [
        Column("Account", "account_name", "account"), Column("Set to", "band", "band"),
        Column("Computed", "last_computed_band", "band"),
        Column("Why", "reason"), Column("By", "author"), Column("From", "valid_from", "day"),
        Column("Until", "expires_at", "day"),
        Column("Status", "status", "words"),
    ]  # fmt: skip
    linked = facts.linked(rows)
    return Section(
        "Who disagreed with a band?",
        prose,
        table=Table("overrides", "In force first.", columns, linked, (), 10, "Nobody did."),
    )


def _definitions(facts: Facts) -> Iterator[Section]:
    yield _defined(facts, "Milestones", "milestones.dim_milestones", "sequence, version desc", [
        Column("#", "sequence", "count"), Column("Milestone", "name"), Column("Version", "version", "count"),
        Column("Reached when", "success_statement"), Column("Target", "target_days", "days"), Column("Owner", "owner"),
        Column("Why", "rationale"),
    ])  # fmt: skip
    yield _defined(facts, "Metrics and weights", "core.dim_metrics", "weight desc nulls last, metric_id", [
        Column("Metric", "name"), Column("Category", "category", "words"), Column("Weight", "weight", "score"),
        Column("Indicator", "indicator"), Column("What it is", "description"), Column("Owner", "owner"),
        Column("Why", "rationale"),
    ])  # fmt: skip
    yield Section("Bands", Markup("A score falls into one band; near an edge the band holds still (docs/scores.md)."),
        table=Table(
        "bands", "From worst to best.", [
            Column("Band", "band", "band"), Column("From", "score_from", "score"),
            Column("Below", "score_below", "score"),
            Column("Why", "rationale"),
        ], list(facts.bands.values()),
    ))  # fmt: skip
    yield _defined(facts, "Plays", "core.dim_plays", "priority, play_id", [
        Column("Play", "name"), Column("Task", "task"), Column("Owner role", "owner_role", "words"),
        Column("Due in", "due_days", "days"),
        Column("Deliverable", "deliverable"), Column("Effort", "effort_hours", "hours"), Column("Owner", "owner"),
        Column("Why", "rationale"),
    ])  # fmt: skip


def _defined(facts: Facts, title: str, mart: str, order: str, columns: list[Column]) -> Section:
    rows = facts.rows(f"select * from {mart} order by {order}")
    prose = sentence("{n} {rows} defined.", n=counted(len(rows), mart), rows=plural(len(rows), "row is", "rows are"))
    return Section(title, prose, table=Table(title.lower(), "As defined in the snapshot.", columns, rows, (), 40))
