"""Kill −9 at random moments of a pull: what a reader sees is always whole, nothing committed is lost, a rerun converges."""

import datetime as dt
import os
import random
import signal
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest

from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.lake.commit import committed
from orchestration.landing.pull import land
from tests.support.landing_tools import EVENTS, event, landed, lines

TICKETS = """
  desk:
    entity: tickets
    path: tickets.jsonl
    fields: {id: VARCHAR, org: VARCHAR, status: VARCHAR, subject: VARCHAR, created: VARCHAR, updated: VARCHAR}
    columns: {ticket_id: id, account_id: org, created_at: created, updated_at: updated}
"""
WINDOW = Window(None, dt.date(2025, 1, 31))
DAYS = 3
ROWS = 40


def _land(root: Path) -> None:
    workspace = Workspace(root, root / "data")
    sources = load_sources(workspace.sources_file, {})
    for source_id in sources.sources:
        land(workspace, sources, source_id, WINDOW, report=lambda line: None)


def write_round(workspace: Workspace, number: int) -> tuple[list[tuple], tuple]:
    """Files of one round: other events every time, one more version of a ticket; return what lands of them."""
    events = []
    for day in range(1, DAYS + 1):
        records = [event(number * 1000 + day * 100 + n, time=f"2025-01-0{day}T10:00:00Z") for n in range(ROWS)]
        lines(workspace, f"2025-01-0{day}", *records)
        events += [(record["id"],) for record in records]
    minute = dt.datetime(2025, 1, 1) + dt.timedelta(minutes=number)
    with (workspace.root / "tickets.jsonl").open("w") as file:
        file.write(
            f'{{"id": "t", "org": "a", "status": "open", "subject": "{number}", "created": "2025-01-01", "updated": "{minute}"}}\n'
        )
    return sorted(events), ("t", str(number))


def visible(workspace: Workspace) -> tuple[list[tuple], list[tuple]]:
    """What a reader sees: every file that a pointer names is there and whole."""
    for pointer in committed(workspace.lake):
        for file in pointer["files"]:
            assert (workspace.lake / file["path"]).exists(), file
    return landed(workspace, "events", "event_id"), landed(workspace, "tickets", "ticket_id, subject")


def in_process(target: Callable[[Path], None], root: Path, seconds: float | None) -> int | None:
    """Run in a process of its own, killed after a time; return its exit code."""
    processes = get_context("forkserver")
    processes.set_forkserver_preload(["orchestration.landing.pull"])
    process = processes.Process(target=target, args=(root,))
    process.start()
    process.join(seconds)
    if process.is_alive() and process.pid:
        os.kill(process.pid, signal.SIGKILL)
    process.join(30)
    return process.exitcode


@pytest.mark.parametrize("kills", [20, pytest.param(60, marks=pytest.mark.heavy)])
def test_a_pull_killed_at_any_moment_is_never_half_visible(workspace: Workspace, kills: int):
    workspace.sources_file.write_text(EVENTS + TICKETS)
    before, ticket = write_round(workspace, 0)
    assert in_process(_land, workspace.root, None) == 0
    began = time.monotonic()
    in_process(_land, workspace.root, None)
    whole = time.monotonic() - began
    chance = random.Random(2025)
    tickets = [ticket]
    landed_late = died = 0
    for number in range(1, kills + 1):
        after, ticket = write_round(workspace, number)
        code = in_process(_land, workspace.root, chance.uniform(0.02, whole * 1.1))
        died += code == -signal.SIGKILL
        events, versions = visible(workspace)
        assert events in (before, after), f"round {number}"
        assert versions in (sorted(tickets), sorted([*tickets, ticket])), f"round {number}"
        landed_late += events == after
        _land(workspace.root)
        tickets.append(ticket)
        assert visible(workspace) == (after, sorted(tickets))
        before = after
    assert died >= kills / 2
    assert 0 < landed_late < kills
    orphans = [
        path
        for path in workspace.lake.glob("*/*/")
        if path.parent.name[0] != "_" and not (path / "manifest.json").exists()
    ]
    assert orphans == []
