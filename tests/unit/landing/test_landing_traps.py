"""Traps that input once led landing into: each was a defect, found by a review that tried to break it."""

import datetime as dt
import gzip
import json
from pathlib import Path

import duckdb
import pytest

from orchestration.common.errors import UserError
from orchestration.common.window import Window
from orchestration.common.workspace import PROJECT_ROOT, Workspace
from tests.support.landing_tools import EVENTS, event, landed, lines, pull, refused, rejected

CSV = "sources:\n  s:\n    entity: events\n    path: a.csv\n    columns: {event_id: id, account_id: org, event_name: name, occurred_at: time}\n"
NAMED = """
sources:
  s:
    entity: events
    path: {u: "u_{date}.csv", p: "p_{date}.csv"}
    query: select u.id, u.org, u.time, p.name from u join p on u.k = p.k
    columns: {event_id: id, account_id: org, event_name: name, occurred_at: time}
"""


def test_one_badly_quoted_value_rejects_its_row_and_leaves_the_others_alone(workspace: Workspace):
    """Regression: a sniffed dialect followed the bad row and kept quote marks in all others."""
    rows = [
        "id,org,name,time",
        '1,"a","x",2025-01-01',
        '2,"a","y ""q"", z",2025-01-01',
        '3,"a","5" pipe",2025-01-01',
        "4,c,w,2025-01-01",
    ]
    (workspace.root / "a.csv").write_text("\n".join(rows) + "\n")
    manifest = pull(workspace, CSV)
    assert (manifest.landed, manifest.rejected) == (3, 1)
    assert landed(workspace, "events", "event_id, account_id, event_name") == [
        ("1", "a", "x"),
        ("2", "a", 'y "q", z'),
        ("4", "c", "w"),
    ]


def test_a_correction_that_is_taken_back_is_not_taken_for_known(workspace: Workspace):
    both, first = Window(dt.date(2025, 1, 1), dt.date(2025, 1, 2)), Window(dt.date(2025, 1, 1), dt.date(2025, 1, 1))
    lines(workspace, "2025-01-01", event(1))
    lines(workspace, "2025-01-02", event(2))
    pull(workspace, EVENTS, both)
    lines(workspace, "2025-01-01", event(9))
    pull(workspace, EVENTS, first)
    lines(workspace, "2025-01-01", event(1))
    pull(workspace, EVENTS, both)
    assert landed(workspace, "events", "event_id") == [("e1",), ("e2",)]


def test_a_pull_that_only_adds_a_reject_is_kept(workspace: Workspace):
    lines(workspace, "2025-01-01", event(1))
    pull(workspace, EVENTS)
    lines(workspace, "2025-01-01", event(1), event(2, n="many"))
    pull(workspace, EVENTS)
    assert [reason for reason, _ in rejected(workspace)] == ["cannot read n as BIGINT: many"]


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        (("entity: events", "entity: events\n    where: n > 0"), (3, 1, 2, 1, 1)),
        (
            ("entity: events", "entity: events\n    rows: [{if: n > 0, event_id: id}, {if: n = 0, event_id: id}]"),
            (3, 1, 2, 1, 1),
        ),
        (("entity: events", "entity: events\n    query: select id, org, name, time, n from record"), (3, 0, 3, 2, 1)),
    ],
)
def test_an_unreadable_value_is_rejected_whatever_filters_say(workspace: Workspace, change: tuple, counts: tuple):
    lines(workspace, "2025-01-01", event(1), event(2, n="many"), event(3, n=-1))
    manifest = pull(workspace, EVENTS.replace(*change).replace(", user_id: user", ""))
    assert (manifest.received, manifest.filtered, manifest.rows, manifest.landed, manifest.rejected) == counts


def test_values_inside_nested_fields_are_read_or_rejected(workspace: Workspace):
    yml = EVENTS.replace("n: BIGINT}", "p: 'STRUCT(k BIGINT)'}").replace("user_id: user", "n: p.k")
    lines(workspace, "2025-01-01", event(1, p={"k": 2}), event(2, p={"k": "many"}), event(3, p="text"), event(4))
    manifest = pull(workspace, yml)
    assert (manifest.landed, manifest.rejected) == (2, 2)
    assert landed(workspace, "events", "event_id, n") == [("e1", 2), ("e4", None)]


