"""One bad record costs itself: whatever the expression, the value or the clock, its row is set aside with a reason."""

import datetime as dt
import math
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.contract import ENTITIES
from tests.support.landing_tools import landed, pull, refused, rejected, valid_cells

BILLING = """
sources:
  billing:
    entity: subscriptions
    path: a.csv
    columns: {{subscription_id: id, account_id: org, valid_from: start{more}}}
"""
ROWS = "id,org,start,status,amount,paid\n1,a,2025-01-01,active,1000,2025-01-02\n{bad}\n3,b,2025-01-01,active,3000,2025-01-02\n"

# casts that fail on a text, some of them twice in one expression, some shared by several columns
numbers = st.sampled_from(
    [
        "amount::double",
        "cast(amount as double) / 100",
        "amount::double * amount::double",
        "nullif(amount::bigint, 0)",
        "greatest(amount::integer, amount::integer + 1)",
        "list_sum([amount::double, amount::double])",
        "case when amount::double > 1 then amount::double else 0 end",
        "round(amount::decimal(18, 2), 1)",
    ]
)
times = st.sampled_from(
    [
        "paid::timestamp",
        "strptime(paid, '%Y-%m-%d')",
        "to_timestamp(epoch(paid::timestamp)::bigint)",
        "paid::date",
        "make_timestamp(epoch_us(paid::timestamp))",
        "date_trunc('day', paid::timestamp)",
        "paid::timestamptz",
    ]
)
conditions = st.sampled_from(["amount::double > 0", "amount::double > 0 and paid::date > '2024-01-01'", "true"])


@given(mrr=numbers, other=times, second=times, where=conditions, condition=conditions)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_expression_only_the_row_it_cannot_read_is_rejected(
    tmp_path_factory: pytest.TempPathFactory, mrr: str, other: str, second: str, where: str, condition: str
):
    """Regression: DuckDB 2.0 moves an expression that occurs twice out of `try`, and `where` and `if` had none."""
    folder = tmp_path_factory.mktemp("any")
    workspace = Workspace(folder, folder / "data")
    (folder / "a.csv").write_text(ROWS.format(bad="2,a,2025-01-01,active,n/a,soon"))
    yml = (
        BILLING.format(more="") + f'    where: "{where}"\n    rows:\n      - if: "{condition}"\n        mrr: "{mrr}"\n'
    )
    manifest = pull(workspace, yml + f'        trial_ends_at: "{other}"\n        renewal_date: "{second}"\n')
    assert (manifest.received, manifest.landed, manifest.rejected) == (3, 2, 1), rejected(workspace)
    assert [row[0] for row in landed(workspace, "subscriptions", "subscription_id")] == ["1", "3"]


@pytest.mark.parametrize(
    ("key", "text"), [("where", "amount::double > 0"), ("where", "amount::double = amount::double")]
)
def test_a_row_whose_condition_cannot_be_read_is_rejected_and_not_filtered(workspace: Workspace, key: str, text: str):
    (workspace.root / "a.csv").write_text(ROWS.format(bad="2,a,2025-01-01,active,n/a,"))
    manifest = pull(workspace, BILLING.format(more="") + f'    {key}: "{text}"\n')
    assert (manifest.filtered, manifest.landed, manifest.rejected) == (0, 2, 1)
    assert rejected(workspace)[0][0] == "cannot read where from amount = n/a"


@pytest.mark.parametrize("value", ["NaN", "inf", "-inf", "Infinity"])
@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
@pytest.mark.parametrize(
    ("entity", "column"),
    [(e.name, c) for e in ENTITIES.values() for c, kind in e.columns.items() if kind == "DOUBLE"],
)
def test_what_is_no_finite_number_is_rejected_by_name(
    workspace: Workspace, entity: str, column: str, form: str, value: str
):
    """A single NaN would be the sum, the mean and the limit of everything that it is part of."""
    contract = ENTITIES[entity]
    cells = valid_cells(entity)
    names = [name for name in contract.required if name not in (column, contract.key[0])]
    fields = ", ".join(f"'{cells[name]}' as {name}" for name in names)
    fields = f"'AA' || chr(65 + i::int) as {contract.key[0]}, {fields}"
    kind = "double" if form == "parquet" else "varchar"
    path = workspace.root / f"a.{form}"
    duckdb.execute(
        f"copy (select {fields}, case i when 1 then '{value}' else '4' end::{kind} as {column} from range(3) as t(i)) "
        f"to '{path}' ({'format json, array true' if form == 'json' else f'format {form}'})"
    )
    manifest = pull(workspace, f"sources:\n  one:\n    entity: {entity}\n    path: a.{form}\n")
    assert (manifest.landed, manifest.rejected) == (2, 1)
    (reason, _), *_ = rejected(workspace)
    assert reason == f"{column} {str(float(value)).lower()} is no finite number"
    assert all(math.isfinite(row[0]) for row in landed(workspace, entity, column))


