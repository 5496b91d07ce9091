"""Metrics judged one by one: one that leads, one that points the wrong way, one that knows it only when it happens."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from orchestration.common.workspace import Workspace
from tests.support.cohort_tools import run_models

pytestmark = pytest.mark.pipeline
MODELS = ("int_metric_risks", "int_metric_placements", "fct_metric_validation")
N = 600


@pytest.fixture(scope="module")
def judged(built: Workspace) -> pd.DataFrame:
    """Verdicts on 600 accounts of which a third leaves, half of them within a month."""
    rng = np.random.default_rng(7)
    ids = np.char.add("a", np.arange(N).astype(str))
    left = np.arange(N) < N // 3
    soon = np.arange(N) < N // 6
    days = np.where(left, np.where(soon, 10, 100), np.nan)
    points = {
        "early": np.clip(50 - 25 * left + rng.normal(0, 15, N), 0, 100),
        "inverse": np.clip(50 + 25 * left + rng.normal(0, 15, N), 0, 100),
        # sees only those who are about to leave
        "late": np.clip(50 - 40 * soon + rng.normal(0, 10, N), 0, 100),
        "constant": np.full(N, 50.0),
    }
    weight = 1 / len(points)
    score = sum(points.values()) * weight
    cases = pd.DataFrame(
        {
            "account_id": ids,
            "rubric_version": 1,
            "landmark_day": 30,
            "horizon_days": 180,
            "scored_on": pd.Timestamp("2026-01-04"),
            "score": score,
            "is_churn": left.astype(int),
            "churn_days": pd.array(np.where(left, days, 0), dtype="Int64"),
        }
    ).astype({"scored_on": "datetime64[s]"})
    cases.loc[~left, "churn_days"] = pd.NA
    components = pd.concat(
        pd.DataFrame(
            {
                "account_id": ids,
                "scored_on": cases["scored_on"],
                "rubric_version": 1,
                "metric_id": name,
                "points": value,
                "contribution": value * weight,
                "effective_weight": weight,
            }
        )
        for name, value in points.items()
    )
    metrics = pd.DataFrame({"metric_id": list(points), "indicator": "leading", "lead_days": 30})
    versions = pd.DataFrame(
        {
            "rubric_version": [1],
            "status": ["active"],
            "effective_from": pd.to_datetime(["2025-01-01"]).astype("datetime64[s]"),
            "primary_landmark_day": [30],
            "primary_horizon_days": [180],
        }
    )
    inputs = {
        "intermediate.int_validation_cases": cases,
        "scores.fct_score_components": components,
        "definitions.metrics": metrics,
        "definitions.rubric_versions": versions,
    }
    warehouse = run_models(built.dbt_target / "compiled", inputs, MODELS, dt.date(2026, 6, 28))
    return warehouse.execute("select * from outcomes.fct_metric_validation").df().set_index("metric_id")


def test_a_metric_is_told_by_what_it_said_of_those_who_left_after_its_lead(judged: pd.DataFrame):
    """`late` ranks nearly all who leave first, all of them within ten days: of those after the lead it knows nothing."""
    assert judged["verdict"].to_dict() == {
        "early": "leads",
        "inverse": "points_the_wrong_way",
        "late": "does_not_lead",
        "constant": "does_not_lead",
    }
    assert set(judged["n"]) == {N - N // 6}
    assert set(judged["n_churned"]) == {N // 6}
    assert judged.loc["late", "auc_low"] < 0.5 < judged.loc["late", "auc_high"]


def test_the_auc_is_that_of_all_pairs_and_the_score_loses_what_it_is_worse_without(judged: pd.DataFrame):
    assert judged.loc["constant", "auc"] == 0.5
    assert judged.loc["constant", "score_loss"] == 0.0
    assert judged.loc["early", "score_loss_low"] > 0
    assert judged.loc["inverse", "score_loss_high"] < 0
    assert judged["is_primary"].all()


def test_the_auc_is_an_own_count_over_pairs(built: Workspace):
    """By hand: risks 3 and 1 of two that left against 2, 1 and 0 of three that stayed: (3 + 1.5) of 6 pairs."""
    ids = ["l1", "l2", "s1", "s2", "s3"]
    risks = pd.DataFrame(
        {
            "metric_id": "m",
            "account_id": ids,
            "landmark_day": 30,
            "horizon_days": 180,
            "predictor": "metric",
            "is_churn": [1, 1, 0, 0, 0],
            "risk": [3.0, 1.0, 2.0, 1.0, 0.0],
        }
    )
    warehouse = run_models(
        built.dbt_target / "compiled", {"intermediate.int_metric_risks": risks}, ["int_metric_placements"]
    )
    assert warehouse.execute(
        "select avg(placement) filter (where is_churn = 1), avg(placement) filter (where is_churn = 0) "
        "from intermediate.int_metric_placements"
    ).fetchone() == (0.75, 0.75)
