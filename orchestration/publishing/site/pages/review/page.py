"""Reviews: what a month or a quarter brought, for the people who decide what comes next.

Belongs here: which periods, the order of a review. Does not belong here: its sections (review_sections.py), the PDF
(../browser.py).
"""

import calendar
import datetime as dt
from collections.abc import Iterator

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts, Page
from orchestration.publishing.site.pages.review.flows import closures, gaps, revenue, seen, voice
from orchestration.publishing.site.pages.review.sections import Period, groups, moved, summary
from orchestration.publishing.site.pages.shared.effects import effects_section
from orchestration.publishing.site.pages.shared.targets import decisions_section, quarter_of, targets_section

_MONTHS, _QUARTERS = 6, 3


def pages(facts: Facts) -> Iterator[Page]:
    """reviews.html, and a page per month and quarter."""
    found = periods(facts)
    columns = headed("review/page", "pages")
    rows = [
        {
            "name": one.name,
            "first": one.first,
            "last": one.last,
            "href": one.page,
            "state": "over" if one.is_over else "running",
        }
        for one in found
    ]
    yield Page(
        "reviews.html",
        "sections.html",
        "Reviews",
        {
            "lead": Markup(
                "A page per month and quarter: targets and actual, what moved, what was closed, what is "
                "open. <code>make review PERIOD=…</code> writes one as PDF."
            ),
            "sections": [
                Section(
                    "Periods",
                    Markup(""),
                    table=Table("periods", "The newest first.", columns, rows, empty="No period has scores yet."),
                )
            ],
        },
    )
    for period in found:
        yield Page(
            period.page,
            "sections.html",
            f"Review of {period.name}",
            {
                "section": "reviews.html",
                "trail": [("reviews.html", "Reviews")],
                "lead": summary(facts, period),
                "sections": [
                    targets_section(facts, min(period.last, facts.today)),
                    moved(facts, period),
                    groups(facts, period),
                    gaps(facts, period),
                    closures(facts, period),
                    effects_section(facts),
                    revenue(facts, period),
                    voice(facts, period),
                    seen(facts, period),
                    decisions_section(facts, min(period.last, facts.today)),
                ],
            },
        )


def periods(facts: Facts) -> list[Period]:
    """The latest months and quarters in which Sundays were scored, the newest first."""
    row = facts.rows("select min(scored_on) as first, max(scored_on) as last from scores.fct_portfolio_health")[0]
    if row["first"] is None:
        return []
    found = []
    month = facts.today.replace(day=1)
    for _ in range(_MONTHS):
        last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        found.append(Period(f"{month:%B %Y}", f"{month:%Y-%m}", month, last, facts.today))
        month = (month - dt.timedelta(1)).replace(day=1)
    quarter = quarter_of(facts.today)
    for _ in range(_QUARTERS):
        end = quarter.replace(month=quarter.month + 2)
        last = end.replace(day=calendar.monthrange(end.year, end.month)[1])
        name = f"Q{(quarter.month + 2) // 3} {quarter:%Y}"
        found.append(Period(name, f"{quarter:%Y}-Q{(quarter.month + 2) // 3}", quarter, last, facts.today))
        quarter = quarter_of(quarter - dt.timedelta(1))
    return [one for one in found if row["first"] < one.last]
