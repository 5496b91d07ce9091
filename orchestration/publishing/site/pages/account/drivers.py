"""Which metrics moved an account's score: in the last week, and in the last four.

Belongs here: changes by metric. Does not belong here: changes by cause, and the score itself (score.py).
"""

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import Figure, counted, listed, paragraph
from orchestration.publishing.site.pages.account.score import AccountRows

say = prose("account/drivers")

_MART = "scores.fct_score_change_drivers"
_SAID, _LEAST = 3, 0.5  # metrics that a sentence names, and points they must have moved


def drivers(rows: AccountRows) -> Section:
    """Metrics first: what each moved, how its value went, and whether anything became known."""
    found, names = rows.of["drivers"], rows.facts.metric_names
    if not found:
        return Section("Which metrics moved it", Markup("No metric moved it in the last four weeks."))
    sunday = found[0]["last_sunday"]
    of_week = f"{rows.key} and scored_on = date '{sunday}'"
    of_month = f"{rows.key} and scored_on > date '{sunday}' - 28"
    said = []
    for column, where, sentence in (("change", of_week, say.in_the_week), ("change_28d", of_month, say.in_four_weeks)):
        most = sorted((-abs(float(row[column])), row["metric_id"], row[column]) for row in found)
        parts = [
            say.a_metric(names[metric_id], _moved(change, where, metric_id))
            for size, metric_id, change in most[:_SAID]
            if -size >= _LEAST
        ]
        if parts:
            said.append(sentence(listed(parts)))
    table = [{**row, "name": names[row["metric_id"]]} for row in found]
    return Section(
        "Which metrics moved it",
        paragraph(*said, _unchanged(rows)) or Markup("No metric moved it much."),
        table=Table(
            "drivers",
            "Those that moved it; with all others they add up to the change of the score.",
            headed("account/score", "drivers"),
            table,
            (),
            10,
        ),
    )


def _moved(value: object, where: str, metric_id: str) -> Figure:
    return counted(value, _MART, f"{where} and metric_id = '{metric_id}'", "sum(change)", "change")


def _unchanged(rows: AccountRows) -> Markup | str:
    """Time alone takes what new data give back: for use that went on as before."""
    week = next(iter(rows.of["changes"]), None)
    if week is None:
        return ""
    decay, data = float(week["decay_change"] or 0), float(week["data_change"] or 0)
    if abs(decay) < 2 or abs(decay + data) > 1:
        return ""
    return say.it_went_on_as_before(
        rows.facts.cells("scores.fct_score_changes", week, "account_id", "scored_on", "rubric_version")
    )
