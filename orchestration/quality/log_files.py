"""What was measured of days, as a file of a log of the lake.

Belongs here: writing a table of DuckDB so. Does not belong here: what is in it (profiles.py, event_audit.py), commits
(history.py).
"""

from pathlib import Path

import duckdb

from orchestration.common.sql_text import named, quoted
from orchestration.landing.config.logs import LOGS
from orchestration.landing.lake.commit import LakeFile


def write_days(
    connection: duckdb.DuckDBPyConnection, table: str, order: str, log: str, folder: Path, lake: Path, last: str
) -> list[LakeFile]:
    """Write the rows of a table, each with the day it was known on, below the folder of a pull; no file for no rows."""
    path = folder / log / f"{log}-00000.parquet"
    path.parent.mkdir()
    columns = ", ".join(f"cast({named(name)} as {kind}) as {named(name)}" for name, kind in LOGS[log].items())
    connection.execute(f"copy (select {columns} from {table} order by {order}) to {quoted(path)} (format parquet)")
    ((first, n),) = connection.execute(f"select min(known_on), count(*) from {table}").fetchall()
    return [LakeFile(log, str(path.relative_to(lake)), str(first), last, n)] if n else []
