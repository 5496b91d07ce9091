"""Dagster's event log with kept connections: the same events as Dagster's own, in the same files."""

from pathlib import Path

import dagster as dg

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.runs.daily import own_instance
from orchestration.runs.event_log import KeptEventLog


@dg.asset(check_specs=[dg.AssetCheckSpec("it_is_there", asset="thing")])
def thing() -> dg.MaterializeResult:
    """An asset with one check."""
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


def test_runs_are_written_where_dagster_looks_for_them(tmp_path: Path, monkeypatch):
    workspace = Workspace(PROJECT_ROOT, tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    with own_instance(workspace) as instance:
        assert isinstance(instance.event_log_storage, KeptEventLog)
        runs = [dg.materialize([thing], instance=instance).run_id for _ in range(2)]
        kept = [[entry.to_json() for entry in instance.all_logs(run_id)] for run_id in runs]
        assert instance.get_latest_materialization_event(dg.AssetKey("thing")).run_id == runs[1]
    with dg.DagsterInstance.get() as as_servers_see_it:
        assert type(as_servers_see_it.event_log_storage) is not KeptEventLog
        for run_id, entries in zip(runs, kept, strict=True):
            assert [entry.to_json() for entry in as_servers_see_it.all_logs(run_id)] == entries
            assert any("ASSET_CHECK_EVALUATION" in entry for entry in entries)
