"""What is done about runs whose process was killed.

Belongs here: Dagster's records of them. Does not belong here: data (the lake and snapshots need no recovery).
"""

import os

from orchestration.common.run_lock import run_lock
from orchestration.common.workspace import Workspace
from orchestration.runs.instance import instance_home


def recover_killed_runs(workspace: Workspace) -> int:
    """Mark runs as failed whose process is gone, and free their slots; return how many there were.

    Only this process can be working while it holds the run lock, so every other run that claims to be is dead.
    """
    home = instance_home(workspace)
    if not (home / "history").exists():
        return 0
    os.environ["DAGSTER_HOME"] = str(home)
    import dagster as dg  # noqa: PLC0415

    with run_lock(workspace.data_dir), dg.DagsterInstance.get() as instance:
        unfinished = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
        dead = instance.get_runs(dg.RunsFilter(statuses=unfinished))
        for run in dead:
            instance.report_run_failed(run, "the process of this run was killed")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return len(dead)
