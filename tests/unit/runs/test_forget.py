"""A person or an account is forgotten everywhere we keep anything, and does not come back."""

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.common.errors import UserError
from orchestration.common.run_lock import run_lock
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.lake.commit import committed, committed_files, expire_rejects, write_empty_entities
from orchestration.landing.privacy.erasure import tombstones
from orchestration.landing.privacy.pseudonymise import pseudonym, pseudonym_key
from orchestration.landing.privacy.scrubbing import scrubbed
from orchestration.publishing.snapshot.parts import Mart
from orchestration.publishing.snapshot.store import write_snapshot
from orchestration.quality.history import keep_outcomes
from orchestration.quality.suites import Check, Outcome, Suite
from orchestration.runs.forget import forget
from tests.support.http_tools import DAY, Vendor, pages, serve, ticket
from tests.support.http_tools import form as tickets_form
from tests.support.landing_tools import EVENTS, event, landed, lines, pull, rejected

PRIVATE = "pii: [user_id]\n" + EVENTS


@pytest.fixture(autouse=True)
def nothing_published(monkeypatch):
    """The warehouse is not built again here."""
    monkeypatch.setattr("orchestration.runs.forget.last_published", lambda workspace: None)


def three_events(workspace: Workspace) -> None:
    lines(workspace, "2025-01-01", event(1), event(2, user="u2"), event(3, org="b"), event(4, user="u1", time="?"))
    pull(workspace, PRIVATE)


def everything_in(folder: Path) -> str:
    """All that files below a folder say, unpacked."""
    said = []
    for path in folder.rglob("*"):
        if path.suffix == ".parquet":
            said.append(str(duckdb.execute(f"from read_parquet('{path}', hive_partitioning = false)").fetchall()))
        elif path.suffix == ".gz":
            said.append(gzip.decompress(path.read_bytes()).decode())
        elif path.is_file() and path.name != "_forgotten.json":
            said.append(path.read_bytes().decode(errors="replace"))
    return "\n".join(said)


def test_a_person_is_taken_out_of_events_that_stay_for_their_accounts_sake(workspace: Workspace):
    three_events(workspace)
    token = pseudonym("u1", pseudonym_key(workspace.data_dir))
    assert token in everything_in(workspace.lake) and "u1" in everything_in(workspace.lake)
    assert forget(workspace, "user", "u1") == 0
    assert landed(workspace, "events", "event_id, user_id is null") == [("e1", True), ("e2", False), ("e3", True)]
    assert token not in everything_in(workspace.lake) and '"u1"' not in everything_in(workspace.lake)
    assert [(stone["kind"], stone["is_done"]) for stone in tombstones(workspace.lake)] == [("user", "yes")]
    assert "u1" not in json.dumps(tombstones(workspace.lake)).replace(token, "")


def test_an_account_goes_with_all_its_rows_and_no_pull_brings_it_back(workspace: Workspace):
    three_events(workspace)
    assert forget(workspace, "account", "B") == 0
    assert landed(workspace, "events", "event_id") == [("e1",), ("e2",)]
    assert sum(file.rows for file in committed_files(workspace.lake, "events")) == 2
    lines(workspace, "2025-01-01", event(1), event(3, org="b"), event(5, org="b", time="?"))
    manifest = pull(workspace, PRIVATE)
    assert (manifest.landed, manifest.filtered, manifest.rejected) == (1, 2, 0)
    assert landed(workspace, "events", "event_id") == [("e1",)] and rejected(workspace) == []


def test_what_an_api_said_is_cleaned_too(workspace: Workspace):
    records = [ticket(1), ticket(2, org="gone"), ticket(3, assignee={"of": "gone"})]
    with serve(Vendor(pages(records))) as vendor:
        pull(workspace, tickets_form(vendor), DAY)
    assert forget(workspace, "account", "gone") == 0
    assert "gone" not in everything_in(workspace.lake)
    assert landed(workspace, "tickets", "ticket_id") == [("t1",), ("t3",)]
    (state,) = committed(workspace.lake)
    (payload,) = (workspace.lake / "help_desk" / state["pulls"][0]["pull_id"] / "payload").glob("*.gz")
    assert [t["id"] for t in json.loads(gzip.decompress(payload.read_bytes()))["tickets"]] == ["t1"]
    assert payload.parent.stat().st_mode & 0o077 == 0


def test_snapshots_lose_the_rows_and_keep_true_checksums(workspace: Workspace):
    three_events(workspace)
    with duckdb.connect(str(workspace.warehouse)) as connection:
        connection.execute(
            "create schema core; create table core.dim_accounts as select unnest(['a', 'b']) as account_id"
        )
        connection.execute("create table core.dim_days as select 1 as n")
    marts = [Mart("core", "dim_accounts"), Mart("core", "dim_days")]
    snapshot = write_snapshot(workspace.warehouse, marts, workspace.published, {"data_date": "2025-01-01"})
    assert forget(workspace, "account", "b") == 0
    manifest = json.loads((snapshot.folder / "manifest.json").read_text())
    assert manifest["rows"] == {"core.dim_accounts": 1, "core.dim_days": 1}
    with duckdb.connect(str(snapshot.folder / "onboarding.duckdb"), read_only=True) as connection:
        assert connection.execute("from core.dim_accounts").fetchall() == [("a",)]
    assert duckdb.execute(f"from '{snapshot.folder}/core/dim_accounts.parquet'").fetchall() == [("a",)]
    assert not workspace.warehouse.exists()