def test_a_day_without_one_of_its_files_is_missing_and_does_not_use_the_day_before(workspace: Workspace):
    for day in ("2025-01-01", "2025-01-02"):
        (workspace.root / f"u_{day}.csv").write_text(f"id,org,time,k\n{day},a,{day},1\n")
    (workspace.root / "p_2025-01-01.csv").write_text("k,name\n1,x\n")
    manifest = pull(workspace, NAMED, Window(dt.date(2025, 1, 1), dt.date(2025, 1, 2)))
    assert (manifest.landed, manifest.missing_days) == (1, ["2025-01-02"])
    with pytest.raises(UserError, match="no file for 2025-01-02; expected u_{date}.csv, p_{date}.csv"):
        pull(workspace, NAMED, Window(dt.date(2025, 1, 2), dt.date(2025, 1, 2)))


def test_files_in_folders_of_any_depth_are_found(workspace: Workspace):
    (workspace.root / "in" / "x").mkdir(parents=True)
    (workspace.root / "in" / "e_2025-01-01.jsonl").write_text(json.dumps(event(1)))
    (workspace.root / "in" / "x" / "e_2025-01-02.jsonl").write_text(json.dumps(event(2, time="2025-01-02")))
    assert pull(workspace, EVENTS.replace("e_{date}", "in/**/e_{date}")).landed == 2


def test_a_default_taken_from_a_personal_column_is_pseudonymised_too(workspace: Workspace):
    (workspace.root / "a.csv").write_text("id,at\nada@x.com,2025-01-01\n")
    yml = "pii: [account_id]\nsources:\n  s:\n    entity: accounts\n    path: a.csv\n    columns: {account_id: id, signed_up_at: at}\n"
    pull(workspace, yml)
    ((identifier, name),) = landed(workspace, "accounts", "account_id, account_name")
    assert identifier == name
    assert identifier.startswith("p1_")


@pytest.mark.parametrize(
    ("text", "day"), [("2025-1-5", "2025-01-05"), (" 2025-01-05 ", "2025-01-05"), ("2025/01/05", "2025-01-05")]
)
def test_no_way_to_write_a_date_is_shifted(workspace: Workspace, text: str, day: str):
    lines(workspace, "2025-01-05", event(1, time=text))
    pull(workspace, EVENTS.replace("entity: events", "entity: events\n    timezone: Europe/Berlin"))
    assert landed(workspace, "events", "occurred_at") == [(dt.datetime.fromisoformat(day),)]


@pytest.mark.parametrize("text", ["infinity", "epoch", "now"])
def test_words_are_no_times(workspace: Workspace, text: str):
    lines(workspace, "2025-01-05", event(1, time=text))
    assert pull(workspace, EVENTS).rejected == 1


def test_an_expression_reads_the_record_and_not_another_canonical_column(workspace: Workspace):
    lines(workspace, "2025-01-01", event(1))
    with pytest.raises(UserError, match="columns.user_id: unknown column account_id"):
        pull(workspace, EVENTS.replace("user_id: user", "user_id: account_id"))


