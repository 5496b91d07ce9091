"""One value of a record as SQL: read with a type, in the contract's words, blank where there is nothing.

Belongs here: expressions of one column. Does not belong here: rows (mapping.py), what a value must be (problems.py).
"""

from collections.abc import Mapping

from orchestration.common.sql_text import quoted
from orchestration.landing.config.contract import SqlType
from orchestration.landing.config.limits import Limits


def attempt(column: str, expression: str, kind: SqlType, record: list[str]) -> str:
    """A struct whose `v` is the typed value; the struct itself is null when the value could not be read."""
    if expression == "null":
        return f"{{'v': null::{kind}}}"
    if kind in ("TIMESTAMP", "DATE"):
        text = f'"_text_{column}"'
        read = _timestamp(f"{text}.v") if kind == "TIMESTAMP" else _date(f"{text}.v")
        return f"case when {text} is not null then try({{'v': {read}}}) end"
    cannot_fail = kind == "VARCHAR" and expression.strip('"') in record
    typed = f"{{'v': cast(({expression}) as {kind})}}"
    return typed if cannot_fail else f"try({typed})"


def _timestamp(text: str) -> str:
    """UTC; a text or date without a time of day is that day, never shifted by a zone. Only digits begin a time.

    Ten, thirteen or sixteen digits are seconds, milliseconds or microseconds since 1970.
    """
    as_date = f"cast(cast({text} as date) as timestamp)"
    is_date = f"length({text}) <= 10 and regexp_full_match({text}, '\\d{{4}}[-/]\\d{{1,2}}[-/]\\d{{1,2}}')"
    since_1970 = f"make_timestamp(cast(rpad({text}, 16, '0') as bigint))"
    is_number = f"length({text}) in (10, 13, 16) and regexp_full_match({text}, '\\d+')"
    refuse = f"cast(concat('not a time: ', {text}) as timestamp)"
    return (
        f"case when {is_date} then {as_date} when {is_number} then {since_1970} "
        f"when {text} >= '0' and {text} < ':' or {text} is null then cast({text} as timestamptz) at time zone 'UTC' "
        f"else {refuse} end"
    )


def _date(text: str) -> str:
    """The day as it is written, whatever time of day and zone follow; or of seconds since 1970, in UTC."""
    day = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
    written = f"cast(replace(regexp_extract({text}, '{day}'), '/', '-') as date)"
    is_number = f"length({text}) in (10, 13, 16) and regexp_full_match({text}, '\\d+')"
    since_1970 = f"cast(make_timestamp(cast(rpad({text}, 16, '0') as bigint)) as date)"
    has_day = f"regexp_full_match({text}, '{day}([T ][0-9:.]+ ?(Z|[+-][0-9:]+)?)?')"
    return f"case when {has_day} then {written} when {is_number} then {since_1970} else cast({text} as date) end"


def in_own_words(expression: str, words: Mapping[str, str | None] | None, allowed: tuple[str, ...]) -> str:
    """An expression whose words are replaced by those of the contract; `*` says what every other word means."""
    if not words or expression == "null":
        return expression
    text = f"cast(({expression}) as varchar)"
    meanings = {word: "null" if meant is None else quoted(meant) for word, meant in words.items()}
    other = meanings.pop("*", text)
    meanings = {word: quoted(word) for word in allowed} | meanings if "*" in words else meanings
    cases = " ".join(f"when {quoted(word)} then {meant}" for word, meant in meanings.items())
    return f"case when {text} is null then null else case trim({text}) {cases} else {other} end end"


def value_of(column: str, types: Mapping[str, SqlType], limits: Limits) -> str:
    """What a column holds: blank texts and the first day of year 1 are nothing, an id that became a double is an id."""
    value = f'"_to_{column}".v'
    if types[column] in ("TIMESTAMP", "DATE"):
        return f"nullif({value}, '0001-01-01')"  # how some languages write that there is none
    if types[column] != "VARCHAR":
        return value
    if column == "currency":
        return f"nullif(upper(trim({value})), '')"
    if column in limits.words:
        return f"nullif(trim({value}), '')"
    if column.endswith("_id"):
        whole = f"regexp_full_match({value}, '\\d{{1,15}}\\.0')"
        value = f"case when suffix({value}, '.0') and {whole} then left({value}, -2) else {value} end"
    return f"case when {value} < '!' and trim({value}) = '' then null else {value} end"
