"""What plays changed, measure by measure: shown with the plays and in every review.

Belongs here: effects and their verdicts. Does not belong here: what became of plays (plays.py).
"""

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Bar, Bars, Section, Tabs
from orchestration.publishing.site.content.facts import Facts, Row
from orchestration.publishing.site.content.formats import shown, words
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import paragraph, quotation

say = prose("shared/effects")

EFFECTS = "scores.fct_play_effects"
_MEASURES = {
    "resolved": ("points", "Cause gone after eight weeks", 0.0),
    "objective": ("change", "Points of the objective after eight weeks", 0.0),
    "score": ("change", "Points of the score after eight weeks", 0.0),
    "churn": ("times", "Rate of leaving, as a ratio", 1.0),
}
_COMPARISONS = {"experiment": "by lot", "observational": "among alike accounts"}


def effects_section(facts: Facts) -> Section:
    """What every play changed, measure by measure."""
    found = facts.by(
        f"select * from {EFFECTS} where segment_attribute = 'all' order by play_id, comparison, measure", "measure"
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
            cells = facts.cells(EFFECTS, row, *key)
            said.append(
                say.effect_and_verdict(
                    row,
                    form,
                    cells,
                    play=quotation(facts.play_names[row["play_id"]]),
                    comparison=_COMPARISONS[row["comparison"]],
                )
            )
    n = sum(row["verdict"] == "insufficient" for row in rows)
    where = f"segment_attribute = 'all' and measure = '{measure}' and verdict = 'insufficient'"
    too_few = say.for_of_the_comparisons(n, EFFECTS, where) if n else ""
    bars = Bars(
        "Play",
        [
            Bar(
                f"{facts.play_names[row['play_id']]}, {_COMPARISONS[row['comparison']]}",
                None if row["verdict"] == "insufficient" else row["effect"],
                row["effect_low"],
                row["effect_high"],
                tone={"better": "good", "worse": "bad"}.get(row["verdict"], "quiet"),
                note=f"{words(row['verdict'])}; {shown(row['n_treated'], 'count')} with, "
                f"{shown(row['n_untreated'], 'count')} without",
            )
            for row in rows
        ],
        form,
        "Effect",
        origin=nothing,
        reference=nothing,
        note_heading="Verdict",
    )
    return Section(heading, paragraph(*(said or [Markup("No effect could be told from chance.")]), too_few), bars=bars)
