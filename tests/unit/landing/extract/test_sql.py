"""Databases as sources: rows of a window land like any other record, and no error shows the address."""

import datetime as dt
import json
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy

from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.pull import history_ends
from tests.support.landing_tools import landed, pull, refused
from tests.support.postgres_tools import engine

DAY = Window(dt.date(2025, 1, 2), dt.date(2025, 1, 2))
FORM = """
sources:
  shop:
    entity: accounts
    sql:
      url: sqlite:///{path}
      query: select id, name, created, changed, balance from customers where changed >= :from and changed < :until
    columns: {{account_id: id, account_name: name, signed_up_at: created, updated_at: changed, attribute_balance: balance}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table customers (id integer, name text, created text, changed text, balance real)")
        rows = [
            (1, "Ä \"quoted\" 'name'\nin two lines", "2024-12-01", "2025-01-02 08:00:00", 0.1),
            (2, None, "2024-12-01", "2025-01-02 09:00:00", 1e20),
            (3, "not today", "2024-12-01", "2025-01-03 00:00:00", None),
            (4, "no sign-up", None, "2025-01-02 10:00:00", None),
        ]
        connection.executemany("insert into customers values (?, ?, ?, ?, ?)", rows)
    return path


def test_rows_of_the_window_land_with_their_values_unchanged(workspace: Workspace, shop: Path):
    manifest = pull(workspace, FORM.format(path=shop), DAY)
    assert (manifest.received, manifest.landed, manifest.rejected) == (3, 2, 1)
    assert landed(workspace, "accounts", "account_id, account_name") == [
        ("1", "Ä \"quoted\" 'name'\nin two lines"),
        ("2", "2"),
    ]
    assert landed(workspace, "account_attributes", "value") == [("0.1",), ("1e+20",)]


def test_a_window_without_rows_is_a_pull_of_nothing(workspace: Workspace, shop: Path):
    empty = Window(dt.date(2024, 1, 1), dt.date(2024, 1, 1))
    assert pull(workspace, FORM.format(path=shop), empty).landed == 0


def test_a_long_window_is_asked_for_in_pieces(workspace: Workspace, shop: Path):
    yml = FORM.format(path=shop).replace("      query:", "      days_per_request: 1\n      query:")
    assert pull(workspace, yml, Window(dt.date(2024, 12, 30), dt.date(2025, 1, 3))).landed == 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("from customers", "from clients"), "no such table: clients"),
        (("sqlite:///", "magic://user:hidden@host/"), "the address is not one that SQLAlchemy reads"),
        (("sqlite:///", "mysql+pymysql://user:hidden@host/"), "the driver of this database is not installed"),
        (("select id", "drop table customers; select id"), "expected a query that begins with select or with"),
        (("    sql:", "    path: x.csv\n    sql:"), "expected one of"),
    ],
)
def test_a_mistake_is_one_line_errors_without_the_address(workspace: Workspace, shop: Path, change: tuple, told: str):
    assert told in refused(workspace, FORM.format(path=shop).replace(*change), DAY, secret="hidden")


def test_what_can_only_be_asked_for_is_loaded_until_yesterday(workspace: Workspace, shop: Path):
    yml = """
sources:
  usage:
    entity: events
    sql: {url: "sqlite://", query: select 1, history_from: 2025-03-01}
"""
    workspace.sources_file.write_text(yml)
    yesterday = dt.datetime.now(dt.UTC).date() - dt.timedelta(1)
    assert history_ends(workspace, load_sources(workspace.sources_file, {})) == Window(dt.date(2025, 3, 1), yesterday)


def test_a_table_of_postgresql_lands_with_its_types(workspace: Workspace, address: str):
    postgres = engine(address)
    with postgres.begin() as connection:
        connection.execute(
            sqlalchemy.text(
                "create table customers (id bigint, name text, plan jsonb, seats numeric(30, 10), created date, "
                "changed timestamptz, ratio double precision)"
            )
        )
        connection.execute(
            sqlalchemy.text(
                "insert into customers select 9007199254740993 + n, 'Ä ' || n, '{\"tier\": \"pro\"}', 1.0000000001, "
                "date '2024-12-01', timestamptz '2025-01-02 23:30:00+00' + (n % 2) * interval '1 hour', 'NaN' "
                "from generate_series(0, 11999) as numbers (n)"
            )
        )
    query = (
        "select *, plan ->> 'tier' as tier from customers "
        "where changed >= :from at time zone 'UTC' and changed < :until at time zone 'UTC'"
    )
    url = postgres.url.render_as_string(hide_password=False)
    yml = f"""
sources:
  shop:
    entity: accounts
    sql: {{url: "{url}", query: {json.dumps(query)}}}
    columns: {{account_id: id, account_name: name, signed_up_at: created, updated_at: changed, plan_tier: tier,
              attribute_seats: seats, attribute_ratio: ratio}}
"""
    manifest = pull(workspace, yml, DAY)
    assert (manifest.received, manifest.landed, manifest.rejected) == (6000, 6000, 0)
    first = landed(workspace, "accounts", "account_id, account_name, plan_tier, updated_at::varchar")[0]
    assert first == ("9007199254740993", "Ä 0", "pro", "2025-01-02 23:30:00")
    values = set(landed(workspace, "account_attributes", "attribute, value"))
    assert values == {("seats", "1.0000000001"), ("ratio", "nan")}
    again = pull(workspace, yml, DAY)
    assert again.landed == 6000
    assert len(landed(workspace, "accounts", "account_id")) == 6000
