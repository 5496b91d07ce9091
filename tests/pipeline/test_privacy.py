"""What `make remap` and `make forget` do to a whole company: the lake, the warehouse and what was published."""

import json
import os
import subprocess
import sys
from collections.abc import Callable

import duckdb
import pytest

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.publishing.assets import published_marts
from orchestration.publishing.snapshot.store import current_snapshot
from tests.support.compare_tools import rows_that_differ
from tests.support.warehouse_tools import ask

pytestmark = [pytest.mark.pipeline, pytest.mark.heavy]


def command(workspace: Workspace, *arguments: str) -> None:
    environment = {**os.environ, **workspace.environment()}
    done = subprocess.run(
        [sys.executable, "-m", "orchestration", *arguments],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def marts_that_differ(one: Workspace, other: Workspace) -> list[str]:
    """Marts of two builds from the same inputs that are not the same rows; floating point to seven digits."""
    marts = published_marts(json.loads((one.dbt_target / "manifest.json").read_text()))
    found = []
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{one.warehouse}' as one (read_only); attach '{other.warehouse}' as other (read_only)"
        )
        for schema, name in [(mart.schema, mart.name) for mart in marts if mart.name != "fct_source_freshness"]:
            here, there = (f"select * from {side}.{schema}.{name}" for side in ("one", "other"))
            if rows_that_differ(connection, here, there, digits=7):
                found.append(name)
    return found


SCORES = "select account_id, scored_on, score, band from scores.fct_account_scores order by all"


def test_a_remap_changes_nothing_and_an_account_that_is_forgotten_is_nowhere(
    built: Workspace, copy_of: Callable[[Workspace], Workspace]
):
    workspace = copy_of(built)
    before = ask(workspace, SCORES)
    command(workspace, "remap", "--source", "billing")  # the same mapping, without asking anyone
    assert ask(workspace, SCORES) == before
    assert marts_that_differ(built, workspace) == []
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
