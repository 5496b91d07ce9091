"""The `files` connector: CSV, JSON, JSON lines and Parquet from disk into tables of raw records.

Belongs here: the table of records and what could not be read. Does not belong here: finding files (plan.py), formats
(readers.py) or canonical columns (mapping.py).
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from orchestration.common.errors import UserError, did_you_mean
from orchestration.landing.config.source import Source
from orchestration.landing.extract.listed_names import are_names, listed_names
from orchestration.landing.extract.plan import Portion
from orchestration.landing.extract.readers import format_of, keep_csv_rejects, read_csv, read_json, read_parquet
from orchestration.landing.extract.rewrite import readable

_READERS = {"csv": read_csv, "parquet": read_parquet, "json": read_json, "jsonl": read_json, "pages": read_json}


def read_portion(connection: duckdb.DuckDBPyConnection, where: str, source: Source, portion: Portion) -> None:
    """Fill the temporary tables `_records` (one row per record) and `_malformed` (origin, reason, raw).

    `_records` has the vendor's columns plus _row, filename, file_date and _unreadable (null or what failed).
    Raises UserError when a file or the query cannot be read at all.
    """
    connection.execute("create or replace table _malformed (origin varchar, reason varchar, raw varchar)")
    for name in source.named_paths:
        connection.execute(f'drop table if exists "{name}"')
    for name, paths in portion.files.items():
        kind = portion.kind or source.format or format_of(paths[0])
        try:
            with TemporaryDirectory() as scratch:
                try:
                    _read_files(connection, source, portion, name, kind, Path(scratch))
                except duckdb.Error:
                    if kind not in ("csv", "jsonl"):
                        raise
                    # a line end of another kind, or a byte that is no text, stops the reader
                    _read_files(connection, source, portion, name, kind, Path(scratch), always=True)
        except (duckdb.Error, OSError, EOFError, UnicodeError) as error:
            raise UserError(f"{where}.path: cannot read {paths[0]} as {kind}: {first_line(error)}") from None
        if source.query is not None:
            _reject_unreadable(connection, name)
    rows, made_as, row = "record", "view", "rowid"
    if source.query is not None:
        rows, made_as, row = "_queried", "table", "row_number() over ()"
        try:
            connection.execute(f"create or replace temp view _queried as {source.query}")
        except duckdb.Error as error:
            raise UserError(f"{where}.query: {explain(error)}") from None
    have = [column[0] for column in connection.execute(f"describe {rows}").fetchall()]
    extra = [
        f"null::{kind} as {column}"
        for column, kind in (("filename", "varchar"), ("file_date", "date"), ("_unreadable", "varchar"))
        if column not in have
    ]
    columns = ", ".join(["*", *extra, f"{row} as _row"])
    try:
        connection.execute(f"create or replace temp {made_as} _records as select {columns} from {rows}")
    except duckdb.Error as error:
        raise UserError(
            f"{where}.query: {explain(error)}; cast in `columns`, where a bad value rejects its row"
        ) from None
    if portion.days and source.query is not None:
        # one day per portion: a query need not carry the file's day along
        connection.execute("update _records set file_date = ?", [next(iter(portion.days.values()))])


def _read_files(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    portion: Portion,
    name: str,
    kind: str,
    scratch: Path,
    *,
    always: bool = False,
) -> None:
    """Fill the table `name` with the records of its files; an empty file is one without records."""
    found = ((readable(path, source, kind, scratch, always=always), path) for path in portion.files[name])
    read_as = {copy: path for copy, path in found if copy}
    connection.execute("create or replace table _files (filename varchar, origin varchar, file_date date)")
    listed = [[str(copy), str(path), portion.days.get(path)] for copy, path in read_as.items()]
    connection.executemany("insert into _files values (?, ?, ?)", listed or [["", "", None]])
    select = "select null::varchar as filename where false"
    if read_as:
        select = _READERS[kind](connection, source, [str(path) for path in read_as], kind, portion.longest_line)
    connection.execute(
        f'create or replace table "{name}" as select records.* replace (_files.origin as filename), _files.file_date '
        f"from ({select}) as records left join _files using (filename)"
    )
    if kind == "csv" and read_as:
        keep_csv_rejects(connection)
    connection.execute(
        "update _malformed set origin = _files.origin from _files where _files.filename = _malformed.origin"
    )


def _reject_unreadable(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """A query need not carry the mark of an unreadable record along: such records are set aside before it."""
    if any(row[0] == "_unreadable" for row in connection.execute(f'describe "{name}"').fetchall()):
        connection.execute(
            f'insert into _malformed select filename, _unreadable, to_json(records)::varchar from "{name}" as records '
            f'where _unreadable is not null; delete from "{name}" where _unreadable is not null'
        )


def first_line(error: Exception) -> str:
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
    listed = f" (columns: {listed_names(candidates)})" if candidates else ""
    near = did_you_mean(unknown[1], candidates if are_names(candidates) else [])
    near = near or f"; did you mean the text '{unknown[1]}'?"
    return f"unknown column {unknown[1]}{near}{listed}"
