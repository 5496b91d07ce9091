"""Rows of the marts that a run built, which Dagster draws over time.

Belongs here: counting. Does not belong here: rows of what is published (publishing/snapshot).
"""

from collections.abc import Collection, Iterator

import dagster as dg
import duckdb

from orchestration.common.sql_text import named
from orchestration.common.workspace import Workspace


def row_counts(workspace: Workspace, keys: Collection[dg.AssetKey]) -> Iterator[dg.AssetObservation]:
    """Rows of tables, once dbt has let go of the warehouse; none of views, nor while another program has the file."""
    try:
        with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
            tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            for schema, name in sorted(tables):
                if (key := dg.AssetKey([schema, name])) in keys:
                    ((n,),) = connection.execute(f"select count(*) from {named(schema)}.{named(name)}").fetchall()
                    yield dg.AssetObservation(asset_key=key, metadata={"dagster/row_count": n})
    except duckdb.Error:
        return
