"""Long windows in requests that are not made twice, and mappings that are changed without asking again."""

import datetime as dt
from typing import Any

import pytest

from orchestration.common.errors import UserError
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.backfill import land_by_request
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.lake.commit import committed
from orchestration.landing.pull import land
from orchestration.landing.remap import remap
from tests.support.http_tools import Vendor, serve, status, ticket
from tests.support.landing_tools import EVENTS, event, landed, lines

YEAR = Window(dt.date(2024, 1, 1), dt.date(2024, 12, 31))
FORM = """
sources:
  help_desk:
    entity: tickets
    http:
      url: {url}/tickets
      params: {{from: "{{first_date}}", to: "{{last_date}}"}}
      days_per_request: 30
      attempts: 1
    records: tickets
    fields: {{id: VARCHAR, org: VARCHAR, status: VARCHAR, created: VARCHAR, updated: VARCHAR, kind: VARCHAR}}
    columns: {{ticket_id: id, account_id: org, created_at: created, updated_at: updated{more}}}
"""


def silent(line: str) -> None:
    pass


def every_tenth_day(path: str, query: dict[str, str], sent: Any) -> Any:
    days = [YEAR.first + dt.timedelta(number) for number in range(0, 366, 10)]
    inside = [day for day in days if query["from"] <= str(day) <= query["to"]]
    return {"tickets": [ticket(day.timetuple().tm_yday, updated=f"{day}T10:00:00Z", kind="bug") for day in inside]}


def form(workspace: Workspace, url: str, more: str = ""):
    workspace.sources_file.write_text(FORM.format(url=url, more=more))
    return load_sources(workspace.sources_file, {})


def test_a_broken_back_fill_goes_on_where_it_stopped(workspace: Workspace):
    with serve(Vendor(every_tenth_day, {5: status(503)})) as vendor:
        sources = form(workspace, vendor.url)
        with pytest.raises(UserError, match="answered 503"):
            land_by_request(workspace, sources, "help_desk", YEAR, silent)
        assert landed(workspace, "tickets", "count(*)") == [(15,)]  # five pieces of thirty days are there already
        told: list[str] = []
        manifest = land_by_request(workspace, sources, "help_desk", YEAR, told.append)
    asked = [query["from"] for _, query, _ in vendor.requests]
    assert len(asked) == 14 and len(set(asked)) == 13  # only the piece that failed was asked for twice
    assert told[0] == "help_desk: goes on after 2024-05-29"
    assert told[-1] == "help_desk: 13 of 13 requests, up to 2024-12-31, 37 rows"
    assert (manifest.received, manifest.landed, manifest.first_day) == (37, 37, "2024-01-01") and manifest.balances
    assert landed(workspace, "tickets", "count(distinct ticket_id)") == [(37,)]
    assert not list((workspace.lake / "_backfills").iterdir())


def test_a_back_fill_with_another_mapping_begins_anew_and_the_same_again_adds_nothing(workspace: Workspace):
    with serve(Vendor(every_tenth_day, {3: status(503)})) as vendor:
        with pytest.raises(UserError):
            land_by_request(workspace, form(workspace, vendor.url), "help_desk", YEAR, silent)
        changed = form(workspace, vendor.url, ", theme: kind")
        land_by_request(workspace, changed, "help_desk", YEAR, silent)
        assert [query["from"] for _, query, _ in vendor.requests].count("2024-01-01") == 2
        before = landed(workspace, "tickets", "*")
        land_by_request(workspace, changed, "help_desk", YEAR, silent)
    assert landed(workspace, "tickets", "*") == before


def test_a_changed_mapping_is_applied_to_what_was_received_without_asking_again(workspace: Workspace):
    with serve(Vendor(every_tenth_day)) as vendor:
        land_by_request(workspace, form(workspace, vendor.url), "help_desk", YEAR, silent)
        n_requests = len(vendor.requests)
        manifests = remap(workspace, form(workspace, vendor.url, ", theme: kind"), "help_desk", silent)
        assert len(vendor.requests) == n_requests
    assert len(manifests) == 13 and all(manifest.balances for manifest in manifests)
    assert landed(workspace, "tickets", "theme, count(*)", "true group by all") == [("bug", 37)]
    (state,) = committed(workspace.lake)
    assert {pull["pull_id"] for pull in state["pulls"]} == {manifest.pull_id for manifest in manifests}


def test_payloads_of_earlier_versions_are_mapped_too(workspace: Workspace):
    with serve(Vendor(every_tenth_day)) as vendor:
        land_by_request(workspace, form(workspace, vendor.url), "help_desk", YEAR, silent)
        for path in workspace.lake.glob("help_desk/*/payload/pages-*.gz"):
            path.rename(path.with_name("pages-00000.gz"))  # how they were called before their lines were measured
        remap(workspace, form(workspace, vendor.url, ", theme: kind"), "help_desk", silent)
    assert landed(workspace, "tickets", "theme, count(*)", "true group by all") == [("bug", 37)]


def test_a_mapping_that_cannot_be_applied_leaves_the_lake_as_it_was(workspace: Workspace):
    with serve(Vendor(every_tenth_day)) as vendor:
        land_by_request(workspace, form(workspace, vendor.url), "help_desk", YEAR, silent)
        before = sorted(workspace.lake.rglob("*"))
        with pytest.raises(UserError, match="unknown column kimd"):
            remap(workspace, form(workspace, vendor.url, ", theme: upper(kimd)"), "help_desk", silent)
    assert sorted(workspace.lake.rglob("*")) == before


def test_files_are_mapped_again_from_where_they_lie(workspace: Workspace):
    days = [dt.date(2025, 1, 1), dt.date(2025, 1, 2)]
    for number, day in enumerate(days):
        lines(workspace, str(day), event(number, time=f"{day}T10:00:00Z"))
    workspace.sources_file.write_text(EVENTS)
    for day in days:
        land(workspace, load_sources(workspace.sources_file, {}), "web", Window(day, day), silent)
    workspace.sources_file.write_text(EVENTS.replace("event_name: name", "event_name: upper(name)"))
    remap(workspace, load_sources(workspace.sources_file, {}), "web", silent)
    assert landed(workspace, "events", "event_id, event_name, known_on::varchar") == [
        ("e0", "X", "2025-01-01"),
        ("e1", "X", "2025-01-02"),
    ]


@pytest.mark.parametrize(
    ("source", "told"), [("web", "web: has brought nothing yet"), ("wep", "unknown source 'wep'; did you mean 'web'?")]
)
def test_there_must_be_something_to_map_again(workspace: Workspace, source: str, told: str):
    workspace.sources_file.write_text(EVENTS)
    with pytest.raises(UserError, match=told.replace("?", r"\?")):
        remap(workspace, load_sources(workspace.sources_file, {}), source, silent)
