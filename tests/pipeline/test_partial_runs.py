"""Runs of some assets only, as people start them in Dagster's UI: published is a whole warehouse, or nothing."""

import os
from collections.abc import Callable

import dagster as dg
import pytest

from orchestration.common.workspace import Workspace
from orchestration.definitions import build_defs
from orchestration.publishing.snapshot.store import current_snapshot
from orchestration.runs.instance import instance_home
from tests.conftest import BUILT_TO, NEXT_DAY

pytestmark = pytest.mark.pipeline
Copy = Callable[[Workspace], Workspace]
SNAPSHOT, ACCOUNTS = dg.AssetKey(["publishing", "snapshot"]), dg.AssetKey(["core", "dim_accounts"])


def materialise(workspace: Workspace, day: object, *keys: dg.AssetKey) -> str:
    """Start the job that Dagster's UI starts for these assets; what failed, or an empty text."""
    os.environ |= workspace.environment() | {"DAGSTER_HOME": str(instance_home(workspace))}
    with dg.DagsterInstance.get() as instance:
        result = (
            build_defs(workspace)
            .resolve_implicit_global_asset_job_def()
            .execute_in_process(
                instance=instance, partition_key=str(day), asset_selection=list(keys), raise_on_error=False
            )
        )
    failures = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    return "; ".join(
        str(failure.user_failure_data.description if failure.user_failure_data else failure.error)
        for failure in failures
    )


def test_parts_of_a_warehouse_are_not_published_until_what_follows_is_built_too(built: Workspace, copy_of: Copy):
    workspace = copy_of(built)
    before = current_snapshot(workspace.published)
    assert "is before" in materialise(workspace, "2026-06-01", ACCOUNTS)
    assert "the day asked for is 2026-06-01" in materialise(workspace, "2026-06-01", SNAPSHOT)
    assert materialise(workspace, BUILT_TO, ACCOUNTS) == ""
    assert "older than what it is made of" in materialise(workspace, BUILT_TO, SNAPSHOT)
    assert materialise(workspace, NEXT_DAY, ACCOUNTS) == ""
    assert "not built to it" in materialise(workspace, NEXT_DAY, SNAPSHOT)
    assert "is before 2026-06-27" in materialise(workspace, BUILT_TO, ACCOUNTS)
    assert current_snapshot(workspace.published) == before
