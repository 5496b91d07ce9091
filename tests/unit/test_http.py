"""APIs that misbehave: what lands equals the truth, or the pull fails in one line and what was there stays."""

import datetime as dt
import email.utils
import time
from typing import Any

import pytest

from orchestration.errors import UserError
from orchestration.landing.window import Window
from orchestration.workspace import Workspace
from tests.unit.http_tools import Vendor, body, reset, serve, slow, status, truncated
from tests.unit.landing_tools import landed, pull, rejected

DAY = Window(dt.date(2025, 1, 2), dt.date(2025, 1, 2))
FORM = """
sources:
  help_desk:
    entity: tickets
    http:
      url: {url}/tickets
      auth: {auth}
      params: {{start_time: "{{from:unix}}", per_page: 3}}
      paging: {{type: cursor, next: after, param: cursor, instead_of: [start_time], end: end_of_stream}}
      attempts: 3
      backoff_seconds: 0.01
      timeout_seconds: 0.5
    records: tickets
    fields: {{id: VARCHAR, org: VARCHAR, status: VARCHAR, created: VARCHAR, updated: VARCHAR}}
    columns: {{ticket_id: id, account_id: org, created_at: created, updated_at: updated}}
"""
SECRET = "s3cret-token"


def ticket(number: int, **changes: Any) -> dict[str, Any]:
    base = {"id": f"t{number}", "org": "a", "status": "open", "created": "2025-01-01T09:00:00Z"}
    return {**base, "updated": f"2025-01-02T10:{number:02}:00Z", **changes}


TRUTH = [ticket(number) for number in range(8)]


def pages(records: list[Any], size: int = 3):
    def page(path: str, query: dict[str, str], sent: Any) -> Any:
        if path == "/token":
            return {"access_token": SECRET, "expires_in": 3600}
        start = int(query.get("cursor", 0))
        following = start + size
        return {
            "tickets": records[start:following],
            "after": str(following),
            "end_of_stream": following >= len(records),
        }

    return page


def form(vendor: Vendor, auth: str = f"{{type: bearer, token: {SECRET}}}") -> str:
    return FORM.format(url=vendor.url, auth=auth)


def in_one_hour() -> str:
    return email.utils.formatdate(time.time() + 1, usegmt=True)


RECOVERED = {
    "429 with Retry-After in seconds": status(429, Retry_After="1"),
    "429 with Retry-After as a date": status(429, Retry_After=in_one_hour()),
    "500": status(500),
    "502": status(502),
    "503": status(503),
    "connection reset": reset,
    "truncated body": truncated,
    "slow page": slow(0.8),
    "{} with 200": body(b"{}"),
    "HTML with 200": body(b"<html>Maintenance</html>", "text/html"),
    "malformed JSON": body(b'{"tickets": [{"id": 1'),
}


@pytest.mark.parametrize("fault", RECOVERED)
def test_what_passes_is_tried_again_and_everything_lands(workspace: Workspace, fault: str):
    with serve(Vendor(pages(TRUTH), {1: RECOVERED[fault]})) as vendor:
        manifest = pull(workspace, form(vendor), DAY)
    assert (manifest.received, manifest.landed, manifest.rejected) == (8, 8, 0)
    assert landed(workspace, "tickets", "ticket_id") == [(f"t{number}",) for number in range(8)]


LASTING = {
    **{name: fault for name, fault in RECOVERED.items() if "Retry-After" not in name},
    "429": status(429),
    "a page without its list": body(b'{"after": "9", "end_of_stream": true}'),
    "a list that is an object": body(b'{"tickets": {"id": 1}, "after": "9", "end_of_stream": true}'),
    "no word whether it is the last page": body(b'{"tickets": [], "after": "9"}'),
    "more, and no cursor": body(b'{"tickets": [], "end_of_stream": false}'),
    "a cursor that does not advance": body(b'{"tickets": [], "after": "3", "end_of_stream": false}'),
    "credentials refused": status(401),
    "forbidden": status(403),
    "no such address": status(404),
    "a redirect": status(302, Location="http://127.0.0.2/elsewhere"),
}


@pytest.mark.parametrize("fault", LASTING)
def test_what_does_not_pass_is_told_in_one_line_and_what_was_there_stays(workspace: Workspace, fault: str):
    with serve(Vendor(pages(TRUTH[:2]))) as vendor:
        pull(workspace, form(vendor), DAY)
    before = landed(workspace, "tickets", "*")
    with serve(Vendor(pages(TRUTH), dict.fromkeys(range(1, 9), LASTING[fault]))) as vendor:
        with pytest.raises(UserError) as error:
            pull(workspace, form(vendor), DAY)
        told = str(error.value)
        assert "sources.help_desk.http: http://127.0.0.1/tickets: " in told
    assert "\n" not in told and SECRET not in told and "(page 2)" in told
    assert landed(workspace, "tickets", "*") == before


