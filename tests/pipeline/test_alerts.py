"""Alerts on a made-up fleet: planted incidents are found, the fleet's own movement is one alert, nobody is flooded."""

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from orchestration.common.workspace import Workspace
from tests.planted import counts
from tests.planted.__main__ import page
from tests.support.cohort_tools import run_models

pytestmark = pytest.mark.pipeline
MODELS = (
    "int_metric_control_limits",
    "int_segment_changes",
    "int_segment_control_limits",
    "int_account_deviations",
    "int_alarms",
    "int_raised_alarms",
    "fct_alerts",
)
FIRST_SUNDAY = dt.date(2025, 6, 1)
N_ACCOUNTS, N_WEEKS, N_FALLING = 240, 45, 24
FALLING = (1, 8, 14, 27)  # of forty: as many of the north as of the south
FLEET_WEEK, SEGMENT_WEEK, ACCOUNT_WEEK = 25, 33, 38


def made_up_fleet(seed: int) -> dict[str, pd.DataFrame]:
    """Accounts whose two metrics wander, with three incidents: all on one Sunday, the north on another, 24 by themselves."""
    rng = np.random.default_rng(seed)
    accounts = np.array([f"a{number:03}" for number in range(N_ACCOUNTS)])
    is_north = np.arange(N_ACCOUNTS) % 4 == 0
    is_falling = np.isin(np.arange(N_ACCOUNTS) % 40, FALLING)
    noise = rng.normal(0, 2.0, (2, N_WEEKS, N_ACCOUNTS))
    points = 60 + rng.normal(0, 8, (2, 1, N_ACCOUNTS)) + noise
    weeks = np.arange(N_WEEKS)[:, None]
    points[0] -= np.where((weeks >= FLEET_WEEK) & (weeks < FLEET_WEEK + 3), 9, 0)
    points[1] -= np.where((weeks >= SEGMENT_WEEK) & is_north, 8, 0)
    points[0] -= np.where((weeks >= ACCOUNT_WEEK) & is_falling, 25, 0)
    score = points.mean(axis=0)
    days = [FIRST_SUNDAY + dt.timedelta(7 * week) for week in range(N_WEEKS)]
    rows = pd.DataFrame(
        {
            "account_id": np.tile(accounts, N_WEEKS),
            "scored_on": np.repeat(days, N_ACCOUNTS),
            "rubric_version": 1,
            "is_published": True,
            "csm_id": np.tile(np.where(np.arange(N_ACCOUNTS) % 2, "ada", None), N_WEEKS),
            "mrr": np.tile(100.0 + np.arange(N_ACCOUNTS), N_WEEKS),
            "score": score.ravel(),
            "control_limit": 5.0,
        }
    )
    by_account = rows.groupby("account_id")["score"]
    components = pd.concat(
        rows[["account_id", "scored_on", "rubric_version"]].assign(
            metric_id=name, benchmark_kind="all", raw_value=points[number].ravel(), points=points[number].ravel()
        )
        for number, name in enumerate(("use", "depth"))
    )
    groups = [("all", "all", np.full(N_ACCOUNTS, True))]
    groups += [("region", "north", is_north), ("region", "south", ~is_north)]
    segments = pd.concat(
        pd.DataFrame(
            {
                "account_id": accounts[members],
                "segment_attribute": attribute,
                "segment_value": value,
                "known_on": FIRST_SUNDAY,
                "known_until": pd.Series([None] * members.sum(), dtype="datetime64[s]"),
            }
        )
        for attribute, value, members in groups
    )
    return {
        "scores.fct_account_scores": rows.assign(change_7d=by_account.diff(), change_28d=by_account.diff(4)),
        "scores.fct_score_components": components,
        "intermediate.int_account_segments": segments,
        "intermediate.int_reporting_currency": pd.DataFrame({"currency": ["EUR"]}),
        "intermediate.int_outage_days": pd.DataFrame({"outage_date": pd.Series([], dtype="datetime64[s]")}),
        "definitions.metrics": pd.DataFrame({"metric_id": ["use", "depth"], "source": "events"}),
        "core.dim_metrics": pd.DataFrame({"metric_id": ["use", "depth"], "name": ["Use", "Depth"]}),
        "definitions.csms": pd.DataFrame({"csm_id": ["ada"], "max_alerts_per_week": [3]}),
    }


