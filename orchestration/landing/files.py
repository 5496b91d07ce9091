"""The `files` connector: CSV, JSON, JSON lines and Parquet from disk into tables of raw records.

Belongs here: finding files, reading them without losing a line. Does not belong here: canonical columns (mapping.py).
"""

import datetime as dt
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.errors import UserError
from orchestration.landing.form import Source

# A line nothing can hold: JSON lines are read as a CSV of one column.
_ONE_COLUMN = (
    "columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '', header = false, auto_detect = false, "
    "strict_mode = false, max_line_size = 16777216"
)
_CHUNK_BYTES = 6_000_000


@dataclass(frozen=True)
class Window:
    """Days to pull, inclusive; `first` is None for a history load without a beginning."""

    first: dt.date | None
    last: dt.date

    def holds(self, day: dt.date) -> bool:
        """True when `day` lies in the window."""
        return (self.first is None or self.first <= day) and day <= self.last


@dataclass(frozen=True)
class Chunk:
    """Files to read in one go: name → files, and the day of each dated file."""

    files: dict[str, list[Path]]
    days: dict[Path, dt.date]


def dated_files(pattern: str, base: Path) -> dict[Path, dt.date | None]:
    """Files that match a pattern, in the order of their names, with the day in the name if the pattern has {date}."""
    anchor = Path(pattern) if Path(pattern).is_absolute() else base / pattern
    root = Path(anchor.anchor)
    found = sorted(root.glob(str(anchor.relative_to(root)).replace("{date}", "????-??-??")))
    escaped = re.escape(str(anchor)).replace(r"\*\*", ".*").replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    expression = re.compile(escaped.replace(r"\{date\}", r"(\d{4}-\d{2}-\d{2})"))
    days: dict[Path, dt.date | None] = {}
    for path in found:
        match = expression.fullmatch(str(path))
        if "{date}" not in pattern:
            days[path] = None
        elif match:
            days[path] = dt.date.fromisoformat(match[1])
    return days


def plan_chunks(where: str, source: Source, base: Path, window: Window) -> tuple[list[Chunk], list[str]]:
    """Split a window into bounded reads; also return the days between first and last that have no file.

    Raises UserError when a file that must be there is not.
    """
    found = {name: dated_files(pattern, base) for name, pattern in source.named_paths.items()}
    for name, pattern in source.named_paths.items():
        if not found[name]:
            raise UserError(f"{where}.path: no file matches {pattern} (looked below {base})")
    always = {name: list(files) for name, files in found.items() if None in files.values()}
    by_day: dict[dt.date, dict[str, list[Path]]] = {}
    for name, files in found.items():
        for path, day in files.items():
            if day is not None and window.holds(day):
                by_day.setdefault(day, {}).setdefault(name, []).append(path)
    if not source.is_dated:
        return [Chunk(always, {})], []
    if not by_day:
        days = f"{window.last}" if window.first == window.last else f"{window.first or 'the beginning'} to {window.last}"
        raise UserError(f"{where}.path: no file for {days}; expected {', '.join(source.named_paths.values())}")
    first = window.first if window.first == window.last else min(by_day)
    assert first is not None
    span = [first + dt.timedelta(n) for n in range((window.last - first).days + 1)]
    missing = [day.isoformat() for day in span if day not in by_day]
    return list(_bounded(by_day, always, one_day_each=source.query is not None)), missing


def _bounded(
    by_day: dict[dt.date, dict[str, list[Path]]], always: dict[str, list[Path]], one_day_each: bool
) -> Iterator[Chunk]:
    """Group days so that one chunk's files stay below a size that fits in memory."""
    chunk, size = Chunk({}, {}), 0
    for day in sorted(by_day):
        for name, paths in by_day[day].items():
            chunk.files.setdefault(name, []).extend(paths)
            chunk.days.update(dict.fromkeys(paths, day))
            size += sum(path.stat().st_size for path in paths)
        if size > _CHUNK_BYTES or one_day_each:
            yield Chunk({**always, **chunk.files}, chunk.days)
            chunk, size = Chunk({}, {}), 0
    if chunk.files:
        yield Chunk({**always, **chunk.files}, chunk.days)


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
                f'create or replace temp table "{name}" as select records.*, _days.file_date from ({select}) as records '
                "left join _days using (filename)"
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
        raise UserError(f"{where}.query: {explain(error)}; cast in `columns`, where a bad value rejects its row") from None
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
        opened = gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else Path(path).open(encoding="utf-8")
        with opened as handle:
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
            f"select unnest(case when json_type({text}) = 'ARRAY' then from_json({text}, '[\"JSON\"]') else [{text}] end)"
            f"::varchar as line, filename from read_text({paths})"
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
        f"(select filename, rowid as _line, from_json(line, '{json.dumps(structure)}') as record from _lines where {is_record})"
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
    candidates = known or re.findall(r'"([^"]+)"', text.split("Candidate bindings:")[-1].split("\n")[0])
    listed = f" (columns: {', '.join(candidates[:20])})" if candidates else ""
    return f"unknown column {unknown[1]}; did you mean the text '{unknown[1]}'?{listed}"
