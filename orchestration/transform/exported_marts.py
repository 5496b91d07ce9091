"""Spark's marts as a DuckDB file of views, so that publishing reads them like those of DuckDB.

Belongs here: which files are a mart, and times in UTC. Does not belong here: any change of a value.
"""

from pathlib import Path

import duckdb

from orchestration.common.sql_text import listed_files
from orchestration.common.workspace import Workspace


def attach_exported_marts(workspace: Workspace) -> Path:
    """Make one view per mart that dbt exported to Parquet; return the DuckDB file that holds them."""
    workspace.marts.unlink(missing_ok=True)
    with duckdb.connect(str(workspace.marts)) as connection:
        for folder in sorted(path for path in workspace.exported_marts.glob("*/*/") if any(path.glob("*.parquet"))):
            files = f"read_parquet({listed_files([str(path) for path in sorted(folder.glob('*.parquet'))])})"
            columns = connection.execute(f"describe select * from {files}").fetchall()
            fields = ", ".join(
                f"{name} at time zone 'UTC' as {name}" if kind == "TIMESTAMP WITH TIME ZONE" else name
                for name, kind, *_ in columns
            )
            connection.execute(f"create schema if not exists {folder.parent.name}")
            connection.execute(f"create view {folder.parent.name}.{folder.name} as select {fields} from {files}")
    return workspace.marts
