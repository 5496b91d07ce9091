"""A real Superset: dashboards imported twice, every chart's data held against the marts, everybody sees their own."""

import dataclasses
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import duckdb
import pytest
import requests

from orchestration.common.errors import UserError
from orchestration.common.workspace import Workspace
from orchestration.publishing.postgres.load import publish_to_postgres
from orchestration.publishing.snapshot.store import published_snapshot
from orchestration.publishing.superset import publish as module
from orchestration.publishing.superset.access import ROLES
from orchestration.publishing.superset.bundle import identity
from orchestration.publishing.superset.client import Superset
from orchestration.publishing.superset.definitions import Definitions, load_definitions
from orchestration.publishing.superset.local import add_people, running_superset
from orchestration.publishing.superset.publish import database_of, publish_to_superset
from tests.support.postgres_tools import running_server
from tests.support.superset_tools import expected_rows, shown_rows

pytestmark = [pytest.mark.pipeline, pytest.mark.heavy]
PASSWORD = "a password for tests"
QUOTED = "o'brien') or 1=1 --"


@pytest.fixture(scope="module")
def address(built: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Superset into which the demo's dashboards were imported twice, with people."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    snapshot = published_snapshot(built.published)
    with running_superset(tmp_path_factory.mktemp("superset"), port) as address:
        before = publish_to_superset(address, database_of(built, {}), snapshot)
        ids = things(Superset(address))
        assert publish_to_superset(address, database_of(built, {}), snapshot) == before
        assert things(Superset(address)) == ids
        csms = dict.fromkeys([*csm_ids(built), QUOTED], ROLES["csm"])
        add_people(Superset(address), {"lea": ROLES["analyst"], **csms}, PASSWORD)
        yield address


@pytest.fixture(scope="module")
def definitions(built: Workspace) -> Definitions:
    return load_definitions(published_snapshot(built.published))


def things(superset: Superset) -> dict[str, int]:
    """Everything that an import makes, by what it is known by."""
    found = {
        one["uuid"]: one["id"]
        for kind in ("dataset", "chart", "dashboard")
        for one in superset.every(f"{kind}/", ["id", "uuid"])
    }
    return found | {
        one["name"]: one["id"]
        for path in ("rowlevelsecurity/", "security/roles/")
        for one in superset.every(path, ["id", "name"])
    }


def marts(workspace: Workspace) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(published_snapshot(workspace.published).folder / "onboarding.duckdb"), read_only=True)


def csm_ids(workspace: Workspace) -> list[str]:
    with marts(workspace) as connection:
        rows = connection.execute(
            "select distinct csm_id from scores.account_scores_current where csm_id is not null order by 1"
        )
        return [csm_id for (csm_id,) in rows.fetchall()]


def as_somebody(address: str, name: str) -> Superset:
    return Superset(f"http://{quote(name, safe='')}:{quote(PASSWORD)}@127.0.0.1:{urlsplit(address).port}")


def data_of(superset: Superset, charts: dict[str, int], name: str) -> list[dict[str, Any]]:
    return superset.get(f"chart/{charts[identity('chart', name)]}/data/")["result"][0]["data"]


def rows_of(superset: Superset, dataset: int, columns: list[str]) -> list[dict[str, Any]]:
    asked = {"columns": columns, "metrics": [], "row_limit": 50_000}
    content = {
        "datasource": {"id": dataset, "type": "table"},
        "queries": [asked],
        "result_format": "json",
        "result_type": "full",
    }
    return superset.send("post", "chart/data", content)["result"][0]["data"]


def assert_charts_show_the_marts(address: str, definitions: Definitions, workspace: Workspace) -> None:
    superset, charts = as_somebody(address, "lea"), things(Superset(address))
    with marts(workspace) as connection:
        for name, chart in definitions.charts.items():
            expected = expected_rows(connection, chart, definitions.datasets[chart.dataset])
            assert shown_rows(chart, data_of(superset, charts, name)) == expected, name


def test_every_chart_shows_what_the_marts_hold(address, definitions, built):
    assert_charts_show_the_marts(address, definitions, built)


def test_a_csm_sees_the_own_accounts_in_every_dataset_and_chart(address, definitions, built):
    admin = things(Superset(address))
    with marts(built) as connection:
        for csm_id in csm_ids(built):
            superset = as_somebody(address, csm_id)
            book = {
                one
                for (one,) in connection.execute(
                    "select account_id from core.dim_accounts where csm_id = ?", [csm_id]
                ).fetchall()
            }
            ((n_scored,),) = connection.execute(
                "select count(*) from scores.account_scores_current where csm_id = ?", [csm_id]
            ).fetchall()
            assert data_of(superset, admin, "accounts") == [{"scored_accounts": n_scored}]
            for name in definitions.datasets:
                if "csm" in definitions.readers_of(name):
                    shown = {
                        row["account_id"] for row in rows_of(superset, admin[identity("dataset", name)], ["account_id"])
                    }
                    assert shown - {None} <= book, (csm_id, name)
            names = connection.execute(
                "select account_name from core.dim_accounts where csm_id = ?", [csm_id]
            ).fetchall()
            assert {row["account_name"] for row in data_of(superset, admin, "accounts_by_need")} <= {
                name for (name,) in names
            }


