"""The `files` connector: CSV, JSON, JSON lines and Parquet from disk into tables of raw records.

Belongs here: reading files without losing a line. Does not belong here: finding them (plan.py) or canonical columns
(mapping.py).
"""

import gzip
import json
import re
from pathlib import Path

import duckdb

from orchestration.errors import UserError
from orchestration.landing.form import Source
from orchestration.landing.plan import Chunk

# A line nothing can hold: JSON lines are read as a CSV of one column.
_ONE_COLUMN = (
    "columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '', header = false, auto_detect = false, "
    "strict_mode = false, max_line_size = 16777216"
)


def read_chunk(connection: duckdb.DuckDBPyConnection, where: str, source: Source, chunk: Chunk) -> None:
    """Fill the temporary tables `_records` (one row per record) and `_malformed` (origin, reason, raw).

    `_records` has the vendor's columns plus _row, filename, file_date and _unreadable (null or what failed).
    Raises UserError when a file or the query cannot be read at all.
    """
    connection.execute("create or replace temp table _malformed (origin varchar, reason varchar, raw varchar)")
    connection.execute("create or replace temp table _days (filename varchar, file_date date)")
    if chunk.days:
        connection.executemany("insert into _days values (?, ?)", [[str(p), d] for p, d in chunk.days.items()])
    for name, paths in chunk.files.items():
        kind = source.format or _format_of(paths[0])
        try:
            select = {"csv": _csv, "parquet": _parquet, "json": _json, "jsonl": _json}[kind](
                connection, source, [str(path) for path in paths], kind
            )
            connection.execute(
                f'create or replace temp table "{name}" as select records.*, _days.file_date '
                f"from ({select}) as records left join _days using (filename)"
            )
            if kind == "csv":
                _keep_csv_rejects(connection)
        except duckdb.Error as error:
            raise UserError(f"{where}.path: cannot read {paths[0]} as {kind}: {first_line(error)}") from None
    if source.query is None:
        connection.execute("create or replace temp view _queried as select * from record")
    else:
        try:
            connection.execute(f"create or replace temp view _queried as {source.query}")
        except duckdb.Error as error:
            raise UserError(f"{where}.query: {explain(error)}") from None
    have = [row[0] for row in connection.execute("describe _queried").fetchall()]
    extra = [
        f"null::{kind} as {column}"
        for column, kind in (("filename", "varchar"), ("file_date", "date"), ("_unreadable", "varchar"))
        if column not in have
    ]
    columns = ", ".join(["*", *extra, "row_number() over () as _row"])
    try:
        connection.execute(f"create or replace temp table _records as select {columns} from _queried")
    except duckdb.Error as error:
        raise UserError(
            f"{where}.query: {explain(error)}; cast in `columns`, where a bad value rejects its row"
        ) from None
    if chunk.days and source.query is not None:
        # one day per chunk: a query need not carry the file's day along
        connection.execute("update _records set file_date = ?", [next(iter(chunk.days.values()))])


def _format_of(path: Path) -> str:
    endings = path.name.removesuffix(".gz").removesuffix(".zst").rsplit(".", 1)
    known = {"csv": "csv", "json": "json", "jsonl": "jsonl", "ndjson": "jsonl", "parquet": "parquet"}
    if len(endings) < 2 or endings[1] not in known:
        raise UserError(f"{path}: the ending does not tell the format; say `format:` (csv, json, jsonl or parquet)")
    return known[endings[1]]


def _csv(connection: duckdb.DuckDBPyConnection, source: Source, paths: list[str], kind: str) -> str:
    """All text. Files are read together when their headers agree: rejects cannot be kept in a union by name."""
    by_header: dict[str, list[str]] = {}
    for path in paths:
        opener = gzip.open if path.endswith(".gz") else open
        with opener(path, "rt", encoding="utf-8") as handle:
            by_header.setdefault(handle.readline(), []).append(path)
    return " union all by name ".join(
        f"select * from read_csv({group}, all_varchar = true, header = true, skip = 0, filename = true, "
        f"store_rejects = true, rejects_table = '_csv_errors_{number}', rejects_scan = '_csv_scans_{number}')"
        for number, group in enumerate(by_header.values())
    )


