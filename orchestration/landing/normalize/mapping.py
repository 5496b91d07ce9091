"""From a vendor's record to canonical rows: one SQL statement per source, failures kept apart from nulls.

Belongs here: how expressions of sources.yml are typed and judged. Does not belong here: reading files or writing pulls.
"""

import re
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass

import duckdb

from orchestration.common.errors import UserError
from orchestration.common.sql_text import named
from orchestration.common.window import Window
from orchestration.landing.config.contract import Entity, SqlType
from orchestration.landing.config.limits import Limits
from orchestration.landing.config.source import Source
from orchestration.landing.extract.files import explain
from orchestration.landing.extract.listed_names import listed_names
from orchestration.landing.extract.readers import OWN_COLUMNS
from orchestration.landing.normalize.problems import on_own_scale, problems_of
from orchestration.landing.normalize.values import attempt, in_own_words, value_of

_ATTRIBUTE = re.compile(r"attribute_\w+", re.ASCII)


@dataclass(frozen=True)
class Mapping:
    """Expressions of one `rows` item: canonical column → SQL, and the condition under which it applies."""

    columns: dict[str, str]
    condition: str | None


def record_columns(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Columns of the vendor's record, as read."""
    return [row[0] for row in connection.execute("describe _records").fetchall() if row[0] not in OWN_COLUMNS]


def _as_column(column: str, text: str, record: list[str], contract: Entity) -> str:
    """An expression that is the name of a column as that column, whatever SQL would read in it.

    A cast to the type that a time has anyway is dropped: it would lose the zone, and knows no seconds since 1970.
    """
    cast = re.fullmatch(r"(\w+)\s*::\s*timestamp(?:tz)?", text, flags=re.IGNORECASE)
    if cast and contract.columns.get(column) == "TIMESTAMP" and text not in record:
        text = cast[1]
    return named(text) if text in record else text


def without_records(connection: duckdb.DuckDBPyConnection, source: Source) -> Source:
    """Give `_records` the contract's columns and no rows; return the source as it reads them."""
    names = dict.fromkeys([*source.contract.columns, *source.key_columns])
    columns = ", ".join(f"null::varchar as {named(column)}" for column in names)
    connection.execute(
        f"create or replace temp view _records as select {columns}, null::varchar as filename, "
        "null::date as file_date, null::varchar as _unreadable, null::bigint as _row where false"
    )
    return source.model_copy(update={"columns": {}, "rows": None, "where": None, "primary_key": None})


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
    for column in source.key_columns:
        if column not in record:
            raise UserError(f"{where}.primary_key: unknown column {column} (columns: {listed_names(record)})")
    complete = []
    for item in items:
        columns = {**dict.fromkeys(overridden, "null"), **same_named, **source.columns, **item}
        columns = {column: _as_column(column, text, record, contract) for column, text in columns.items()}
        condition = columns.pop("if", None)
        if source.entity == "events" and "event_id" not in columns:
            parts = [f"cast({named(column)} as varchar)" for column in source.key_columns or record]
            columns["event_id"] = f"md5(cast(to_json([{', '.join(parts)}]) as varchar))"  # nulls keep their place
        for column in contract.required:
            if column not in columns:
                raise UserError(
                    f"{where}.columns: {source.entity} needs {column}, which is neither mapped nor in the record "
                    f"(columns: {listed_names(record)})"
                )
        complete.append(Mapping(columns, condition))
    return complete


def without_quotes(connection: duckdb.DuckDBPyConnection, item: Mapping) -> Mapping:
    """The same expressions; one that yields JSON, such as a part of a nested record, yields what the JSON says.

    As text, the JSON string "A1" would keep its quotes, and a JSON null would be the word null.
    """
    selects = ", ".join(f"({expression})" for expression in item.columns.values())
    types = [row[1] for row in connection.execute(f"describe select {selects} from _records").fetchall()]
    columns = {
        column: f"({expression}) ->> '$'" if kind == "JSON" else expression
        for (column, expression), kind in zip(item.columns.items(), types, strict=True)
    }
    return Mapping(columns, item.condition)


def used_records(source: Source, record: list[str]) -> str:
    """SQL for the records that `where` keeps; one whose condition cannot be read is kept and marked as unreadable."""
    if not source.where:
        return "select * from _records"
    why = f"'cannot read where from ' || {_quoted_inputs(source.where, record)}"
    unreadable = f"coalesce(_unreadable, case when _keep is null then {why} end) as _unreadable"
    return (
        f"select * exclude (_keep) replace ({unreadable}) "
        f"from (select *, {_condition(source.where)} as _keep from _records) "
        "where _keep is null or _keep.v or _unreadable is not null"
    )


def left_out(connection: duckdb.DuckDBPyConnection, source: Source, personal: set[str] | None) -> list[str]:
    """Two records as the conditions of `where` and `rows` see them, but for what is about people (None: all may be)."""
    if personal is None:
        return []
    text = " ".join([source.where or "", *(item.get("if", "") for item in source.rows or [])])
    hidden = " ".join([*personal, *(source.columns.get(column, "") for column in personal)])
    record = [column for column in record_columns(connection) if not re.search(rf"\b{re.escape(column)}\b", hidden)]
    return [
        str(row[0])
        for row in connection.execute(f"select {_quoted_inputs(text, record)} from _records limit 2").fetchall()
    ]


def _condition(text: str) -> str:
    """A struct whose `v` is whether a condition holds; the struct itself is null when it could not be read."""
    return f"try({{'v': coalesce(({text}), false)}})"


def typed_rows(source: Source, items: list[Mapping], record: list[str], limits: Limits) -> str:
    """SQL that reads `_used` and yields typed rows with _row, _item, _origin and _why (null when readable)."""
    contract = source.contract
    columns = list(dict.fromkeys(column for item in items for column in item.columns))
    types = {column: contract.columns.get(column, "VARCHAR") for column in columns}
    selects = []
    for number, item in enumerate(items):
        expressions = {
            column: in_own_words(
                item.columns.get(column, "null"), source.values.get(column), limits.words.get(column, ())
            )
            for column in columns
        }
        typed = ", ".join(
            f'{attempt(column, expressions[column], types[column], record)} as "_to_{column}"' for column in columns
        )
        # the text of a time is looked at several times
        texts = "".join(
            f", try({{'v': trim(cast(({expressions[column]}) as varchar))}}) as \"_text_{column}\""
            for column in columns
            if types[column] in ("TIMESTAMP", "DATE") and expressions[column] != "null"
        )
        applies = "{'v': true}" if item.condition is None else _condition(item.condition)
        inputs = _quoted_inputs(item.condition or "", record)
        problems = ["_unreadable", f"case when _applies is null then 'cannot read if from ' || {inputs} end"]
        for column in columns:
            inputs = _quoted_inputs(expressions[column], record)
            problems.append(f"case when \"_to_{column}\" is null then 'cannot read {column} from ' || {inputs} end")
            if column in contract.required:
                nothing = f'"_to_{column}" is not null and {value_of(column, types, limits)} is null'
                problems.append(f"case when {nothing} then 'no {column}' end")
            problems += problems_of(contract, column, columns, types[column], limits)
        why = f"nullif(concat_ws('; ', {', '.join(problems)}), '') as _why"
        # a record that cannot be read is one rejected row, whatever its items ask for
        condition = (
            f"case when _unreadable is null then _applies is null or _applies.v else {str(number == 0).lower()} end"
        )
        values = _values(contract, columns, types, limits)
        selects.append(
            f"select _row, {number} as _item, filename as _origin, file_date, {why}, {values} "
            f"from (select *, {typed}, {applies} as _applies from (select *{texts} from _used)) where {condition}"
        )
    return " union all ".join(selects)


def _values(contract: Entity, columns: list[str], types: AbstractMapping[str, SqlType], limits: Limits) -> str:
    """Select list of the typed columns, with the contract's defaults where there is nothing."""
    values = {column: on_own_scale(column, value_of(column, types, limits), limits) for column in columns}
    for column, other in contract.defaults.items():
        if other in values:
            values[column] = f"coalesce({values[column]}, {values[other]})" if column in values else values[other]
    return ", ".join(f'{value} as "{column}"' for column, value in values.items())


def known_on(source: Source, columns: set[str], window: Window | None, is_first_load: bool) -> str:
    """SQL for the day a row became known: the file's day, else when it was received, else when it happened.

    A file without a day that a daily pull reads again also holds what happened earlier: that is known from this pull
    on, unless it landed before (which deduplicate.py tells). When nothing landed before, a history that begins in the
    middle knows it from its first day on.
    """
    times = [source.event_time] if source.event_time else list(source.contract.known_at)
    happened = [f'cast("{column}" as date)' for column in times if column in columns]
    known = f"coalesce(file_date, {', '.join(happened)})"
    if window is None or window.first is None or not source.is_a_current_state:
        return known
    since = window.first if is_first_load else window.last
    return f"case when {known} < date '{window.first}' then date '{since}' else {known} end"


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
    return None


def _quoted_inputs(expression: str, record: list[str]) -> str:
    """SQL for a text that shows the record's columns an expression reads, to show why it failed."""
    words = set(re.findall(r"[A-Za-z_]\w*", expression))
    used = [column for column in record if column in words or named(column) in expression][:3]
    if not used:
        return "'its expression'"
    shown = ", ".join(f"'{column} = ' || coalesce(shown({named(column)}), 'null')" for column in used)
    return f"concat_ws(', ', {shown})"
