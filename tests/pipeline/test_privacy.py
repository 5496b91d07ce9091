"""What `make remap` and `make forget` do to a whole company: the lake, the warehouse and what was published."""

import os
import subprocess
import sys
from collections.abc import Callable

import duckdb
import pytest

from orchestration.publishing.snapshot import current_snapshot
from orchestration.workspace import PROJECT_ROOT, Workspace

pytestmark = [pytest.mark.pipeline, pytest.mark.heavy]


def ask(workspace: Workspace, sql: str) -> list[tuple]:
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def command(workspace: Workspace, *arguments: str) -> None:
    environment = {**os.environ, **workspace.environment()}
    done = subprocess.run(
        [sys.executable, "-m", "orchestration", *arguments],
        cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


SCORES = "select account_id, scored_on, score, band from scores.fct_account_scores order by all"


def test_a_remap_changes_nothing_and_an_account_that_is_forgotten_is_nowhere(
    built: Workspace, copy_of: Callable[[Workspace], Workspace]
):
    workspace = copy_of(built)
    before = ask(workspace, SCORES)
    command(workspace, "remap", "--source", "billing")  # the same mapping, without asking anyone
    assert ask(workspace, SCORES) == before
    account = before[0][0]
    command(workspace, "forget", "--account", account)
    tables = ask(
        workspace,
        "select distinct table_schema, table_name from information_schema.columns "
        "where column_name = 'account_id' and table_schema <> 'lake'",
    )
    assert len(tables) > 20
    held = [
        table
        for schema, table in tables
        if ask(workspace, f"select 1 from {schema}.{table} where account_id = '{account}'")
    ]
    assert held == []
    others = {row[0] for row in before} - {account}
    assert {row[0] for row in ask(workspace, SCORES)} == others
    published = current_snapshot(workspace.published)
    assert published is not None
    for path in [*workspace.lake.rglob("*.parquet"), *published.folder.rglob("*.parquet")]:
        with duckdb.connect() as connection:
            columns = [row[0] for row in connection.execute(f"describe select * from '{path}'").fetchall()]
            if "account_id" in columns:
                found = connection.execute(f"select count(*) from '{path}' where account_id = '{account}'").fetchall()
                assert found == [(0,)], path
