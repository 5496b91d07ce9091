"""The entries for telemetry land what Segment, RudderStack, Snowplow and PostHog write or answer."""

import gzip
import json
from typing import Any

import pytest

from orchestration.common.errors import UserError
from orchestration.common.workspace import Workspace
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.pull import land
from tests.support.http_tools import lines, zipped
from tests.support.landing_tools import landed
from tests.support.vendor_tools import DAY, FOLDER, Query, check_shape, does, pulled, settings

POSTHOG = {
    "uuid": "0194",
    "id": "0194",
    "event": "Report Created",
    "distinct_id": "u1",
    "timestamp": "2025-01-02T08:00:00.123Z",
    "created_at": "2025-01-02T08:00:02Z",
    "properties": {"$group_0": "a1", "$lib": "web"},
}


@does("posthog", "API")
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

    assert pulled(workspace, "posthog", "posthog_api", page, "posthog_api") == (1, 0)
    assert landed(workspace, "events", "event_id, account_id, event_name, user_id") == [
        ("0194", "a1", "Report Created", "u1")
    ]


MIXPANEL = {
    "event": "Report Created",
    "properties": {
        "time": 1735804800,
        "distinct_id": "u1",
        "$insert_id": "m1",
        "mp_processing_time_ms": 1735804805123,
        "account_id": "a1",
    },
}


@does("mixpanel", "Accounts", "Late events", "Sent again")
def test_mixpanel_export(workspace: Workspace):
    def changed(**properties: Any) -> dict[str, Any]:
        return {**MIXPANEL, "properties": {**MIXPANEL["properties"], **properties}}

    earlier = changed(time=1735718400, mp_processing_time_ms=1735718401000, **{"$insert_id": "m2"})
    late = changed(time=1735718400, **{"$insert_id": "m3"})
    again = changed(mp_processing_time_ms=1735804999999)
    export = [MIXPANEL, again, earlier, late, {**MIXPANEL, "event": "$session_start"}, changed(account_id=None)]
    for line in export:
        check_shape("mixpanel", line)

    def page(path: str, query: Query, sent: Any) -> Any:
        assert path == "/api/2.0/export"
        assert query == {"project_id": "7", "from_date": "2025-01-01", "to_date": "2025-01-02"}
        return lines(export)

    assert pulled(workspace, "mixpanel", "mixpanel_events", page) == (2, 0)
    assert landed(workspace, "events", "event_id, user_id, occurred_at::varchar, received_at::date, known_on") == [
        ("m1", "u1", "2025-01-02 08:00:00", DAY.last, DAY.last),
        ("m3", "u1", "2025-01-01 08:00:00", DAY.last, DAY.last),
    ]


AMPLITUDE = {
    "uuid": "e1",
    "$insert_id": None,
    "amplitude_id": 7,
    "user_id": None,
    "device_id": "d1",
    "event_type": "Report Created",
    "event_time": "2025-01-01 23:59:58.123000",
    "server_upload_time": "2025-01-02 00:00:01.000000",
    "groups": {"account": ["a1"]},
    "event_properties": {},
    "user_properties": {},
}


@does("mixpanel", "Failures")
def test_a_terminated_export_of_mixpanel_fails(workspace: Workspace):
    with pytest.raises(UserError, match="terminated early"):
        pulled(workspace, "mixpanel", "mixpanel_events", lambda *asked: lines([MIXPANEL]) + b"terminated early\n")
    assert landed(workspace, "events", "event_id") == []


@does("amplitude", "Accounts", "Late events", "Sent again")
def test_amplitude_export(workspace: Workspace):
    own = {**AMPLITUDE, "uuid": "e2", "event_type": "[Amplitude] Page Viewed"}
    alone = {**AMPLITUDE, "uuid": "e3", "groups": {}}
    again = {**AMPLITUDE, "server_upload_time": "2025-01-02 03:00:00.000000"}
    for line in (AMPLITUDE, own, alone, again):
        check_shape("amplitude", line)

    def page(path: str, query: Query, sent: Any) -> Any:
        assert (path, query) == ("/api/2/export", {"start": "20250102T00", "end": "20250102T23"})
        return zipped(gzip.compress(lines([AMPLITUDE, own])), gzip.compress(lines([alone, again])))

    assert pulled(workspace, "amplitude", "amplitude_events", page) == (1, 0)
    assert landed(workspace, "events", "event_id, account_id, user_id, occurred_at::varchar, known_on") == [
        ("e1", "a1", "d1", "2025-01-01 23:59:58.123", DAY.last)
    ]


SEGMENT = {
    "type": "track",
    "messageId": "m1",
    "event": "Report Created",
    "userId": None,
    "anonymousId": "anon",
    "timestamp": "2025-01-02T08:00:00.000Z",
    "originalTimestamp": "2025-01-02T08:00:00.000Z",
    "receivedAt": "2025-01-02T08:00:05.000Z",
    "context": {"groupId": "a1"},
    "properties": {"plan": "pro"},
}
SNOWPLOW = {
    "event": "unstruct",
    "event_id": "m1",
    "event_name": "Report Created",
    "app_id": "web",
    "domain_userid": "anon",
    "derived_tstamp": "2025-01-02T08:00:00.000Z",
    "collector_tstamp": "2025-01-02T08:00:05.000Z",
    "contexts_com_example_account_1": [{"account_id": "a1"}],
}


@does("segment", "Accounts", "Late calls")
@does("rudderstack", "Accounts", "Late calls")
@does("snowplow", "Accounts")
@does("posthog", "Accounts", "Export")
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
    if vendor != "rudderstack":  # the same form as Segment's, and no schema of its own
        check_shape("posthog_export" if vendor == "posthog" else vendor, record)
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


@does("segment", "People")
@does("rudderstack", "People")
@does("posthog", "People")
@pytest.mark.parametrize(
    ("vendor", "file", "records"),
    [
        (
            "segment",
            "1735776000000/part.gz",
            [
                {**SEGMENT, "type": "identify", "userId": "u1", "event": None},
                {**SEGMENT, "type": "alias", "userId": "u1", "previousId": "u0", "event": None},
                {**SEGMENT, "type": "identify"},
            ],
        ),
        (
            "rudderstack",
            "2025-01-02/part.json.gz",
            [
                {**SEGMENT, "type": "identify", "userId": "u1", "event": None},
                {**SEGMENT, "type": "alias", "userId": "u1", "previousId": "u0", "event": None},
                {**SEGMENT, "type": "track", "userId": "u1"},
            ],
        ),
        (
            "posthog",
            "2025-01-02T00:00:00+00:00-2025-01-03T00:00:00+00:00.jsonl.gz",
            [
                {**POSTHOG, "event": "$identify", "properties": {"$anon_distinct_id": "anon"}},
                {**POSTHOG, "event": "$create_alias", "properties": {"alias": "u0"}},
                POSTHOG,
            ],
        ),
    ],
)
def test_an_id_of_before_a_sign_in_stands_for_the_person(
    workspace: Workspace, vendor: str, file: str, records: list[dict[str, Any]]
):
    path = workspace.root / "files" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("\n".join(json.dumps(one) for one in records).encode()))
    sources = load_sources(FOLDER / f"{vendor}.yml", settings(vendor, files=str(workspace.root / "files")))
    manifest = land(workspace, sources, f"{vendor}_people", DAY, report=lambda line: None)
    assert (manifest.landed, manifest.filtered, manifest.rejected) == (2, 1, 0)
    assert landed(workspace, "user_aliases", "alias_user_id, user_id, known_on") == [
        ("anon", "u1", DAY.last),
        ("u0", "u1", DAY.last),
    ]