def test_a_kill_in_between_is_finished_by_the_next_try(workspace: Workspace, monkeypatch):
    three_events(workspace)
    workspace.warehouse.touch()

    def killed(*arguments: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("orchestration.runs.forget.rewrite_snapshots", killed)
        with pytest.raises(KeyboardInterrupt):
            forget(workspace, "account", "b")
    assert tombstones(workspace.lake)[0]["is_done"] == "no" and workspace.warehouse.exists()
    assert forget(workspace, "account", "b") == 0
    assert tombstones(workspace.lake)[0]["is_done"] == "yes" and not workspace.warehouse.exists()


def test_nobody_is_forgotten_while_a_run_is_working_or_without_a_name(workspace: Workspace):
    three_events(workspace)
    with run_lock(workspace.data_dir), pytest.raises(UserError, match="another run"):
        forget(workspace, "user", "u1")
    with pytest.raises(UserError, match="expected the id of the user"):
        forget(workspace, "user", " ")


@pytest.mark.parametrize(
    ("text", "region", "left"),
    [
        ("write to anna.b+c@example.co.uk, please", None, "write to [e-mail], please"),
        ("call +49 30 901820 or (030) 901820", "DE", "call [phone] or [phone]"),
        ("call +49 30 901820 or (030) 901820", None, "call [phone] or (030) 901820"),
        (
            "order 2025-01-02 10:00, 12,345 rows, version 1.2.3",
            "DE",
            "order 2025-01-02 10:00, 12,345 rows, version 1.2.3",
        ),
    ],
)
def test_addresses_and_numbers_are_taken_out_of_free_texts(text: str, region: str | None, left: str):
    assert scrubbed(text, region) == left


def test_scrubbed_columns_and_rejects_hold_no_address(workspace: Workspace):
    yml = "scrub: {columns: [properties], phone_region: DE}\n" + EVENTS.replace("user_id: user", "properties: user")
    lines(workspace, "2025-01-01", event(1, user="x@y.example"), event(2, user="z@y.example", time="?"))
    manifest = pull(workspace, yml)
    assert (manifest.landed, manifest.rejected) == (1, 1)
    assert landed(workspace, "events", "properties") == [("[e-mail]",)]
    assert "@" not in str(rejected(workspace)) and "[e-mail]" in str(rejected(workspace))


def test_rejects_of_long_ago_are_removed_and_their_count_stays(workspace: Workspace):
    three_events(workspace)
    today = dt.datetime.now(dt.UTC).date()
    expire_rejects(workspace.lake, "web", today)
    assert len(rejected(workspace)) == 1
    expire_rejects(workspace.lake, "web", today + dt.timedelta(1))
    assert rejected(workspace) == [] and not list(workspace.lake.rglob("rejects-*.parquet"))
    assert next(committed(workspace.lake))["pulls"][0]["rejected"] == 1


NOTES = """
pii: []
sources:
  notes: {entity: notes, path: n.csv, columns: {note_id: id, account_id: org, noted_at: at, text: text}}
"""


@pytest.mark.parametrize(
    ("value", "emptied"),
    [("ada@example.org", {"1"}), ("u17", {"2"}), ("u1", set()), ("17", set()), ("170017", {"4"})],
)
def test_a_text_that_names_somebody_is_emptied_and_a_number_in_it_is_only_a_number(
    workspace: Workspace, value: str, emptied: set[str], capsys
):
    """An id of two digits is a word of half of all texts: emptying them would take more than it protects."""
    (workspace.root / "n.csv").write_text(
        "id,org,at,text\n1,a,2025-01-01,Ask Ada@example.org.\n2,a,2025-01-01,u17 left\n3,a,2025-01-01,17 of 20 seats\n"
        "4,a,2025-01-01,person 170017 called\n"
    )
    pull(workspace, NOTES)
    forget(workspace, "user", value)
    assert {row[0] for row in landed(workspace, "notes", "note_id, text") if row[1] is None} == emptied
    assert ("short number" in capsys.readouterr().out) is (value == "17")


def test_keys_of_rows_that_failed_a_check_name_nobody_any_more(workspace: Workspace):
    pseudonym_key(workspace.data_dir)
    write_empty_entities(workspace.lake)
    check = Check(key="k", dimension="volume", severity="info", rows="landed", type="t", kwargs={}, why="because")
    suite = Suite(border="landing", dataset="d", owner="o", steward="s", description="d", checks=(check,))
    outcomes = [Outcome(suite, check, "failed", "2 of 9 rows", sample_keys=("e1 acme", "e2 beta"))]
    keep_outcomes(workspace.lake, "landing", Window(None, dt.date(2025, 1, 1)), outcomes)
    assert "acme" in everything_in(workspace.lake)
    forget(workspace, "account", "acme")
    assert "acme" not in everything_in(workspace.lake)
    assert landed(workspace, "checks", "check_key, detail, sample_keys") == [("k", "2 of 9 rows", None)]
