"""The headline numbers: one definition each, the same figure wherever it is published."""

import csv
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from orchestration.common.errors import UserError
from orchestration.common.workspace import Workspace
from orchestration.publishing.snapshot.metrics import defined_metrics
from orchestration.publishing.snapshot.store import published_snapshot
from orchestration.transform.dbt_docs import query_metrics, write_docs
from tests.conftest import copy_to

pytestmark = pytest.mark.pipeline
# marts of states: a metric is about one of their days
STATES = {"scores.fct_account_scores": "scored_on", "milestones.fct_onboarding_journeys": "as_of"}


@pytest.fixture(scope="module")
def metrics(built: Workspace) -> list[dict[str, Any]]:
    return published_snapshot(built.published).manifest["metrics"]


@pytest.fixture(scope="module")
def asked(built: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy for dbt and MetricFlow, which open the warehouse so that nobody else may read it."""
    return copy_to(tmp_path_factory.mktemp("metrics"), built)


@pytest.fixture(scope="module")
def figures(
    asked: Workspace, metrics: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, float]:
    """What MetricFlow says of each metric, on the last Sunday or over all time."""
    path = tmp_path_factory.mktemp("metrics") / "figures.csv"
    assert query_metrics(asked, [metric["name"] for metric in metrics], csv=path) == 0
    return {name: float(value) for name, value in _rows(path)[0].items()}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open() as handle:
        return list(csv.DictReader(handle))


def _ask(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(
        str(published_snapshot(workspace.published).folder / "onboarding.duckdb"), read_only=True
    ) as connection:
        return connection.execute(query).fetchall()


def test_the_sql_of_a_metric_gives_the_figure_that_metricflow_gives(built, metrics, figures):
    assert len(metrics) >= 25
    for metric in metrics:
        mart = metric["mart"]
        where = f"where {STATES[mart]} = (select max({STATES[mart]}) from {mart})" if mart in STATES else ""
        ((found,),) = _ask(built, f"select {metric['expression']} from {mart} {where}")
        assert float(found) == pytest.approx(figures[metric["name"]], rel=1e-9), metric["name"]


def test_along_a_dimension_of_the_account_both_still_agree(built, asked, metrics, tmp_path):
    path = tmp_path / "by_region.csv"
    assert query_metrics(asked, ["mrr_at_risk", "tickets_created"], "account__region", path) == 0
    told = {row["account__region"]: float(row["mrr_at_risk"]) for row in _rows(path)}
    expression = next(metric["expression"] for metric in metrics if metric["name"] == "mrr_at_risk")
    expected = _ask(
        built,
        f"select region, {expression} from (select scores.*, region from scores.account_scores_current as scores "
        "inner join core.dim_accounts as accounts on scores.account_id = accounts.account_id) group by region",
    )
    assert told == pytest.approx(dict(expected))


def test_published_figures_are_the_metrics(built, figures):
    ((n_accounts, mrr, mrr_at_risk, mean_score),) = _ask(
        built,
        "select sum(n_accounts), sum(mrr), sum(mrr_at_risk), sum(mean_score * n_accounts) / sum(n_accounts) "
        "from scores.fct_portfolio_health where segment_attribute = 'all' and csm_id = 'all' "
        "and scored_on = (select max(scored_on) from scores.fct_portfolio_health)",
    )
    assert n_accounts == figures["scored_accounts"]
    assert [mrr, mrr_at_risk, mean_score] == pytest.approx(
        [figures[name] for name in ("mrr", "mrr_at_risk", "mean_score")]
    )
    sheets = openpyxl.load_workbook(built.workbooks / "onboarding-health.xlsx", data_only=True)
    heading, *rows = sheets["Accounts"].iter_rows(values_only=True)
    accounts = [dict(zip(heading, row, strict=True)) for row in rows]
    assert len(accounts) == figures["scored_accounts"]
    assert sum(account["MRR at risk (USD)"] for account in accounts) == pytest.approx(figures["mrr_at_risk"])
    assert sum(account["band"] in {"critical", "at_risk"} for account in accounts) == figures["accounts_at_risk"]
    whole = [row for row in sheets["Portfolio"].iter_rows(min_row=2, values_only=True) if row[0] == "all"]
    assert sum(row[6] for row in whole) == pytest.approx(figures["mrr_at_risk"])
    ((answers, balance),) = _ask(
        built,
        "select sum(n_answers), 100.0 * (sum(n_promoters) - sum(n_detractors)) / sum(n_answers) "
        "from core.fct_nps where segment_attribute = 'all'",
    )
    assert [answers, balance] == pytest.approx([figures["nps_answers"], figures["nps"]])


@pytest.mark.heavy
def test_the_documentation_is_one_page_with_models_metrics_and_readers(asked):
    results = (asked.dbt_target / "run_results.json").read_bytes()
    page = write_docs(asked).read_text()
    assert (asked.dbt_target / "run_results.json").read_bytes() == results
    for name in ("fct_account_scores", "mrr_at_risk_ratio", "worklist_and_portfolio_workbooks"):
        assert name in page


def _metric(name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "label": name,
        "description": "",
        "config": {"meta": {"format": "count"}},
        "filter": None,
        **more,
    }


def _model(name: str, agg: str = "sum") -> dict[str, Any]:
    return {
        "primary_entity": name,
        "measures": [{"name": f"n_{name}", "agg": agg, "expr": None}],
        "dimensions": [{"name": "kind", "expr": None}],
        "node_relation": {"schema_name": "core", "alias": f"fct_{name}"},
    }


@pytest.mark.parametrize(
    ("agg", "condition", "told"),
    [
        ("sum_boolean", "", "agg sum_boolean; expected one of"),
        ("sum", "{{ Dimension('account__region') }} = 'emea'", "filter on account__region: expected visit__<column>"),
    ],
)
def test_a_metric_that_is_no_sql_over_one_mart_is_refused(agg: str, condition: str, told: str):
    wanted = _metric("visits", type="simple", type_params={"measure": {"name": "n_visit"}})
    if condition:
        wanted["filter"] = {"where_filters": [{"where_sql_template": condition}]}
    with pytest.raises(UserError, match=told):
        defined_metrics({"metrics": {"visits": wanted}, "semantic_models": {"visit": _model("visit", agg)}})


def test_a_ratio_of_two_marts_is_refused():
    parts = {name: _metric(name, type="simple", type_params={"measure": {"name": f"n_{name}"}}) for name in ("a", "b")}
    ratio = _metric("c", type="ratio", type_params={"numerator": {"name": "a"}, "denominator": {"name": "b"}})
    with pytest.raises(UserError, match=r"it is about core.fct_a and core.fct_b; expected one mart"):
        defined_metrics({"metrics": {**parts, "c": ratio}, "semantic_models": {name: _model(name) for name in parts}})
