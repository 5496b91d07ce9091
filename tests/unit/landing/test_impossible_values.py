"""Values that can be read and cannot be true, one per column that has a rule of its own; faults that nobody noticed before."""

import pytest

from orchestration.common.workspace import Workspace
from tests.support.landing_tools import event, landed, lines, pull, refused, rejected, valid_cells

ONE = "sources:\n  one:\n    entity: {entity}\n    path: a.csv\n"


@pytest.mark.parametrize(
    ("entity", "column", "value", "reason"),
    [
        ("fx_rates", "rate", "0", "rate 0.0 is no rate of exchange"),
        ("fx_rates", "rate", "-1.2", "rate -1.2 is no rate of exchange"),
        ("subscriptions", "currency", "EURO", "currency EURO is no code of three letters (ISO 4217)"),
        ("subscriptions", "currency", "E1", "is no code of three letters (ISO 4217)"),
        ("events", "event_name", "(all)", "event_name (5 characters) is a reserved word"),
        ("accounts", "region", "unknown", "region unknown is a reserved word"),
        ("accounts", "account_id", "1e+18", "account_id 1e+18 is a rounded number, not an id"),
        ("subscriptions", "renewal_date", "soon", "renewal_date"),
    ],
)
def test_what_cannot_be_true_is_refused_with_its_reason(
    workspace: Workspace, entity: str, column: str, value: str, reason: str
):
    cells = valid_cells(entity)
    text = ",".join(cells) + "\n" + ",".join((cells | {column: value}).values()) + "\n"
    (workspace.root / "a.csv").write_text(text)
    pull(workspace, ONE.format(entity=entity))
    assert landed(workspace, entity, "1") == []
    assert [found for found, _ in rejected(workspace) if reason in found], rejected(workspace)


@pytest.mark.parametrize(
    ("entity", "column", "value"),
    [
        ("fx_rates", "rate", "0.0001"),
        ("subscriptions", "currency", "usd"),
        ("subscriptions", "mrr", "-5"),  # a correction; whether it can be true is a check
        ("events", "event_name", "all"),
        ("events", "event_name", "1e+18"),
    ],
)
def test_what_could_be_true_lands(workspace: Workspace, entity: str, column: str, value: str):
    cells = valid_cells(entity)
    (workspace.root / "a.csv").write_text(",".join(cells) + "\n" + ",".join((cells | {column: value}).values()) + "\n")
    pull(workspace, ONE.format(entity=entity))
    assert rejected(workspace) == []
    assert len(landed(workspace, entity, "1")) == 1


@pytest.mark.parametrize(
    ("written", "read"),
    [("2025-03-04", "2025-03-04"), ("2025/3/4", "2025-03-04"), ("2025-03-04 23:59:59", "2025-03-04")],
)
def test_a_day_is_the_one_that_is_written_whatever_stands_after_it(workspace: Workspace, written: str, read: str):
    cells = valid_cells("subscriptions") | {"renewal_date": written}
    (workspace.root / "a.csv").write_text(",".join(cells) + "\n" + ",".join(cells.values()) + "\n")
    pull(workspace, ONE.format(entity="subscriptions"))
    assert landed(workspace, "subscriptions", "renewal_date::varchar") == [(read,)]


def test_a_primary_key_that_the_record_lacks_is_named_with_the_columns_there_are(workspace: Workspace):
    cells = valid_cells("accounts")
    (workspace.root / "a.csv").write_text(",".join(cells) + "\n" + ",".join(cells.values()) + "\n")
    told = refused(workspace, ONE.format(entity="accounts") + "    primary_key: nothing\n")
    assert "primary_key: unknown column nothing (columns: account_id," in told


def test_examples_of_what_a_condition_left_out_show_what_it_looks_at_and_no_person(workspace: Workspace):
    lines(workspace, "2025-01-01", *[event(n, name="kind", user="somebody@acme.test") for n in range(25)])
    yml = """
pii: [user_id]
sources:
  web:
    entity: events
    path: e_{date}.jsonl
    fields: {id: VARCHAR, org: VARCHAR, name: VARCHAR, time: VARCHAR, user: VARCHAR, n: BIGINT}
    columns: {event_id: id, account_id: org, occurred_at: time, user_id: user}
    rows:
      - {event_name: "'seen'", if: "name = 'other'"}
"""
    manifest = pull(workspace, yml)
    assert manifest.landed == 0
    assert any("kind" in one for one in manifest.left_out)
    assert not any("somebody" in one for one in manifest.left_out)
