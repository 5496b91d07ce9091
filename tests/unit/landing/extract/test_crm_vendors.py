"""The entries of examples/connectors for CRM and billing land what HubSpot, Salesforce and Stripe answer."""

import datetime as dt
from typing import Any

import pytest

from orchestration.common.workspace import Workspace
from tests.support.landing_tools import landed, pull
from tests.support.vendor_tools import DAY, Query, does, pulled

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


@does("hubspot", "All records", "Tasks")
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


@does("hubspot", "Times")
def test_hubspot_writes_times_as_milliseconds_too(workspace: Workspace, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    task = {
        "id": "1",
        "properties": {
            **HUBSPOT["tasks"],
            "hs_timestamp": "1736067600000",  # 2025-01-05 09:00
            "hs_task_completion_date": "1735804800000",
        },
        "createdAt": "2025-01-01T10:00:00Z",
        "updatedAt": "2025-01-02T10:00:00Z",
        "archived": False,
        "associations": {"companies": {"results": [{"id": "77", "type": "task_to_company"}]}},
    }
    assert pulled(workspace, "hubspot", "hubspot_tasks", lambda *asked: {"results": [task]}) == (1, 0)
    assert landed(workspace, "play_activities", "due_date, completed_at") == [
        (dt.date(2025, 1, 5), dt.datetime(2025, 1, 2, 8))
    ]


@does("hubspot", "Merged companies")
def test_merged_companies_of_hubspot(workspace: Workspace, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    base = {"createdAt": "2024-01-01T10:00:00Z", "updatedAt": "2025-01-02T10:00:00Z", "archived": False}
    kept = {**base, "id": "9", "properties": {"hs_merged_object_ids": "7;8"}}
    other = {**base, "id": "10", "properties": {"hs_merged_object_ids": None}}

    def page(path: str, query: Query, sent: Any) -> Any:
        assert query["properties"] == "hs_merged_object_ids"
        return {"results": [kept, other]}

    assert pulled(workspace, "hubspot", "hubspot_merges", page) == (2, 0)
    assert landed(workspace, "account_aliases", "alias_id, account_id, valid_from::date") == [
        ("7", "9", DAY.last),
        ("8", "9", DAY.last),
    ]


@does("hubspot", "Archived companies")
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


def stripe_item(quantity: int | None, amount: str | None, interval: str, **more: Any) -> dict[str, Any]:
    price = {"nickname": "pro", "unit_amount": None, "unit_amount_decimal": amount, "transform_quantity": None}
    price["recurring"] = {"interval": interval, "interval_count": 1}
    price |= {key: value for key, value in more.items() if key == "transform_quantity"}
    discounts = more.get("discounts", [])
    return {"quantity": quantity, "current_period_end": 1767225600, "price": price, "discounts": discounts}


def stripe_subscription(*items: dict[str, Any], has_more: bool = False, **changes: Any) -> dict[str, Any]:
    listed = {"object": "list", "data": list(items), "has_more": has_more, "url": "/v1/subscription_items"}
    return {
        "object": "subscription",
        "id": "sub_1",
        "customer": "cus_1",
        "status": "active",
        "currency": "eur",
        "start_date": 1704067200,
        "trial_end": None,
        "metadata": {},
        "items": listed,
        "discounts": [],
        **changes,
    }


def discount(duration: str, end: int | None = None, **coupon: Any) -> dict[str, Any]:
    return {
        "id": "di_1",
        "end": end,
        "coupon": {"duration": duration, "percent_off": None, "amount_off": None, "currency": None, **coupon},
    }


THREE_PRICES = (stripe_item(2, "5000", "month"), stripe_item(1, "120000", "year"), stripe_item(None, "0.5", "month"))


@pytest.mark.parametrize(
    ("subscription", "mrr"),
    [
        pytest.param(stripe_subscription(*THREE_PRICES), 200, id="two a month, one a year, one by use"),
        pytest.param(stripe_subscription(stripe_item(1, "1200", "week")), 52, id="weekly"),
        pytest.param(stripe_subscription(*THREE_PRICES, currency="jpy"), 20000, id="whole yen"),
        pytest.param(stripe_subscription(*THREE_PRICES, currency="kwd"), 20, id="thousandths of a dinar"),
        pytest.param(stripe_subscription(stripe_item(1, None, "month")), None, id="tiers"),
        pytest.param(
            stripe_subscription(stripe_item(1, "500", "month"), has_more=True), None, id="more items than listed"
        ),
        pytest.param(
            stripe_subscription(
                stripe_item(25, "1000", "month", transform_quantity={"divide_by": 10, "round": "up"}),
                stripe_item(25, "1000", "month", transform_quantity={"divide_by": 10, "round": "down"}),
            ),
            50,
            id="packages of ten: three, rounded up, and two",
        ),
        pytest.param(
            stripe_subscription(*THREE_PRICES, discounts=[discount("forever", percent_off=25)]), 150, id="a quarter off"
        ),
        pytest.param(
            stripe_subscription(*THREE_PRICES, discounts=[discount("once", percent_off=25)]), 200, id="off one invoice"
        ),
        pytest.param(
            stripe_subscription(*THREE_PRICES, discounts=[discount("repeating", 1735862401, percent_off=50)]),
            100,
            id="half off for another second",
        ),
        pytest.param(
            stripe_subscription(*THREE_PRICES, discounts=[discount("repeating", 1735862400, percent_off=50)]),
            200,
            id="half off until the day ended",
        ),
        pytest.param(
            stripe_subscription(
                stripe_item(1, "120000", "year"), discounts=[discount("forever", amount_off=12000, currency="eur")]
            ),
            90,
            id="120 off each year",
        ),
        pytest.param(
            stripe_subscription(
                stripe_item(1, "500", "month"), discounts=[discount("forever", amount_off=12000, currency="eur")]
            ),
            0,
            id="more off than it costs",
        ),
        pytest.param(
            stripe_subscription(*THREE_PRICES, discounts=[discount("forever", amount_off=100, currency="eur")]),
            None,
            id="an amount off invoices of a month and a year",
        ),
        pytest.param(stripe_subscription(), None, id="no items"),
        pytest.param(stripe_subscription(stripe_item(1, "abc", "month")), None, id="an amount that is none"),
        pytest.param(
            stripe_subscription(
                stripe_item(1, "2000", "month"), discounts=[discount("forever", amount_off=500, currency="usd")]
            ),
            None,
            id="off in another currency",
        ),
        pytest.param(
            stripe_subscription(
                stripe_item(1, "2000", "month"),
                discounts=[discount("forever", amount_off=500, currency="eur"), discount("forever", percent_off=50)],
            ),
            None,
            id="amount and share, whose order counts",
        ),
        pytest.param(
            stripe_subscription(stripe_item(1, "500", "month", discounts=["di_2"])), None, id="a discount of one item"
        ),
    ],
)
@does("stripe", "Amounts", "Currencies", "Discounts", "Unknown amounts")
def test_what_a_subscription_of_stripe_pays_a_month(
    workspace: Workspace, subscription: dict[str, Any], mrr: float | None
):
    def page(path: str, query: Query, sent: Any) -> Any:
        assert query["expand[]"] == "data.discounts"
        return {"object": "list", "url": path, "data": [subscription], "has_more": False}

    assert pulled(workspace, "stripe", "stripe_subscriptions", page) == (1, 0)
    ((found,),) = landed(workspace, "subscriptions", "mrr")
    assert found == (None if mrr is None else pytest.approx(mrr))


@does("stripe", "Snapshots", "Accounts", "Version", "States")
def test_stripe_subscriptions(workspace: Workspace):
    one = stripe_item(1, "500", "month")
    states = [
        stripe_subscription(one, id="sub_2", status="canceled", ended_at=1735689600, metadata={"account_id": "a2"}),
        stripe_subscription(one, id="sub_3", customer="cus_3", status="trialing", trial_end=1767225600),
        stripe_subscription(one, id="sub_4", customer="cus_4", pause_collection={"behavior": "void"}),
        stripe_subscription(one, id="sub_5", customer="cus_5", status="unpaid"),
        stripe_subscription(one, id="sub_6", customer="cus_6", status="incomplete"),
    ]

    def page(path: str, query: Query, sent: Any) -> Any:
        assert (path, query["status"]) == ("/v1/subscriptions", "all")
        is_last = "starting_after" in query
        return {
            "object": "list",
            "url": path,
            "data": states if is_last else [stripe_subscription(one)],
            "has_more": not is_last,
        }

    assert pulled(workspace, "stripe", "stripe_subscriptions", page) == (5, 0)
    columns = (
        "account_id, status, currency, renewal_date, valid_to::date, trial_ends_at::date, updated_at::date, known_on"
    )
    year = dt.date(2026, 1, 1)
    assert landed(workspace, "subscriptions", columns) == [
        ("a2", "churned", "EUR", year, dt.date(2025, 1, 1), None, DAY.last, DAY.last),
        ("cus_1", "active", "EUR", year, None, None, DAY.last, DAY.last),
        ("cus_3", "trialing", "EUR", year, None, year, DAY.last, DAY.last),
        ("cus_4", "paused", "EUR", year, None, None, DAY.last, DAY.last),
        ("cus_5", "paused", "EUR", year, None, None, DAY.last, DAY.last),
    ]


@does("salesforce", "Accounts", "Deleted accounts", "Merged accounts", "Paging and tokens")
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


@does("salesforce", "Ids")
def test_an_id_of_15_letters_is_that_of_18(workspace: Workspace):
    """The pair is of Salesforce's own documentation of its REST API."""
    (workspace.root / "a.csv").write_text(
        "Account ID,Start\n001D000000IqhSL,2025-01-01\n001D000000IqhSLIAZ,2025-01-02\n"
    )
    pull(
        workspace,
        "sources:\n  report:\n    entity: accounts\n    path: a.csv\n    columns:\n"
        '      account_id: salesforce_id("Account ID")\n      signed_up_at: Start\n',
    )
    assert landed(workspace, "accounts", "distinct account_id") == [("001D000000IqhSLIAZ",)]
