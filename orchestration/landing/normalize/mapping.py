"""From a vendor's record to canonical rows: one SQL statement per source, failures kept apart from nulls.

Belongs here: how expressions of sources.yml are typed and judged. Does not belong here: reading files or writing pulls.
"""

import re
from dataclasses import dataclass

import duckdb

from orchestration.common.errors import UserError
from orchestration.common.sql_text import named
from orchestration.landing.config.contract import Entity, SqlType
from orchestration.landing.config.sources_file import Source
from orchestration.landing.extract.files import explain

_ATTRIBUTE = re.compile(r"attribute_\w+", re.ASCII)
_HIDDEN = {"filename", "file_date", "_row", "_line", "_unreadable"}


@dataclass(frozen=True)
class Mapping:
    """Expressions of one `rows` item: canonical column → SQL, and the condition under which it applies."""

    columns: dict[str, str]
    condition: str | None


def record_columns(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Columns of the vendor's record, as read."""
    return [row[0] for row in connection.execute("describe _records").fetchall() if row[0] not in _HIDDEN]


def mappings(where: str, source: Source, record: list[str]) -> list[Mapping]:
    """Complete the mapping of each `rows` item: same-named columns, the source's columns, the item's own.

    Raises UserError when a required column is neither mapped nor in the record.
    """
    contract = source.contract
    items = source.rows or [{}]
    overridden = {column for item in items for column in item} - {"if"}
    same_named = {column: named(column) for column in contract.columns if column in record}
    attributes = {column: named(column) for column in record if _ATTRIBUTE.fullmatch(column)}
    if source.entity == "accounts":
        same_named |= attributes
    complete = []
    for item in items:
        columns = {**dict.fromkeys(overridden, "null"), **same_named, **source.columns, **item}
        columns = {column: named(text) if text in record else text for column, text in columns.items()}
        condition = columns.pop("if", None)
        if source.entity == "events" and "event_id" not in columns:
            parts = [f"cast({named(column)} as varchar)" for column in source.key_columns or record]
            columns["event_id"] = f"md5(cast(to_json([{', '.join(parts)}]) as varchar))"  # nulls keep their place
        for column in contract.required:
            if column not in columns:
                raise UserError(
                    f"{where}.columns: {source.entity} needs {column}, which is neither mapped nor in the record "
                    f"(record has: {', '.join(record[:20])})"
                )
        complete.append(Mapping(columns, condition))
    return complete


def typed_rows(source: Source, items: list[Mapping], record: list[str]) -> str:
    """SQL that reads `_records` and yields typed rows with _row, _item, _origin and _why (null when readable)."""
    contract = source.contract
    columns = list(dict.fromkeys(column for item in items for column in item.columns))
    types = {column: contract.columns.get(column, "VARCHAR") for column in columns}
    selects = []
    for number, item in enumerate(items):
        expressions = {column: item.columns.get(column, "null") for column in columns}
        typed = ", ".join(
            f'{_attempt(expressions[column], types[column], record)} as "_to_{column}"' for column in columns
        )
        problems = ["_unreadable"]
        for column in columns:
            inputs = _quoted_inputs(expressions[column], record)
            problems.append(f"case when \"_to_{column}\" is null then 'cannot read {column} from ' || {inputs} end")
            if column in contract.required:
                read = f'"_to_{column}"'
                problems.append(f"case when {read} is not null and {read}.v is null then 'no {column}' end")
        why = f"nullif(concat_ws('; ', {', '.join(problems)}), '') as _why"
        # a record that cannot be read is one rejected row, whatever its items ask for
        applies = "true" if item.condition is None else f"coalesce(({item.condition}), false)"
        condition = f"case when _unreadable is null then {applies} else {str(number == 0).lower()} end"
        selects.append(
            f"select _row, {number} as _item, filename as _origin, file_date, {why}, {_values(contract, columns)} "
            f"from (select *, {typed} from _used where {condition})"
        )
    return " union all ".join(selects)


def _values(contract: Entity, columns: list[str]) -> str:
    """Select list of the typed columns, with the contract's defaults where there is nothing."""
    values = {column: f'"_to_{column}".v' for column in columns}
    for column, other in contract.defaults.items():
        if other in values:
            values[column] = f"coalesce({values[column]}, {values[other]})" if column in values else values[other]
    return ", ".join(f'{value} as "{column}"' for column, value in values.items())


def known_on(source: Source, columns: set[str]) -> str:
    """SQL for the day a row became known: the file's day, else when it was received, else when it happened."""
    times = [source.event_time] if source.event_time else list(source.contract.known_at)
    happened = [f'cast("{column}" as date)' for column in times if column in columns]
    return f"coalesce(file_date, {', '.join(happened)})"


def blame(connection: duckdb.DuckDBPyConnection, where: str, source: Source, record: list[str]) -> UserError | None:
    """Find the expression that does not bind to the record, each tried alone; None when all do."""
    places = [("where", f"({source.where})")] if source.where else []
    places += [(f"columns.{column}", expression) for column, expression in source.columns.items()]
    for number, item in enumerate(source.rows or []):
        places += [(f"rows[{number}].{column}", expression) for column, expression in item.items()]
    for place, text in places:
        expression = named(text) if text in record else text
        try:
            connection.execute(f"describe select ({expression}) as value from _records")
        except duckdb.Error as error:
            return UserError(f"{where}.{place}: {explain(error, record)}")
    for column in source.key_columns:
        if column not in record:
            return UserError(f"{where}.primary_key: unknown column {column} (columns: {', '.join(record[:20])})")
    return None


def _attempt(expression: str, kind: SqlType, record: list[str]) -> str:
    """A struct whose `v` is the typed value; the struct itself is null when the value could not be read."""
    typed = _timestamp(expression) if kind == "TIMESTAMP" else f"cast(({expression}) as {kind})"
    cannot_fail = kind == "VARCHAR" and expression.strip('"') in record
    return f"{{'v': {typed}}}" if cannot_fail or expression == "null" else f"try({{'v': {typed}}})"


def _timestamp(expression: str) -> str:
    """UTC; a text or date without a time of day is that day, never shifted by a zone. Only digits begin a time."""
    text = f"trim(cast(({expression}) as varchar))"
    as_date = f"cast(cast({text} as date) as timestamp)"
    as_time = f"cast(({expression}) as timestamptz) at time zone 'UTC'"
    is_date = f"length({text}) <= 10 and regexp_full_match({text}, '\\d{{4}}[-/]\\d{{1,2}}[-/]\\d{{1,2}}')"
    refuse = f"cast(concat('not a time: ', {text}) as timestamp)"
    return (
        f"case when {is_date} then {as_date} when left({text}, 1) between '0' and '9' or {text} is null then {as_time} "
        f"else {refuse} end"
    )


def _quoted_inputs(expression: str, record: list[str]) -> str:
    """SQL for a text that shows the record's columns an expression reads, to show why it failed."""
    words = set(re.findall(r"[A-Za-z_]\w*", expression))
    used = [column for column in record if column in words][:3]
    if not used:
        return "'its expression'"
    shown = ", ".join(f"'{column} = ' || coalesce(left(cast(\"{column}\" as varchar), 60), 'null')" for column in used)
    return f"concat_ws(', ', {shown})"
