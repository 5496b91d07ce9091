"""Names and values from outside are data: quotes in files, keys and texts never become SQL, paths or log lines."""

import gzip
import json
from pathlib import Path

import pytest

from orchestration.common.errors import UserError
from orchestration.common.workspace import Workspace
from tests.support.http_tools import DAY, SECRET, TRUTH, Vendor, form, pages, serve, status
from tests.support.landing_tools import EVENTS, event, landed, lines, pull, refused, rejected

HOSTILE = "'); drop table _records; --"


def test_a_file_name_with_quotes_is_a_file_name(workspace: Workspace):
    (workspace.root / f'e {HOSTILE} " .jsonl').write_text(json.dumps(event(1)) + "\n{broken\n")
    manifest = pull(workspace, EVENTS.replace("e_{date}.jsonl", "e*.jsonl"))
    assert (manifest.landed, manifest.rejected) == (1, 1)


def test_texts_of_records_stay_what_they_are(workspace: Workspace):
    lines(workspace, "2025-01-01", event(1, name=HOSTILE, org=f'"{HOSTILE}', user=HOSTILE), f"{{{HOSTILE}")
    manifest = pull(workspace, f"pii: [user_id]\n{EVENTS}")
    assert (manifest.landed, manifest.rejected) == (1, 1)
    assert landed(workspace, "events", "event_name, account_id") == [(HOSTILE, f'"{HOSTILE}')]
    assert rejected(workspace)[0][1] == f"{{{HOSTILE}"


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json"])
def test_names_of_a_vendors_fields_are_names(workspace: Workspace, kind: str):
    hostile = f"attribute_{HOSTILE}"
    record = {
        "account_id": "a",
        "signed_up_at": "2025-01-01",
        "attribute_plan": "pro",
        hostile: "x",
        'a"b': "y",
        "attribute_'": "z",
    }
    if kind == "csv":
        text = "\n".join(
            ",".join('"' + str(part).replace('"', '""') + '"' for part in row) for row in (record, record.values())
        )
    else:
        text = json.dumps(record)
    (workspace.root / f"accounts.{kind}").write_text(text + "\n")
    manifest = pull(workspace, f"sources: {{crm: {{entity: accounts, path: accounts.{kind}}}}}")
    assert (manifest.landed, manifest.rejected) == (1, 0)
    attributes = landed(workspace, "account_attributes", "attribute, value")
    assert attributes == [("plan", "pro")]  # a name that is no plain word waits until sources.yml maps it


@pytest.mark.parametrize(
    "change",
    [
        ("fields: {id: VARCHAR", f'fields: {{"{HOSTILE}": VARCHAR, id: VARCHAR'),
        ("fields: {id: VARCHAR", 'fields: {id: "VARCHAR); drop table _records; --"'),
        ("path: e_{date}.jsonl", f'path: "e_{{date}}.jsonl"\n    records: "{HOSTILE}"\n    format: json'),
        ("columns: {event_id: id", f'primary_key: "{HOSTILE}"\n    columns: {{event_id: id'),
        ("columns: {event_id: id", 'where: "true); drop table _records; select (true"\n    columns: {event_id: id'),
        ("columns: {event_id: id", f'timezone: "{HOSTILE}"\n    columns: {{event_id: id'),
        ("  web:", "  ../../web:"),
        ("  web:", '  "web\'; --":'),
    ],
)
def test_values_of_sources_yml_are_refused_or_have_no_effect(workspace: Workspace, change: tuple[str, str]):
    lines(workspace, "2025-01-01", event(1))
    yml = EVENTS.replace(*change)
    assert yml != EVENTS
    before = outside(workspace)
    try:
        manifest = pull(workspace, yml)
    except UserError as error:
        assert "\n" not in str(error)
    else:
        assert manifest.rows == manifest.landed + manifest.rejected
    assert outside(workspace) == before


def outside(workspace: Workspace) -> list[Path]:
    """Everything beside the workspace's folder."""
    return sorted(
        path
        for path in workspace.root.parent.rglob("*")
        if workspace.root not in path.parents
        and not path.is_symlink()
        and not any(part.startswith("postgres") for part in path.parts)  # a server that other tests use
    )


@pytest.mark.parametrize(
    "auth",
    [
        f"{{type: bearer, token: {SECRET}}}",
        f"{{type: basic, user: me, password: {SECRET}}}",
        f"{{type: api_key, name: key, value: {SECRET}, location: query}}",
        f"{{type: api_key, name: X-Key, value: {SECRET}}}",
        "{{type: oauth2, token_url: {url}/token, client_id: me, client_secret: {secret}}}",
    ],
)
def test_no_secret_is_in_anything_that_a_pull_writes_or_says(workspace: Workspace, auth: str, capfd, caplog):
    caplog.set_level("DEBUG")
    told = ""
    with serve(Vendor(pages(TRUTH))) as vendor:
        yml = form(vendor, auth.format(url=vendor.url, secret=SECRET) if "oauth2" in auth else auth)
        assert pull(workspace, yml, DAY).landed == 8
        vendor.faults = dict.fromkeys(range(1, 60), status(500))
        told += refused(workspace, yml, DAY, SECRET)
        vendor.faults = dict.fromkeys(range(1, 60), status(401))
        told += refused(workspace, yml, DAY, SECRET)
    said = "".join(capfd.readouterr()) + caplog.text + told
    assert SECRET not in said
    written = [path for path in workspace.root.rglob("*") if path.is_file() and path != workspace.sources_file]
    assert any(path.suffix == ".gz" for path in written)
    assert [path for path in written if SECRET in read(path)] == []


def read(path: Path) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode(errors="replace")
