"""The entries of examples/connectors land what vendors answer; shapes follow the vendors' API references."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from orchestration.workspace import PROJECT_ROOT, Workspace
from tests.unit.landing_tools import landed
from tests.unit.vendor_tools import DAY, FOLDER, Query, pulled


def test_zendesk_tickets(workspace: Workspace, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # ten requests a minute
    ticket = {
        "id": 35436, "organization_id": 509974, "created_at": "2025-01-01T22:55:29Z", "updated_at": "2025-01-02T05:55:29Z",
        "status": "solved", "priority": "high", "subject": "Help!", "tags": ["billing", "urgent"],
        "via": {"channel": "web", "source": {}}, "satisfaction_rating": {"score": "good_with_comment", "comment": "Great"},
        "generated_timestamp": 1735797329,
    }  # fmt: skip
    gone = {**ticket, "id": 2, "status": "deleted"}
    open_one = {**ticket, "id": 3, "status": "open", "satisfaction_rating": {"score": "unoffered"}, "tags": []}

    def page(path: str, query: Query, sent: Any) -> Any:
        assert path == "/api/v2/incremental/tickets/cursor.json"
        if "cursor" in query:
            return {"tickets": [open_one], "after_cursor": "MTU3NjYxMzUzOS4wfHw0Njd8", "end_of_stream": True}
        assert query["start_time"] == "1735776000"
        return {"tickets": [ticket, gone], "after_cursor": "MTU3NjYxMzUzOS4wfHw0NTF8", "end_of_stream": False}

    assert pulled(workspace, "zendesk", "zendesk_tickets", page) == (2, 0)
    solved = dt.datetime(2025, 1, 2, 5, 55, 29)
    assert landed(workspace, "tickets", "ticket_id, account_id, channel, theme, csat_score, solved_at") == [
        ("3", "509974", "web", None, None, None),
        ("35436", "509974", "web", "billing", 5.0, solved),
    ]


HUBSPOT = {
    "companies": {
        "name": "Acme", "industry": "SOFTWARE", "numberofemployees": "120", "hubspot_owner_id": "7", "createdate": "x",
    },
    "contacts": {"jobtitle": "Head of Data", "associatedcompanyid": "512"},
    "tasks": {
        "hs_task_subject": "play:kick_off_call Call before the second week", "hs_task_status": "COMPLETED",
        "hs_timestamp": "2025-01-05T09:00:00Z", "hs_task_completion_date": "2025-01-02T08:00:00Z", "hubspot_owner_id": "7",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "entity", "columns", "row"),
    [
        ("companies", "accounts", "account_id, account_name, company_size, csm_id", ("512", "Acme", "120", "7")),
        ("contacts", "users", "user_id, account_id, role", ("512", "512", "Head of Data")),
        (
            "tasks",
            "play_activities",
            "task_id, account_id, play_id, status, due_date",
            ("512", "77", "kick_off_call", "completed", dt.date(2025, 1, 5)),
        ),
    ],
)
def test_hubspot(workspace: Workspace, monkeypatch, kind: str, entity: str, columns: str, row: tuple):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    record = {
        "id": "512", "properties": HUBSPOT[kind], "createdAt": "2025-01-01T10:00:00.123Z",
        "updatedAt": "2025-01-02T10:00:00.456Z", "archived": False,
        "associations": {"companies": {"results": [{"id": "77", "type": "task_to_company"}]}},
    }  # fmt: skip
    later = {**record, "id": "513", "updatedAt": "2025-02-02T10:00:00Z"}

    def page(path: str, query: Query, sent: Any) -> Any:
        assert path == f"/crm/v3/objects/{kind}"
        if "after" in query:
            return {"results": [later]}
        return {"results": [record], "paging": {"next": {"after": "NTI1Cg%3D%3D", "link": "?after=NTI1"}}}

    assert pulled(workspace, "hubspot", f"hubspot_{kind}", page) == (1, 0)
    assert landed(workspace, entity, columns) == [row]


def test_stripe_subscriptions(workspace: Workspace):
    def price(amount: int, interval: str, count: int = 1) -> dict[str, Any]:
        recurring = {"interval": interval, "interval_count": count}
        return {"nickname": "pro", "unit_amount": amount, "recurring": recurring}

    base = {"object": "subscription", "currency": "eur", "start_date": 1704067200, "trial_end": None, "metadata": {}}
    items = [{"quantity": 2, "current_period_end": 1767225600, "price": price(5000, "month")},
             {"quantity": 1, "current_period_end": 1767225600, "price": price(120000, "year")}]  # fmt: skip
    active = {**base, "id": "sub_1", "customer": "cus_1", "status": "active", "items": {"data": items}}
    churned = {**active, "id": "sub_2", "status": "canceled", "ended_at": 1735689600, "metadata": {"account_id": "a2"}}

    def page(path: str, query: Query, sent: Any) -> Any:
        assert (path, query["status"]) == ("/v1/subscriptions", "all")
        return {"data": [churned] if "starting_after" in query else [active], "has_more": "starting_after" not in query}

    assert pulled(workspace, "stripe", "stripe_subscriptions", page) == (2, 0)
    columns = "account_id, status, mrr, currency, renewal_date, valid_to::date, updated_at::date, known_on"
    renewal = dt.date(2026, 1, 1)
    assert landed(workspace, "subscriptions", columns) == [
        ("a2", "churned", 200.0, "EUR", renewal, dt.date(2025, 1, 1), DAY.last, DAY.last),
        ("cus_1", "active", 200.0, "EUR", renewal, None, DAY.last, DAY.last),
    ]


def test_delighted_answers(workspace: Workspace):
    answer = {"id": "1", "person": {"id": "p1", "email": "j@x.org"}, "survey_type": "nps", "score": 9, "comment": "ok",
              "created_at": 1735797329, "person_properties": {"account_id": "a1"}}  # fmt: skip

    def page(path: str, query: Query, sent: Any) -> Any:
        assert (query["updated_since"], query["updated_until"]) == ("1735776000", "1735862400")
        return [answer] if query["page"] == "1" else []

    assert pulled(workspace, "delighted", "delighted_answers", page) == (1, 0)
    assert landed(workspace, "survey_responses", "account_id, user_id, question, score") == [("a1", "p1", "nps", 9.0)]


def test_intercom_tickets(workspace: Workspace):
    ticket = {
        "type": "ticket", "id": "494", "ticket_id": "53", "company_id": "c1", "created_at": 1735689600,
        "updated_at": 1735797329, "ticket_state": "resolved", "category": "Customer", "ticket_type": {"id": "1", "name": "Bug"},
        "ticket_attributes": {"_default_title_": "Export fails", "_default_description_": "…"}, "open": False,
    }  # fmt: skip
    before = {**ticket, "id": "493", "updated_at": 1735740000}

    def page(path: str, query: Query, sent: Any) -> Any:
        assert path == "/tickets/search"
        assert sent["query"]["value"] == [{"field": "updated_at", "operator": ">", "value": 1735689600}]
        if "starting_after" in sent["pagination"]:
            return {"tickets": [before], "pages": {"page": 2, "total_pages": 2}}
        following = {"page": 2, "starting_after": "WzE3MzU3OTczMjkwMDAsNDk0LDJd"}
        return {"tickets": [ticket, {**ticket, "company_id": None}], "pages": {"page": 1, "next": following}}

    assert pulled(workspace, "intercom", "intercom_tickets", page) == (1, 0)
    assert landed(workspace, "tickets", "ticket_id, account_id, status, theme, subject, solved_at::date") == [
        ("494", "c1", "solved", "Bug", "Export fails", DAY.last)
    ]


def test_typeform_answers(workspace: Workspace):
    def number(ref: str, value: int) -> dict[str, Any]:
        return {"type": "number", "number": value, "field": {"id": "x", "type": "opinion_scale", "ref": ref}}

    why = {"type": "text", "text": "fast", "field": {"id": "y", "type": "long_text", "ref": "nps_reason"}}
    both = {
        "landing_id": "l1", "token": "t1", "response_id": "r1", "submitted_at": "2025-01-02T08:00:00Z",
        "hidden": {"account_id": "a1", "user_id": "u1"}, "answers": [number("nps", 9), why, number("ease_of_integration", 4)],
    }  # fmt: skip
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
    base = {"attributes": {"type": "x"}, "CreatedDate": "2024-11-05T09:00:00.000+0000",
            "LastModifiedDate": "2025-01-02T09:30:00.000+0000"}  # fmt: skip
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
            return {"totalSize": 2, "done": True, "records": [{**account, "Id": "001B", "Type": "Prospect"}]}
        window = "WHERE LastModifiedDate >= 2025-01-02T00:00:00Z AND LastModifiedDate < 2025-01-03T00:00:00Z"
        assert query["q"].endswith(window)
        if "FROM Contact" in query["q"]:
            return {"totalSize": 1, "done": True, "records": [contact]}
        following = "/services/data/v62.0/query/01g-2000"
        return {"totalSize": 2, "done": False, "nextRecordsUrl": following, "records": [account]}

    assert pulled(workspace, "salesforce", "salesforce_accounts", page) == (1, 0)
    assert landed(workspace, "accounts", "account_id, company_size, csm_id, updated_at::varchar") == [
        ("001A", "medium", "005X", "2025-01-02 09:30:00")
    ]
    assert pulled(workspace, "salesforce", "salesforce_contacts", page) == (1, 0)
    assert landed(workspace, "users", "user_id, account_id, role") == [("003A", "001A", "CTO")]


def test_every_entry_has_a_page_that_shows_it_and_a_test_here():
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*vendors.py"))
    for entry in FOLDER.glob("*.yml"):
        page = PROJECT_ROOT / "docs" / "connectors" / f"{entry.stem}.md"
        assert f"examples/connectors/{entry.name}" in page.read_text(), entry.name
        assert f'"{entry.stem}"' in tests, entry.name
