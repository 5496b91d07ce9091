"""Cohorts: how long it takes to reach value, who stays, and whether groups really differ.

Belongs here: curves over the life of accounts. Does not belong here: today's standing (groups.py), steps
(milestones.py).
"""

from collections.abc import Iterator

from markupsafe import Markup

from orchestration.publishing.site.charts.figures import Line, line_chart
from orchestration.publishing.site.components.blocks import Section, Table, Tabs
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts, Page, Row
from orchestration.publishing.site.content.formats import words
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import MartRow, counted, paragraph, quotation

say = prose("cohorts")

_SURVIVAL, _RETENTION, _COMPARED = (
    "cohorts.fct_cohort_survival",
    "cohorts.fct_cohort_retention",
    "cohorts.fct_cohort_comparisons",
)
_WEEKS = 60
TONES = ("one", "two", "three", "four", "five", "six")


def pages(facts: Facts) -> Iterator[Page]:
    """cohorts.html."""
    yield Page(
        "cohorts.html",
        "sections.html",
        "Cohorts",
        {
            "lead": Markup(
                "How accounts fare over their life, counted from their own start. Shaded is where the "
                "truth lies nine times in ten."
            ),
            "sections": [
                _curves(facts, "How long until first value?", "first_value", True),
                _curves(facts, "Who stays?", "churn", False),
                _retention(facts),
                _comparisons(facts),
                _modes(facts),
            ],
        },
    )


def _curves(facts: Facts, title: str, endpoint: str, is_arrival: bool) -> Section:
    found = facts.by(
        f"select * from {_SURVIVAL} where endpoint = '{endpoint}' and survival_ratio is not null "
        "order by segment_attribute <> 'all', segment_attribute, segment_value, duration_days",
        "segment_attribute",
    )
    panels = [
        ("everybody" if attribute == "all" else words(attribute), _curve(facts, endpoint, attribute, rows, is_arrival))
        for attribute, rows in found.items()
    ]
    if not panels:
        return Section(title, Markup("Too few accounts to draw a curve."))
    return Section(title, Markup(""), tabs=Tabs(endpoint, panels))


def _curve(facts: Facts, endpoint: str, attribute: str, rows: list[Row], is_arrival: bool) -> Section:
    largest = _largest(rows)
    last = 120 if is_arrival else 540
    days = sorted({row["duration_days"] for steps in largest.values() for row in steps if row["duration_days"] <= last})
    lines = []
    for tone, (value, steps) in zip(TONES, largest.items(), strict=False):
        lines.append(
            Line(
                words(value) if attribute != "all" else "accounts",
                *curve_at(steps, days, is_arrival),
                tone=tone,
                is_stepped=True,
            )
        )
    label = (
        "Share that has it, by days since the start"
        if is_arrival
        else "Share still a customer, by days since the start"
    )
    chart = line_chart(days, lines, "ratio", label, limits=(0, 1), x_form="count", x_name="day")
    said = [_median(facts, endpoint, attribute, value, steps, is_arrival) for value, steps in largest.items()]
    left_out = len({row["segment_value"] for row in rows}) - len(largest)
    return Section(
        "",
        paragraph(*said, "The largest groups are drawn; the others are in the mart." if left_out else ""),
        chart,
    )


def curve_at(
    steps: list[Row], days: list[int], is_arrival: bool
) -> tuple[list[float | None], list[float | None], list[float | None]]:
    """A curve at these days: value, low, high."""
    values: list[float | None] = []
    low: list[float | None] = []
    high: list[float | None] = []
    position, now = 0, None
    end = steps[-1]["duration_days"]
    for day in days:
        while position < len(steps) and steps[position]["duration_days"] <= day:
            now = steps[position]
            position += 1
        ratio, a, b = (
            (1.0, 1.0, 1.0) if now is None else (now["survival_ratio"], now["survival_low"], now["survival_high"])
        )
        if day > end:
            ratio = a = b = None
        if is_arrival:  # the share that has it, of all: who left without it does not get it any more
            ratio, a, b = (0.0 if now is None else now["incidence_ratio"] if day <= end else None), None, None
        values.append(ratio)
        low.append(a if b is not None else None)
        high.append(b if a is not None else None)
    return values, low, high


