"""Dashboards as code, before any Superset: what is defined fits the marts, and nobody sees more than they should."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.common.errors import UserError
from orchestration.common.workspace import Workspace
from orchestration.publishing.snapshot.store import published_snapshot
from orchestration.publishing.superset import definitions as module
from orchestration.publishing.superset.bundle import assets, zipped
from orchestration.publishing.superset.client import Superset
from orchestration.publishing.superset.definitions import Definitions, load_definitions
from orchestration.publishing.superset.publish import database_of

pytestmark = pytest.mark.pipeline
FILE = Path(module.__file__).parent / "dashboards.yml"


@pytest.fixture(scope="module")
def definitions(built: Workspace) -> Definitions:
    return load_definitions(published_snapshot(built.published))


def test_every_mart_is_a_dataset_and_every_column_is_described(built: Workspace, definitions: Definitions):
    marts = {f"{mart['schema']}.{mart['name']}" for mart in published_snapshot(built.published).manifest["marts"]}
    assert marts <= definitions.datasets.keys()
    for dataset in definitions.datasets.values():
        assert dataset.description, dataset.name
        assert not [column.name for column in dataset.columns if not column.description], dataset.name


def test_every_chart_is_on_a_dashboard_and_a_row_is_at_most_as_wide_as_the_page(definitions: Definitions):
    shown = [chart for dashboard in definitions.dashboards.values() for chart in dashboard.charts]
    assert sorted(shown) == sorted(definitions.charts)
    for dashboard in definitions.dashboards.values():
        assert all(12 % len(row) == 0 for row in dashboard.rows)


def test_what_a_csm_may_read_tells_rows_apart_by_account(definitions: Definitions):
    for name, dataset in definitions.datasets.items():
        if "csm" in definitions.readers_of(name):
            assert "account_id" in {column.name for column in dataset.columns}, name


def test_a_query_asks_nobodys_rows_what_day_it_is():
    """Below a row-level filter the newest row of a mart is the newest of one's own."""
    for path in (FILE.parent / "datasets").glob("*.sql"):
        text = path.read_text()
        assert "select max(" not in text or "core.dim_calendar" in text or "cohorts." in text, path.name


def test_the_same_definitions_give_the_same_files_and_no_password(definitions: Definitions):
    address = "postgresql://lea:s3cret@db.example:5432/health"
    files, passwords = assets(definitions, address)
    assert (files, passwords) == assets(definitions, address)
    assert passwords == {"databases/onboarding.yaml": "s3cret"}
    assert "s3cret" not in yaml.safe_dump(files)
    assert zipped(files)[:2] == b"PK"


def test_a_duckdb_file_is_opened_for_reading_only(built: Workspace, definitions: Definitions):
    files, _ = assets(definitions, database_of(built, {}))
    database = files["databases/onboarding.yaml"]
    assert database["sqlalchemy_uri"] == f"duckdb:///{built.published}/current/onboarding.duckdb"
    assert database["extra"]["engine_params"] == {"connect_args": {"read_only": True}}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"charts": {"accounts": {"metrics": ["acounts"]}}}, "chart accounts: accounts_today has no metric acounts"),
        ({"charts": {"to_do": {"columns": ["task", "who"]}}}, "chart to_do: worklist has no column who"),
        ({"charts": {"to_do": {"dataset": "work"}}}, "chart to_do: no dataset work"),
        (
            {"dashboards": {"onboarding-account": {"rows": [["nothing"]]}}},
            "dashboard onboarding-account: no chart nothing",
        ),
        (
            {"dashboards": {"onboarding-account": {"filters": ["planet"]}}},
            "dashboard onboarding-account: no chart has planet",
        ),
        ({"charts": {"to_do": {"kind": "pie"}}}, "dashboards.yml: charts.to_do.kind: Input should be"),
        ({"datasets": {"core.fct_nothing": {}}}, "dataset core.fct_nothing is neither a mart nor a query"),
    ],
)
def test_a_mistake_is_reported_by_its_place(built: Workspace, tmp_path: Path, change: dict[str, Any], told: str):
    form = yaml.safe_load(FILE.read_text())
    for kind, things in change.items():
        for name, fields in things.items():
            form[kind].setdefault(name, {}).update(fields)
    (tmp_path / "datasets").symlink_to(FILE.parent / "datasets")
    (tmp_path / "dashboards.yml").write_text(yaml.safe_dump(form))
    with pytest.raises(UserError, match=told) as raised:
        load_definitions(published_snapshot(built.published), tmp_path / "dashboards.yml")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "address", ["localhost:8088", "http://localhost:8088", "postgresql://a:b@c/d", "http://admin@x"]
)
def test_an_address_that_is_none_of_a_superset_is_reported(address: str):
    with pytest.raises(UserError, match="expected http://user:password@host:port"):
        Superset(address)


def test_a_superset_that_does_not_answer_is_reported_without_the_password():
    with pytest.raises(UserError, match=r"Superset at http://127.0.0.1:9: ConnectionError; is it running\?") as raised:
        Superset("http://admin:s3cret@127.0.0.1:9")
    assert "s3cret" not in str(raised.value)
