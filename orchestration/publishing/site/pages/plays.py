"""Plays: which are done, in time, and which help.

Belongs here: what became of plays. Does not belong here: today's tasks (work.py).
"""

from collections.abc import Iterator

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts, Page
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import counted, paragraph, plural, quotation
from orchestration.publishing.site.pages.shared.effects import EFFECTS, effects_section

say = prose("plays")

_OUTCOMES = "scores.fct_play_outcomes"
_KEY = ("play_id", "segment_attribute", "segment_value")


def pages(facts: Facts) -> Iterator[Page]:
    """plays.html."""
    yield Page(
        "plays.html",
        "sections.html",
        "Plays",
        {"lead": _lead(facts), "sections": [_done(facts), effects_section(facts), _lessons(facts)]},
    )


def _lead(facts: Facts) -> Markup:
    found = facts.by(
        f"select distinct comparison, play_id from {EFFECTS} where segment_attribute = 'all' and verdict = 'better' "
        "order by comparison, play_id",
        "comparison",
    )
    if not found:
        return Markup("No play has been shown to help yet.")
    by_lot = {row["play_id"] for row in found.get("experiment", [])}
    alike = [row for row in found.get("observational", []) if row["play_id"] not in by_lot]
    where = "segment_attribute = 'all' and verdict = 'better' and comparison = 'experiment'"
    return paragraph(
        say.shown_to_help_in(
            [quotation(facts.play_names[play_id]) for play_id in sorted(by_lot)],
            plays=plural(len(by_lot), "play is", "plays are"),
            n=counted(len(by_lot), EFFECTS, where, "count(distinct play_id)"),
        )
        if by_lot
        else "No play is shown to help by a comparison by lot yet.",
        say.did_better_among_alike_accounts([quotation(facts.play_names[row["play_id"]]) for row in alike])
        if alike
        else "",
    )


def _done(facts: Facts) -> Section:
    rows = facts.rows(f"select * from {_OUTCOMES} where segment_attribute = 'all' order by n_tasks desc, play_id")
    if not rows:
        return Section("Which are done?", Markup("No task was opened yet."))
    judged = [row for row in rows if row["closure_ratio"] is not None]
    prose = Markup("No task has ended yet.")
    if judged:
        least = facts.cells(_OUTCOMES, min(judged, key=lambda row: (row["closure_ratio"], row["play_id"])), *_KEY)
        prose = say.the_least_often_done(least)
    columns = headed("plays", "done")
    return Section("Which are done?", prose, table=Table("done", "The most frequent first.", columns, rows))


def _lessons(facts: Facts) -> Section:
    rows = facts.rows(
        f"select name, last_lesson from {_OUTCOMES} where segment_attribute = 'all' "
        "and last_lesson is not null order by name"
    )
    where = "segment_attribute = 'all' and last_lesson is not null"
    prose = say.a_review_has_drawn(len(rows), _OUTCOMES, where)
    columns = headed("plays", "lessons")
    return Section(
        "What was learnt?",
        prose,
        table=Table("lessons", "Lessons stand in seeds/decisions.csv.", columns, rows, empty="Nothing was noted yet."),
    )
