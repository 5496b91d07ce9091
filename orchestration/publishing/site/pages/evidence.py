"""Evidence: whether the score tells who leaves, better than plain counts, and how often it cries wolf.

Belongs here: the back-test and the life of rubrics. Does not belong here: effects of plays (plays.py).
"""

from collections.abc import Iterator

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Bar, Bars, Section, Table, Tabs
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts, Page, Row
from orchestration.publishing.site.content.formats import shown, words
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import Figure, MartRow, counted, paragraph

say = prose("evidence")

_VALIDATION, _BANDS = "outcomes.fct_score_validation", "outcomes.fct_band_outcomes"
_KEY = ("rubric_version", "landmark_day", "horizon_days", "segment_attribute", "segment_value", "predictor")
_VERDICTS = {
    "beats_baselines": "it is clearly ahead of every plain count",
    "does_not_beat_baselines": "it is not clearly ahead of every plain count",
}


def pages(facts: Facts) -> Iterator[Page]:
    """evidence.html."""
    yield Page(
        "evidence.html",
        "sections.html",
        "Evidence",
        {"lead": _lead(facts), "sections": [_predictors(facts), _bands(facts), _warnings(facts), _rubrics(facts)]},
    )


def _published(facts: Facts) -> str:
    return "segment_attribute = 'all' and rubric_version in (select rubric_version from scores.account_scores_current)"


def _lead(facts: Facts) -> Markup:
    every = facts.rows(f"select * from {_VALIDATION} where {_published(facts)} order by landmark_day, horizon_days")
    rows = [row for row in every if row["predictor"] == "score"]
    if not rows:
        return Markup("No account has been seen long enough to test the score against what happened.")
    primary = next((row for row in rows if row["is_primary"]), None)
    where = f"{_published(facts)} and predictor = 'score' and not is_primary"
    others = [row for row in rows if not row["is_primary"]]
    ahead, few = (
        counted(sum(row["verdict"] == verdict for row in others), _VALIDATION, f"{where} and verdict = '{verdict}'")
        for verdict in ("beats_baselines", "insufficient")
    )
    return paragraph(
        _primary(facts, primary, every) if primary else "Nobody has been seen for as long as the primary case asks.",
        say.of_the_secondary_cases(n=counted(len(others), _VALIDATION, where), ahead=ahead, few=few) if others else "",
    )


def _primary(facts: Facts, row: Row, every: list[Row]) -> Markup:
    cells = facts.cells(_VALIDATION, row, *_KEY)
    rivals = [one for one in every if one["is_primary"] and one["predictor"] != "score" and one["auc"] is not None]
    best = max(rivals, key=lambda one: (one["auc"], one["predictor"]), default=None)
    said = say.in_the_primary_case(cells, row, verdict=_verdict(row, cells))
    if row["verdict"] == "insufficient" or best is None or best["auc"] <= row["auc"]:
        return said
    return paragraph(said, say.a_plain_count_is_ahead(best, facts.cells(_VALIDATION, best, *_KEY)))


def _verdict(row: Row, cells: MartRow) -> Markup | str:
    if row["verdict"] == "insufficient":
        return say.too_few_left(cells, row)
    return _VERDICTS.get(row["verdict"], words(row["verdict"]))


def _predictors(facts: Facts) -> Section:
    found = facts.by(
        f"select * from {_VALIDATION} where {_published(facts)} order by not is_primary, landmark_day, horizon_days, "
        "predictor <> 'score', auc desc nulls last, predictor",
        "landmark_day",
        "horizon_days",
    )
    panels = [
        (f"day {day}, {horizon} days ahead{' (primary)' if rows[0]['is_primary'] else ''}", _case(facts, rows))
        for (day, horizon), rows in found.items()
    ]
    if not panels:
        return Section("Is it better than plain counts?", Markup("Nothing to compare yet."))
    return Section(
        "Is it better than plain counts?",
        Markup("How often a predictor ranks an account that leaves below one that stays (AUC). The line is chance."),
        tabs=Tabs("predictors", panels),
    )


