"""The entries of examples/connectors land what vendors answer; shapes follow the vendors' API references."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from tests.support.http_tools import lines, zipped
from tests.support.landing_tools import landed
from tests.support.vendor_tools import DAY, FOLDER, Query, check_shape, pulled


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


HUBSPOT = {
    "companies": {
        "name": "Acme",
        "industry": "SOFTWARE",
        "numberofemployees": "120",
        "hubspot_owner_id": "7",
        "createdate": "x",
    },
    "contacts": {"jobtitle": "Head of Data", "associatedcompanyid": "512"},
    "tasks": {
        "hs_task_subject": "play:kick_off_call Call before the second week",
        "hs_task_status": "COMPLETED",
        "hs_timestamp": "2025-01-05T09:00:00Z",
        "hs_task_completion_date": "2025-01-02T08:00:00Z",
        "hubspot_owner_id": "7",
    },
}


@pytest.mark.parametrize(
    ("kind", "entity", "columns", "row"),
    [
        ("companies", "accounts", "account_id, account_name, company_size, csm_id", ("512", "Acme", "120", "7")),
        ("contacts", "users", "user_id, account_id, role", ("512", "512", "Head of Data")),
        (
            "tasks",
            "play_activities",
            "task_id, account_id, play_id, status, due_date",
            ("512", "77", "kick_off_call", "done", dt.date(2025, 1, 5)),
        ),
    ],
)
def test_hubspot(workspace: Workspace, monkeypatch, kind: str, entity: str, columns: str, row: tuple):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    record = {
        "id": "512",
        "properties": HUBSPOT[kind],
        "createdAt": "2025-01-01T10:00:00.123Z",
        "updatedAt": "2025-01-02T10:00:00.456Z",
        "archived": False,
        "associations": {"companies": {"results": [{"id": "77", "type": "task_to_company"}]}},
    }
    later = {**record, "id": "513", "updatedAt": "2025-02-02T10:00:00Z"}

    def page(path: str, query: Query, sent: Any) -> Any:
        assert path == f"/crm/v3/objects/{kind}"
        if "after" in query:
            return {"results": [later]}
        return {"results": [record], "paging": {"next": {"after": "NTI1Cg%3D%3D", "link": "?after=NTI1"}}}

    assert pulled(workspace, "hubspot", f"hubspot_{kind}", page) == (1, 0)
    assert landed(workspace, entity, columns) == [row]


def test_archived_companies_of_hubspot(workspace: Workspace, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    company = {
        "id": "512",
        "properties": HUBSPOT["companies"],
        "createdAt": "2024-01-01T10:00:00Z",
        "archived": True,
        "updatedAt": "2024-06-01T10:00:00Z",
        "archivedAt": "2025-01-02T10:00:00Z",
    }

    def page(path: str, query: Query, sent: Any) -> Any:
        assert (path, query["archived"]) == ("/crm/v3/objects/companies", "true")
        return {"results": [company]}

    assert pulled(workspace, "hubspot", "hubspot_companies_archived", page) == (1, 0)
    assert landed(workspace, "accounts", "account_id, updated_at::date, deleted_at::date") == [
        ("512", DAY.last, DAY.last)
    ]


def test_stripe_subscriptions(workspace: Workspace):
    def item(quantity: int | None, amount: str | None, interval: str) -> dict[str, Any]:
        recurring = {"interval": interval, "interval_count": 1}
        price = {"nickname": "pro", "unit_amount": None, "unit_amount_decimal": amount, "recurring": recurring}
        return {"quantity": quantity, "current_period_end": 1767225600, "price": price}

    def items(*data: dict[str, Any], has_more: bool = False) -> dict[str, Any]:
        return {"object": "list", "data": list(data), "has_more": has_more, "url": "/v1/subscription_items"}

    priced = items(item(2, "5000", "month"), item(1, "120000", "year"), item(None, "0.5", "month"))
    active = {
        "object": "subscription",
        "id": "sub_1",
        "customer": "cus_1",
        "status": "active",
        "currency": "eur",
        "start_date": 1704067200,
        "trial_end": None,
        "metadata": {},
        "items": priced,
    }
    churned = {**active, "id": "sub_2", "status": "canceled", "ended_at": 1735689600, "metadata": {"account_id": "a2"}}
    tiered = {
        **active,
        "id": "sub_3",
        "customer": "cus_3",
        "items": items(item(1, None, "month"), item(1, "500", "year")),
    }
    yen = {**active, "id": "sub_5", "customer": "cus_5", "currency": "jpy", "pause_collection": {"behavior": "void"}}
    dinar = {**active, "id": "sub_6", "customer": "cus_6", "currency": "kwd", "status": "unpaid"}
    long = {**active, "id": "sub_4", "customer": "cus_4", "items": items(item(1, "500", "month"), has_more=True)}

    def page(path: str, query: Query, sent: Any) -> Any:
        assert (path, query["status"]) == ("/v1/subscriptions", "all")
        is_last = "starting_after" in query
        data = [churned, tiered, long, yen, dinar] if is_last else [active]
        return {"object": "list", "url": path, "data": data, "has_more": not is_last}

    assert pulled(workspace, "stripe", "stripe_subscriptions", page) == (6, 0)
    columns = "account_id, status, mrr, currency, renewal_date, valid_to::date, updated_at::date, known_on"
    renewal = dt.date(2026, 1, 1)
    assert landed(workspace, "subscriptions", columns) == [
        ("a2", "churned", 200.0, "EUR", renewal, dt.date(2025, 1, 1), DAY.last, DAY.last),
        ("cus_1", "active", 200.0, "EUR", renewal, None, DAY.last, DAY.last),
        ("cus_3", "active", None, "EUR", renewal, None, DAY.last, DAY.last),
        ("cus_4", "active", None, "EUR", renewal, None, DAY.last, DAY.last),
        ("cus_5", "paused", 20000.0, "JPY", renewal, None, DAY.last, DAY.last),
        ("cus_6", "paused", 20.0, "KWD", renewal, None, DAY.last, DAY.last),
    ]


def test_delighted_answers(workspace: Workspace):
    answer = {
        "id": "1",
        "person": {"id": "p1", "email": "j@x.org"},
        "survey_type": "nps",
        "score": 9,
        "comment": "ok",
        "created_at": 1735797329,
        "person_properties": {"account_id": "a1"},
    }

    def page(path: str, query: Query, sent: Any) -> Any:
        assert (query["since"], query["until"]) == ("1735776000", "1735862400")
        return [answer] if query["page"] == "1" else []

    assert pulled(workspace, "delighted", "delighted_answers", page) == (1, 0)
    assert landed(workspace, "survey_responses", "account_id, user_id, question, score") == [("a1", "p1", "nps", 9.0)]


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

    def page(path: str, query: Query, sent: Any) -> Any:
        assert path == "/forms/f1/responses"
        assert (query["since"], query["until"]) == ("2025-01-02T00:00:00Z", "2025-01-03T00:00:00Z")
        return {"items": {None: [both], "t1": [one], "t2": []}[query.get("before")], "total_items": 2}

    assert pulled(workspace, "typeform", "typeform_answers", page) == (3, 0)
    assert landed(workspace, "survey_responses", "response_id, account_id, question, score, comment") == [
        ("r1", "a1", "ease_of_integration", 4.0, None),
        ("r1", "a1", "nps", 9.0, "fast"),
        ("r2", "a1", "nps", 3.0, None),
    ]


def test_salesforce_accounts_and_contacts(workspace: Workspace):
    base = {
        "attributes": {"type": "x"},
        "CreatedDate": "2024-11-05T09:00:00.000+0000",
        "SystemModstamp": "2025-01-02T09:30:00.000+0000",
        "IsDeleted": False,
    }
    account = {**base, "Id": "001A", "Name": "Acme", "NumberOfEmployees": 120, "OwnerId": "005X", "Type": "Customer"}
    contact = {**base, "Id": "003A", "AccountId": "001A", "Title": "CTO"}

    def page(path: str, query: Query, sent: Any) -> Any:
        if path == "/services/oauth2/token":
            return {
                "access_token": "00D!",
                "instance_url": "https://x",
                "token_type": "Bearer",
                "issued_at": "1735797329",
            }
        if path == "/services/data/v62.0/query/01g-2000":
            gone = {**account, "Id": "001C", "IsDeleted": True}
            return {"totalSize": 3, "done": True, "records": [{**account, "Id": "001B", "Type": "Prospect"}, gone]}
        assert path == "/services/data/v62.0/queryAll"
        window = "SystemModstamp >= 2025-01-02T00:00:00Z AND SystemModstamp < 2025-01-03T00:00:00Z"
        assert query["q"].endswith(window)
        if "MasterRecordId != null" in query["q"]:
            merged = {
                "attributes": {"type": "x"},
                "Id": "001C",
                "MasterRecordId": "001A",
                "SystemModstamp": base["SystemModstamp"],
            }
            return {"totalSize": 1, "done": True, "records": [merged]}
        if "FROM Contact" in query["q"]:
            return {"totalSize": 1, "done": True, "records": [contact]}
        following = "/services/data/v62.0/query/01g-2000"
        return {"totalSize": 2, "done": False, "nextRecordsUrl": following, "records": [account]}

    assert pulled(workspace, "salesforce", "salesforce_accounts", page) == (2, 0)
    assert landed(
        workspace, "accounts", "account_id, company_size, csm_id, updated_at::varchar, deleted_at::varchar"
    ) == [
        ("001A", "medium", "005X", "2025-01-02 09:30:00", None),
        ("001C", "medium", "005X", "2025-01-02 09:30:00", "2025-01-02 09:30:00"),
    ]
    assert pulled(workspace, "salesforce", "salesforce_merges", page) == (1, 0)
    assert landed(workspace, "account_aliases", "alias_id, account_id") == [("001C", "001A")]
    assert pulled(workspace, "salesforce", "salesforce_contacts", page) == (1, 0)
    assert landed(workspace, "users", "user_id, account_id, role") == [("003A", "001A", "CTO")]


def test_every_entry_has_a_page_that_shows_it_and_a_test_here():
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*vendors.py"))
    for entry in FOLDER.glob("*.yml"):
        page = PROJECT_ROOT / "docs" / "connectors" / f"{entry.stem}.md"
        assert list((PROJECT_ROOT / "tests" / "schemas").glob(f"{entry.stem}*.json")) or entry.stem == "rudderstack"
        assert f"examples/connectors/{entry.name}" in page.read_text(), entry.name
        assert f'"{entry.stem}"' in tests, entry.name
