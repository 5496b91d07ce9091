"""APIs by configuration: what is asked, how pages are followed, what snapshots are, what a mistake in the settings says."""

import datetime as dt
import re
from typing import Any

import pytest

from orchestration.common.errors import UserError
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from tests.support.http_tools import DAY, FORM, SECRET, TRUTH, Vendor, form, pages, serve, ticket
from tests.support.landing_tools import landed, pull, refused


def test_the_window_is_asked_for_and_only_by_the_first_request(workspace: Workspace):
    with serve(Vendor(pages(TRUTH))) as vendor:
        pull(workspace, form(vendor), DAY)
    asked = [query for _, query, _ in vendor.requests]
    assert asked[0] == {"start_time": "1735776000", "per_page": "3"}
    assert asked[1:] == [{"per_page": "3", "cursor": "3"}, {"per_page": "3", "cursor": "6"}]


def test_an_answer_without_records_is_a_pull_of_nothing(workspace: Workspace):
    with serve(Vendor(pages([]))) as vendor:
        assert pull(workspace, form(vendor), DAY).landed == 0


def test_a_page_longer_than_a_reader_makes_room_for_lands_whole(workspace: Workspace):
    long = [ticket(number % 60, id=f"t{number}", body="x" * 20_000) for number in range(1_000)]
    with serve(Vendor(pages(long, size=1_000))) as vendor:
        manifest = pull(workspace, form(vendor).replace("timeout_seconds: 0.5", "timeout_seconds: 60"), DAY)
    assert (manifest.landed, manifest.rejected) == (1_000, 0)
    (payload,) = workspace.lake.glob("help_desk/*/payload/*.gz")
    assert int(payload.stem.split("-")[2]) > 16_777_216


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
        (
            "{type: cursor, next: 'tickets[-1].id', param: starting_after, more: has_more}",
            [{}, {"starting_after": "t2"}, {"starting_after": "t5"}],
        ),
        ("{type: cursor, next: after, body: paging.after}", [None, {"after": 3}, {"after": 6}]),
    ],
)
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
def test_a_mistake_in_the_settings_is_one_line_errors_without_the_secret(
    workspace: Workspace, change: tuple, told: str
):
    yml = form(Vendor(pages([]), url="http://127.0.0.1:1")).replace(*change)
    assert told in refused(workspace, yml, DAY, SECRET)


@pytest.mark.parametrize("paging", ["{type: page}", "{type: offset, size: 3}"])
def test_an_api_that_ignores_the_page_is_refused_and_not_asked_for_ever(workspace: Workspace, paging: str):
    with serve(Vendor(lambda path, query, sent: {"tickets": TRUTH[:3]})) as vendor:
        yml = re.sub(r"paging: .*", f"paging: {paging}", form(vendor, "null").replace("auth: null", ""))
        assert "a page is the same as the one before" in refused(workspace, yml, DAY)
    assert len(vendor.requests) == 2