def _case(facts: Facts, rows: list[Row]) -> Section:
    score = next((row for row in rows if row["predictor"] == "score"), rows[0])
    cells = facts.cells(_VALIDATION, score, *_KEY)
    prose = say.left_and_verdict(cells, verdict=_verdict(score, cells))
    bars = Bars(
        "Predictor",
        [
            Bar(
                words(row["predictor"]),
                row["auc"],
                row["auc_low"],
                row["auc_high"],
                tone="one" if row["predictor"] == "score" else "quiet",
                note=_advantage(row),
            )
            for row in rows
        ],
        "times",
        "AUC",
        origin=0.5,
        reference=0.5,
        note_heading="Beside the score",
    )
    return Section("", prose, bars=bars)


def _advantage(row: Row) -> str:
    if row["advantage_of_score"] is None:
        return ""
    low, high = (shown(row[name], "times") for name in ("advantage_low", "advantage_high"))
    where = "ahead" if row["advantage_of_score"] >= 0 else "behind"
    return f"score {where} by {shown(abs(row['advantage_of_score']), 'times')} (95 %: {low} to {high})"


def _bands(facts: Facts) -> Section:
    found = facts.by(
        f"select bands.* from {_BANDS} as bands left join core.dim_bands as ranks using (rubric_version, band) "
        f"where {_published(facts).replace('rubric_version in', 'bands.rubric_version in')} order by "
        "landmark_day, horizon_days, band_rank",
        "landmark_day",
        "horizon_days",
    )
    key = ("rubric_version", "landmark_day", "horizon_days", "segment_attribute", "segment_value", "band")
    panels = []
    for (day, horizon), rows in found.items():
        worst = facts.cells(_BANDS, rows[0], *key)
        prose = say.of_accounts_in_on(worst)
        bars = Bars(
            "Band",
            [
                Bar(
                    words(row["band"]),
                    row["churn_ratio"],
                    row["churn_low"],
                    row["churn_high"],
                    tone=f"band-{row['band']}",
                    note=f"{shown(row['n_churned'], 'count')} of {shown(row['n'], 'count')}",
                )
                for row in rows
            ],
            "ratio",
            "Left",
            reference=rows[0]["base_ratio"],
            note_heading="Accounts",
        )
        panels.append((f"day {day}, {horizon} days ahead", Section("", prose, bars=bars)))
    return Section(
        "Do the bands mean it?",
        Markup("Share that left, by the band of an early day. The line is the share of all.")
        if panels
        else Markup("Nobody was seen long enough."),
        tabs=Tabs("outcomes", panels) if panels else None,
    )


def _warnings(facts: Facts) -> Section:
    rows = facts.rows(
        f"select * from {_VALIDATION} where {_published(facts)} and predictor = 'score' and flip_ratio is not null "
        "order by landmark_day, horizon_days"
    )
    if not rows:
        return Section("How often does it cry wolf?", Markup("Nobody was seen long enough."))
    most = max(rows, key=lambda row: (row["n_churned"], row["landmark_day"]))
    cells = facts.cells(_VALIDATION, most, *_KEY)
    said = [say.from_day_on_of(cells)]
    if most["alarmed_churn_ratio"] is not None and most["median_warned_days_before"] is not None:
        said.append(say.of_those_that_left(cells))
    columns = headed("evidence", "warnings")
    return Section(
        "How often does it cry wolf?",
        paragraph(*said),
        table=Table("warnings", "By the day from which it counts.", columns, rows),
    )


def _rubrics(facts: Facts) -> Section:
    mart = "governance.fct_rubric_comparisons"
    rows = facts.rows(
        f"select * from {mart} where segment_attribute = 'all' order by scored_on desc, rubric_version, "
        "other_version limit 12"
    )
    if not rows:
        return Section(
            "What would another rubric say?", Markup("No second version is computed beside the one in force.")
        )
    cells = facts.cells(
        mart, rows[0], "scored_on", "rubric_version", "other_version", "segment_attribute", "segment_value"
    )
    moved: Figure = cells.figure("moved_up_ratio", "ratio")
    n = rows[0]["n_accounts"]
    prose = say.on_version_would_move(cells, n, up=moved)
    columns = headed("evidence", "rubrics")
    return Section("What would another rubric say?", prose, table=Table("rubrics", "The newest first.", columns, rows))
