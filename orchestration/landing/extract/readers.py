"""Read CSV, JSON, JSON lines and Parquet into tables of raw records, without losing a line.

Belongs here: formats. Does not belong here: which files (plan.py) or what becomes of the records (files.py).
"""

import csv
import io
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Literal

import duckdb

from orchestration.common.errors import UserError
from orchestration.common.sql_text import listed, listed_files, named, quoted
from orchestration.landing.config.source import Source
from orchestration.landing.extract.rewrite import open_plain

OWN_COLUMNS = {"filename", "file_date", "_row", "_line", "_unreadable"}  # that landing adds to records
# A line nothing can hold: JSON lines are read as a CSV of one column.
_ONE_COLUMN = (
    "columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '', header = false, auto_detect = false, "
    "strict_mode = false"
)
_BUFFER = 1_048_576
_SAMPLE, _SAMPLE_ROWS = 65_536, 20  # bytes and rows by which a delimiter is recognised
# Declared types are read as text first, so that a value that does not fit is reported and not turned into a null.
_TYPES = re.compile(
    r"\b(?:TINYINT|SMALLINT|INTEGER|INT|BIGINT|HUGEINT|FLOAT|REAL|DOUBLE|DECIMAL(?:\([^)]*\))?|BOOLEAN|DATE|TIMESTAMPTZ"
    r"|TIMESTAMP(?: WITH TIME ZONE)?|TIME)(?=\s*(?:[,)\[]|$))",
    flags=re.IGNORECASE,
)


def format_of(path: Path) -> str:
    """csv, json, jsonl or parquet by the ending; raises UserError when it does not give it."""
    endings = path.name.removesuffix(".gz").removesuffix(".zst").rsplit(".", 1)
    known = {"csv": "csv", "json": "json", "jsonl": "jsonl", "ndjson": "jsonl", "parquet": "parquet"}
    if len(endings) < 2 or endings[1] not in known:
        raise UserError(f"{path}: the ending does not give the format; set `format:` (csv, json, jsonl or parquet)")
    return known[endings[1]]


def read_csv(connection: duckdb.DuckDBPyConnection, source: Source, paths: list[str], kind: str, longest: int) -> str:
    """All text, in the one dialect of RFC 4180 (the delimiter may differ): a sniffed dialect would follow a bad line.

    Files are read together when their first lines agree, since rejects cannot be kept in a union by name.
    """
    groups: dict[tuple[int, str, tuple[str, ...]], list[str]] = {}
    for path in paths:
        groups.setdefault(_first_line(source, Path(path)), []).append(path)
    quote = quoted('"' if source.quote is None else source.quote)
    nulls = f", nullstr = {listed(['', *source.null_values])}" if source.null_values else ""
    selects = []
    for number, ((skipped, delimiter, names), group) in enumerate(groups.items()):
        columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
        selects.append(
            f"select * from read_csv({listed_files(group)}, columns = {{{columns}}}, delim = {quoted(delimiter)}, "
            f"quote = {quote}, escape = {quote}, header = true, skip = {skipped}, auto_detect = false, "
            f"filename = true, store_rejects = true, rejects_table = '_csv_errors_{number}', "
            f"rejects_scan = '_csv_scans_{number}'{nulls})"
        )
    return " union all by name ".join(selects)


