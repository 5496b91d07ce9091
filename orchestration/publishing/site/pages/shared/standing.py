"""How a set of accounts stands: the portfolio, a group or a CSM's book, told alike on each of their pages.

Belongs here: tiles, bands over time, the sentence that sums up. Does not belong here: what only one page shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from orchestration.publishing.site.charts.figures import HALF, Chart, Line, Zone, column_chart, line_chart, sparkline
from orchestration.publishing.site.components.blocks import Section, Tile
from orchestration.publishing.site.content.facts import AT_RISK, Facts, Row
from orchestration.publishing.site.content.formats import shown, words
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import Figure, MartRow, condition, counted, paragraph, plural, sentence
from orchestration.publishing.site.pages.shared.incidents import strips

say = prose("shared/standing")

_TILES = (
    ("accounts", "Accounts", "count"),
    ("accounts_at_risk", "At risk", "count"),
    ("mean_score", "Mean score", "score"),
    ("mrr", "MRR", "money"),
    ("mrr_at_risk", "MRR at risk", "money"),
    ("mrr_at_risk_ratio", "Share of MRR at risk", "ratio"),
)
# amounts that leave out accounts whose MRR is unknown, and whether only those at risk
_LEAVE_OUT_UNKNOWN = {"mrr": False, "mrr_at_risk": True, "mrr_at_risk_ratio": False}
FORMS = {name: form for name, _, form in _TILES} | {"at_risk_ratio": "ratio"}
_SIGNALS = {"rise": "above its usual range", "fall": "below its usual range", "none": "within its usual range"}


@dataclass(frozen=True)
class Scope:
    """Which accounts: a group (`all`, `all` for every one), or the book of a CSM."""

    attribute: str = "all"
    value: str = "all"
    csm_id: str = "all"

    @property
    def key(self) -> Mapping[str, Any]:
        """Columns that choose its rows in the portfolio's marts."""
        return {"segment_attribute": self.attribute, "segment_value": self.value, "csm_id": self.csm_id}

    def headline(self, measure: str) -> Mapping[str, Any]:
        """Columns that choose one of its headline numbers among the signals."""
        return {**self.key, "signal_kind": "headline", "signal_id": measure}


def trend(facts: Facts, scope: Scope, measure: str) -> list[Row]:
    """A headline number on every Sunday and today."""
    return facts.trends.get((scope.attribute, scope.value, scope.csm_id, measure), [])


def latest(facts: Facts, scope: Scope, measure: str) -> MartRow | None:
    """The headline number of today, as figures."""
    rows = trend(facts, scope, measure)
    if not rows or rows[-1]["scored_on"] != facts.today:
        return None
    return MartRow("scores.fct_signals", {"scored_on": facts.today, **scope.headline(measure)}, rows[-1])


def tiles(facts: Facts, scope: Scope) -> list[Tile]:
    """Headline numbers, each over the range it usually keeps."""
    made = []
    for measure, name, form in _TILES:
        cells = latest(facts, scope, measure)
        if cells is None:
            continue
        rows = trend(facts, scope, measure)[-27:]
        values = [row["value"] for row in rows]
        label = (
            f"{name} since {shown(rows[0]['scored_on'])}: from {shown(values[0], form)} to {shown(values[-1], form)}"
        )
        spark = sparkline(values, label, [row["expected_low"] for row in rows], [row["expected_high"] for row in rows])
        note = _usual(cells, form)
        if measure in _LEAVE_OUT_UNKNOWN and (n := _unknown(facts, scope, _LEAVE_OUT_UNKNOWN[measure])).value:
            note = say.without_unknown(usual=note, n=n)
        made.append(Tile(name, cells.figure("value", form), spark, note))
    return made


def _usual(cells: MartRow, form: str) -> Markup:
    if cells["crossed"] == "not_yet":
        return Markup("too early to say what is usual")
    return say.expected_range(cells, form, said=_SIGNALS[cells["crossed"]])


def summary(facts: Facts, scope: Scope, name: str) -> Markup:
    """The portfolio (group, book) in two or three sentences."""
    parts = {measure: latest(facts, scope, measure) for measure in FORMS}
    if parts["accounts"] is None or parts["accounts_at_risk"] is None:
        return say.has_no_scored_accounts(name=name)
    n, n_risk = parts["accounts"], parts["accounts_at_risk"]
    first = say.in_scored_today_of(n, n_risk, name=name, ratio=_figure(parts["at_risk_ratio"], "ratio"))
    money = Markup("")
    if parts["mrr"] and parts["mrr"]["value"]:
        money = say.they_carry_of_mrr(
            risk=_figure(parts["mrr_at_risk"], "money"),
            mrr=_figure(parts["mrr"], "money"),
            ratio=_figure(parts["mrr_at_risk_ratio"], "ratio"),
        )
    return paragraph(first, money, _unknown_amounts(facts, scope) if money else "", _moved(parts["mean_score"]))


def _unknown_amounts(facts: Facts, scope: Scope) -> Markup:
    """Whose MRR is left out of the sums, those at risk by themselves."""
    n = _unknown(facts, scope, at_risk=False)
    return say.mrr_is_unknown_of(n, n_risk=_unknown(facts, scope, at_risk=True)) if n.value else Markup("")


def _unknown(facts: Facts, scope: Scope, at_risk: bool) -> Figure:
    """How many accounts, all or those at risk, the sums leave out."""
    rows = band_counts(facts, scope).values()
    n = sum(row["n_mrr_unknown"] for row in rows if not at_risk or is_at_risk(row))
    where = condition({"scored_on": facts.today, **scope.key})
    bands = f" and band in {AT_RISK}" if at_risk else ""
    return counted(n, "scores.fct_portfolio_health", where + bands, "coalesce(sum(n_mrr_unknown), 0)")