def test_a_token_that_expires_while_paging_is_renewed(workspace: Workspace):
    auth = "{{type: oauth2, token_url: {url}/token, client_id: me, client_secret: hidden}}"
    expired = []

    def expire(handler: Any, answer: Any) -> Any:
        expired.append(True)
        return 401, {}, b"{}"

    with serve(Vendor(pages(TRUTH), {2: expire}, token=SECRET)) as vendor:
        manifest = pull(workspace, form(vendor, auth.format(url=vendor.url)), DAY)
    assert manifest.landed == 8 and expired
    assert [path for path, _, _ in vendor.requests].count("/token") == 2


def test_a_record_on_two_pages_lands_once_and_one_that_changed_meanwhile_keeps_both_versions(workspace: Workspace):
    moved = ticket(1, status="solved", updated="2025-01-02T12:00:00Z")
    records = [*TRUTH[:4], TRUTH[2], moved, *TRUTH[4:]]
    with serve(Vendor(pages(records))) as vendor:
        manifest = pull(workspace, form(vendor), DAY)
    assert (manifest.received, manifest.landed, manifest.identical) == (10, 9, 1)
    assert landed(workspace, "tickets", "status", "ticket_id = 't1'") == [("open",), ("solved",)]


def test_portions_of_one_pull_know_what_landed_before_them(workspace: Workspace, monkeypatch):
    from orchestration.landing.connectors import payload

    monkeypatch.setattr(payload, "_FILE_BYTES", 0)  # every page is a portion
    records = [*TRUTH, TRUTH[0], ticket(1, status="solved"), TRUTH[1], TRUTH[0]]
    with serve(Vendor(pages(records, size=1))) as vendor:
        manifest = pull(workspace, form(vendor), DAY)
    assert (manifest.received, manifest.landed, manifest.identical) == (12, 9, 3)


def test_new_columns_are_left_alone_and_changed_types_and_missing_ids_are_rejected(workspace: Workspace):
    records = [ticket(0, colour="red"), ticket(1, id=None), ticket(2, updated=["?"]), ticket(3, id=33), None, "text"]
    with serve(Vendor(pages(records))) as vendor:
        manifest = pull(workspace, form(vendor), DAY)
    assert (manifest.received, manifest.landed, manifest.rejected) == (6, 2, 4)
    reasons = sorted(reason for reason, _ in rejected(workspace))
    assert reasons[1:] == ["no ticket_id", "not a JSON object", "not a JSON object"]
    assert reasons[0].startswith("cannot read updated_at")
    assert landed(workspace, "tickets", "ticket_id") == [("33",), ("t0",)]


def test_a_clock_ahead_of_ours_is_told_as_outside_the_window_and_lands_with_its_day(workspace: Workspace):
    early = ticket(1, updated="2025-01-03T00:00:01Z")
    with serve(Vendor(pages([TRUTH[0], early]))) as vendor:
        first = pull(workspace, form(vendor), DAY)
        second = pull(workspace, form(vendor), Window(dt.date(2025, 1, 3), dt.date(2025, 1, 3)))
    assert (first.landed, first.outside_window) == (1, 1)
    assert (second.landed, second.outside_window) == (1, 1)
    assert len(landed(workspace, "tickets", "*")) == 2


def test_the_window_is_asked_for_and_only_by_the_first_request(workspace: Workspace):
    with serve(Vendor(pages(TRUTH))) as vendor:
        pull(workspace, form(vendor), DAY)
    asked = [query for _, query, _ in vendor.requests]
    assert asked[0] == {"start_time": "1735776000", "per_page": "3"}
    assert asked[1:] == [{"per_page": "3", "cursor": "3"}, {"per_page": "3", "cursor": "6"}]


def test_an_answer_without_records_is_a_pull_of_nothing(workspace: Workspace):
    with serve(Vendor(pages([]))) as vendor:
        assert pull(workspace, form(vendor), DAY).landed == 0


