"""The portfolio at both ends of a period: from the last scored day before it to the last one in it.

Belongs here: standing then and now. Does not belong here: what happened in between (review_flows.py), which periods
(review.py).
"""

import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts
from orchestration.publishing.site.content.formats import words
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import (
    Figure,
    MartRow,
    counted,
    paragraph,
    plural,
    quotation,
    sentence,
)
from orchestration.publishing.site.pages.shared.incidents import told_between

say = prose("review/sections")

_SIGNALS = "scores.fct_signals"
_PORTFOLIO = {"subject_kind": "portfolio", "subject_id": "all"}
_LARGE = 20  # accounts from which on a shift of a group is worth a sentence


@dataclass(frozen=True)
class Period:
    """A month or a quarter; what of it lies after `today` has not happened."""

    name: str
    slug: str
    first: dt.date
    last: dt.date
    today: dt.date

    @property
    def page(self) -> str:
        """Path of its review."""
        return f"reviews/{self.slug}.html"

    @property
    def is_over(self) -> bool:
        """Whether its last day was scored."""
        return self.last <= self.today

    @property
    def bounds(self) -> dict[str, dt.date]:
        """Its days as parameters of queries."""
        return {"first": self.first, "last": self.last}

    def within(self, column: str) -> str:
        """SQL that is true for days of the period."""
        return f"{column} between date '{self.first}' and date '{self.last}'"


def ends(facts: Facts, period: Period) -> dict[str, dt.date] | None:
    """The last scored days before the period (opening) and in it (closing); None when one is missing."""
    row = facts.rows(
        f"select max(scored_on) filter (where scored_on < date '{period.first}') as opening, "
        f"max(scored_on) filter (where {period.within('scored_on')}) as closing from {_SIGNALS}"
    )[0]
    return row if row["opening"] and row["closing"] else None


def summary(facts: Facts, period: Period) -> Markup:
    """The portfolio at both ends of the period, in a sentence."""
    days = ends(facts, period)
    if days is None:
        return Markup("Nothing was scored before this period, or in it: there is no comparison.")
    said = {}
    for measure, form in (("accounts_at_risk", "count"), ("mrr_at_risk", "money"), ("mean_score", "score")):
        for name, day in days.items():
            cells = facts.one(_SIGNALS, scored_on=day, **_PORTFOLIO, signal_id=measure)
            said[f"{measure}_{name}"] = cells.figure("value", form) if cells else "–"
    has_amounts = any(figure != "–" for name, figure in said.items() if name.startswith("mrr"))
    money = "MRR at risk from {mrr_at_risk_opening} to {mrr_at_risk_closing}, " if has_amounts else ""
    told = sentence(
        "From {opening} to {closing}{state}, accounts at risk went from {accounts_at_risk_opening} to "
        f"{{accounts_at_risk_closing}}, {money}the mean score from {{mean_score_opening}} to {{mean_score_closing}}.",
        opening=_day(days["opening"]),
        closing=_day(days["closing"]),
        state="" if period.is_over else " (not over yet)",
        **said,
    )
    return paragraph(told, told_between(facts, period.first, min(period.last, facts.today)))


def moved(facts: Facts, period: Period) -> Section:
    """Accounts whose band at the end is another than at the beginning."""
    days = ends(facts, period)
    if days is None:
        return Section("What moved", Markup("There is no earlier day to compare with."))
    rows = facts.rows("review_moved", days)
    falls = sum(row["is_fall"] for row in rows)
    prose = sentence(
        "{falls} {accounts} fell into a worse band and {rises} rose, from {opening} to {closing}.",
        falls=_moves(days, falls, "<"),
        rises=_moves(days, len(rows) - falls, ">"),
        accounts=plural(falls, "account", "accounts"),
        opening=_day(days["opening"]),
        closing=_day(days["closing"]),
    )
    columns = headed("review/sections", "moved")
    table = Table(
        "moved",
        "Falls first, the most revenue first.",
        columns,
        facts.linked(rows),
        (),
        12,
        "No account changed its band.",
    )
    return Section("What moved", prose, table=table)


def _moves(days: dict[str, dt.date], n: int, way: str) -> Figure:
    """How many fell (<) or rose (>)."""
    day = {
        name: f"select account_id, band_rank from scores.fct_account_scores inner join core.dim_bands using "
        f"(rubric_version, band) where is_published and band_rank > 0 and scored_on = date '{on}'"
        for name, on in days.items()
    }
    query = (
        f"select count(*) from ({day['closing']}) as now inner join ({day['opening']}) as before using (account_id) "
        f"where now.band_rank {way} before.band_rank"
    )
    return Figure(n, "count", query)


def _day(day: dt.date) -> Figure:
    return counted(day, _SIGNALS, f"scored_on = date '{day}'", "max(scored_on)", "day")


def groups(facts: Facts, period: Period) -> Section:
    """How the share at risk shifted in every group."""
    days = ends(facts, period)
    rows = facts.rows("review_groups", days) if days else []
    if not rows or days is None:
        return Section("Groups", Markup("There is no earlier day, or no group, to compare with."))
    for row in rows:
        row["attribute"], row["group"] = words(row["segment_attribute"]), words(row["segment_value"])
    large = [row for row in rows if row["n"] >= _LARGE]
    prose = Markup("Every group is small: shifts are mostly chance.")
    if large:
        key = {name: large[0][name] for name in ("subject_kind", "subject_id", "signal_id")}
        now = MartRow(_SIGNALS, {"scored_on": days["closing"], **key}, large[0])
        before = MartRow(_SIGNALS, {"scored_on": days["opening"], **key}, {"value": large[0]["value_before_period"]})
        prose = say.of_the_larger_groups(before, now, group=quotation(f"{large[0]['attribute']}: {large[0]['group']}"))
    columns = headed("review/sections", "groups")
    return Section("Groups", prose, table=Table("shifts", "The worst shift first.", columns, rows, (), 10))
