"""Runs that are killed: healed by the next one, and nothing goes on without them."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.assets import pull_with_retries
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.lake.commit import committed_files
from orchestration.runs.daily import rebuild, run_days
from orchestration.runs.recover import recover_killed_runs
from tests.conftest import BUILT_TO, NEXT_DAY
from tests.support.run_tools import command, published_day, scores
from tests.support.warehouse_tools import ask

pytestmark = pytest.mark.pipeline
Copy = Callable[[Workspace], Workspace]


def of_workspace(workspace: Workspace) -> list[int]:
    """Processes of dbt that work on a data folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes()
            if b"dbt_child" in words and str(workspace.data_dir).encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found


def wait_until(is_so: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.1)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="lists processes by /proc")
@pytest.mark.heavy
def test_a_run_that_is_killed_alone_leaves_no_dbt_behind(built: Workspace, copy_of: Copy):
    """Kill −9 of the run and not of its group: dbt once went on, with the lock free for the next run."""
    workspace = copy_of(built)
    victim = command(workspace, "run", "--date", NEXT_DAY.isoformat())
    try:
        wait_until(lambda: bool(of_workspace(workspace)), 120)
        victim.kill()
        victim.wait()
        wait_until(lambda: not of_workspace(workspace), 20)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(victim.pid, signal.SIGKILL)
    assert published_day(workspace) == BUILT_TO.isoformat()


@pytest.mark.heavy
def test_a_run_killed_while_it_held_the_warehouse_is_healed_by_the_next_one(
    built: Workspace, copy_of: Copy, built_next: Workspace
):
    """Kill −9 in the middle of dbt, leaving its lock, its run in Dagster's books and a half-built day."""
    import dagster as dg

    killed = copy_of(built)
    victim = command(killed, "run", "--date", NEXT_DAY.isoformat())
    assert victim.stdout is not None
    for line in victim.stdout:
        if "172 of" in line or "models, seeds and tests" in line:
            break
    time.sleep(2)
    os.killpg(victim.pid, signal.SIGKILL)
    victim.wait()
    assert published_day(killed) == BUILT_TO.isoformat()

    assert run_days(killed, NEXT_DAY, NEXT_DAY) == 0
    assert scores(killed) == scores(built_next)
    assert published_day(killed) == NEXT_DAY.isoformat()
    os.environ["DAGSTER_HOME"] = str(killed.data_dir / "dagster")
    with dg.DagsterInstance.get() as instance:
        statuses = [run.status for run in instance.get_runs()]
    assert dg.DagsterRunStatus.STARTED not in statuses
    assert dg.DagsterRunStatus.FAILURE in statuses
    assert recover_killed_runs(killed) == 0


@pytest.mark.heavy
@pytest.mark.parametrize("seconds", [22])
def test_wherever_a_run_is_killed_the_next_one_ends_in_the_same_rows(
    built: Workspace, copy_of: Copy, built_next: Workspace, seconds: int
):
    workspace = copy_of(built)
    victim = command(workspace, "run", "--date", NEXT_DAY.isoformat())
    time.sleep(seconds)
    os.killpg(victim.pid, signal.SIGKILL)
    victim.communicate()
    assert published_day(workspace) in (BUILT_TO.isoformat(), NEXT_DAY.isoformat())
    assert run_days(workspace, NEXT_DAY, NEXT_DAY) == 0
    assert scores(workspace) == scores(built_next)
    assert published_day(workspace) == NEXT_DAY.isoformat()


@pytest.mark.heavy
def test_a_run_that_is_asked_to_end_says_so_in_one_line(built: Workspace, copy_of: Copy):
    """By the signal that schedulers send; Ctrl-C takes the same way."""
    workspace = copy_of(built)
    stopped = command(workspace, "run", "--date", NEXT_DAY.isoformat())
    wait_until(lambda: bool(of_workspace(workspace)), 120)
    stopped.send_signal(signal.SIGTERM)
    stopped.wait(60)
    assert stopped.stdout is not None
    said = stopped.stdout.read()
    assert stopped.returncode == 130
    assert said.strip().splitlines()[-1] == "stopped; what was committed stays, start again to go on"
    assert "Traceback" not in said and "error" not in said
    assert published_day(workspace) == BUILT_TO.isoformat()


@pytest.mark.heavy
def test_a_rebuild_after_an_interrupted_run_knows_nothing_of_the_day_after(built: Workspace, copy_of: Copy):
    """The day was landed and nothing built: tickets of it once stood in a snapshot of the day before."""
    workspace = copy_of(built)
    before = ask(built, "from core.fct_tickets order by all")
    os.environ |= workspace.environment()
    sources = load_sources(workspace.sources_file)
    for source_id in sources.sources:
        pull_with_retries(workspace, sources, source_id, Window(NEXT_DAY, NEXT_DAY))
    assert str(NEXT_DAY) in {file.known_to for file in committed_files(workspace.lake, "tickets")}
    assert rebuild(workspace) == 0
    assert published_day(workspace) == BUILT_TO.isoformat()
    assert ask(workspace, "from core.fct_tickets order by all") == before