def test_texts_that_say_that_there_is_nothing_are_named_in_the_source(workspace: Workspace):
    """`NULL` is a text unless the source says otherwise: it may be somebody's name."""
    rows = [f"{i},a,2025-01-01,active,{text}," for i, text in enumerate(["NULL", "N/A", "", "5"], start=4)]
    (workspace.root / "a.csv").write_text(ROWS.format(bad="\n".join(rows)))
    yml = BILLING.format(more=", mrr: amount")
    assert pull(workspace, yml).rejected == 2
    assert [reason for reason, _ in rejected(workspace)] == [
        "cannot read mrr from amount = N/A",
        "cannot read mrr from amount = NULL",
    ]
    again = Workspace(workspace.root, workspace.root / "again")
    assert pull(again, yml + "    null_values: ['NULL', N/A]\n").rejected == 0
    found = dict(landed(again, "subscriptions", "subscription_id, mrr"))
    assert found == {"1": 1000, "3": 3000, "4": None, "5": None, "6": None, "7": 5}


EVENTS = """
sources:
  web:
    entity: events
    path: e_{date}.csv
"""
HEAD = "event_id,account_id,event_name,occurred_at,received_at\n"


@pytest.mark.parametrize(
    ("happened", "received", "reason"),
    [
        ("1970-01-01T00:00:12Z", "2025-01-02T10:00:00Z", "occurred_at 1970-01-01 00:00:12 is before 1990-01-01"),
        ("0001-01-01", "2025-01-02", "no occurred_at"),
        ("0001-01-02", "2025-01-02", "occurred_at 0001-01-02 00:00:00 is before 1990-01-01"),
        ("2056-03-01T10:00:00Z", "2025-01-02T10:00:00Z", "occurred_at 2056-03-01 10:00:00 is more than 24 hours after"),
        ("2056-03-01T10:00:00Z", "", "occurred_at 2056-03-01 10:00:00 is more than 24 hours after its receipt"),
        ("2025-01-02T10:00:00Z", "2056-01-02T10:00:00Z", "received_at 2056-01-02 10:00:00 is more than 24 hours after"),
        ("2025-01-03T10:00:00Z", "2025-01-02T10:00:00Z", None),  # a clock 24 hours ahead, or a zone that was lost
        ("2025-01-03T10:00:01Z", "2025-01-02T10:00:00Z", "occurred_at 2025-01-03 10:00:01 is more than 24 hours"),
        ("2024-01-02T10:00:00Z", "2025-01-02T10:00:00Z", None),  # late is not wrong
    ],
)
def test_a_clock_that_is_wrong_costs_the_event_and_not_the_day(
    workspace: Workspace, happened: str, received: str, reason: str | None
):
    """Regression: one event of 1970 stopped the run for everybody, and those of 2056 were counted."""
    rows = [f"{i},a,x,2025-01-02T0{i}:00:00Z,2025-01-02T0{i}:00:00Z" for i in range(3)]
    (workspace.root / "e_2025-01-02.csv").write_text("\n".join([HEAD.strip(), *rows, f"9,a,x,{happened},{received}\n"]))
    manifest = pull(workspace, EVENTS)
    assert manifest.landed == 3 + (reason is None)
    assert [told.startswith(reason or "") for told, _ in rejected(workspace)] == [True] * (reason is not None)


