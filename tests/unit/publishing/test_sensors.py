"""What Dagster's daemon does by itself: when a run begins, what is told of a failed one and of a late source."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from orchestration.common.partitions import DAILY
from orchestration.common.workspace import Workspace
from orchestration.landing.config.sources_file import load_sources
from orchestration.publishing.sensors import failure_message, late_sources, next_day_with_files, schedule_of, tell
from tests.support.lake_tools import put

DAY = dt.date(2026, 1, 5)


@dg.asset(partitions_def=DAILY)
def nothing() -> None: ...


@pytest.mark.parametrize(
    ("timezone", "at", "day"),
    [
        ("UTC", "2026-01-06T05:00:00+00:00", "2026-01-05"),
        ("Pacific/Auckland", "2026-01-06T16:00:00+00:00", "2026-01-06"),  # five in the morning of the 7th
        ("America/Los_Angeles", "2026-01-06T13:00:00+00:00", "2026-01-05"),
    ],
)
def test_a_morning_is_that_of_the_workspace_and_asks_for_the_day_that_is_over_there(timezone: str, at: str, day: str):
    schedule = schedule_of(dg.define_asset_job("daily", selection=[nothing], partitions_def=DAILY), timezone)
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert schedule.execution_timezone == timezone
    now = dt.datetime.fromisoformat(at).astimezone(ZoneInfo(timezone))
    request = schedule(dg.build_schedule_context(scheduled_execution_time=now))
    assert request.partition_key == day


def source(workspace: Workspace, every: str) -> None:
    workspace.sources_file.write_text(
        f"sources:\n  web: {{entity: events, path: 'e_{{date}}.jsonl', {every}columns: {{event_id: id, account_id: a, "
        "event_name: n, occurred_at: t}}\n"
    )


@pytest.mark.parametrize(("today", "is_late"), [(7, False), (8, False), (9, True)])
def test_a_source_is_late_when_yesterday_is_further_from_its_newest_day_than_expected(
    workspace: Workspace, today: int, is_late: bool
):
    """On the 8th the last day that is over is the 7th: two days after the 5th, as expected."""
    source(workspace, "expected_every_days: 2, ")
    row = {"event_id": "1", "account_id": "a", "event_name": "x", "occurred_at": f"{DAY} 10:00", "known_on": str(DAY)}
    put(workspace, "events", [row], "web")
    pointer = workspace.lake / "_committed" / "web.json"
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"entity": "events"}))
    late = late_sources(workspace, load_sources(workspace.sources_file, {}), dt.date(2026, 1, today))
    assert bool(late) is is_late
    assert not late or late["web"] == "web brought 2026-01-05 last, 3 days ago, expected every 2 day(s)"


def test_a_source_that_says_nothing_of_how_often_is_never_late_and_one_without_anything_is(workspace: Workspace):
    source(workspace, "")
    assert late_sources(workspace, load_sources(workspace.sources_file, {}), DAY) == {}
    source(workspace, "expected_every_days: 2, ")
    late = late_sources(workspace, load_sources(workspace.sources_file, {}), DAY)
    assert late == {"web": "web has brought nothing yet, expected every 2 day(s)"}


def test_files_of_the_next_day_are_looked_for_after_the_published_one(workspace: Workspace):
    source(workspace, "")
    sources = load_sources(workspace.sources_file, {})
    assert next_day_with_files(workspace, sources) is None  # nothing is published
    folder = workspace.published / "snapshots" / "s"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"data_date": str(DAY)}))
    (workspace.published / "current.json").write_text(json.dumps({"snapshot_id": "s"}))
    (workspace.root / "e_2026-01-07.jsonl").touch()
    assert next_day_with_files(workspace, sources) is None
    (workspace.root / "e_2026-01-06.jsonl").touch()
    assert next_day_with_files(workspace, sources) == dt.date(2026, 1, 6)


def test_a_failure_names_workspace_step_day_cause_and_what_to_do(workspace: Workspace):
    told = failure_message(workspace, "2026-01-05", "landing", "crm did not answer")
    assert "landing failed for 2026-01-05: crm did not answer. `make run DATE=2026-01-05` tries again" in told
    assert "\n" not in told


class _Log:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def error(self, text: str) -> None:
        self.lines.append(text)


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict]]]:
    got: list[dict] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200 if len(got) == 1 else 500)
            self.end_headers()

        def log_message(self, *arguments: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", got
    server.shutdown()


def test_a_message_reaches_the_webhook_and_one_that_does_not_is_logged(webhook: tuple[str, list[dict]]):
    address, got = webhook
    log = _Log()
    tell(log, address, "web is late")
    assert got == [{"text": "web is late"}]
    tell(log, address, "web is late")
    assert log.lines[:2] == ["web is late", "web is late"]
    assert log.lines[2].startswith("the message could not be sent: 500")
