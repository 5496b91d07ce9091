"""Scores: laws that hold for any numbers, and planted silence that is found."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from orchestration.common.workspace import Workspace
from tests.conftest import BUILT_TO
from tests.support.cohort_tools import run_models

pytestmark = pytest.mark.pipeline
Query = Callable[[str], list[tuple]]
DAY = BUILT_TO
METRICS = 9


def points(seed: int) -> pd.DataFrame:
    """Points of three hundred accounts, some metrics without evidence, some accounts between two phases."""
    draw = np.random.default_rng(seed)
    rows = []
    for account in range(300):
        shares = {"first": 1.0} if draw.random() < 0.6 else {"first": (cut := draw.random()), "second": 1 - cut}
        known = draw.random(METRICS) < 0.8
        for phase, share in shares.items():
            for metric in range(METRICS):
                rows.append(
                    (
                        f"a{account}",
                        DAY,
                        1,
                        phase,
                        f"m{metric}",
                        True,
                        share * (metric + 1),
                        bool(known[metric]),
                        float(np.round(draw.random() * 100, 6)),
                    )
                )
    columns = [
        "account_id",
        "scored_on",
        "rubric_version",
        "lifecycle_phase",
        "metric_id",
        "is_scored",
        "weight",
        "has_evidence",
        "points",
    ]
    given = pd.DataFrame(rows, columns=columns)
    filler = [
        "raw_value",
        "n_evidence",
        "reliability_ratio",
        "estimate",
        "benchmark",
        "n_peers",
        "points_at_low",
        "points_at_high",
    ]
    return given.assign(
        **dict.fromkeys([*filler, "benchmark_points", "benchmark_points_spread"], 0.5), benchmark_kind="all"
    )


def scores_of(built: Workspace, given: pd.DataFrame) -> pd.Series:
    connection = run_models(
        built.dbt_target / "compiled", {"intermediate.int_metric_points": given}, ["int_score_contributions"]
    )
    found = connection.execute(
        "select account_id, sum(contribution) as score, min(contribution), max(contribution) "
        "from intermediate.int_score_contributions group by account_id order by account_id"
    ).fetchall()
    return pd.Series({account: score for account, score, *_ in found})


@pytest.mark.parametrize("seed", range(3))
def test_a_score_is_bounded_whatever_the_points_and_the_same_in_any_order(built: Workspace, seed: int):
    given = points(seed)
    scores = scores_of(built, given)
    lows, highs = (given[given.has_evidence].groupby("account_id").points.agg(how) for how in ("min", "max"))
    known = scores.dropna().astype(float)
    assert len(known) > 250
    assert (known >= lows.loc[known.index] - 0.001).all()
    assert (known <= highs.loc[known.index] + 0.001).all()
    assert scores_of(built, given.sample(frac=1, random_state=seed)).equals(scores)


@pytest.mark.parametrize("seed", range(3))
def test_more_points_in_any_metric_never_lower_a_score(built: Workspace, seed: int):
    given = points(seed)
    draw = np.random.default_rng(seed + 100)
    raised = given.assign(points=np.minimum(100.0, given.points + draw.exponential(8, len(given))))
    assert (scores_of(built, raised).dropna() >= scores_of(built, given).dropna()).all()


def test_evidence_that_a_benchmark_is_worth_is_recovered_from_simulated_accounts(built: Workspace):
    """Beta(2, 6) over 12 days: worth 8 days; a gamma rate of shape 4 per day, mean 1: worth 4 days."""
    draw = np.random.default_rng(1)
    n, days = 20_000, 12
    active = draw.binomial(days, draw.beta(2, 6, n)) / days
    counted = 7 * draw.poisson(draw.gamma(4, 1 / 4, n) * days) / days
    rows = [
        (
            pd.Timestamp(DAY) - pd.Timedelta(days=14),
            "all",
            "all",
            metric,
            3,
            n,
            values.sum(),
            (values**2).sum(),
            n / days,
            0.0,
            0,
        )
        for metric, values in (("active", active), ("counted", counted))
    ]
    columns = [
        "scored_on",
        "segment_attribute",
        "segment_value",
        "metric_id",
        "tenure_week",
        "n",
        "sum_value",
        "sum_square",
        "sum_inverse_evidence",
        "squares_within",
        "n_within",
    ]
    metrics = pd.DataFrame(
        {
            "metric_id": ["active", "counted"],
            "aggregation": ["active_days", "count"],
            "prior_evidence": 5.0,
            "prior_spread": 1.0,
        }
    )
    connection = run_models(
        built.dbt_target / "compiled",
        {
            "intermediate.int_benchmark_sums": pd.DataFrame(rows, columns=columns),
            "intermediate.int_scored_days": pd.DataFrame({"scored_on": [pd.Timestamp(DAY)]}),
            "definitions.metrics": metrics,
        },
        ["int_metric_benchmarks"],
    )
    worth = dict(
        connection.execute("select metric_id, benchmark_evidence from intermediate.int_metric_benchmarks").fetchall()
    )
    assert worth["active"] == pytest.approx(8, rel=0.1)
    assert worth["counted"] == pytest.approx(4, rel=0.1)


def test_planted_silence_is_found_and_a_steady_account_raises_few_alarms(query: Query, company: Path):
    arms = json.loads((company / "truth.json").read_text())["arms"]
    alarms = (
        "select count(*) from scores.fct_account_scores where is_published and is_significant_change and change_28d < 0 "
        "and dayofweek(scored_on) = 0 and account_id = '{account_id}' and scored_on between date '{from}' and date '{from}' + 35"
    )
    silent = [arm for arm in arms["silence"] if arm["from"] < "2026-05-20"]
    assert silent
    assert all(query(alarms.format(**arm)) != [(0,)] for arm in silent)
    weeks = query(
        "select avg(is_significant_change::int) from scores.fct_account_scores where is_published and dayofweek(scored_on) = 0 "
        f"and account_id in ({', '.join(repr(arm['account_id']) for arm in arms['control'])}) and is_significant_change is not null"
    )
    assert weeks[0][0] < 0.06


def test_six_weeks_of_silence_cost_an_adopted_account_its_band(query: Query, company: Path):
    arms = json.loads((company / "truth.json").read_text())["arms"]["silence"]
    for arm in arms:
        bands = query(
            "select score, days_between from (select max(score) filter (scored_on <= date '{from}') as score, "
            "min(score) filter (scored_on between date '{from}' + 40 and date '{from}' + 46) as days_between "
            "from scores.fct_account_scores where is_published and account_id = '{account_id}')".format(**arm)
        )
        (before, after) = bands[0]
        if before is not None and after is not None:
            assert after < before - 20


def test_nothing_is_scored_after_an_account_has_left(query: Query):
    after = query(
        "select count(*) from scores.fct_account_scores as scores join intermediate.int_account_follow_up as ends "
        "using (account_id) where ends.has_churned and scores.scored_on > ends.ended_on + 5"
    )
    left = query("select count(*) from intermediate.int_account_follow_up where has_churned")
    assert after == [(0,)]
    assert left[0][0] > 0


def test_every_part_of_a_published_score_is_said_in_a_sentence(query: Query):
    sentences = query("select metric_id, rationale from scores.fct_score_rationales")
    assert len(sentences) > 1000
    assert all(text and text.endswith(".") and ": " in text for _, text in sentences)
    weighed = query(
        "select distinct metric_id from scores.fct_score_components join scores.fct_account_scores "
        "using (account_id, scored_on, rubric_version) where is_published "
        f"and scored_on > date '{BUILT_TO}' - 35"
    )
    assert {metric for metric, _ in sentences} == {metric for (metric,) in weighed}
