"""APIs that misbehave: what lands equals the truth, or the pull fails in one line and what was there stays."""

import datetime as dt
import email.utils
import time
from typing import Any

import pytest

from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from tests.support.docs_tables import assert_documented
from tests.support.http_tools import (
    DAY,
    SECRET,
    TRUTH,
    Vendor,
    body,
    form,
    pages,
    reset,
    serve,
    slow,
    status,
    ticket,
    truncated,
)
from tests.support.landing_tools import landed, pull, refused, rejected

SEEN: dict[str, list[str]] = {}  # fault → what was seen when it passes, and when it lasts


def saw(fault: str, passing: str, lasting: str = "") -> None:
    """Keep what a test saw for the table of docs/reliability.md."""
    before = SEEN.get(fault, ["", ""])
    SEEN[fault] = [passing or before[0], lasting or before[1]]


def told_by_a_date(handler: Any, answer: Any) -> Any:
    in_a_second = email.utils.formatdate(time.time() + 1, usegmt=True)
    return status(429, Retry_After=in_a_second)(handler, answer)


RECOVERED = {
    "429 with Retry-After in seconds": status(429, Retry_After="1"),
    "429 with Retry-After as a date": told_by_a_date,
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
    saw(fault, f"asked again; all {manifest.landed} of {len(TRUTH)} records land")


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
def test_what_does_not_pass_is_one_line_errors_and_what_was_there_stays(workspace: Workspace, fault: str):
    with serve(Vendor(pages(TRUTH[:2]))) as vendor:
        pull(workspace, form(vendor), DAY)
    before = landed(workspace, "tickets", "*")
    with serve(Vendor(pages(TRUTH), dict.fromkeys(range(1, 9), LASTING[fault]))) as vendor:
        told = refused(workspace, form(vendor), DAY, SECRET)
    assert "sources.help_desk.http: http://127.0.0.1/tickets: " in told and "(page 2)" in told
    assert landed(workspace, "tickets", "*") == before
    saw(fault, "", f"fails: “{told.split('/tickets: ')[1]}”; what was there is unchanged")


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
    saw("expired token", f"a new token is asked for; all {manifest.landed} of {len(TRUTH)} records land")


def test_a_record_on_two_pages_lands_once_and_one_that_changed_meanwhile_keeps_both_versions(workspace: Workspace):
    moved = ticket(1, status="solved", updated="2025-01-02T12:00:00Z")
    records = [*TRUTH[:4], TRUTH[2], moved, *TRUTH[4:]]
    with serve(Vendor(pages(records))) as vendor:
        manifest = pull(workspace, form(vendor), DAY)
    assert (manifest.received, manifest.landed, manifest.identical) == (10, 9, 1)
    assert landed(workspace, "tickets", "status", "ticket_id = 't1'") == [("open",), ("solved",)]
    saw(
        "the same record on two pages",
        f"lands once; {manifest.identical} of {manifest.received} is counted as identical",
    )
    saw("a record changed while paging", "both versions land, each with its time of change")


def test_portions_of_one_pull_know_what_landed_before_them(workspace: Workspace, monkeypatch):
    from orchestration.landing.lake import payload

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
    saw("a new column", "the record lands; the column waits until sources.yml maps it")
    for fault, reason in (("a changed type", reasons[0]), ("a null id", reasons[1]), ("not a record", reasons[2])):
        saw(fault, f"the record is rejected, kept as received: “{reason}”; all others land")


def test_a_clock_ahead_of_ours_is_reported_as_outside_the_window_and_lands_with_its_day(workspace: Workspace):
    early = ticket(1, updated="2025-01-03T00:00:01Z")
    with serve(Vendor(pages([TRUTH[0], early]))) as vendor:
        first = pull(workspace, form(vendor), DAY)
        second = pull(workspace, form(vendor), Window(dt.date(2025, 1, 3), dt.date(2025, 1, 3)))
    assert (first.landed, first.outside_window) == (1, 1)
    assert (second.landed, second.outside_window) == (1, 1)
    assert len(landed(workspace, "tickets", "*")) == 2
    saw("a clock ahead of ours", "told as outside the window; lands with the pull of its day")


def test_the_table_of_docs_is_what_these_tests_saw():
    """With ONBOARDING_WRITE_DOCS=1 the table is written instead."""
    expected = {*LASTING, *RECOVERED}
    if not expected < set(SEEN):
        pytest.skip("only a part of the tests above was run")
    assert_documented(
        "faults", ["fault", "when it passes", "when it lasts"], ([fault, *seen] for fault, seen in SEEN.items())
    )
