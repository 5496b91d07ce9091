"""What became known after a day changes nothing that is told as of it: future rows of every entity are slipped in."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.pull import land
from orchestration.runs.daily import rebuild
from orchestration.transform.project import is_mart
from tests.conftest import BUILT_TO
from tests.support.compare_tools import rows_that_differ

pytestmark = [pytest.mark.pipeline, pytest.mark.heavy]

# Each happened a week or more before the last day, and became known the day after it.
# The settings of the demo stay: those of the newest pull hold for all days.
SOURCES = """
currency: USD
families: both
sources:
  late_accounts:
    entity: accounts
    path: accounts_{date}.json
    columns: {account_id: a, signed_up_at: started, updated_at: at, company_size: "'large'", plan_tier: "'business'",
              csm_id: "'csm_ben'", is_internal: internal, region: "'apac'"}
  late_events:
    entity: events
    path: events_{date}.json
    columns: {event_id: "'late ' || a || n", account_id: a, event_name: "'Report Created'", occurred_at: at,
              product_line: "'app'", n: "50"}
  late_tickets:
    entity: tickets
    path: tickets_{date}.json
    columns: {ticket_id: "'late ' || a", account_id: a, created_at: at, updated_at: at, status: "'open'", theme: "'login'"}
  late_answers:
    entity: survey_responses
    path: answers_{date}.json
    columns: {response_id: "'late ' || a", account_id: a, survey_id: "'s'", question: "'nps'", score: "0", responded_at: at}
  late_notes:
    entity: notes
    path: notes_{date}.json
    columns: {note_id: "'late ' || a", account_id: a, noted_at: at, text: "'login and billing are broken'"}
  late_subscriptions:
    entity: subscriptions
    path: subscriptions_{date}.json
    columns: {subscription_id: "'late ' || a", account_id: a, valid_from: at, status: "'active'", mrr: "9999"}
  late_cancellations:
    entity: subscriptions
    path: cancellations_{date}.json
    columns: {subscription_id: id, account_id: a, valid_from: at, status: "'churned'"}
"""


def slip_in(workspace: Workspace, root: Path, accounts: list[tuple]) -> None:
    """Land rows about the past that became known the day after the last day built."""
    day = BUILT_TO + dt.timedelta(1)
    at = f"{BUILT_TO - dt.timedelta(12)}T09:00:00Z"
    rows = [
        {"a": account, "started": str(started), "id": subscription, "at": at, "internal": number % 3 == 0, "n": number}
        for number, (account, started, subscription) in enumerate(accounts)
    ]
    (root / "sources.yml").write_text(SOURCES)
    (root / "seeds").mkdir()
    names = ("accounts", "events", "tickets", "answers", "notes", "subscriptions", "cancellations")
    for name in names:
        (root / f"{name}_{day}.json").write_text(json.dumps(rows))
    sources = load_sources(root / "sources.yml", {})
    for source in sources.sources:
        manifest = land(Workspace(root, workspace.data_dir), sources, source, Window(day, day), lambda line: None)
        assert manifest.landed == len(rows), source
    # as if one pull had brought both days: a file of later days only would not be read at all
    for pointer in (workspace.lake / "_committed").glob("late_*.json"):
        pointer.write_text(pointer.read_text().replace(f'"known_from": "{day}"', f'"known_from": "{BUILT_TO}"'))


def test_rows_that_became_known_later_change_no_dated_row(
    built: Workspace, copy_of: Callable[[Workspace], Workspace], tmp_path: Path
):
    workspace = copy_of(built)
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        accounts = connection.execute(
            "select account_id, started_at, min(subscription_id) from core.dim_accounts "
            "join staging.stg_subscriptions using (account_id) group by all"
        ).fetchall()
    root = tmp_path / "late"
    root.mkdir()
    slip_in(workspace, root, accounts)
    assert rebuild(workspace) == 0
    nodes = json.loads((workspace.dbt_target / "manifest.json").read_text())["nodes"].values()
    dated = [
        f"{node['schema']}.{node['name']}"
        for node in nodes
        if is_mart(node) and node["config"]["meta"].get("time") == "as_of"
    ]
    assert len(dated) >= 7
    changed = {}
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{built.warehouse}' as before (read_only); attach '{workspace.warehouse}' as after (read_only)"
        )
        ((n_late,),) = connection.execute(
            f"select count(*) from after.lake.events where known_on > date '{BUILT_TO}' and event_id like 'late %'"
        ).fetchall()
        assert n_late == len(accounts)
        for mart in dated:
            one, two = f"select * from before.{mart}", f"select * from after.{mart}"
            assert connection.execute(f"select count(*) from ({one})").fetchone() != (0,), mart
            if n_other := rows_that_differ(connection, one, two):
                changed[mart] = n_other
    assert changed == {}
