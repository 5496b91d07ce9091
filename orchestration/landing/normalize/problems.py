"""Values that can be read and cannot be true: words, numbers, answers and times, each refused with its reason.

Belongs here: what is refused of one value, as SQL. Does not belong here: reading values (mapping.py), where limits come
from (config/limits.py).
"""

from orchestration.common.sql_text import quoted
from orchestration.landing.config.contract import PAST_TIMES, SEGMENT_COLUMNS, Entity, SqlType
from orchestration.landing.config.limits import Limits


def problems_of(contract: Entity, column: str, columns: list[str], kind: SqlType, limits: Limits) -> list[str]:
    """SQL of the problems of one typed column `_to_<column>`, each null where there is none."""
    value = f'"_to_{column}".v'
    shown = f"'{column} ' || shown({value})"
    if words := limits.words.get(column):
        listed = ", ".join(quoted(word) for word in words)
        reason = quoted(f" is not one of {', '.join(words)}; say what it means in `values`")
        return [f"case when trim({value}) not in ('', {listed}) then {shown} || {reason} end"]
    is_segment = contract.name == "accounts" and (column in SEGMENT_COLUMNS or column.startswith("attribute_"))
    if is_segment or column == "event_name":
        reserved = "'all', 'unknown'" if is_segment else "'(all)'"
        reason = quoted(" is a reserved word; say what it means in `values`")
        return [f"case when {value} in ({reserved}) then {shown} || {reason} end"]
    if column == "currency":
        reason = quoted(" is no code of three letters (ISO 4217); say what it means in `values`")
        return [f"case when not regexp_full_match(trim({value}), '([A-Za-z]{{3}})?') then {shown} || {reason} end"]
    if kind == "DOUBLE":
        problem = f"when not isfinite({value}) then {shown} || ' is no finite number'"
        if column == "rate":
            problem += f" when {value} <= 0 then {shown} || ' is no rate of exchange'"
        for condition, (low, high) in _scales(column, limits):
            reason = quoted(f" is no answer from {low:g} to {high:g}")
            problem += f" when {condition} and {value} not between {low} and {high} then {shown} || {reason}"
        return [f"case {problem} end"]
    if kind == "VARCHAR" and column.endswith("_id"):
        # a whole number of up to 15 digits is restored; beyond that a double has lost digits
        forms = r"\d{16,}\.0|\d[.,]\d+[eE]\+?\d+|\d[eE]\+\d+"
        looks_so = f"(contains({value}, '.') or contains({value}, ',') or contains({value}, '+'))"
        was_double = (
            f"({looks_so} and regexp_full_match({value}, '{forms}')) or {value} in ('nan', 'NaN', 'inf', '-inf')"
        )
        return [f"case when {was_double} then {shown} || ' is a rounded number, not an id' end"]
    return _problems_of_time(column, columns, kind, limits) if kind in ("TIMESTAMP", "DATE") else []


def on_own_scale(column: str, value: str, limits: Limits) -> str:
    """SQL for an answer on the contract's scale."""
    cases = ""
    for name, (low, high) in limits.scales.items():
        condition = _applies(column, name)
        if condition and low != high:
            factor = (high[1] - high[0]) / (low[1] - low[0])
            cases += f" when {condition} then ({value} - {low[0]}) * {factor!r} + {high[0]}"
    return f"case{cases} else {value} end" if cases else value


def _applies(column: str, name: str) -> str | None:
    """SQL for whether a scale of this name (a column, or a question) is that of the column's value."""
    if column == "score":
        return f'trim("_to_question".v) = {quoted(name)}'
    return "true" if column == name else None


def _scales(column: str, limits: Limits) -> list[tuple[str, tuple[float, float]]]:
    named = [(_applies(column, name), scale) for name, (scale, _) in limits.scales.items()]
    return [(condition, scale) for condition, scale in named if condition]


def _problems_of_time(column: str, columns: list[str], kind: SqlType, limits: Limits) -> list[str]:
    value, clock = f'"_to_{column}".v', limits.clock
    shown = f"'{column} ' || shown({value})"
    too_early = f"{value} < date '{clock.earliest}' and {value} <> '0001-01-01'"
    problem = (
        f"when not isfinite({value}) then {shown} || ' is no day' "
        f"when {too_early} then {shown} || {quoted(f' is before {clock.earliest}')}"
    )
    if column in PAST_TIMES and kind == "TIMESTAMP":
        received = '"_to_received_at".v, ' if "received_at" in columns and column != "received_at" else ""
        day_ends = f"cast(coalesce(file_date, date '{limits.until}') + 1 as timestamp)"
        latest = f"coalesce({received}{day_ends}) + interval {clock.ahead_hours} hours"
        reason = quoted(f" is more than {clock.ahead_hours} hours after its receipt")
        problem += f" when {value} > {latest} then {shown} || {reason}"
    return [f"case {problem} end"]
