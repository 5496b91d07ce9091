"""Plays: which are done, in time, and which help.

Belongs here: what became of plays. Does not belong here: today's tasks (work.py).
"""

from collections.abc import Iterator

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Bar, Bars, Column, Section, Table, Tabs
from orchestration.publishing.site.content.facts import Facts, Page, Row
from orchestration.publishing.site.content.formats import shown, words
from orchestration.publishing.site.content.words import counted, listed, paragraph, plural, quotation, sentence

_OUTCOMES, _EFFECTS = "scores.fct_play_outcomes", "scores.fct_play_effects"
_KEY = ("play_id", "segment_attribute", "segment_value")
_MEASURES = {
    "resolved": ("points", "Cause gone after eight weeks", 0.0),
    "objective": ("change", "Points of the objective after eight weeks", 0.0),
    "score": ("change", "Points of the score after eight weeks", 0.0),
    "churn": ("times", "Rate of leaving, as a ratio", 1.0),
}  # fmt: skip
_COMPARISONS = {"experiment": "by lot", "observational": "among alike accounts"}


def pages(facts: Facts) -> Iterator[Page]:
    """plays.html."""
    yield Page("plays.html", "sections.html", "Plays", {
        "lead": _lead(facts), "sections": [_done(facts), effects_section(facts), _lessons(facts)]
    })  # fmt: skip


def _lead(facts: Facts) -> Markup:
    rows = facts.rows(
        f"select distinct play_id from {_EFFECTS} where segment_attribute = 'all' and verdict = 'better' order by "
        "play_id"
    )
    if not rows:
        return Markup("No play has been shown to help yet.")
    names = [quotation(facts.play_names[row["play_id"]]) for row in rows]
    return sentence(
        "{n} {plays} shown to help in at least one measure: {names}.", names=listed(names),
        plays=plural(len(rows), "play is", "plays are"),
        n=counted(len(rows), _EFFECTS, "segment_attribute = 'all' and verdict = 'better'", "count(distinct play_id)"),
    )  # fmt: skip


def _done(facts: Facts) -> Section:
    rows = facts.rows(f"select * from {_OUTCOMES} where segment_attribute = 'all' order by n_tasks desc, play_id")
    if not rows:
        return Section("Which are done?", Markup("No task was opened yet."))
    judged = [row for row in rows if row["closure_ratio"] is not None]
    prose = Markup("No task has ended yet.")
    if judged:
        least = facts.cells(_OUTCOMES, min(judged, key=lambda row: (row["closure_ratio"], row["play_id"])), *_KEY)
        prose = sentence(
            "The least often done is {name}: {done} of {ended} tasks that ended ({ratio}), {in_time} of those "
            "done in time.",
            name=quotation(least["name"]), done=least.figure("n_done"), ended=least.figure("n_ended"),
            ratio=least.figure("closure_ratio", "ratio"), in_time=least.figure("on_time_ratio", "ratio"),
        )  # fmt: skip
    columns = [
        Column("Play", "name"), Column("Tasks", "n_tasks", "count"), Column("Open", "n_open", "count"),
        Column("Ended", "n_ended", "count"),
        Column("Done", "n_done", "count"), Column("Closure", "closure_ratio", "ratio"),
        Column("On time", "on_time_ratio", "ratio"),
        Column("Said it helped", "said_yes_ratio", "ratio", "What CSMs say; everybody likes a cheap mail"),
    ]  # fmt: skip
    return Section("Which are done?", prose, table=Table("done", "The most frequent first.", columns, rows))


def effects_section(facts: Facts) -> Section:
    """What every play changed, measure by measure."""
    found = facts.by(
        f"select * from {_EFFECTS} where segment_attribute = 'all' order by play_id, comparison, measure", "measure"
    )
    panels = [
        (_MEASURES[measure][1], _effect(facts, measure, found[measure])) for measure in _MEASURES if measure in found
    ]
    if not panels:
        return Section("Do they help?", Markup("Nothing to compare yet."))
    return Section(
        "Do they help?",
        Markup("A comparison by lot is the stronger evidence; alike accounts may differ in what the data do not hold."),
        tabs=Tabs("effects", panels),
    )


def _effect(facts: Facts, measure: str, rows: list[Row]) -> Section:
    form, heading, nothing = _MEASURES[measure]
    key = ("play_id", "comparison", "measure", "segment_attribute", "segment_value")
    said = []
    for row in rows:
        if row["verdict"] in ("better", "worse"):
            cells = facts.cells(_EFFECTS, row, *key)
            said.append(sentence(
                "{play}, {comparison}: {effect} ({low} to {high}), {verdict}.", verdict=row["verdict"],
                play=quotation(facts.play_names[row["play_id"]]),
                comparison=_COMPARISONS[row["comparison"]],
                effect=cells.figure("effect", form), low=cells.figure("effect_low", form),
                high=cells.figure("effect_high", form),
            ))  # fmt: skip
    n = sum(row["verdict"] == "insufficient" for row in rows)
    where = f"segment_attribute = 'all' and measure = '{measure}' and verdict = 'insufficient'"
    too_few = (
        sentence("For {n} of the comparisons there is too little data.", n=counted(n, _EFFECTS, where)) if n else ""
    )
    bars = Bars("Play", [
        Bar(f"{facts.play_names[row['play_id']]}, {_COMPARISONS[row['comparison']]}",
            None if row["verdict"] == "insufficient" else row["effect"], row["effect_low"], row["effect_high"],
            tone={"better": "good", "worse": "bad"}.get(row["verdict"], "quiet"),
            note=f"{words(row['verdict'])}; {shown(row['n_treated'], 'count')} with, "
                f"{shown(row['n_untreated'], 'count')} without")
        for row in rows
    ], form, "Effect", origin=nothing, reference=nothing, note_heading="Verdict")  # fmt: skip
    return Section(heading, paragraph(*(said or [Markup("No effect could be told from chance.")]), too_few), bars=bars)


def _lessons(facts: Facts) -> Section:
    rows = facts.rows(
        f"select name, last_lesson, last_annotation from {_OUTCOMES} where segment_attribute = 'all' "
        "and (last_lesson is not null or last_annotation is not null) order by last_lesson is null, name"
    )
    n = sum(row["last_lesson"] is not None for row in rows)
    where = "segment_attribute = 'all' and last_lesson is not null"
    prose = sentence(
        "A review has drawn a lesson from {n} {plays}.",
        n=counted(n, _OUTCOMES, where),
        plays=plural(n, "play", "plays"),
    )
    columns = [
        Column("Play", "name"),
        Column("Lesson of a review", "last_lesson"),
        Column("Last annotation", "last_annotation"),
    ]
    return Section(
        "What was learnt?",
        prose,
        table=Table("lessons", "Lessons stand in seeds/decisions.csv.", columns, rows, empty="Nothing was noted yet."),
    )
