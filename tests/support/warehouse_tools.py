"""Questions of tests to a workspace's warehouse."""

import duckdb

from orchestration.common.workspace import Workspace


def ask(workspace: Workspace, sql: str) -> list[tuple]:
    """Rows of a query, read only."""
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()