@cache
def alerts_of(compiled: Path, seed: int, day: dt.date) -> pd.DataFrame:
    """What is raised up to a day in a fleet of this seed."""
    connection = run_models(compiled, made_up_fleet(seed), MODELS, day)
    alerts = connection.sql("select * from scores.fct_alerts order by scored_on, scope, subject").df()
    return alerts.assign(week=(alerts["scored_on"] - pd.Timestamp(FIRST_SUNDAY)).dt.days // 7)


END = FIRST_SUNDAY + dt.timedelta(7 * N_WEEKS)


@pytest.fixture(params=[1, 2, 3])
def alerts(built: Workspace, request: pytest.FixtureRequest) -> pd.DataFrame:
    return alerts_of(built.dbt_target / "compiled", request.param, END)


def test_a_fleet_that_moves_together_is_one_alert_and_not_one_for_each_account(alerts: pd.DataFrame):
    of_the_fleet = alerts[alerts["scope"] == "portfolio"]
    assert of_the_fleet[["week", "signal_id", "n_accounts"]].to_numpy().tolist() == [[FLEET_WEEK, "use", N_ACCOUNTS]]
    at_that_time = alerts[(alerts["scope"] == "account") & alerts["week"].between(FLEET_WEEK, FLEET_WEEK + 2)]
    assert len(at_that_time) <= 3


def test_a_segment_that_falls_is_one_alert_that_names_it(alerts: pd.DataFrame):
    of_segments = alerts[alerts["scope"] == "segment"]
    assert of_segments[["week", "subject", "signal_id"]].to_numpy().tolist() == [
        [SEGMENT_WEEK, "region=north", "depth"]
    ]
    at_that_time = alerts[(alerts["scope"] == "account") & (alerts["week"] == SEGMENT_WEEK)]
    assert len(at_that_time) <= 3


def test_accounts_that_fall_by_themselves_are_found_and_few_others(alerts: pd.DataFrame):
    of_accounts = alerts[alerts["scope"] == "account"]
    planted = {f"a{number:03}" for number in range(N_ACCOUNTS) if number % 40 in FALLING}
    found = set(of_accounts[of_accounts["week"] == ACCOUNT_WEEK]["subject"])
    assert len(planted & found) >= 0.95 * N_FALLING
    others = of_accounts[(of_accounts["week"] != ACCOUNT_WEEK) | ~of_accounts["subject"].isin(planted)]
    assert len(others) <= 0.005 * N_ACCOUNTS * (N_WEEKS - 8)


def test_a_csm_sees_those_with_most_revenue_up_to_the_limit_and_nobodys_accounts_show(alerts: pd.DataFrame):
    week = alerts[(alerts["scope"] == "account") & (alerts["week"] == ACCOUNT_WEEK)]
    of_ada = week[week["csm_id"] == "ada"].sort_values("mrr", ascending=False)
    assert len(of_ada) > 10
    assert of_ada["is_shown"].tolist() == [True] * 3 + [False] * (len(of_ada) - 3)
    assert of_ada["rank_in_week"].tolist() == list(range(1, len(of_ada) + 1))
    assert alerts[alerts["csm_id"].isna()]["is_shown"].all()
    assert alerts[alerts["is_shown"] & (alerts["csm_id"] == "ada")].groupby("week").size().max() == 3


def test_what_goes_on_is_not_reported_again_within_four_weeks(alerts: pd.DataFrame):
    assert alerts["alert_id"].is_unique
    since = alerts.groupby(["scope", "subject", "signal_id"])["week"].diff().dropna()
    assert (since > 4).all()


def test_an_alert_stays_as_it_was_raised_when_weeks_pass(built: Workspace):
    earlier = FIRST_SUNDAY + dt.timedelta(7 * SEGMENT_WEEK)
    before = alerts_of(built.dbt_target / "compiled", 1, earlier)
    after = alerts_of(built.dbt_target / "compiled", 1, END)
    assert len(before) >= 2
    pd.testing.assert_frame_equal(before, after[after["scored_on"] <= pd.Timestamp(earlier)])


def test_incidents_planted_in_the_demo_are_found_more_often_than_at_random(built: Workspace):
    found = counts.alerts(built)
    assert found.loc["silence", "n_planted"] >= 1
    assert (found.n_found <= found.n_planted).all()
    assert found.loc["alerts about an incident", "n_found"] > found.loc["the same if raised at random", "n_found"]


def test_the_page_of_planted_truths_has_every_truth_and_seed(built: Workspace):
    written = page({7: counts.alerts(built), 11: counts.alerts(built)}, {7: counts.effects(built)})
    for said in ("| silence |", "seed 11", "integration_workshop, experiment", "AUC of the score"):
        assert said in written
    assert "nan" not in written
