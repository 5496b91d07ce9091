"""Landing: nothing is lost, nothing is half visible, and a bad value rejects its row and no other."""

import datetime as dt
import gzip
import json
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.errors import UserError
from orchestration.landing import pull as pull_module
from orchestration.landing.form import load_sources
from orchestration.landing.lake import Manifest, committed, committed_files, write_empty_entities
from orchestration.landing.plan import Window
from orchestration.landing.pseudonymise import define_pseudonym, pseudonym
from orchestration.landing.pull import history_ends, land
from orchestration.workspace import Workspace

EVERYTHING = Window(None, dt.date(2025, 12, 31))
EVENTS = """
sources:
  web:
    entity: events
    path: e_{date}.jsonl
    fields: {id: VARCHAR, org: VARCHAR, name: VARCHAR, time: VARCHAR, user: VARCHAR, n: BIGINT}
    columns: {event_id: id, account_id: org, event_name: name, occurred_at: time, user_id: user}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, tmp_path / "data")


def pull(workspace: Workspace, yml: str, window: Window = EVERYTHING) -> Manifest:
    workspace.sources_file.write_text(yml)
    sources = load_sources(workspace.sources_file, {})
    return land(workspace, sources, next(iter(sources.sources)), window, report=lambda line: None)


def landed(workspace: Workspace, entity: str, columns: str, where: str = "true") -> list[tuple]:
    files = [str(workspace.lake / file.path) for file in committed_files(workspace.lake, entity)]
    if not files:
        return []
    return duckdb.execute(f"select {columns} from read_parquet({files}) where {where} order by all").fetchall()


def rejected(workspace: Workspace) -> list[tuple[str, str]]:
    paths = [
        str(workspace.lake / path)
        for state in committed(workspace.lake)
        for p in state["pulls"]
        for path in p["rejects"]
    ]
    return duckdb.execute(f"select reason, raw from read_parquet({paths}) order by all").fetchall() if paths else []


def lines(workspace: Workspace, day: str, *records: dict | str) -> None:
    text = "\n".join(record if isinstance(record, str) else json.dumps(record) for record in records)
    (workspace.root / f"e_{day}.jsonl").write_text(text + "\n")


def event(number: int, **changes: object) -> dict:
    return {
        "id": f"e{number}",
        "org": "a",
        "name": "x",
        "time": "2025-01-01T10:00:00Z",
        "user": "u1",
        "n": 1,
        **changes,
    }


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


@given(value=st.text(min_size=1), key=st.binary(min_size=1, max_size=100))
@settings(max_examples=60, deadline=None)
def test_a_pseudonym_is_the_same_in_sql_and_python(value: str, key: bytes):
    connection = duckdb.connect()
    define_pseudonym(connection, key)
    plain = value.encode("utf-8", "ignore").decode().replace("\0", "")
    in_sql = connection.execute("select pseudonym($1), lower(trim($1))", [plain]).fetchone()
    # both engines fold case; where they fold differently (Turkish İ, say) the token follows DuckDB's text
    assert in_sql is not None
    assert in_sql[0] == pseudonym(in_sql[1], key) or in_sql[1] != plain.strip().lower()


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
      - {question: "'ease'", score: ease}
""",
    )
    assert (manifest.received, manifest.filtered, manifest.rows, manifest.landed) == (3, 1, 3, 3)
    assert landed(workspace, "survey_responses", "response_id, question, score") == [
        ("1", "ease", 4.0),
        ("1", "nps", 9.0),
        ("2", "ease", 3.0),
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


@pytest.mark.parametrize("step", ["read_chunk", "judge_duplicates", "write_rejects", "commit"])
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
            "web.columns.event_name: unknown column nam; did you mean the text 'nam'?",
        ),
        (("e_{date}", "f_{date}"), "web.path: no file matches"),
        (("account_id: org, ", ""), "events needs account_id, which is neither mapped nor in the record"),
        (("entity: events", "entity: events\n    where: nobody = 1"), "web.where: unknown column nobody"),
        (("entity: events", "entity: events\n    query: select * from records"), "web.query: "),
        (("entity: events", "entity: events\n    primary_key: [nope]"), "unknown column nope"),
    ],
)
def test_input_that_does_not_fit_is_told_in_one_line_and_nothing_is_committed(workspace, change, told):
    lines(workspace, "2025-01-01", event(1))
    yml = EVENTS.replace(*change)
    if "primary_key" in yml:
        yml = yml.replace("event_id: id, ", "")
    with pytest.raises(UserError) as error:
        pull(workspace, yml)
    assert told in str(error.value)
    assert "\n" not in str(error.value)
    assert not list(committed(workspace.lake))


def test_a_missing_day_is_told_and_a_gap_in_history_is_noted(workspace: Workspace):
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


texts = st.text(alphabet="ab{}\"',:é☃ \t1", max_size=12)
records = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["1", "2", "3", None]) | texts,
        "org": st.sampled_from(["a", "b", None]) | texts,
        "name": texts,
        "time": st.sampled_from(["2025-01-01T10:00:00Z", "2025-01-01", "x", "", None, 7]),
        "n": st.sampled_from([1, 2, "3", "x", None, [1], {"a": 1}]),
    },
)


@given(content=st.lists(records | texts.filter(lambda text: text.strip() != ""), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_arrives_the_balance_holds(tmp_path_factory: pytest.TempPathFactory, content: list):
    folder = tmp_path_factory.mktemp("any")
    workspace = Workspace(folder, folder / "data")
    lines(workspace, "2025-01-01", *content)
    manifest = pull(workspace, EVENTS)
    assert manifest.balances
    assert manifest.received == manifest.filtered + manifest.rows
    assert manifest.landed == len(landed(workspace, "events", "event_id"))
    assert manifest.rejected == len(rejected(workspace))


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
        ("a.csv", "ïd,org\n".encode("utf-16"), "cannot read"),
        ("a.csv.gz", b"no gzip", "cannot read"),
        ("a.csv", b"id,id\n1,2\n", "a different name for each column"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_told_in_one_line(
    workspace: Workspace, name: str, content: bytes, told: str
):
    (workspace.root / name).write_bytes(content)
    with pytest.raises(UserError) as error:
        pull(workspace, CSV.replace("a.csv", name))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_line_in_another_encoding_is_rejected(workspace: Workspace):
    (workspace.root / "a.csv").write_bytes("id,org,name,time\n1,Ä,x,2025-01-01\n2,b,x,2025-01-01\n".encode("latin-1"))
    manifest = pull(workspace, CSV)
    assert (manifest.landed, manifest.rejected) == (1, 1)


def test_a_file_named_for_a_day_that_does_not_exist_is_told(workspace: Workspace):
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
