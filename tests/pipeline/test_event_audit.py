"""What was planted into the demo's streams of events is found and dated, and nothing else is."""

import datetime as dt
import json

import duckdb
import pytest

from orchestration.common.workspace import Workspace

pytestmark = pytest.mark.pipeline


def test_the_planted_incidents_are_found_to_the_day_and_no_other(built: Workspace):
    truth = json.loads((built.data_dir / "company" / "truth.json").read_text())
    outage = dt.date.fromisoformat(truth["outage_day"])
    missing = dt.date.fromisoformat(truth["missing_file"]["day"])
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        found = connection.execute(
            "select source_id, kind, first_date, last_date from governance.fct_data_incidents where kind <> 'renamed'"
        ).fetchall()
        marked = connection.execute("select day_date from core.dim_calendar where n_data_incidents > 0").fetchall()
    assert sorted(found) == [
        ("app_events", "outage", outage, outage),
        ("platform_events", "outage", outage, outage),
        ("platform_events", "outage", missing, missing),
    ]
    assert {(outage,), (missing,)} <= set(marked)


def test_the_renamed_event_is_found_from_its_first_day_on(built: Workspace):
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        found = connection.execute(
            "select event_name, renamed_from, first_date, action from governance.fct_data_incidents where kind = 'renamed'"
        ).fetchall()
    assert found == [("report.created.v2", "Report Created", dt.date(2025, 10, 1), "create_report")]


def test_every_row_that_landed_is_audited_once(built: Workspace):
    """Names add up to the rows of all names, and these to what the pulls say of it."""
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        sums = connection.execute(
            "select source_id, sum(n_received) filter (event_name = '(all)') as n_all, "
            "sum(n_received) filter (event_name <> '(all)') as n_names from governance.fct_event_audit group by 1"
        ).fetchall()
        landed = connection.execute(
            "select source_id, sum(n_landed) from staging.stg_pulls where entity = 'events' group by 1"
        ).fetchall()
    assert {source: n for source, n, _ in sums} == dict(landed)
    assert all(n == n_names for _, n, n_names in sums)