def _keep_csv_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    """Move what the CSV reader set aside into `_malformed`, one row per line."""
    tables = "select table_name from duckdb_tables() where table_name like '!_csv!_errors!_%' escape '!'"
    for (errors,) in connection.execute(tables).fetchall():
        scans = errors.replace("errors", "scans")
        connection.execute(
            f"insert into _malformed select any_value(file_path), 'malformed line: ' || any_value(error_message), "
            f"any_value(csv_line) from {errors} join {scans} using (scan_id, file_id) group by scan_id, file_id, line"
        )
        connection.execute(f"drop table {errors}; drop table {scans}")


def _parquet(connection: duckdb.DuckDBPyConnection, source: Source, paths: list[str], kind: str) -> str:
    return f"select * from read_parquet({paths}, union_by_name = true, filename = true, hive_partitioning = false)"


def _json(connection: duckdb.DuckDBPyConnection, source: Source, paths: list[str], kind: str) -> str:
    """Records as text first, so that a bad line is kept as a reject and the good ones around it are read."""
    if kind == "jsonl":
        lines = f"select line, filename from read_csv({paths}, {_ONE_COLUMN}, filename = true) where line is not null"
    else:
        inside = "".join(f"->'{key}'" for key in source.records.split(".")) if source.records else ""
        text = f"(content::json{inside})::json"
        lines = (
            f"select unnest(case when json_type({text}) = 'ARRAY' then from_json({text}, '[\"JSON\"]') "
            f"else [{text}] end)::varchar as line, filename from read_text({paths})"
        )
    connection.execute(f"create or replace temp table _lines as {lines}")
    is_record = "case when json_valid(line) then json_type(line) = 'OBJECT' else false end"
    connection.execute(
        "insert into _malformed select filename, case when json_valid(line) then 'not a JSON object' "
        f"else 'malformed JSON' end, line from _lines where not {is_record}"
    )
    declared = source.fields or _inferred_fields(connection, is_record)
    structure = {field: kind if _is_nested(kind) else "VARCHAR" for field, kind in declared.items()}
    scalars = {field: kind for field, kind in declared.items() if not _is_nested(kind) and kind.upper() != "VARCHAR"}
    casts = "".join(f', try_cast(record."{field}" as {kind}) as "{field}"' for field, kind in scalars.items())
    failures = ", ".join(
        f'case when record."{field}" is not null and try_cast(record."{field}" as {kind}) is null '
        f"then 'cannot read {field} as {kind}: ' || record.\"{field}\" end"
        for field, kind in scalars.items()
    )
    line = ", _line" if source.query is None else ""  # leads a reject back to its text
    columns = "".join(f', record."{field}" as "{field}"' for field in declared if field not in scalars)
    return (
        f"select filename, nullif(concat_ws('; ', {failures or 'null'}), '') as _unreadable{columns}{casts}{line} from "
        f"(select filename, rowid as _line, from_json(line, '{json.dumps(structure)}') as record "
        f"from _lines where {is_record})"
    )


def _is_nested(kind: str) -> bool:
    return kind.endswith("]") or kind.upper().startswith(("STRUCT", "MAP")) or kind.upper() == "JSON"


def _inferred_fields(connection: duckdb.DuckDBPyConnection, is_record: str) -> dict[str, str]:
    """Every key that any record has; single values stay text, nested ones stay JSON, as nothing was declared."""
    row = connection.execute(f"select json_group_structure(line::json) from _lines where {is_record}").fetchone()
    structure = json.loads(row[0]) if row and row[0] else {}
    return {key: "JSON" if isinstance(kind, dict | list) else "VARCHAR" for key, kind in structure.items()}


def first_line(error: duckdb.Error) -> str:
    """DuckDB's message without its picture of the statement."""
    return str(error).split("\n")[0].removeprefix("Invalid Input Error: ").removeprefix("IO Error: ")


def explain(error: duckdb.Error, known: list[str] | None = None) -> str:
    """One line for an expression that does not bind: the unknown name and what it could have been."""
    text = str(error)
    unknown = re.search(r'Referenced column "([^"]+)" (?:was )?not found', text)
    if not unknown:
        return first_line(error).split(": ", 1)[-1]
    candidates = known or re.findall(
        r'"([^"]+)"', text.rsplit("Candidate bindings:", maxsplit=1)[-1].split("\n", maxsplit=1)[0]
    )
    listed = f" (columns: {', '.join(candidates[:20])})" if candidates else ""
    return f"unknown column {unknown[1]}; did you mean the text '{unknown[1]}'?{listed}"