def test_how_far_clocks_may_be_wrong_is_said_by_the_workspace_or_the_source(workspace: Workspace):
    rows = "1,a,x,1985-01-02T00:00:00Z,2025-01-02T00:00:00Z\n2,a,x,2025-01-02T01:30:00Z,2025-01-02T00:00:00Z\n"
    (workspace.root / "e_2025-01-02.csv").write_text(HEAD + rows)
    assert pull(workspace, f"clock: {{earliest: 1980-01-01}}\n{EVENTS}").landed == 2
    again = Workspace(workspace.root, workspace.root / "again")
    own = f"clock: {{earliest: 1980-01-01}}\n{EVENTS}    clock: {{ahead_hours: 1}}\n"
    assert pull(again, own).landed == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [("signed_up_at", "1900-01-01"), ("deleted_at", "0001-01-02T00:00:00Z"), ("updated_at", "2056-01-01")],
)
def test_an_account_with_an_impossible_time_is_rejected_by_name(workspace: Workspace, column: str, value: str):
    """A sign-up of 1900 would make a calendar of 45,746 days."""
    row = {"account_id": "a", "signed_up_at": "2025-01-01", "updated_at": "2025-01-01", "deleted_at": ""}
    text = "\n".join(
        ",".join(part) for part in (row, row.values(), (row | {"account_id": "b", column: value}).values())
    )
    (workspace.root / "a_2025-01-02.csv").write_text(text + "\n")
    manifest = pull(workspace, "sources:\n  crm:\n    entity: accounts\n    path: a_{date}.csv\n")
    assert (manifest.landed, manifest.rejected) == (1, 1)
    assert rejected(workspace)[0][0].startswith(f"{column} {value[:10]}")


def test_the_zero_time_of_a_language_deletes_nobody(workspace: Workspace):
    (workspace.root / "a.csv").write_text("account_id,signed_up_at,deleted_at\na,2025-01-01,0001-01-01T00:00:00Z\n")
    pull(workspace, "sources:\n  crm:\n    entity: accounts\n    path: a.csv\n")
    assert landed(workspace, "accounts", "account_id, deleted_at") == [("a", None)]


def test_seconds_and_milliseconds_since_1970_are_times(workspace: Workspace):
    """1735797329 is 2025-01-02 05:55:29 UTC (GNU date -d @1735797329)."""
    times = ["1735797329", "1735797329000", "1735797329000000", "2025-01-02T05:55:29Z", "2025-01-02 06:55:29+01:00"]
    rows = "".join(f"{i},a,x,{time},\n" for i, time in enumerate(times))
    (workspace.root / "e_2025-01-02.csv").write_text(HEAD + rows + "9,a,x,20250102,\n")
    yml = EVENTS + "    timezone: Europe/Berlin\n    columns: {occurred_at: 'occurred_at::timestamp'}\n"
    pull(workspace, yml)
    assert {str(row[0]) for row in landed(workspace, "events", "occurred_at")} == {"2025-01-02 05:55:29"}
    assert [reason for reason, _ in rejected(workspace)] == ["cannot read occurred_at from occurred_at = 20250102"]


def test_a_blank_id_is_no_id(workspace: Workspace):
    (workspace.root / "e_2025-01-02.csv").write_text(
        HEAD.replace("received_at", "user_id") + '1,"",x,2025-01-02,u\n2,"  ",x,2025-01-02,u\n3,a,x,2025-01-02,""\n'
    )
    manifest = pull(workspace, EVENTS)
    assert (manifest.landed, manifest.rejected) == (1, 2)
    assert {reason for reason, _ in rejected(workspace)} == {"no account_id"}
    assert landed(workspace, "events", "event_id, user_id") == [("3", None)]


@pytest.mark.parametrize(
    ("written", "lands_as"),
    [
        ("12345", "12345"),
        ("12345.0", "12345"),  # pandas: a column with a gap
        ("123456789012345.0", "123456789012345"),
        ("1234567890123456.0", None),  # beyond what a double holds
        ("1.0E+18", None),  # a spreadsheet
        ("1e+18", None),
        ('"1,23457E+17"', None),
        ("1.0E18", None),
        ("nan", None),
        ("1.5", "1.5"),
        ("12e45", "12e45"),  # a hash
        ("v2.0", "v2.0"),
    ],
)
def test_an_id_that_became_a_double_is_restored_or_refused(workspace: Workspace, written: str, lands_as: str | None):
    (workspace.root / "e_2025-01-02.csv").write_text(HEAD + f"1,{written},x,2025-01-02,\n")
    pull(workspace, EVENTS)
    assert landed(workspace, "events", "account_id") == ([(lands_as,)] if lands_as else [])
    if lands_as is None:
        text = written.strip('"')
        told = f"({len(text)} characters)" if text.startswith("123") else text  # long numbers may be somebody's
        assert rejected(workspace)[0][0] == f"account_id {told} is a rounded number, not an id"


