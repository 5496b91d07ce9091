"""What the back-test concludes: from nothing, nothing; and how long it takes until it can."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from orchestration.common.workspace import Workspace
from tests.conftest import BUILT_TO
from tests.support.cohort_tools import run_models

pytestmark = pytest.mark.pipeline


def test_where_nothing_predicts_who_leaves_the_score_is_not_called_ahead(built: Workspace):
    """Negative control: a third leaves whatever they did, 352 and more in each company; eight cases share their accounts."""
    draw, n, called = np.random.default_rng(23), 1000, []
    landmarks = [(day, horizon) for day in (14, 30, 60, 90) for horizon in (90, 180)]
    for company in range(40):
        health, left = draw.normal(size=n), draw.random(n) < 0.36
        parts = [
            pd.DataFrame(
                {
                    "account_id": [f"a{number:04}" for number in range(n)],
                    "rubric_version": company,
                    "landmark_day": day,
                    "horizon_days": horizon,
                    "score": np.clip(60 + 15 * (health + draw.normal(0, 0.5, n)), 0, 100),
                    "n_active_days": np.maximum(0, np.round(20 + 4 * (health + draw.normal(0, 1, n)))).astype(int),
                    "n_user_days_last_week": np.maximum(0, np.round(9 + 4 * (health + draw.normal(0, 1, n)))).astype(
                        int
                    ),
                    "tenure_days": draw.integers(day - 6, day + 1, n),
                    "is_churn": left.astype(int),
                    "is_judged": np.arange(n) >= n / 3,
                }
            )
            for day, horizon in landmarks
        ]
        called.append(pd.concat(parts))
    cases = pd.concat(called)
    accounts = cases[["account_id"]].drop_duplicates()
    connection = run_models(
        built.dbt_target / "compiled",
        {
            "intermediate.int_validation_cases": cases,
            "intermediate.int_segments_at_start": accounts.assign(
                segment_attribute="all", segment_value="all", min_accounts=20
            ),
            "intermediate.int_account_score_days": accounts.assign(is_published=True, scored_on=pd.Timestamp(BUILT_TO)),
            "definitions.csms": pd.DataFrame({"capacity_hours_per_week": [90.0]}),
            "definitions.plays": pd.DataFrame({"effort_hours": [1.0]}),
            "definitions.rubric_versions": pd.DataFrame({"rubric_version": range(40)}).assign(
                primary_landmark_day=30, primary_horizon_days=180
            ),
        },
        ["int_validation_predictions", "int_validation_placements", "int_validation_measures", "int_validation_tests"],
    )
    primary, any_case, most = connection.execute(
        "select count(*) filter (is_primary), count(distinct rubric_version), max(n_churned) from "
        "intermediate.int_validation_tests where predictor = 'score' and q_value < 0.05"
    ).fetchone()
    assert primary <= 3 and any_case <= 5, (primary, any_case, most)


def test_how_many_more_must_leave_and_by_when_is_counted_from_the_accounts_of_today(built: Workspace):
    """30 of 100 left, so 20 are missing: 70 accounts more give 21. One matures a day, the seventieth in 67 days (20 / 0.3)."""
    keys = {"landmark_day": 30, "horizon_days": 90, "segment_attribute": "all", "segment_value": "all"}
    test = {
        "predictor": "score",
        "rubric_version": 1,
        "n": 100,
        "n_churned": 30,
        "n_calibrated": 60,
        "is_primary": False,
    }
    nothing = dict.fromkeys(
        ("is_enough", "p_value", "q_value", "placement", "placement_error", "advantage_of_score", "advantage_low",
         "advantage_high", "brier_score", "calibration_error", "recall_at_capacity", "capacity_ratio")
    )  # fmt: skip
    waiting = pd.DataFrame(
        {"horizon_date": pd.date_range(BUILT_TO, periods=90).date, "n_until_then": range(90)}
    ).assign(**keys)
    rates = pd.DataFrame([{**keys, "rubric_version": 1, "n_worst_band": 0, "n_worst_band_churned": 0} | dict.fromkeys(
        ("n_left_in_60_to_90_days", "n_flagged_60_to_90_days_before", "flip_ratio", "bounce_ratio", "false_alarm_ratio",
         "alarmed_churn_ratio", "median_warned_days_before"), 0)])  # fmt: skip
    found = []
    for waits in (waiting, waiting[waiting.n_until_then < 60]):
        inputs = {
            "intermediate.int_validation_tests": pd.DataFrame([{**keys, **test, **nothing, "is_enough": False}]),
            "intermediate.int_validation_waiting": waits,
            "intermediate.int_warning_rates": rates,
        }
        connection = run_models(built.dbt_target / "compiled", inputs, ["fct_score_validation"])
        found += connection.execute(
            "select n_churned_missing, enough_churned_on, verdict from outcomes.fct_score_validation"
        ).fetchall()
    assert found == [(20, BUILT_TO + dt.timedelta(67), "insufficient"), (20, None, "insufficient")]
