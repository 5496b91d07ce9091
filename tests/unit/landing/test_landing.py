"""Landing: nothing is lost, nothing is half visible, and a bad value rejects its row and no other."""

import datetime as dt
import gzip
import json

import duckdb
import pytest

from orchestration.common.errors import UserError
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing import pull as pull_module
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.lake.commit import committed, committed_files, write_empty_entities
from orchestration.landing.privacy.pseudonymise import pseudonym
from orchestration.landing.pull import history_ends
from tests.support.landing_tools import EVENTS, event, landed, lines, pull, refused, rejected


def test_every_line_lands_or_is_rejected_with_reason_and_text(workspace: Workspace):
    lines(
        workspace,
        "2025-01-01",
        event(1),
        event(1),
        event(2, time="yesterday"),
        event(3, n="many"),
        event(4, org=None),
        "{broken",
        "[1, 2]",
        event(5),
        event(5, name="other"),
    )
    manifest = pull(workspace, EVENTS)
    assert (manifest.received, manifest.rows, manifest.landed, manifest.identical, manifest.rejected) == (9, 9, 2, 1, 6)
    assert manifest.balances
    reasons = [reason for reason, _ in rejected(workspace)]
    assert reasons == [
        "cannot read n as BIGINT: many",
        "cannot read occurred_at from time = yesterday",
        "malformed JSON",
        "no account_id",
        "not a JSON object",
        "same key as another event, other content",
    ]
    assert ("malformed JSON", "{broken") in rejected(workspace)
    assert '"n": "many"' in rejected(workspace)[0][1]


def test_times_become_utc_and_dates_are_never_shifted(workspace: Workspace):
    yml = EVENTS.replace("entity: events", "entity: events\n    timezone: Europe/Berlin")
    times = ["2025-07-01T12:00:00+02:00", "2025-07-01 12:00:00", "2025-07-01", "2025-07-01T10:00:00Z"]
    lines(workspace, "2025-07-01", *(event(i, time=time) for i, time in enumerate(times)))
    pull(workspace, yml)
    found = [row[0] for row in landed(workspace, "events", "occurred_at, event_id")]
    assert found == [dt.datetime(2025, 7, 1), *[dt.datetime(2025, 7, 1, 10)] * 3]


def test_personal_columns_are_pseudonymised_alike_in_sql_and_python(workspace: Workspace, monkeypatch):
    monkeypatch.setenv("ONBOARDING_PII_KEY", "key")
    lines(workspace, "2025-01-01", event(1, user=" Ada@Example.com"))
    pull(workspace, "pii: [user_id]\n" + EVENTS)
    assert landed(workspace, "events", "user_id") == [(pseudonym("ada@example.com", b"key"),)]


def test_a_wide_record_becomes_several_rows_and_a_condition_filters(workspace: Workspace):
    (workspace.root / "s.csv").write_text(
        "id,org,on,nps,ease,test\n1,a,2025-01-01,9,4,no\n2,b,2025-01-02,,3,no\n3,c,2025-01-03,1,1,yes\n"
    )
    manifest = pull(
        workspace,
        """
sources:
  survey:
    entity: survey_responses
    path: s.csv
    where: test = 'no'
    columns: {response_id: id, account_id: org, survey_id: "'s'", responded_at: "on"}
    rows:
      - {if: nps is not null, question: "'nps'", score: nps}
      - {question: "'ease_of_integration'", score: ease}
""",
    )
    assert (manifest.received, manifest.filtered, manifest.rows, manifest.landed) == (3, 1, 3, 3)
    assert landed(workspace, "survey_responses", "response_id, question, score") == [
        ("1", "ease_of_integration", 4.0),
        ("1", "nps", 9.0),
        ("2", "ease_of_integration", 3.0),
    ]


def test_named_files_are_joined_by_a_query(workspace: Workspace):
    duckdb.execute(f"copy (select 1 as id, 'a' as org) to '{workspace.root}/a.parquet' (format parquet)")
    (workspace.root / "b.json").write_text(json.dumps({"data": {"items": [{"id": 1, "since": "2025-01-05"}]}}))
    pull(
        workspace,
        """
sources:
  crm:
    entity: accounts
    path: {left_side: a.parquet, right_side: b.json}
    records: data.items
    query: select l.org, r.since from left_side l join right_side r on l.id = r.id::int
    columns: {account_id: org, signed_up_at: since, attribute_tier: "'gold'"}
""",
    )
    assert landed(workspace, "accounts", "account_id, known_on") == [("a", dt.date(2025, 1, 5))]
    # without a time of change the attribute counts from the day it was pulled, not from sign-up
    assert landed(workspace, "account_attributes", "attribute, value, attributes_known_on") == [
        ("tier", "gold", dt.date(2025, 12, 31))
    ]


def test_a_later_version_of_a_changing_record_supersedes(workspace: Workspace):
    (workspace.root / "t.csv").write_text("id,status\n1,open\n1,solved\n1,solved\n")
    manifest = pull(
        workspace,
        """
sources:
  desk:
    entity: tickets
    path: t.csv
    columns: {ticket_id: id, account_id: "'a'", created_at: "'2025-01-01'", updated_at: "'2025-01-02'"}
""",
    )
    assert (manifest.landed, manifest.identical, manifest.superseded) == (1, 1, 1)
    assert landed(workspace, "tickets", "status") == [("solved",)]


def test_pulling_a_day_again_changes_nothing(workspace: Workspace):
    lines(workspace, "2025-01-01", event(1), event(2))
    day = Window(dt.date(2025, 1, 1), dt.date(2025, 1, 1))
    pull(workspace, EVENTS, day)
    before = committed_files(workspace.lake, "events")
    pull(workspace, EVENTS, day)
    assert committed_files(workspace.lake, "events") == before


