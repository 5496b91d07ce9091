"""The entries of examples/connectors land what vendors answer; shapes follow the vendors' API references."""

import datetime as dt
from typing import Any

from orchestration.common.workspace import Workspace
from tests.support.http_tools import lines, zipped
from tests.support.landing_tools import landed
from tests.support.vendor_tools import DAY, Query, check_shape, does, pulled


@does("zendesk", "Accounts", "Themes and ratings", "Deleted tickets", "Words", "Solved", "Paging")
def test_zendesk_tickets(workspace: Workspace, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # ten requests a minute
    ticket = {
        "id": 35436,
        "organization_id": 509974,
        "created_at": "2025-01-01T22:55:29Z",
        "updated_at": "2025-01-02T05:55:29Z",
        "status": "solved",
        "priority": "high",
        "subject": "Help!",
        "tags": ["billing", "urgent"],
        "via": {"channel": "web", "source": {}},
        "satisfaction_rating": {"score": "good_with_comment", "comment": "Great"},
        "generated_timestamp": 1735797329,
    }
    gone = {**ticket, "id": 2, "status": "deleted", "via": {"channel": "carrier_pigeon"}}
    held = {**ticket, "id": 3, "status": "hold", "via": {"channel": "voice"}, "tags": []}
    held["satisfaction_rating"] = {"score": "unoffered"}

    def page(path: str, query: Query, sent: Any) -> Any:
        assert path == "/api/v2/incremental/tickets/cursor.json"
        if "cursor" in query:
            return {"tickets": [held], "after_cursor": "MTU3NjYxMzUzOS4wfHw0Njd8", "end_of_stream": True}
        assert query["start_time"] == "1735776000"
        return {"tickets": [ticket, gone], "after_cursor": "MTU3NjYxMzUzOS4wfHw0NTF8", "end_of_stream": False}

    assert pulled(workspace, "zendesk", "zendesk_tickets", page) == (3, 0)
    solved = dt.datetime(2025, 1, 2, 5, 55, 29)
    columns = "ticket_id, account_id, status, channel, theme, csat_score, solved_at, deleted_at"
    assert landed(workspace, "tickets", columns) == [
        ("2", "509974", "closed", "other", "billing", 5.0, None, solved),
        ("3", "509974", "on_hold", "phone", None, None, None, None),
        ("35436", "509974", "solved", "web", "billing", 5.0, solved, None),
    ]


@does("zendesk", "System updates", "Without an organisation")
def test_zendesk_tickets_that_the_system_changed(workspace: Workspace, monkeypatch):
    """Zendesk compares its cursor with generated_timestamp: a merged organisation leaves updated_at as it was."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    moved = {
        "id": 1,
        "organization_id": 7,
        "created_at": "2024-11-01T08:00:00Z",
        "updated_at": "2024-12-01T08:00:00Z",
        "status": "open",
        "generated_timestamp": 1735797329,
    }
    nobodys = {**moved, "id": 2, "organization_id": None}
    later = {**moved, "id": 3, "generated_timestamp": 1735862400}

    def page(path: str, query: Query, sent: Any) -> Any:
        return {"tickets": [moved, nobodys, later], "after_cursor": None, "end_of_stream": True}

    assert pulled(workspace, "zendesk", "zendesk_tickets", page) == (1, 0)
    assert landed(workspace, "tickets", "ticket_id, account_id, updated_at, known_on") == [
        ("1", "7", dt.datetime(2025, 1, 2, 5, 55, 29), DAY.last)
    ]


@does("delighted", "Accounts", "Changed answers")
def test_delighted_answers(workspace: Workspace):
    answer = {
        "id": "1",
        "person": {"id": "p1", "email": "j@x.org"},
        "survey_type": "nps",
        "score": 9,
        "comment": "ok",
        "created_at": 1735797329,
        "updated_at": None,
        "person_properties": {"account_id": "a1"},
    }
    changed = {**answer, "id": "2", "score": 3, "created_at": 1730000000, "updated_at": 1735797329}
    nobodys = {**answer, "id": "3", "person_properties": None}

    def page(path: str, query: Query, sent: Any) -> Any:
        assert (query["updated_since"], query["updated_until"]) == ("1735776000", "1735862400")
        return [answer, changed, nobodys] if query["page"] == "1" else []

    assert pulled(workspace, "delighted", "delighted_answers", page) == (2, 0)
    columns = "account_id, user_id, question, score, responded_at::date, known_on"
    assert landed(workspace, "survey_responses", columns) == [
        ("a1", "p1", "nps", 3.0, dt.date(2024, 10, 27), DAY.last),
        ("a1", "p1", "nps", 9.0, DAY.last, DAY.last),
    ]


@does("intercom", "Accounts", "Version", "Window", "Solved")
def test_intercom_tickets(workspace: Workspace):
    ticket = {
        "type": "ticket",
        "id": "494",
        "ticket_id": "53",
        "contacts": {"type": "contact.list", "contacts": []},
        "created_at": 1735689600,
        "updated_at": 1735797329,
        "ticket_state": "resolved",
        "category": "Customer",
        "ticket_type": {"id": "1", "name": "Bug"},
        "ticket_attributes": {"_default_title_": "Export fails", "account_id": "c1"},
        "open": False,
    }
    base = {"type": "ticket.list", "total_count": 3}
    before = {**ticket, "id": "493", "updated_at": 1735740000}

    def page(path: str, query: Query, sent: Any) -> Any:
        assert path == "/tickets/search"
        assert sent["query"]["value"] == [{"field": "updated_at", "operator": ">", "value": 1735689600}]
        if "starting_after" in sent["pagination"]:
            return {**base, "tickets": [before], "pages": {"type": "pages", "page": 2, "total_pages": 2, "next": None}}
        following = {"page": 2, "starting_after": "WzE3MzU3OTczMjkwMDAsNDk0LDJd"}
        pages = {"type": "pages", "page": 1, "next": following}
        return {**base, "tickets": [ticket, {**ticket, "ticket_attributes": {}}], "pages": pages}

    assert pulled(workspace, "intercom", "intercom_tickets", page) == (1, 0)
    assert landed(workspace, "tickets", "ticket_id, account_id, status, theme, subject, solved_at::date") == [
        ("494", "c1", "solved", "Bug", "Export fails", DAY.last)
    ]


@does("qualtrics", "Export", "Accounts", "Questions")
def test_qualtrics_answers(workspace: Workspace, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    answer = {
        "responseId": "R_1",
        "labels": {"QID1": "9"},
        "values": {
            "recordedDate": "2025-01-02T08:00:00Z",
            "finished": 1,
            "status": 0,
            "account_id": "a1",
            "user_id": "u1",
            "QID1": 9,
            "QID1_NPS_GROUP": 3,
            "QID2_TEXT": "fast",
            "QID3": 4,
        },
    }
    unfinished = {**answer, "responseId": "R_2", "values": {**answer["values"], "finished": 0}}
    for line in (answer, unfinished):
        check_shape("qualtrics", line)
    states = ["inProgress", "inProgress", "complete"]
    export = "/API/v3/surveys/SV_1/export-responses"

    def page(path: str, query: Query, sent: Any) -> Any:
        if path == f"{export}/F_1/file":
            return zipped(lines([answer, unfinished]))
        progress = {"progressId": "ES_1", "percentComplete": 0.0, "status": "inProgress"}
        if path == export:
            assert sent == {"format": "ndjson", "startDate": "2025-01-02T00:00:00Z", "endDate": "2025-01-03T00:00:00Z"}
        else:
            assert path == f"{export}/ES_1"
            progress["status"] = states.pop(0)
            progress["fileId"] = None if states else "F_1"
        document = {"result": progress, "meta": {"requestId": "x", "httpStatus": "200 - OK"}}
        check_shape("qualtrics_progress", document)
        return document

    assert pulled(workspace, "qualtrics", "qualtrics_answers", page) == (2, 0)
    assert landed(workspace, "survey_responses", "response_id, account_id, user_id, question, score, comment") == [
        ("R_1", "a1", "u1", "nps", 9.0, "fast"),
        ("R_1", "a1", "u1", "perceived_value", 4.0, None),
    ]


@does("typeform", "Accounts", "Questions", "Paging")
def test_typeform_answers(workspace: Workspace):
    def number(ref: str, value: int) -> dict[str, Any]:
        return {"type": "number", "number": value, "field": {"id": "x", "type": "opinion_scale", "ref": ref}}

    why = {"type": "text", "text": "fast", "field": {"id": "y", "type": "long_text", "ref": "nps_reason"}}
    both = {
        "landing_id": "l1",
        "token": "t1",
        "response_id": "r1",
        "submitted_at": "2025-01-02T08:00:00Z",
        "hidden": {"account_id": "a1", "user_id": "u1"},
        "answers": [number("nps", 9), why, number("ease_of_integration", 4)],
    }
    one = {**both, "token": "t2", "response_id": "r2", "answers": [number("nps", 3)]}
    nobodys = {**both, "token": "t3", "response_id": "r3", "hidden": {}}

    def page(path: str, query: Query, sent: Any) -> Any:
        assert path == "/forms/f1/responses"
        assert (query["since"], query["until"]) == ("2025-01-02T00:00:00Z", "2025-01-03T00:00:00Z")
        return {"items": {None: [both], "t1": [one], "t2": [nobodys], "t3": []}[query.get("before")], "total_items": 3}

    assert pulled(workspace, "typeform", "typeform_answers", page) == (3, 0)
    assert landed(workspace, "survey_responses", "response_id, account_id, question, score, comment") == [
        ("r1", "a1", "ease_of_integration", 4.0, None),
        ("r1", "a1", "nps", 9.0, "fast"),
        ("r2", "a1", "nps", 3.0, None),
    ]