def _moved(score: MartRow | None) -> Markup:
    """Whether the mean score did more than it usually does."""
    if score is None or score["value"] is None or score["expected_value"] is None:
        return Markup("")
    said = {"value": score.figure("value", "score"), "before": score.figure("expected_value", "score")}
    if score["crossed"] == "not_yet":
        return sentence("The mean score is {value}; too few weeks are known to say what is usual.", **said)
    if score["crossed"] == "none":
        return sentence(
            "The mean score is {value} after {before} on the Sunday before, which is nothing unusual.", **said
        )
    verb = "rose" if score["crossed"] == "rise" else "fell"
    return sentence(
        "The mean score {verb} from {before} to {value}, more than it usually moves in a week.", verb=verb, **said
    )


def _figure(cells: MartRow | None, form: str) -> Figure | str:
    return cells.figure("value", form) if cells else "–"


def band_counts(facts: Facts, scope: Scope) -> dict[str, Row]:
    """Today's accounts and MRR by band; bands without accounts are not in it."""
    rows = facts.bands_by_week.get((scope.attribute, scope.value, scope.csm_id), [])
    return {row["band"]: row for row in rows if row["scored_on"] == facts.today}


def bands_section(facts: Facts, scope: Scope) -> Section:
    """Accounts by band, week by week."""
    rows = facts.bands_by_week.get((scope.attribute, scope.value, scope.csm_id), [])
    days = sorted({row["scored_on"] for row in rows})
    counts = {(row["scored_on"], row["band"]): row["n_accounts"] for row in rows}
    there = [band for band in facts.bands if any((day, band) in counts for day in days)]
    layers = [Line(words(band), [counts.get((day, band), 0) for day in days], tone=f"band-{band}") for band in there]
    label = "Accounts by band, week by week"
    chart = column_chart(days, layers, "count", label, strips=strips(facts)) if days else None
    return Section("Accounts by band", _bands_prose(facts, scope, days), chart, width="half")


def _bands_prose(facts: Facts, scope: Scope, days: list[Any]) -> Markup:
    counts = band_counts(facts, scope)
    mart = "scores.fct_portfolio_health"
    said = [
        say.bands_prose(
            band,
            n=facts.cells(mart, row, "scored_on", "segment_attribute", "segment_value", "csm_id", "band").figure(
                "n_accounts"
            ),
        )
        for band in facts.bands
        if (row := counts.get(band))
    ]
    if not said:
        return Markup("No account has a band yet.")
    moved = Markup("")
    if scope == Scope() and (past := [day for day in days if (facts.today - day).days >= 28]):
        worse = facts.rows(
            f"select coalesce(sum(n_accounts), 0) as n from scores.fct_band_migrations where {_worse(facts, max(past))}"
        )[0]["n"]
        moved = say.since_accounts_fell_into(
            worse,
            day=counted(max(past), mart, f"scored_on = date '{max(past)}'", "max(scored_on)", "day"),
            n=counted(worse, "scores.fct_band_migrations", _worse(facts, max(past)), "coalesce(sum(n_accounts), 0)"),
        )
    return paragraph(say.bands_today(all=Markup(", ").join(said)), moved)


def _worse(facts: Facts, day: Any) -> str:
    """Moves of the total to a lower band after a day."""
    ranks = {band: row["band_rank"] for band, row in facts.bands.items()}
    pairs = [f"('{a}', '{b}')" for a in ranks for b in ranks if ranks[a] > ranks[b] >= 1]
    moves = f" and (from_band, to_band) in ({', '.join(pairs)})" if pairs else ""
    return f"segment_attribute = 'all' and scored_on > date '{day}'{moves}"


def score_section(facts: Facts, scope: Scope) -> Section:
    """The mean score over the range it usually keeps."""
    rows = trend(facts, scope, "mean_score")
    days = [row["scored_on"] for row in rows]
    values = [row["value"] for row in rows]
    usual = ([row["expected_low"] for row in rows], [row["expected_high"] for row in rows])
    outside = [row for row in rows if row["crossed"] in ("rise", "fall")]
    weeks = f"{condition(scope.headline('mean_score'))} and {_shown_days(facts)}"
    prose = (
        say.it_left_the_range(
            n=counted(len(outside), "scores.fct_signals", f"{weeks} and crossed in ('rise', 'fall')"),
            times=plural(len(outside), "time", "times"),
            weeks=counted(len(rows), "scores.fct_signals", weeks),
        )
        if rows
        else Markup("No scores yet.")
    )
    chart: Chart | None = None
    if rows:
        chart = line_chart(
            days, [Line("mean score", values)], "score", "Mean score, week by week", usual=usual, strips=strips(facts),
            width=HALF,
        )  # fmt: skip
    return Section("Mean score", prose, chart, width="half")


def _shown_days(facts: Facts) -> str:
    """Sundays of a year, and today."""
    return f"scored_on > date '{facts.today}' - 371 and (dayofweek(scored_on) = 0 or scored_on = date '{facts.today}')"


def zones(facts: Facts) -> list[Zone]:
    """Bands as stretches of the score."""
    return [
        Zone(words(band), float(row["score_from"]), float(row["score_below"] or 100), f"band-{band}")
        for band, row in facts.bands.items()
        if row["score_from"] is not None
    ]


def is_at_risk(row: Row) -> bool:
    """Whether an account's band calls for action."""
    return row["band"] in AT_RISK
