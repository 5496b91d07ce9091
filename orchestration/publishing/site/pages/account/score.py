"""An account's score: the number with its doubt, its course, what makes it and what changed it.

Belongs here: what is about the score. Does not belong here: milestones, voice and tasks (account_story.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from orchestration.publishing.site.charts.figures import Line, Zone, line_chart
from orchestration.publishing.site.components.blocks import Bar, Bars, Column, Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts, Names, Row
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import (
    MartRow,
    condition,
    counted,
    listed,
    paragraph,
    plural,
    sentence,
)
from orchestration.publishing.site.pages.shared.incidents import strips

say = prose("account/score")

_CURRENT = "scores.account_scores_current"
CAUSES = {
    "decay_change": "Time alone",
    "coverage_change": "Evidence gained or lost",
    "data_change": "New data",
    "rubric_change": "Rubric or phase",
}


@dataclass(frozen=True)
class AccountRows:
    """An account of today and its rows of every query, by the query's name."""

    facts: Facts
    account: Row
    of: Mapping[str, list[Row]]

    @property
    def cells(self) -> MartRow:
        """Today's score as figures."""
        return self.facts.cells(_CURRENT, self.account, "account_id")

    @property
    def key(self) -> str:
        """SQL that chooses the account."""
        return condition({"account_id": self.account["account_id"]})


def head(rows: AccountRows) -> Markup:
    """The account in three sentences."""
    account, cells = rows.account, rows.cells
    if account["score"] is None:
        return say.too_little_is_known(cells)
    stands = (
        say.it_scores_somewhere_between(cells, account)
        if account["band"] != "unknown"
        else say.too_little_is_known_2(cells)
    )
    return paragraph(stands, _moved(account, cells), _doubt(account))


def _moved(account: Row, cells: MartRow) -> Markup:
    if account["change_28d"] is None:
        return Markup("It is too new to compare with four weeks ago.")
    if account["significant_change"] is None:
        return say.it_moved_points_in(change=cells.figure("change_28d", "change"))
    return say.it_moved_as_usual_or_not(cells, account)


def _doubt(account: Row) -> Markup:
    if not account["confidence_reason"]:
        return Markup("")
    return say.confidence_is(account)


def trend(rows: AccountRows, scale: list[Zone]) -> Section:
    """The score week by week, over the range in which it usually moves."""
    weeks = [row for row in rows.of["weeks"] if row["score"] is not None]
    if len(weeks) < 2:
        return Section("Score", Markup("There is no course yet: the account was scored once at most."))
    low, high = [], []
    for row in weeks:
        knows = row["control_limit"] is not None and row["score_before"] is not None
        low.append(max(0.0, float(row["score_before"]) - float(row["control_limit"])) if knows else None)
        high.append(min(100.0, float(row["score_before"]) + float(row["control_limit"])) if knows else None)
    values = [float(row["score"]) for row in weeks]
    outside = [
        row
        for row, value, a, b in zip(weeks, values, low, high, strict=True)
        if a is not None and b is not None and not a <= value <= b
    ]
    opened = [task["opened_on"] for task in rows.of["tasks"] if task["opened_on"] >= weeks[0]["scored_on"]]
    chart = line_chart(
        [row["scored_on"] for row in weeks],
        [Line("score", values)],
        "score",
        "Score, week by week",
        zones=scale,
        usual=(low, high),
        limits=(0, 100),
        marks=opened,
        strips=strips(rows.facts),
    )
    mart = "scores.fct_account_scores"
    first = rows.facts.cells(mart, {**weeks[0], "is_published": True}, "account_id", "scored_on", "is_published")
    if not any(value is not None for value in low):
        said = "Too few weeks are known to say what is usual for it."
    elif not outside:
        said = "No week left the range that was usual for it (grey)."
    else:
        last = rows.facts.cells(mart, {**outside[-1], "is_published": True}, "account_id", "scored_on", "is_published")
        said = say.it_last_left_the(last)
    prose = paragraph(
        say.on_it_was(first),
        said,
        "Dotted lines: a task was opened." if opened else "",
    )
    return Section("Score", prose, chart, width="two-thirds")