def test_a_corrected_day_replaces_its_events_and_no_others(workspace: Workspace):
    lines(workspace, "2025-01-01", event(1), event(2))
    lines(workspace, "2025-01-02", event(3))
    pull(workspace, EVENTS, Window(dt.date(2025, 1, 1), dt.date(2025, 1, 2)))
    lines(workspace, "2025-01-01", event(4))
    pull(workspace, EVENTS, Window(dt.date(2025, 1, 1), dt.date(2025, 1, 1)))
    assert landed(workspace, "events", "event_id") == [("e3",), ("e4",)]


@pytest.mark.parametrize("step", ["read_typed", "judge_duplicates", "write_rejects", "commit"])
def test_a_pull_that_dies_leaves_what_was_committed(workspace: Workspace, monkeypatch, step: str):
    lines(workspace, "2025-01-01", event(1))
    pull(workspace, EVENTS)
    before = committed_files(workspace.lake, "events")
    lines(workspace, "2025-01-01", event(1), event(2))

    def die(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pull_module, step, die)
        with pytest.raises(KeyboardInterrupt):
            pull(workspace, EVENTS)
    assert committed_files(workspace.lake, "events") == before
    pull(workspace, EVENTS)
    assert landed(workspace, "events", "event_id") == [("e1",), ("e2",)]
    # what the dead pull left behind is gone too
    assert all((folder / "manifest.json").exists() for folder in (workspace.lake / "web").glob("*/"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            ("event_name: name", "event_name: nam"),
            "web.columns.event_name: unknown column nam; did you mean 'name'?",
        ),
        (("e_{date}", "f_{date}"), "web.path: no file matches"),
        (("account_id: org, ", ""), "events needs account_id, which is neither mapped nor in the record"),
        (("entity: events", "entity: events\n    where: nobody = 1"), "web.where: unknown column nobody"),
        (("entity: events", "entity: events\n    query: select * from records"), "web.query: "),
        (("entity: events", "entity: events\n    primary_key: [nope]"), "unknown column nope"),
    ],
)
def test_input_that_does_not_fit_is_one_line_errors_and_nothing_is_committed(workspace, change, told):
    lines(workspace, "2025-01-01", event(1))
    yml = EVENTS.replace(*change)
    if "primary_key" in yml:
        yml = yml.replace("event_id: id, ", "")
    assert told in refused(workspace, yml)
    assert not list(committed(workspace.lake))


def test_a_missing_day_is_reported_and_a_gap_in_history_is_noted(workspace: Workspace):
    lines(workspace, "2025-01-01", event(1))
    lines(workspace, "2025-01-03", event(2))
    with pytest.raises(UserError, match="no file for 2025-01-02; expected e_{date}.jsonl"):
        pull(workspace, EVENTS, Window(dt.date(2025, 1, 2), dt.date(2025, 1, 2)))
    assert pull(workspace, EVENTS, Window(None, dt.date(2025, 1, 3))).missing_days == ["2025-01-02"]


def test_history_ends_where_the_events_end(workspace: Workspace):
    lines(workspace, "2025-01-01", event(1))
    lines(workspace, "2025-02-03", event(2))
    workspace.sources_file.write_text(EVENTS)
    ends = history_ends(workspace, load_sources(workspace.sources_file, {}))
    assert ends == Window(dt.date(2025, 1, 1), dt.date(2025, 2, 3))


def test_csv_rows_with_a_wrong_number_of_columns_are_rejected(workspace: Workspace):
    (workspace.root / "u.csv").write_text(
        "user_id,account_id,created_at\nu1,a,2025-01-01\nu2,a\nu3,a,2025-01-01,extra\n"
    )
    manifest = pull(workspace, "sources:\n  crm:\n    entity: users\n    path: u.csv\n")
    assert (manifest.received, manifest.landed, manifest.rejected) == (3, 1, 2)


def test_compressed_files_and_a_truncated_one(workspace: Workspace):
    path = workspace.root / "e_2025-01-01.jsonl.gz"
    whole = gzip.compress("\n".join(json.dumps(event(i)) for i in range(2000)).encode())
    yml = EVENTS.replace(".jsonl", ".jsonl.gz")
    path.write_bytes(whole)
    assert pull(workspace, yml).landed == 2000
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match="cannot read"):
        pull(workspace, yml)
    assert len(landed(workspace, "events", "event_id")) == 2000


def test_an_empty_file_is_a_quiet_day_not_a_broken_one(workspace: Workspace):
    (workspace.root / "e_2025-01-01.jsonl.gz").write_bytes(gzip.compress(b""))
    manifest = pull(workspace, EVENTS.replace(".jsonl", ".jsonl.gz"))
    assert (manifest.received, manifest.landed) == (0, 0)


def test_an_absent_entity_can_be_read_as_an_empty_typed_table(workspace: Workspace):
    write_empty_entities(workspace.lake)
    columns = duckdb.execute(f"describe from '{workspace.lake}/_empty/tickets.parquet'").fetchall()
    assert ("csat_score", "DOUBLE") in [row[:2] for row in columns]


def test_what_is_said_of_the_whole_workspace_counts_with_the_next_pull(workspace: Workspace):
    """Regression: a pull that brought nothing new was dropped, and the new currency with it."""
    lines(workspace, "2025-01-01", event(1))
    for currency in ("", "currency: EUR\n", "currency: USD\n"):
        pull(workspace, f"{currency}{EVENTS}")
    said = landed(workspace, "pulls", "pull_id, currency")
    assert [currency for _, currency in sorted(said)][-1] == "USD"