def test_a_next_page_on_another_host_is_refused(workspace: Workspace):
    yml = (
        FORM.split("paging:", maxsplit=1)[0]
        + "paging: {{type: next_url, next: next}}\n      attempts: 1"
        + FORM.split("attempts: 3")[1]
    )
    with serve(Vendor(lambda *asked: {"tickets": [], "next": "http://127.0.0.2/steal"})) as vendor:
        with pytest.raises(UserError, match="another host"):
            pull(workspace, yml.format(url=vendor.url, auth="null"), DAY)
        assert len(vendor.requests) == 1


@pytest.mark.parametrize(
    ("paging", "expected"),
    [
        ("{type: page, first: 1}", [{"page": "1"}, {"page": "2"}, {"page": "3"}, {"page": "4"}]),
        ("{type: offset, size: 3}", [{"offset": str(n), "limit": "3"} for n in (0, 3, 6, 8)]),
        ("{type: next_url, next: paging.next}", [{}, {"start": "3"}, {"start": "6"}]),
        ("{type: link}", [{}, {"start": "3"}, {"start": "6"}]),
        ("{type: cursor, next: 'tickets[-1].id', param: starting_after, more: has_more}", [{}, {"starting_after": "t2"}, {"starting_after": "t5"}]),
        ("{type: cursor, next: after, body: paging.after}", [None, {"after": 3}, {"after": 6}]),
    ],
)  # fmt: skip
def test_every_way_of_paging_reads_to_the_end(workspace: Workspace, paging: str, expected: list[Any]):
    def page(path: str, query: dict[str, str], sent: Any) -> Any:
        start = int(query.get("start") or query.get("offset") or 0)
        if "page" in query:
            start = 3 * (int(query["page"]) - 1)
        if "starting_after" in query:
            start = int(query["starting_after"][1:]) + 1
        if isinstance(sent, dict) and "paging" in sent:
            start = sent["paging"]["after"]
        more = start + 3 < len(TRUTH)
        following = {"_headers": {"Link": f'<{vendor.url}/tickets?start={start + 3}>; rel="next"'}} if more else {}
        return {
            "tickets": TRUTH[start : start + 3],
            "has_more": more,
            "after": start + 3 if more else None,
            "paging": {"next": f"/tickets?start={start + 3}"} if more else {},
            **following,
        }

    head, tail = FORM.split("      params:", maxsplit=1)[0], FORM.split("end: end_of_stream}}")[1]
    with serve(Vendor(page)) as vendor:
        yml = (head + "      paging: PAGING\n      method: METHOD" + tail).format(url=vendor.url, auth="null")
        yml = yml.replace("PAGING", paging).replace("METHOD", "POST" if "body" in paging else "GET")
        assert pull(workspace, yml, DAY).landed == 8
    asked = [(sent or {}).get("paging") if "body" in paging else query for _, query, sent in vendor.requests]
    assert asked == expected


def test_a_snapshot_is_known_on_the_day_of_its_pull_and_never_filed_under_the_past(workspace: Workspace):
    yml = """
sources:
  crm:
    entity: accounts
    http: {{url: {url}/companies, attempts: 1}}
    snapshot: true
    records: results
    fields: {{id: VARCHAR, since: VARCHAR, plan: VARCHAR}}
    columns: {{account_id: id, signed_up_at: since, plan_tier: plan}}
"""
    with serve(Vendor(lambda *asked: {"results": [{"id": "a", "since": "2024-05-01", "plan": "pro"}]})) as vendor:
        pull(workspace, yml.format(url=vendor.url), DAY)
        assert landed(workspace, "accounts", "known_on, attributes_known_on") == [(DAY.last, DAY.last)]
        with pytest.raises(UserError, match="cannot be filed under 2025-01-01: the snapshot of 2025-01-02 is there"):
            pull(workspace, yml.format(url=vendor.url), Window(None, dt.date(2025, 1, 1)))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("http://127.0.0.1:1", "http://example.org"), "expected an address that begins with https://"),
        (("type: bearer", "type: magic"), "magic"),
        (("param: cursor, ", ""), "a cursor goes either to a `param` or to a place in the `body`"),
        (("    fields:", "    description: none\n    #"), "`http` needs `fields`"),
        (
            ("    records:", "    path: x.csv\n    records:"),
            "expected one of `path` (files), `http` (an API) and `sql` (a database)",
        ),
    ],
)
def test_a_mistake_in_the_settings_is_told_in_one_line_without_the_secret(
    workspace: Workspace, change: tuple, told: str
):
    with pytest.raises(UserError) as error:
        pull(workspace, form(Vendor(pages([]), url="http://127.0.0.1:1")).replace(*change), DAY)
    assert told in str(error.value)
    assert "\n" not in str(error.value) and SECRET not in str(error.value)
