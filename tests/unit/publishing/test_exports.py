"""Exports of an API: files of JSON lines, compressed, zipped or made by a job; whole, or not at all."""

import gzip
from typing import Any

import pytest

from orchestration.common.workspace import Workspace
from orchestration.landing.lake.commit import committed
from tests.support.http_tools import (
    DAY,
    SECRET,
    TRUTH,
    Vendor,
    body,
    lines,
    reset,
    serve,
    slow,
    status,
    truncated,
    zipped,
)
from tests.support.landing_tools import landed, pull, refused, rejected

FORM = """
sources:
  help_desk:
    entity: tickets
    http:
      url: {url}/export
      params: {{from: "{{first_date:%Y%m%dT00}}", to: "{{last_date:%Y%m%dT23}}"}}
      auth: {{type: bearer, token: {token}}}
      answer: {answer}
      empty_status: 410
      attempts: 3
      backoff_seconds: 0.01
      timeout_seconds: 0.5
{job}    fields: {{id: VARCHAR, org: VARCHAR, status: VARCHAR, created: VARCHAR, updated: VARCHAR}}
    columns: {{ticket_id: id, account_id: org, created_at: created, updated_at: updated}}
"""
JOB = """
      job:
        id: result.progressId
        url: {url}/export/{{id}}
        status: result.status
        file: result.fileId
        file_url: {url}/file/{{id}}/{{file}}
        poll_seconds: 0.01
        limit_seconds: 0.2
"""


def form(vendor: Vendor, answer: str, job: str = "") -> str:
    return FORM.format(url=vendor.url, token=SECRET, answer=answer, job=job.format(url=vendor.url))


EXPORTS = {
    "lines": ("lines", lines(TRUTH)),
    "compressed lines": ("lines", gzip.compress(lines(TRUTH))),
    "a zip of compressed files": ("zip", zipped(gzip.compress(lines(TRUTH[:3])), gzip.compress(lines(TRUTH[3:])))),
    "a zip of plain files": ("zip", zipped(lines(TRUTH[:3]), lines(TRUTH[3:]))),
}


@pytest.mark.parametrize("shape", EXPORTS)
def test_an_export_lands_whatever_its_wrapping(workspace: Workspace, shape: str):
    answer, content = EXPORTS[shape]
    with serve(Vendor(lambda path, query, sent: content)) as vendor:
        manifest = pull(workspace, form(vendor, answer), DAY)
    assert (manifest.received, manifest.landed, manifest.rejected) == (8, 8, 0)
    assert vendor.requests == [("/export", {"from": "20250102T00", "to": "20250102T23"}, "")]
    kept = sorted(path.name for path in (workspace.lake / "help_desk" / manifest.pull_id / "payload").iterdir())
    assert kept[0].startswith("jsonl-00000-") and len(kept) == 1 and not (workspace.lake.parent / "0.json.gz").exists()


@pytest.mark.parametrize(
    "fault", [status(429, Retry_After="1"), status(503), reset, truncated, slow(0.8), body(b"{}"), body(b"<html>")]
)
@pytest.mark.parametrize("shape", ["lines", "a zip of plain files"])
def test_what_passes_is_tried_again_and_everything_lands(workspace: Workspace, shape: str, fault: Any):
    answer, content = EXPORTS[shape]
    with serve(Vendor(lambda path, query, sent: content, {0: fault})) as vendor:
        assert pull(workspace, form(vendor, answer), DAY).landed == 8
    assert landed(workspace, "tickets", "count(*)") == [(8,)]


LASTING = {
    "answered 503 until the last try": status(503),
    "answered 403: the credentials do not allow this": status(403),
    "answered 302, expected 200": status(302, Location="http://127.0.0.2/elsewhere"),
    "no complete answer until the last try (ChunkedEncodingError)": truncated,
    "answered 200 with something that is no export (lines)": body(b"{}"),
    "the export holds a line that is no record: terminated early": body(lines(TRUTH[:3]) + b"terminated early"),
    "the export is damaged (EOFError)": body(gzip.compress(lines(TRUTH))[:-20]),
}