def _first_line(source: Source, path: Path) -> tuple[int, str, tuple[str, ...]]:
    """Lines before the names, the delimiter and the names of a CSV file.

    Spreadsheets may name the delimiter in a line `sep=;`. Otherwise it is the one that most of the lines that follow
    split by like the first, and that gives most names.
    """
    with open_plain(path) as handle:
        text = handle.read(_SAMPLE).decode("utf-8-sig", errors="ignore")
    skipped = 0
    declared = source.delimiter
    if marked := re.match(r"(?i)sep=(.)\r?\n", text):
        skipped, declared, text = 1, declared or marked[1], text[marked.end() :]
    tried = {}
    for delimiter in [declared] if declared else ",;\t|":
        rows = _sample_rows(text, delimiter, '"' if source.quote is None else source.quote)
        if rows:
            agreeing = sum(len(row) == len(rows[0]) for row in rows[1:])
            tried[delimiter] = (len(rows[0]) > 1, 2 * agreeing >= len(rows) - 1, len(rows[0])), rows[0]
    delimiter = max(tried, key=lambda one: tried[one][0], default=",")
    names = tuple(tried[delimiter][1] if tried else ())
    if own := sorted(OWN_COLUMNS & {name.lower() for name in names}):
        raise UserError(f"{path}: a column is called {own[0]}, which landing needs for itself; expected another name")
    if not names or len(set(names)) != len(names) or "" in names:
        unnamed = [number for number, name in enumerate(names, start=1) if not name or name in names[: number - 1]]
        which = f"column {', '.join(map(str, unnamed))} of {len(names)} has none of its own" if unnamed else "got none"
        raise UserError(f"{path}: expected a first line with a different name for each column; {which}")
    return skipped, delimiter, names


def _sample_rows(text: str, delimiter: str, quote: str) -> list[list[str]]:
    """The first rows of a text; none when its first line is no row with this delimiter."""
    rows: list[list[str]] = []
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote or None, quoting=quoting, strict=True
    )
    with suppress(csv.Error):  # a bad line further down is the reader's to reject
        rows.extend(row for row, _ in zip(reader, range(_SAMPLE_ROWS), strict=False) if row)
    return rows


def keep_csv_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    """Move what the CSV reader set aside into `_malformed`, one row per line."""
    tables = "select table_name from duckdb_tables() where table_name like '!_csv!_errors!_%' escape '!'"
    for (errors,) in connection.execute(tables).fetchall():
        scans = errors.replace("errors", "scans")
        connection.execute(
            f"insert into _malformed select any_value(file_path), 'malformed line: ' || any_value(error_message), "
            f"any_value(csv_line) from {errors} join {scans} using (scan_id, file_id) group by scan_id, file_id, line"
        )
        # a quote that is never closed takes all lines after it along: how many rows are lost cannot be told
        swallowed = connection.execute(
            f"select file_path, line from {errors} join {scans} using (scan_id, file_id) "
            "where contains(error_message, 'unterminated quote') and contains(csv_line, chr(10)) limit 1"
        ).fetchone()
        connection.execute(f"drop table {errors}; drop table {scans}")
        if swallowed:
            raise UserError(f"{swallowed[0]} line {swallowed[1]}: a quote is not closed, expected it to end its cell")


def read_parquet(
    connection: duckdb.DuckDBPyConnection, source: Source, paths: list[str], kind: str, longest: int
) -> str:
    """Typed as in the file."""
    options = "union_by_name = true, filename = true, hive_partitioning = false"
    return f"select * from read_parquet({listed_files(paths)}, {options})"


