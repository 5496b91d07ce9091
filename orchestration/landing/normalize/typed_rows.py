"""Typed rows of one portion of a source, in a database of their own.

Belongs here: reading records and mapping them, as one step. Does not belong here: expressions (mapping.py), files
(extract/), what becomes of the rows (deduplicate.py).
"""

from pathlib import Path

import duckdb

from orchestration.common.errors import UserError
from orchestration.common.window import Window
from orchestration.landing.config.limits import Limits
from orchestration.landing.config.source import Source
from orchestration.landing.extract.files import first_line, read_portion
from orchestration.landing.extract.plan import Portion
from orchestration.landing.lake.pull_state import KNOWN
from orchestration.landing.normalize import mapping
from orchestration.landing.normalize.functions import define_functions

_MEMORY = "700MB"  # beyond it a portion spills to disk


def connect(spill: Path | None, timezone: str) -> duckdb.DuckDBPyConnection:
    """A connection of one pull, which spills into a folder; times without zone are in `timezone`."""
    connection = duckdb.connect(config={"memory_limit": _MEMORY, **({"temp_directory": str(spill)} if spill else {})})
    # a portion has some hundred thousand rows: in groups of the default size there would be work for one core only
    connection.execute("attach ':memory:' as portion (row_group_size 20480); use portion")
    connection.execute(f"set timezone = '{timezone}'")
    define_functions(connection)
    return connection


def read_typed(
    connection: duckdb.DuckDBPyConnection,
    where: str,
    source: Source,
    portion: Portion,
    limits: Limits,
    window: Window | None,
    is_first_load: bool = False,
) -> tuple[set[str], bool]:
    """Fill `_typed`: typed rows with _known_on; return its canonical columns, and whether changes carry their time.

    Raises UserError (one line) when an expression does not fit the record.
    """
    read_portion(connection, where, source, portion)
    record = mapping.record_columns(connection)
    if not record:  # nothing but empty files: what would be in them is not known, and not needed
        source = mapping.without_records(connection, source)
        record = mapping.record_columns(connection)
    items = mapping.mappings(where, source, record)
    try:
        items = [mapping.without_quotes(connection, item) for item in items]
        connection.execute(f"create or replace temp view _used as {mapping.used_records(source, record)}")
        rows = mapping.typed_rows(source, items, record, limits)
        described = connection.execute(f"describe {rows}").fetchall()
        columns = {row[0] for row in described if row[0][0] != "_"} - {"file_date"}
        known_on = mapping.known_on(source, columns, window, is_first_load)
        # DuckDB 2.0 moves an expression that occurs twice out of `try`, where one bad value fails the whole source
        connection.execute("set disabled_optimizers = 'common_subexpressions'")
        connection.execute(
            f"create or replace table _typed as select * replace (coalesce(_why, case when {KNOWN} is null then "
            f"'no day on which it became known' end) as _why) from (select *, {known_on} as {KNOWN} from ({rows}))"
        )
        connection.execute("reset disabled_optimizers")
    except duckdb.Error as error:
        blamed = mapping.blame(connection, where, source, record)
        raise (blamed or UserError(f"{where}: {first_line(error)}")) from None
    return columns, source.is_dated or any("updated_at" in item.columns for item in items)
