"""Groups of accounts: how they stand beside each other, and a page for each.

Belongs here: today's standing of groups. Does not belong here: how groups behave over their life (cohorts.py).
"""

from collections.abc import Iterator

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Section, Table, Tabs
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import AT_RISK, Facts, Page, Row, group_page
from orchestration.publishing.site.content.formats import words
from orchestration.publishing.site.content.words import paragraph, quotation, sentence
from orchestration.publishing.site.pages.shared.lists import account_table
from orchestration.publishing.site.pages.shared.standing import (
    Scope,
    band_counts,
    bands_section,
    latest,
    score_section,
    summary,
    tiles,
)


def pages(facts: Facts) -> Iterator[Page]:
    """groups.html, and a page per value of each attribute."""
    groups = _groups(facts)
    yield Page(
        "groups.html",
        "sections.html",
        "Groups",
        {
            "lead": Markup(
                "Which groups of accounts stand worse today? A difference between small groups is often chance: "
                '<a href="cohorts.html">Cohorts</a> tests it.'
            ),
            "sections": [
                Section(
                    "Groups today",
                    Markup(""),
                    tabs=Tabs(
                        "groups",
                        [(words(attribute), _compared(facts, attribute, rows)) for attribute, rows in groups.items()],
                    ),
                )
            ]
            if groups
            else [Section("Groups today", Markup("No attribute forms groups (<code>seeds/segments.csv</code>)."))],
        },
    )
    members = facts.by("group_members", "segment_attribute", "segment_value")
    for attribute, rows in groups.items():
        for row in rows:
            ids = {member["account_id"] for member in members.get((attribute, row["segment_value"]), [])}
            yield _page(
                facts, attribute, row["segment_value"], [one for one in facts.accounts if one["account_id"] in ids]
            )


def _groups(facts: Facts) -> dict[str, list[Row]]:
    """Groups that have accounts today, by attribute; the attribute that sets benchmarks first."""
    found: dict[str, list[Row]] = {}
    for row in facts.rows(
        "select * from core.dim_segments where segment_attribute <> 'all' "
        "order by not is_benchmark, segment_attribute, segment_value"
    ):
        if latest(facts, Scope(row["segment_attribute"], row["segment_value"]), "accounts"):
            found.setdefault(row["segment_attribute"], []).append(row)
    return found


def _compared(facts: Facts, attribute: str, groups: list[Row]) -> Section:
    rows = []
    for group in groups:
        scope = Scope(attribute, group["segment_value"])
        told: Row = {"name": words(group["segment_value"]), "href": group_page(attribute, group["segment_value"])}
        counts = band_counts(facts, scope)
        told["bands"] = {band: counts[band]["n_accounts"] if band in counts else 0 for band in facts.bands}
        has_amounts = any(account["mrr"] is not None for account in facts.accounts)
        told["n_mrr_unknown"] = sum(row["n_mrr_unknown"] for row in counts.values()) if has_amounts else None
        for measure in ("accounts", "mean_score", "at_risk_ratio", "mrr", "mrr_at_risk_ratio"):
            cells = latest(facts, scope, measure)
            told[measure] = cells["value"] if cells else None
        rows.append(told)
    worst = max(rows, key=lambda row: (row["at_risk_ratio"] or 0, row["name"]))
    best = min(rows, key=lambda row: (row["at_risk_ratio"] or 0, row["name"]))
    prose = Markup("There is one group only.")
    if len(rows) > 1:
        figures = {}
        for side, row in (("worst", worst), ("best", best)):
            value = next(group["segment_value"] for group in groups if words(group["segment_value"]) == row["name"])
            cells = latest(facts, Scope(attribute, value), "at_risk_ratio")
            figures[side] = cells.figure("value", "ratio") if cells else "–"
        prose = sentence(
            "The largest share at risk is in {worst_name} ({worst}), the smallest in {best_name} ({best}).",
            worst_name=quotation(worst["name"]),
            best_name=quotation(best["name"]),
            **figures,
        )
    columns = headed("groups", "compared")
    return Section(words(attribute), prose, table=Table(f"groups_{attribute}", "Groups of today.", columns, rows))


def _page(facts: Facts, attribute: str, value: str, accounts: list[Row]) -> Page:
    scope = Scope(attribute, value)
    name = f"{words(attribute)}: {words(value)}"
    n_risk = sum(row["band"] in AT_RISK for row in accounts)
    return Page(
        group_page(attribute, value),
        "overview.html",
        name,
        {
            "section": "groups.html",
            "trail": [("index.html", "Portfolio"), ("groups.html", "Groups")],
            "doubts": "",
            "lead": paragraph(summary(facts, scope, f"the group {name}")),
            "tiles": tiles(facts, scope),
            "sections": [
                bands_section(facts, scope),
                score_section(facts, scope),
                Section(
                    "Accounts",
                    Markup("") if n_risk else Markup("None of them is at risk."),
                    table=account_table(
                        facts,
                        accounts,
                        "accounts",
                        "The account that needs most comes first.",
                        25,
                        ["Band", "CSM", "Stage"],
                    ),
                ),
            ],
        },
    )