def _median(facts: Facts, endpoint: str, attribute: str, value: str, steps: list[Row], is_arrival: bool) -> Markup:
    cells = MartRow(
        _SURVIVAL,
        {
            "endpoint": endpoint,
            "segment_attribute": attribute,
            "segment_value": value,
            "duration_days": steps[-1]["duration_days"],
        },
        steps[-1],
    )
    who = Markup("Of all accounts") if attribute == "all" else say.of_segment(value)
    if is_arrival:
        half = next((step for step in steps if (step["incidence_ratio"] or 0) >= 0.5), None)
        if half is None:
            return say.less_than_half_have(who=who)
        return say.half_have_it_after(
            MartRow(_SURVIVAL, {**cells.key, "duration_days": half["duration_days"]}, half), who=who
        )
    return say.were_still_customers_when(cells, who=who)


def _retention(facts: Facts) -> Section:
    found = facts.by(
        f"select * from {_RETENTION} where cohort = 'all' and not is_too_small order by segment_attribute <> "
        "'all', segment_attribute, segment_value, week_number",
        "segment_attribute",
    )
    panels = [
        ("everybody" if attribute == "all" else words(attribute), _kept_by_week(facts, attribute, _largest(rows)))
        for attribute, rows in found.items()
    ]
    if not panels:
        return Section("Who still uses it?", Markup("Too few accounts to say."))
    return Section("Who still uses it?", Markup(""), tabs=Tabs("retention", panels))


def _largest(rows: list[Row]) -> dict[str, list[Row]]:
    """Rows by group, as many of the largest as can be told apart in a chart."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["segment_value"], []).append(row)
    return dict(sorted(groups.items(), key=lambda one: (-one[1][0]["n_accounts"], one[0]))[: len(TONES)])


def _kept_by_week(facts: Facts, attribute: str, groups: dict[str, list[Row]]) -> Section:
    weeks = sorted({row["week_number"] for rows in groups.values() for row in rows if row["week_number"] <= _WEEKS})
    lines = []
    for tone, (value, rows) in zip(TONES, groups.items(), strict=False):
        of_week = {row["week_number"]: row for row in rows}
        ratio, low, high = (
            [of_week[week][name] if week in of_week else None for week in weeks]
            for name in ("retained_ratio", "retained_low", "retained_high")
        )
        lines.append(Line(words(value) if attribute != "all" else "accounts", ratio, low, high, tone))
    label = "Share still active, by week since the start"
    chart = line_chart(weeks, lines, "ratio", label, limits=(0, 1), x_form="count", x_name="week")
    return Section("", _kept(facts, attribute, groups), chart)


def _kept(facts: Facts, attribute: str, groups: dict[str, list[Row]]) -> Markup:
    said = []
    for value, rows in groups.items():
        at = max((row for row in rows if row["week_number"] <= 12), key=lambda row: row["week_number"])
        cells = facts.cells(_RETENTION, at, "cohort", "segment_attribute", "segment_value", "week_number")
        who = Markup("accounts") if attribute == "all" else quotation(words(value))
        said.append(say.in_week_of_were(cells, who=who))
    return paragraph(*said)


def _comparisons(facts: Facts) -> Section:
    rows = facts.rows(
        f"select * from {_COMPARED} order by q_value nulls last, p_value nulls last, endpoint, segment_attribute"
    )
    n_tested, n_real = sum(row["q_value"] is not None for row in rows), sum((row["q_value"] or 1) < 0.1 for row in rows)
    if not n_tested:
        return Section("Do groups differ?", Markup("No two groups are large enough to compare."))
    prose = say.of_comparisons_once_it(n_tested, _COMPARED, n_real)
    columns = headed("cohorts", "comparisons")
    return Section(
        "Do groups differ?", prose, table=Table("comparisons", "The clearest difference first.", columns, rows, (), 10)
    )


def _modes(facts: Facts) -> Section:
    mart = "cohorts.fct_onboarding_mode_comparison"
    rows = facts.rows(
        f"select * from {mart} where not is_too_small order by segment_attribute <> 'all', segment_attribute, "
        "segment_value, outcome"
    )
    if not rows:
        return Section("Automated or assisted?", Markup("Too few accounts of both kinds to compare."))
    clear = [row for row in rows if row["better_mode"] in ("automated", "assisted")]
    prose = say.in_of_comparisons_one(
        n=counted(len(clear), mart, "not is_too_small and better_mode in ('automated', 'assisted')"),
        all=counted(len(rows), mart, "not is_too_small"),
    )
    columns = headed("cohorts", "modes")
    return Section(
        "Automated or assisted?",
        prose,
        table=Table("modes", "Adjusted for the attribute that sets benchmarks.", columns, rows, (), 10),
    )
