"""Runs as people start them, and what they leave: commands, the published day, scores."""

import os
import subprocess
import sys

import duckdb

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.publishing.snapshot.store import current_snapshot


def command(workspace: Workspace, *words: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration", *words],
        cwd=PROJECT_ROOT,
        env={**os.environ, **workspace.environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def published_day(workspace: Workspace) -> str:
    snapshot = current_snapshot(workspace.published)
    assert snapshot is not None
    return str(snapshot.manifest["data_date"])


def scores(workspace: Workspace) -> list[tuple]:
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        return connection.execute("select * from scores.fct_account_scores order by all").fetchall()