def reasons(rows: AccountRows) -> Section:
    """Contributions, which add up to the score, beside what is usual for accounts like it."""
    parts = sorted(rows.of["components"], key=lambda row: (float(row["effect"] or 0), row["metric_id"]))
    if not parts:
        return Section("What makes the score", Markup("No metric has evidence yet."))
    names = rows.facts.metric_names
    key = ("account_id", "scored_on", "rubric_version", "metric_id")
    cells = [rows.facts.cells("scores.fct_score_rationales", row, *key) for row in parts if row["effect"] is not None]
    costs, gives = (
        [one for one in cells if one["effect"] <= -0.5][:2],
        [one for one in cells if one["effect"] >= 0.5][::-1][:2],
    )
    prose = paragraph(
        _effects("Beside accounts like it, most is lost by {parts} points.", costs, names),
        _effects("It gains by {parts} points.", gives, names),
        "" if costs or gives else "Every part is about what is usual for accounts like it.",
    )
    bars = Bars(
        "Metric",
        [
            Bar(
                names[row["metric_id"]],
                float(row["effect"]) if row["effect"] is not None else None,
                tone="bad" if (row["effect"] or 0) < 0 else "good",
                note=row["rationale"] or "",
            )
            for row in parts
        ],
        "change",
        "Points beside the usual",
        note_heading="Why",
    )
    columns = headed("account/score", "reasons")
    table = [{**row, "name": names[row["metric_id"]]} for row in rows.of["components"]]
    return Section(
        "What makes the score",
        prose,
        bars=bars,
        table=Table("contributions", "Contributions, which add up to the score.", columns, table, (), 30),
    )


def _effects(template: str, cells: list[MartRow], names: Names) -> Markup:
    if not cells:
        return Markup("")
    return sentence(
        template, parts=listed([say.effect_of_metric(one, metric=names[one["metric_id"]].lower()) for one in cells])
    )


def changes(rows: AccountRows) -> Section:
    """What moved the score on the last Sundays, by cause, and which metrics left their own range."""
    weeks = rows.of["changes"]
    names = rows.facts.metric_names
    if not weeks:
        return Section("What changed, and why", Markup("No two Sundays in a row were scored yet."))
    last = rows.facts.cells("scores.fct_score_changes", weeks[0], "account_id", "scored_on", "rubric_version")
    largest = max(CAUSES, key=lambda cause: (abs(float(last[cause] or 0)), cause))
    signals = rows.of["signals"]
    where = (
        f"{rows.key} and crossed in ('rise', 'fall') and scored_on > date '{rows.facts.today}' - 56 "
        f"and rubric_version = {rows.account['rubric_version']}"
    )
    prose = paragraph(
        say.on_it_moved_points(last, largest, cause=CAUSES[largest].lower()),
        say.in_eight_weeks_a(
            n=counted(len(signals), "scores.fct_signals", where), times=plural(len(signals), "time", "times")
        ),
    )
    told = [{**row, "moved": _signals(row, signals, names)} for row in weeks]
    columns = [
        Column("Sunday", "scored_on", "day"),
        Column("Score", "score", "score"),
        Column("Change", "change", "change"),
        *(Column(name, cause, "change") for cause, name in CAUSES.items()),
        Column("Beyond its usual range", "moved"),
    ]
    return Section(
        "What changed, and why", prose, table=Table("changes", "The four causes add up to the change.", columns, told)
    )


def _signals(week: Row, signals: list[Row], names: Names) -> str:
    return (
        ", ".join(
            f"{names[row['metric_id']]} ({row['crossed']})" for row in signals if row["scored_on"] == week["scored_on"]
        )
        or "–"
    )