@pytest.mark.parametrize("told", LASTING)
def test_what_does_not_pass_is_one_line_errors_and_what_was_there_stays(workspace: Workspace, told: str):
    with serve(Vendor(lambda path, query, sent: lines(TRUTH[:2]))) as vendor:
        pull(workspace, form(vendor, "lines"), DAY)
    before = landed(workspace, "tickets", "*")
    with serve(Vendor(lambda path, query, sent: lines(TRUTH), dict.fromkeys(range(9), LASTING[told]))) as vendor:
        said = refused(workspace, form(vendor, "lines"), DAY, SECRET)
    assert said.endswith(f"sources.help_desk.http: http://127.0.0.1/export: {told}")
    assert landed(workspace, "tickets", "*") == before


def test_a_damaged_zip_fails_and_a_line_that_cannot_be_read_is_a_reject(workspace: Workspace):
    whole = zipped(lines(TRUTH), lines(TRUTH))
    with serve(Vendor(lambda path, query, sent: whole[:-30])) as vendor:
        assert "damaged" in refused(workspace, form(vendor, "zip"), DAY, SECRET)
    with serve(Vendor(lambda path, query, sent: lines(TRUTH) + b'{"id": "t9", \n')) as vendor:
        manifest = pull(workspace, form(vendor, "lines"), DAY)
    assert (manifest.landed, manifest.rejected) == (8, 1)
    assert rejected(workspace) == [("malformed JSON", '{"id": "t9",')]


@pytest.mark.parametrize("vendor", [Vendor(lambda *_: b""), Vendor(lambda *_: b"", {0: status(410)})])
def test_nothing_to_export_is_a_pull_without_rows(workspace: Workspace, vendor: Vendor):
    with serve(vendor):
        manifest = pull(workspace, form(vendor, "lines"), DAY)
    assert (manifest.received, manifest.landed) == (0, 0)
    assert [state["source_id"] for state in committed(workspace.lake)] == ["help_desk"]


def job(*states: str, job_id: str = "p/1") -> Vendor:
    """A vendor that is asked for an export, takes its time, and gives it."""
    left = list(states)

    def page(path: str, query: dict[str, str], sent: Any) -> Any:
        if path == "/export":
            return {"result": {"progressId": job_id}}
        if path.startswith("/export/"):
            state = left.pop(0) if len(left) > 1 else left[0]
            return {"result": {"status": state, **({"fileId": "f1"} if state == "complete" else {})}}
        return zipped(lines(TRUTH))

    return Vendor(page)


def test_an_export_that_takes_time_is_waited_for(workspace: Workspace):
    with serve(job("inProgress", "inProgress", "complete")) as vendor:
        assert pull(workspace, form(vendor, "zip", JOB), DAY).landed == 8
    paths = [path for path, _, _ in vendor.requests]
    # what the vendor calls its job stays one part of the address
    assert paths == ["/export", *["/export/p%2F1"] * 3, "/file/p%2F1/f1"]


@pytest.mark.parametrize(
    ("vendor", "told"),
    [
        (job("failed"), "the export ended as failed"),
        (job("inProgress"), "the export was still inProgress after 0 seconds"),
        (job("complete", job_id=""), "an answer about the export has nothing at result.progressId"),
    ],
)
def test_an_export_that_is_never_made_fails_in_one_line(workspace: Workspace, vendor: Vendor, told: str):
    with serve(vendor):
        assert refused(workspace, form(vendor, "zip", JOB), DAY, SECRET).endswith(told)
    assert landed(workspace, "tickets", "*") == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("records: data\n", "`records` is for pages; each line of an export is a record"),
        ("http: {url: https://x, empty_status: 404}\n", "`job` and `empty_status` are for exports"),
        ("http: {url: https://x, answer: zip, paging: {type: link}}\n", "`answer: zip` is one file without pages"),
    ],
)
def test_pages_and_exports_are_not_mixed(workspace: Workspace, wrong: str, told: str):
    yml = "sources:\n  s:\n    entity: tickets\n    fields: {id: VARCHAR}\n"
    other = "    http: {url: https://x, answer: lines}\n" if wrong.startswith("records") else ""
    assert told in refused(workspace, f"{yml}{other}    {wrong}", DAY)
