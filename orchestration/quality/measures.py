"""What is measured of the rows that a source brings on a day, and how a measure is told.

Belongs here: the measures of an entity as SQL, their words. Does not belong here: what is usual (profiles.py), how far
from it is too far (expectations/landing).
"""

import math
from collections.abc import Sequence

from orchestration.common.sql_text import named, quoted
from orchestration.landing.config.contract import Entity

DRIFT = "drift_rows_per_account"
EVENT = "event "  # before the name of an event: rows of that name
# of several days: made of the others, never kept as history
DERIVED = ("n_rows_week", "n_new_week", DRIFT)
_OWN_TIMES = (
    *("occurred_at", "created_at", "sent_at", "responded_at", "noted_at", "valid_from", "assigned_at", "updated_at"),
)
_LOGARITHMIC = ("mrr", "rate", "handle_minutes", "effort_hours")
_QUARTERS = ("occurred_at", "created_at")  # time of day of what people do


def own_time(entity: Entity) -> str | None:
    """The column that says when the thing itself happened."""
    return next((column for column in _OWN_TIMES if column in entity.columns), None)


def measures_of(entity: Entity, questions: Sequence[str] = ()) -> dict[str, tuple[str, str]]:
    """Measures of a day: name → SQL aggregate, and SQL of the number of rows behind it ('' when it is a count)."""
    columns, rows = entity.columns, "count(*)"
    measures = {"n_rows": (rows, "")}
    if time := own_time(entity):
        measures["n_new"] = (f"count(*) filter (cast({time} as date) >= known_on - 1)", "")
    if "account_id" in columns and entity.key[0] != "account_id":
        accounts = "count(distinct account_id)"
        measures["n_accounts"] = (accounts, "")
        measures["rows_per_account"] = (f"ln(count(*) / nullif({accounts}, 0))", accounts)
    for column, kind in columns.items():
        name = named(column)
        if column not in (*entity.required, "deleted_at", "received_at", "properties", "app_version", "n"):
            measures[f"filled_{column}"] = (f"avg(({name} is not null)::int)", rows)
        if "question" in columns and column == "score":
            for question in questions:
                only = f"filter (question = {quoted(question)})"
                measures[f"mean_score_{question}"] = (f"avg(score) {only}", f"count(score) {only}")
        elif kind == "DOUBLE":
            value = f"ln(1 + greatest({name}, 0))" if column in _LOGARITHMIC else name
            measures[f"mean_{column}"] = (f"avg({value})", f"count({name})")
        if kind == "BOOLEAN":
            measures[f"share_{column}"] = (f"avg({name}::int)", f"count({name})")
        for word in entity.words.get(column, ()):
            measures[f"share_{column}_{word}"] = (f"avg(({name} = '{word}')::int)", f"count({name})")
        if column in _QUARTERS and entity.name in ("events", "tickets"):
            for hour in range(0, 24, 6):
                inside = f"(extract(hour from {name}) between {hour} and {hour + 5})::int"
                measures[f"share_hours_{hour:02}"] = (f"avg({inside})", rows)
            measures["share_same_day"] = (f"avg((cast({name} as date) = known_on)::int)", rows)
    return measures


def in_words(measure: str, value: float, usual: float | None) -> str:
    """What was measured and what is usual."""
    if measure == DRIFT:
        return f"rows per account are {math.exp(value):.2f} times those of the 28 days before"
    if measure == "rows_per_account":
        value, usual = math.exp(value), math.exp(usual or 0)
    elif measure.removeprefix("mean_") in _LOGARITHMIC:
        value, usual = math.expm1(value), math.expm1(usual or 0)
    return f"{measure.removeprefix('n_').replace('_', ' ')} {value:,.4g}, usually {usual or 0:,.4g}"