def test_ids_of_a_parquet_file_that_pandas_wrote_are_those_of_the_other_files(workspace: Workspace):
    path: Path = workspace.root / "a.parquet"
    duckdb.execute(
        "copy (select unnest([12345, null, 1e18])::double as account_id, date '2025-01-01' as signed_up_at) "
        f"to '{path}' (format parquet)"
    )
    pull(workspace, "sources:\n  crm:\n    entity: accounts\n    path: a.parquet\n")
    assert landed(workspace, "accounts", "account_id") == [("12345",)]
    assert [reason for reason, _ in rejected(workspace)] == [
        "account_id 1e+18 is a rounded number, not an id",
        "no account_id",
    ]


GOOD = '{"event_id": "1", "account_id": "a", "event_name": "x", "occurred_at": "2025-01-01"}'
BAD_LINES = {
    "a byte that is no UTF-8": b'{"event_id": "2", "account_id": "J\xfcrg", "event_name": "x", "occurred_at": "2025-01-01"}',
    "a byte of zero": b'{"event_id": "2", "account_id": "a\x00b", "event_name": "x", "occurred_at": "2025-01-01"}',
    "an unfinished record": b'{"event_id": "2", "account_id": ',
    "deeper than any reader goes": b'{"event_id": "2", "x": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_line_of_json_that_nothing_can_read_costs_nothing_but_itself(workspace: Workspace, name: str):
    good = GOOD.encode()
    (workspace.root / "a.jsonl").write_bytes(b"\n".join([good, BAD_LINES[name], good.replace(b'"1"', b'"3"')]) + b"\n")
    manifest = pull(workspace, "sources:\n  app:\n    entity: events\n    path: a.jsonl\n")
    assert (manifest.received, manifest.landed, manifest.rejected) == (3, 2, 1)


@pytest.mark.parametrize("key", ["", "ACCOUNT_ID", "file_date", "filename", "_row", "_line", "_unreadable", "Event_Id"])
def test_an_odd_key_of_json_costs_nothing_but_itself(workspace: Workspace, key: str):
    lines = [GOOD, GOOD.replace('"1"', '"2"').replace("{", f'{{"{key}": "7", ', 1)]
    (workspace.root / "a.jsonl").write_text("\n".join(lines) + "\n")
    manifest = pull(workspace, "sources:\n  app:\n    entity: events\n    path: a.jsonl\n")
    assert (manifest.landed, manifest.rejected) == (2, 0)


def test_a_list_with_something_else_in_it_rejects_its_record(workspace: Workspace):
    """Regression: what was no object was read as one without anything in it."""
    records = [
        '{"id": 1, "l": [{"v": 1}]}',
        '{"id": 2, "l": [{"v": 1}, "oops"]}',
        '{"id": 3, "l": [null]}',
        '{"id": 4}',
    ]
    (workspace.root / "a.jsonl").write_text("\n".join(records) + "\n")
    pull(
        workspace,
        "sources:\n  app:\n    entity: events\n    path: a.jsonl\n    fields: {id: VARCHAR, l: 'STRUCT(v BIGINT)[]'}\n"
        "    columns: {event_id: id, account_id: \"'a'\", event_name: \"'x'\", occurred_at: \"'2025-01-01'\"}\n",
    )
    assert [row[0] for row in landed(workspace, "events", "event_id")] == ["1", "3", "4"]
    assert [reason for reason, _ in rejected(workspace)] == ["cannot read l: not a list of objects"]


@pytest.mark.parametrize("name", ["export[1].csv", "a*b.csv", "what?.csv"])
def test_a_name_of_a_file_is_no_pattern_when_there_is_such_a_file(workspace: Workspace, name: str):
    for path, account in ((name, "mine"), ("export1.csv", "other"), ("axxb.csv", "other")):
        (workspace.root / path).write_text(f"account_id,signed_up_at\n{account},2025-01-01\n")
    pull(
        workspace,
        f"sources:\n  crm:\n    entity: accounts\n    path: '{name.replace('*', '[*]').replace('?', '[?]')}'\n",
    )
    assert landed(workspace, "accounts", "account_id") == [("mine",)]


@pytest.mark.parametrize("column", ["filename", "_row", "File_Date"])
def test_a_column_of_landing_s_own_is_refused_by_name(workspace: Workspace, column: str):
    (workspace.root / "a.csv").write_text(f"account_id,signed_up_at,{column}\n1,2025-01-01,x\n")
    told = refused(workspace, "sources:\n  crm:\n    entity: accounts\n    path: a.csv\n")
    assert f"a.csv: a column is called {column.lower()}" in told


def test_a_history_that_begins_in_the_middle_knows_older_accounts_from_its_first_day_on(workspace: Workspace):
    (workspace.root / "a.csv").write_text("account_id,signed_up_at\nold,2024-01-01\nnew,2025-02-10\n")
    yml = "sources:\n  crm:\n    entity: accounts\n    path: a.csv\n"
    pull(workspace, yml, Window(dt.date(2025, 2, 1), dt.date(2025, 3, 1)))
    assert dict(landed(workspace, "accounts", "account_id, known_on::varchar")) == {
        "old": "2025-02-01",
        "new": "2025-02-10",
    }
    # what is new in a later pull is known from then on
    (workspace.root / "a.csv").write_text(
        "account_id,signed_up_at\nold,2024-01-01\nnew,2025-02-10\nmissed,2024-05-01\n"
    )
    pull(workspace, yml, Window(dt.date(2025, 3, 2), dt.date(2025, 3, 4)))
    assert ("missed", "2025-03-04") in landed(workspace, "accounts", "account_id, known_on::varchar")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-06-30", "2025-06-30"),
        ("2025/6/3", "2025-06-03"),
        ("2025-06-30T23:30:00-08:00", "2025-06-30"),  # the day as it is written: midnight of a due date moves nowhere
        ("1751241600000", "2025-06-30"),  # date -u -d @1751241600
        ("2025-06-30 or later", None),
        ("2025-02-30", None),
    ],
)
def test_a_day_is_read_as_it_is_written_whatever_time_follows(workspace: Workspace, text: str, day: str | None):
    (workspace.root / "a.csv").write_text(
        f"subscription_id,account_id,valid_from,status,renewal_date\n1,a,2025-01-01,active,{text}\n"
    )
    pull(workspace, "sources:\n  billing:\n    entity: subscriptions\n    path: a.csv\n")
    assert landed(workspace, "subscriptions", "renewal_date::varchar") == ([(day,)] if day else [])


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("ada@example.org", "(15 characters)"),
        ("Ada Lovelace", "(12 characters)"),
        ("Ada", "(3 characters)"),
        ("+49 151 2345678", "(15 characters)"),
        ("01512345678", "(11 characters)"),
        ("O'Neill", "(7 characters)"),
        ("12,50", "12,50"),
        ("2025-13-01", "2025-13-01"),
        ("n/a", "n/a"),
        ("TRIALING", "TRIALING"),
        ("in progress", "in progress"),
    ],
)
def test_a_row_that_is_shifted_by_a_cell_publishes_nobody(workspace: Workspace, value: str, told: str):
    """Whatever column it falls into: a reason shows what can be nobody's name, address or number, and no more."""
    text = f'id,org,start,status,amount\n1,a,2025-01-01,"{value}",\n2,b,2025-01-01,active,"{value}"\n3,c,"{value}",active,\n'
    (workspace.root / "a.csv").write_text(text)
    more = ", status: status, mrr: amount, valid_to: start"
    pull(workspace, BILLING.format(more=more))
    reasons = [reason for reason, _ in rejected(workspace)]
    assert reasons
    assert all(told in reason for reason in reasons)
    assert not [reason for reason in reasons if value in reason and value != told]
