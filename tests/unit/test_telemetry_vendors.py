"""The entries for telemetry land what Segment, RudderStack, Snowplow and PostHog write or answer."""

import gzip
import json
from typing import Any

import pytest

from orchestration.landing.form import load_sources
from orchestration.landing.pull import land
from orchestration.workspace import Workspace
from tests.unit.landing_tools import landed
from tests.unit.vendor_tools import DAY, FOLDER, Query, pulled, settings

POSTHOG = {
    "uuid": "0194", "id": "0194", "event": "Report Created", "distinct_id": "u1", "timestamp": "2025-01-02T08:00:00.123Z",
    "created_at": "2025-01-02T08:00:02Z", "properties": {"$group_0": "a1", "$lib": "web"}, "team_id": 1,
}  # fmt: skip


def test_posthog_api(workspace: Workspace, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    seen = {**POSTHOG, "id": "0195", "event": "$pageview"}
    nobody = {**POSTHOG, "id": "0196", "properties": {}}

    def page(path: str, query: Query, sent: Any) -> Any:
        assert path == "/api/projects/7/events/"
        if "offset" in query:
            return {"next": None, "results": [seen, nobody]}
        assert (query["after"], query["before"]) == ("2025-01-02T00:00:00Z", "2025-01-03T00:00:00Z")
        return {"next": "/api/projects/7/events/?offset=1", "results": [POSTHOG]}

    assert pulled(workspace, "posthog", "posthog_api", page) == (1, 0)
    assert landed(workspace, "events", "event_id, account_id, event_name, user_id") == [
        ("0194", "a1", "Report Created", "u1")
    ]


SEGMENT = {
    "type": "track", "messageId": "m1", "event": "Report Created", "userId": None, "anonymousId": "anon",
    "timestamp": "2025-01-02T08:00:00.000Z", "originalTimestamp": "2025-01-02T08:00:00.000Z",
    "receivedAt": "2025-01-02T08:00:05.000Z", "context": {"groupId": "a1"}, "properties": {"plan": "pro"},
}  # fmt: skip
SNOWPLOW = {
    "event": "unstruct", "event_id": "m1", "event_name": "Report Created", "app_id": "web", "user_id": None,
    "domain_userid": "anon", "derived_tstamp": "2025-01-02T08:00:00.000Z", "collector_tstamp": "2025-01-02T08:00:05.000Z",
    "contexts_com_example_account_1": [{"account_id": "a1"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("vendor", "source", "file", "record", "filtered"),
    [
        ("segment", "segment_events", "1735776000000/part.gz", SEGMENT, {"type": "identify"}),
        ("rudderstack", "rudderstack_events", "2025-01-02/part.json.gz", SEGMENT, {"context": {}}),
        ("snowplow", "snowplow_events", "run=2025-01-02-14-05-07/part.gz", SNOWPLOW, {"event": "page_ping"}),
        (
            "posthog",
            "posthog_export",
            "2025-01-02T00:00:00+00:00-2025-01-03T00:00:00+00:00.jsonl.gz",
            POSTHOG,
            {"event": "$pageview"},
        ),
    ],
)
def test_telemetry_files(workspace: Workspace, vendor: str, source: str, file: str, record: dict, filtered: dict):
    path = workspace.root / "files" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    other = workspace.root / "files" / "elsewhere" / path.name
    other.parent.mkdir()
    other.write_bytes(gzip.compress(b"{}"))  # not of the day, and not of its pattern
    path.write_bytes(gzip.compress("\n".join(json.dumps(one) for one in (record, {**record, **filtered})).encode()))
    files = settings(vendor, files=str(workspace.root / "files"))
    sources = load_sources(FOLDER / f"{vendor}.yml", files)
    manifest = land(workspace, sources, source, DAY, report=lambda line: None)
    assert (manifest.landed, manifest.filtered, manifest.rejected) == (1, 1, 0)
    person = "u1" if vendor == "posthog" else "anon"
    assert landed(workspace, "events", "account_id, event_name, user_id, occurred_at::timestamp(0)::varchar") == [
        ("a1", "Report Created", person, "2025-01-02 08:00:00")
    ]
