"""Dagster's event log with kept connections: the same events as Dagster's own, in the same files."""

from pathlib import Path

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage

from orchestration.event_log import KeptEventLog
from orchestration.workspace import PROJECT_ROOT


@dg.asset(check_specs=[dg.AssetCheckSpec("it_is_there", asset="thing")])
def thing() -> dg.MaterializeResult:
    """An asset with one check."""
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


def test_runs_are_written_where_dagster_looks_for_them(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    (tmp_path / "dagster.yaml").symlink_to(PROJECT_ROOT / "dagster.yaml")
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, KeptEventLog)
        runs = [dg.materialize([thing], instance=instance).run_id for _ in range(2)]
        kept = [[entry.to_json() for entry in instance.all_logs(run_id)] for run_id in runs]
        assert instance.get_latest_materialization_event(dg.AssetKey("thing")).run_id == runs[1]
    default = SqliteEventLogStorage(str(tmp_path / "history" / "runs"))
    for run_id, entries in zip(runs, kept, strict=True):
        assert [entry.to_json() for entry in default.get_logs_for_run(run_id)] == entries
        assert any("ASSET_CHECK_EVALUATION" in entry for entry in entries)