def test_generated_ids_tell_records_apart_that_differ_in_which_value_is_missing(workspace: Workspace):
    yml = EVENTS.replace("event_id: id, ", "")
    first, second = event(1, name="k"), event(1, user="k")
    del first["user"], second["name"]
    lines(workspace, "2025-01-01", {**first, "user": None}, {**second, "name": "k", "user": "x"})
    assert pull(workspace, yml).landed == 2


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", "ïd,org\n".encode("utf-16"), "unknown column id; did you mean the text 'id'? (columns: ïd, org)"),
        ("a.csv.gz", b"no gzip", "cannot read"),
        ("a.csv", b"id,id\n1,2\n", "a different name for each column"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_one_line_errors(
    workspace: Workspace, name: str, content: bytes, told: str
):
    (workspace.root / name).write_bytes(content)
    assert told in refused(workspace, CSV.replace("a.csv", name))


def test_a_line_in_another_encoding_is_rejected(workspace: Workspace):
    (workspace.root / "a.csv").write_bytes("id,org,name,time\n1,Ä,x,2025-01-01\n2,b,x,2025-01-01\n".encode("latin-1"))
    manifest = pull(workspace, CSV)
    assert (manifest.landed, manifest.rejected) == (1, 1)


def test_a_file_named_for_a_day_that_does_not_exist_is_reported(workspace: Workspace):
    lines(workspace, "2025-02-30", event(1))
    with pytest.raises(UserError, match="'2025-02-30' in its name is not a day"):
        pull(workspace, EVENTS)


def test_a_workspace_with_an_apostrophe_in_its_path_works(tmp_path: Path):
    folder = tmp_path / "it's"
    folder.mkdir()
    workspace = Workspace(folder, folder / "data")
    lines(workspace, "2025-01-01", event(1), "{broken")
    assert pull(workspace, EVENTS).landed == 1


def test_a_key_named_like_a_canonical_column_works(workspace: Workspace):
    (workspace.root / "u.csv").write_text("user_id,account_id,created_at\nu1,a,2025-01-01\nu1,a,2025-01-01\n")
    manifest = pull(workspace, "sources:\n  crm:\n    entity: users\n    path: u.csv\n    primary_key: user_id\n")
    assert (manifest.landed, manifest.identical) == (1, 1)


def test_a_failure_of_the_engine_is_one_line_errors_and_commits_nothing(workspace: Workspace, monkeypatch):
    from orchestration.landing import pull as pull_module

    def full(*arguments: object) -> None:
        raise duckdb.IOException("IO Error: could not write, disk is full\nsecond line")

    lines(workspace, "2025-01-01", event(1))
    monkeypatch.setattr(pull_module, "write", full)
    with pytest.raises(UserError, match="sources.web: could not write, disk is full$"):
        pull(workspace, EVENTS)
    assert not list((workspace.lake / "web").iterdir())


def test_a_file_larger_than_the_memory_lands_by_spilling(workspace: Workspace, monkeypatch):
    from orchestration.landing.normalize import typed_rows

    monkeypatch.setattr(typed_rows, "_MEMORY", "130MB")
    n_lines = 300_000
    text = "\n".join(json.dumps(event(number, user=f"user {number}")) for number in range(n_lines))
    with gzip.open(workspace.root / "e_2025-01-01.jsonl.gz", "wt") as file:
        file.write(text)
    assert pull(workspace, EVENTS.replace(".jsonl", ".jsonl.gz") + "pii: [user_id]\n").landed == n_lines


def test_a_personal_value_that_occurs_often_gets_one_token_and_doubles_no_row(workspace: Workspace):
    lines(workspace, "2025-01-01", *(event(number, user="u1" if number % 2 else None) for number in range(20)))
    assert pull(workspace, EVENTS + "pii: [user_id]\n").landed == 20
    assert len(landed(workspace, "events", "user_id", "user_id is not null")) == 10
    assert len(set(landed(workspace, "events", "user_id", "user_id is not null"))) == 1


def test_a_pull_that_wrote_other_than_what_landed_is_not_committed(workspace: Workspace, monkeypatch):
    from orchestration.landing import pull as pull_module

    def doubled(connection, pull, contract, rows, number):
        real(connection, pull, contract, f"{rows} union all {rows}", number)

    real = pull_module.write
    monkeypatch.setattr(pull_module, "write", doubled)
    lines(workspace, "2025-01-01", event(1))
    with pytest.raises(RuntimeError, match="do not reconcile"):
        pull(workspace, EVENTS)
    assert landed(workspace, "events", "*") == []


def test_a_part_of_a_nested_record_is_what_it_says_and_not_its_json(workspace: Workspace):
    """Regression: as in the README, `context.groupId` landed as "A1" with its quotes, and no event had an account."""
    readme = (PROJECT_ROOT / "README.md").read_text()
    yml = readme.split("## Your own data, in ten lines")[1].split("```yaml\n")[1].split("```")[0]
    folder = workspace.root / "exports"
    folder.mkdir()
    rows = [
        {
            "messageId": "m1",
            "event": "Report Created",
            "context": {"groupId": "A1"},
            "timestamp": "2025-01-01T10:00:00Z",
        },
        {"messageId": "m2", "event": "Report Created", "context": {"groupId": 7}, "timestamp": "2025-01-01T10:00:00Z"},
        {
            "messageId": "m3",
            "event": "Report Created",
            "context": {"groupId": None},
            "timestamp": "2025-01-01T10:00:00Z",
        },
    ]
    with gzip.open(folder / "events_2025-01-01.jsonl.gz", "wt") as handle:
        handle.writelines(json.dumps(row) + "\n" for row in rows)
    manifest = pull(workspace, yml)
    assert landed(workspace, "events", "event_id, account_id") == [("m1", "A1"), ("m2", "7")]
    assert manifest.rejected == 1
    assert [reason for reason, _ in rejected(workspace)] == ["no account_id"]


@pytest.mark.parametrize(
    ("yml", "told"),
    [
        ("currency: Euro\n" + EVENTS, "currency: 'Euro' does not match ^[A-Z]{3}$"),
        (EVENTS.replace("account_id: org", "account_id: orgg"), "unknown column orgg; did you mean 'org'?"),
    ],
)
def test_what_is_wrong_in_sources_yml_is_told_with_what_was_given(workspace: Workspace, yml: str, told: str):
    lines(workspace, "2025-01-01", event(1))
    assert told in refused(workspace, yml)