def read_json(connection: duckdb.DuckDBPyConnection, source: Source, paths: list[str], kind: str, longest: int) -> str:
    """Records as text first, so that a bad line is kept as a reject and the good ones around it are read."""
    room = max(longest, _BUFFER) * 9 // 8  # rewritten without those forgotten, a number may be a sign longer
    sizes = f"max_line_size = {room}, buffer_size = {2 * room}"
    options = f"{_ONE_COLUMN}, {sizes}, filename = true"
    one_per_line = f"select line as content, filename from read_csv({listed_files(paths)}, {options})"
    if kind == "jsonl":
        lines = f"select content as line, filename from ({one_per_line}) where content is not null"
    else:
        keys = source.records.split(".") if source.records else []
        path = "$" + "".join("." + json.dumps(key) for key in keys)
        documents = f"({one_per_line})" if kind == "pages" else f"read_text({listed_files(paths)})"
        lines = (
            f"select coalesce(record::varchar, 'null') as line, filename from (select unnest(case when "
            f"json_type(content, {quoted(path)}) = 'ARRAY' then json_extract(content, {quoted(path + '[*]')}) "
            f"else [json_extract(content, {quoted(path)})] end) as record, filename from {documents})"
        )
    connection.execute(f"create or replace table _lines as {lines}")
    is_record = "case when json_valid(line) then json_type(line) = 'OBJECT' else false end"
    connection.execute(
        "insert into _malformed select filename, case when json_valid(line) then 'not a JSON object' "
        f"else 'malformed JSON' end, line from _lines where not {is_record}"
    )
    declared = source.fields or _inferred_fields(connection, is_record)
    if not declared:
        return f"select filename, null::varchar as _unreadable from _lines where {is_record}"
    structure = {field: _TYPES.sub("VARCHAR", kind) for field, kind in declared.items()}
    typed = {field: kind for field, kind in declared.items() if structure[field] != kind}
    casts = "".join(f", try(cast(record.{named(field)} as {kind})) as {named(field)}" for field, kind in typed.items())
    failures = [
        f"when record.{named(field)} is not null and try(cast(record.{named(field)} as {kind})) is null "
        f"then {quoted(f'cannot read {field} as {kind}: ')} || record.{named(field)}::varchar"
        for field, kind in typed.items()
    ]
    failures += [
        f"when list_bool_or(list_transform(json_extract(line, {quoted('$.' + json.dumps(field) + '[*]')}), lambda one: "
        f"json_type(one) not in ('OBJECT', 'NULL'))) then {quoted(f'cannot read {field}: not a list of objects')}"
        for field, kind in declared.items()
        if re.match(r"(?i)struct\s*\(", kind) and kind.endswith("[]")
    ]
    failures += [
        f"when json_type(line, {quoted('$.' + json.dumps(field))}) not in ('{shape}', 'NULL') "
        f"then {quoted(f'cannot read {field}: not an {shape.lower()}')}"
        for field, shape in ((field, _shape(kind)) for field, kind in declared.items())
        if shape
    ]
    unreadable = f"concat_ws('; ', {', '.join(f'case {failure} end' for failure in failures)})" if failures else "null"
    columns = "".join(f", record.{named(field)} as {named(field)}" for field in declared if field not in typed)
    line = ", _line" if source.query is None else ""  # leads a reject back to its text
    return (
        f"select filename, nullif({unreadable}, '') as _unreadable{columns}{casts}{line} from "
        f"(select line, filename, rowid as _line, from_json(line, {quoted(json.dumps(structure))}) as record "
        f"from _lines where {is_record})"
    )


def _shape(kind: str) -> str | None:
    """The kind of JSON value that a nested type needs."""
    if kind.endswith("]"):
        return "ARRAY"
    return "OBJECT" if kind.upper().startswith(("STRUCT", "MAP")) else None


def _inferred_fields(connection: duckdb.DuckDBPyConnection, is_record: str) -> dict[str, str]:
    """Every key that any record has; single values stay text, nested ones stay JSON, as nothing was declared.

    Of keys that differ by case only the first is read, and none that is empty or that landing needs for itself.
    """
    found = connection.execute(
        f"""
        with keys as (
            select line, rowid as row, unnest(json_keys(line)) as key, generate_subscripts(json_keys(line), 1) as place
            from _lines where {is_record}
        )
        select key, bool_or(json_type(line, '$.' || to_json(key)) in ('OBJECT', 'ARRAY')) from keys
        where trim(key) <> '' group by key order by min((row, place))
        """
    ).fetchall()
    first: dict[str, str] = {}
    for key, is_nested in found:
        if key.lower() not in OWN_COLUMNS and key.lower() not in {name.lower() for name in first}:
            first[key] = "JSON" if is_nested else "VARCHAR"
    return first