def test_a_name_that_would_break_the_filter_sees_nobodys_accounts(address, definitions):
    superset, ids = as_somebody(address, QUOTED), things(Superset(address))
    assert data_of(superset, ids, "accounts") == [{"scored_accounts": 0}]
    for name in definitions.datasets:
        if "csm" in definitions.readers_of(name):
            assert {row["account_id"] for row in rows_of(superset, ids[identity("dataset", name)], ["account_id"])} <= {
                None
            }, name


def test_a_csm_gets_403_for_any_other_dataset_and_finds_the_own_dashboards_only(address, definitions, built):
    superset, ids = as_somebody(address, csm_ids(built)[0]), things(Superset(address))
    for name, dataset in definitions.datasets.items():
        if "csm" not in definitions.readers_of(name):
            with pytest.raises(UserError, match="answered 403"):
                rows_of(superset, ids[identity("dataset", name)], [dataset.columns[0].name])
    found = {one["slug"] for one in superset.every("dashboard/", ["id", "slug"])}
    assert found == {slug for slug, dashboard in definitions.dashboards.items() if "csm" in dashboard.readers}


def test_datasets_carry_the_descriptions_and_metrics_of_dbt(address, definitions):
    superset = Superset(address)
    shown = superset.get(f"dataset/{things(superset)[identity('dataset', 'scores.fct_account_scores')]}")["result"]
    dataset = definitions.datasets["scores.fct_account_scores"]
    assert shown["description"] == dataset.description
    assert {one["column_name"]: one["description"] for one in shown["columns"]} == {
        one.name: one.description for one in dataset.columns
    }
    assert {one["metric_name"]: one["expression"] for one in shown["metrics"]} == {
        name: one.expression for name, one in dataset.metrics.items()
    }


def test_what_is_defined_no_more_is_removed_and_what_people_made_stays(address, definitions, built, monkeypatch):
    superset = Superset(address)
    ids = things(superset)
    own = superset.send(
        "post",
        "chart/",
        {
            "slice_name": "mine",
            "viz_type": "table",
            "params": "{}",
            "datasource_type": "table",
            "datasource_id": ids[identity("dataset", "worklist")],
        },
    )["id"]
    fewer = dataclasses.replace(
        definitions,
        charts={
            name: chart
            for name, chart in definitions.charts.items()
            if name not in definitions.dashboards["onboarding-evidence"].charts
        },
        dashboards={slug: one for slug, one in definitions.dashboards.items() if slug != "onboarding-evidence"},
    )
    snapshot = published_snapshot(built.published)
    with monkeypatch.context() as patch:
        patch.setattr(module, "load_definitions", lambda snapshot: fewer)
        gone = publish_to_superset(address, database_of(built, {}), snapshot)
    assert gone.n_removed == 1 + len(definitions.dashboards["onboarding-evidence"].charts)
    assert identity("dashboard", "onboarding-evidence") not in things(superset)
    assert superset.get(f"chart/{own}")["result"]["slice_name"] == "mine"
    assert publish_to_superset(address, database_of(built, {}), snapshot).n_removed == 0


def test_pages_load_nothing_from_elsewhere(address):
    policy = requests.get(f"http://127.0.0.1:{urlsplit(address).port}/login/", timeout=30).headers[
        "Content-Security-Policy"
    ]
    assert "." not in policy, policy


def test_from_postgresql_the_same_charts_show_the_same(address, definitions, built, tmp_path: Path):
    """Last, since the Superset of these tests then reads PostgreSQL."""
    with running_server(tmp_path / "postgres") as database:
        publish_to_postgres(database, built.published)
        publish_to_superset(address, database, published_snapshot(built.published))
        assert_charts_show_the_marts(address, definitions, built)
        superset, ids = as_somebody(address, csm_ids(built)[0]), things(Superset(address))
        with marts(built) as connection:
            expected = connection.execute(
                "select account_id from core.dim_accounts where csm_id = ?", [csm_ids(built)[0]]
            )
            book = {account_id for (account_id,) in expected.fetchall()}
        shown = rows_of(superset, ids[identity("dataset", "weekly_scores")], ["account_id"])
        assert shown
        assert {row["account_id"] for row in shown} <= book
