"""Start the daily job for some days and report how it went.

Belongs here: which days, the run, reasons of failures. Does not belong here: assets (definitions.py), arguments (cli/),
runs that were killed (recover.py).
"""

import datetime as dt
import logging
import os
import sys
import time
import warnings
from typing import TYPE_CHECKING, Any

from orchestration.common.errors import UserError, of_the_disk
from orchestration.common.run_lock import run_lock
from orchestration.common.workspace import Workspace
from orchestration.landing.lake.commit import write_empty_entities
from orchestration.publishing.snapshot.store import published_day
from orchestration.runs.instance import instance_home
from orchestration.runs.recover import recover_killed_runs
from orchestration.transform.build_states import named
from orchestration.transform.definitions.check import check_definitions
from orchestration.transform.project import failed_nodes, failing_rows

if TYPE_CHECKING:
    import dagster as dg


def last_published(workspace: Workspace) -> dt.date | None:
    """The day of the current snapshot."""
    return published_day(workspace.published)


def next_day(workspace: Workspace) -> dt.date:
    """The day after the last published one, at most yesterday."""
    yesterday = dt.datetime.now(dt.UTC).date() - dt.timedelta(1)
    published = _published_day(workspace)
    return min(published + dt.timedelta(1), yesterday)


def rebuild(workspace: Workspace) -> int:
    """Build the warehouse again from the whole lake and publish it; return an exit code."""
    last = _published_day(workspace)
    write_empty_entities(workspace.lake)  # a lake of an older version lacks what is new in the contract
    return run_days(workspace, None, last, pull=False)


def _published_day(workspace: Workspace) -> dt.date:
    published = last_published(workspace)
    if published is None:
        raise UserError("nothing is published yet; run `make demo`, or `make backfill` for your own workspace, first")
    return published


def check_continues(workspace: Workspace, first: dt.date | None, last: dt.date) -> None:
    """Refuse days that would leave a gap, or publish the past as if it were today."""
    published = last_published(workspace)
    if published is None:
        return
    if last < published:
        again = f"make backfill FROM={first or last} TO={published}"
        raise UserError(f"{last} is before {published}, which is published; to load it again: `{again}`")
    if first and first > published + dt.timedelta(1):
        missing = f"make backfill FROM={published + dt.timedelta(1)} TO={last}"
        raise UserError(f"the days between {published} and {first} have not been run; do it with `{missing}`")


def run_days(workspace: Workspace, first: dt.date | None, last: dt.date, *, pull: bool = True) -> int:
    """Run the daily job once for all days from `first` (None: the beginning) to `last`; return an exit code.

    Without `pull`, no source is asked: the warehouse is built from what the lake has.
    """
    began = time.monotonic()
    os.environ |= workspace.environment() | {"DAGSTER_HOME": str(instance_home(workspace))}
    check_continues(workspace, first, last)
    check_definitions(workspace.root / "seeds")
    with run_lock(workspace.data_dir):
        pass  # another run is reported before anything slow is imported
    recover_killed_runs(workspace)
    report_window = f"{first or 'the beginning'} to {last}" if first != last else str(last)
    print(f"{workspace.name}: {report_window}", flush=True)

    import dagster as dg  # noqa: PLC0415

    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    warnings.filterwarnings("ignore", category=dg.PreviewWarning)
    from orchestration.common.partitions import BEGINNING, FIRST_DAY_TAG  # noqa: PLC0415
    from orchestration.definitions import DAILY_JOB, REBUILD_JOB, build_defs  # noqa: PLC0415

    job = build_defs(workspace).resolve_job_def(DAILY_JOB if pull else REBUILD_JOB)
    if last >= dt.datetime.now(dt.UTC).date():
        raise UserError(f"{last} is not over yet; the last day that can be run is yesterday")
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(
            instance=instance,
            partition_key=last.isoformat(),
            tags={FIRST_DAY_TAG: first.isoformat() if first else BEGINNING},
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    if any(event.is_step_failure and _is_stopped(event.step_failure_data.error) for event in result.all_events):
        raise KeyboardInterrupt
    reasons = _reasons(result, workspace)
    for reason in reasons:
        print(f"error: {reason}", file=sys.stderr)
    if result.success:
        print(f"{workspace.name}: done in {time.monotonic() - began:.0f} s", flush=True)
    return 0 if result.success and not reasons else 1


def _reasons(result: "dg.ExecuteInProcessResult", workspace: Workspace) -> list[str]:
    """Why steps or sources failed, one line each."""
    reasons = []
    for event in result.all_events:
        if event.is_step_failure:
            failure = event.step_failure_data
            user = failure.user_failure_data
            text = user.description if user and user.description else _cause(failure.error)
            reasons.append(f"{event.step_key}: {_one_line(text, workspace)}")
            if "dbt CLI" in text:
                reasons += [f"{event.step_key}: {line}" for line in failing_rows(workspace)]
        elif event.event_type_value == "ASSET_CHECK_EVALUATION":
            check = event.asset_check_evaluation_data
            if not check.passed and "reason" in check.metadata:
                reasons.append(str(check.metadata["reason"].value))
    return list(dict.fromkeys(reasons))


def _is_stopped(error: Any) -> bool:
    return error is not None and ("DagsterExecutionInterruptedError" in str(error.cls_name) or _is_stopped(error.cause))


def _cause(error: Any) -> str:
    """What went wrong in the end: Dagster tells first that a step failed."""
    while error is not None and error.cause is not None:
        error = error.cause
    return str(error.message) if error is not None else "failed without a reason"


def _one_line(error: str, workspace: Workspace) -> str:
    """One line for what dbt or another library raised; the whole text stays in Dagster's log and in dbt.log."""
    if "lock is held" in error or "set lock" in error:
        return "the warehouse is open in another program; close it, and read the published snapshot instead"
    if "dbt CLI" in error:
        failed = named(list(failed_nodes(workspace.dbt_target) or ()))
        said = f"dbt: {failed} did not pass" if failed else "dbt failed"
        return f"{said} (see {workspace.dbt_target / 'dbt.log'})"
    return of_the_disk(error) or error.strip().split("\n")[0]
