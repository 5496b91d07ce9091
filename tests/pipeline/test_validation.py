"""The back-test's figures against independent computations: pair counts, brute-force DeLong, a paired bootstrap, scipy."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from orchestration.common.workspace import Workspace
from orchestration.publishing.snapshot.evidence import rubric_evidence
from tests.conftest import BUILT_TO
from tests.support.cohort_tools import run_models

pytestmark = pytest.mark.pipeline
PREDICTORS = {
    "score": "score",
    "logins": "n_active_days",
    "last_week_usage": "n_user_days_last_week",
    "tenure": "tenure_days",
}


@pytest.fixture(scope="module")
def cases() -> pd.DataFrame:
    """Accounts whose hidden health drives score, use and leaving; ties are common."""
    draw = np.random.default_rng(5)
    n = 900
    health = draw.normal(size=n)
    return pd.DataFrame(
        {
            "account_id": [f"a{number:04}" for number in range(n)],
            "rubric_version": 1,
            "landmark_day": 30,
            "horizon_days": 90,
            "score": np.round(np.clip(60 + 15 * (health + draw.normal(0, 0.8, n)), 0, 100), 0),
            "n_active_days": np.maximum(0, np.round(20 + 4 * (health + draw.normal(0, 1.5, n)))).astype(int),
            "n_user_days_last_week": np.maximum(0, np.round(9 + 4 * (health + draw.normal(0, 2, n)))).astype(int),
            "tenure_days": draw.integers(24, 31, n),
            "is_churn": (draw.random(n) < 1 / (1 + np.exp(1.6 + health))).astype(int),
            "is_judged": np.arange(n) >= n / 3,
        }
    )


@pytest.fixture(scope="module")
def measured(built: Workspace, cases: pd.DataFrame):
    groups = cases[["account_id"]].assign(segment_attribute="all", segment_value="all", min_accounts=20)
    scored = cases[["account_id"]].assign(is_published=True, scored_on=pd.Timestamp(BUILT_TO))
    return run_models(
        built.dbt_target / "compiled",
        {
            "intermediate.int_validation_cases": cases,
            "intermediate.int_segments_at_start": groups,
            "intermediate.int_account_score_days": scored,
            "definitions.csms": pd.DataFrame({"capacity_hours_per_week": [90.0]}),
            "definitions.plays": pd.DataFrame({"effort_hours": [1.0]}),
        },
        ["int_validation_predictions", "int_validation_placements", "int_validation_measures"],
    )


def risk_of(cases: pd.DataFrame, predictor: str) -> np.ndarray:
    value = cases[PREDICTORS[predictor]].to_numpy(float)
    return -np.log1p(value) if predictor == "last_week_usage" else -value


def placements(risk: np.ndarray, left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """DeLong's structural components by comparing every pair."""
    pairs = np.sign(risk[left][:, None] - risk[~left][None, :]) / 2 + 0.5
    return pairs.mean(axis=1), pairs.mean(axis=0)


def test_aucs_their_errors_and_differences_are_those_of_all_pairs(cases: pd.DataFrame, measured):
    left = cases.is_churn.to_numpy() == 1
    of_score = placements(risk_of(cases, "score"), left)
    for predictor in PREDICTORS:
        auc, error, advantage, advantage_error = measured.execute(
            "select placement, placement_error, advantage_of_score, advantage_of_score_error "
            "from intermediate.int_validation_measures where predictor = ?",
            [predictor],
        ).fetchone()
        ours = placements(risk_of(cases, predictor), left)
        assert auc == pytest.approx(ours[0].mean(), abs=1e-12)
        assert error == pytest.approx(np.sqrt(sum(part.var(ddof=1) / len(part) for part in ours)), abs=1e-12)
        ahead = [one - other for one, other in zip(of_score, ours, strict=True)]
        assert advantage == pytest.approx(ahead[0].mean(), abs=1e-12)
        assert advantage_error == pytest.approx(np.sqrt(sum(part.var(ddof=1) / len(part) for part in ahead)), abs=1e-12)


def test_the_error_of_a_difference_is_that_of_a_paired_bootstrap(cases: pd.DataFrame, measured):
    draw = np.random.default_rng(2)
    found = []
    for _ in range(600):
        again = cases.iloc[draw.integers(0, len(cases), len(cases))]
        left = again.is_churn.to_numpy() == 1
        aucs = []
        for predictor in ("score", "logins"):
            ranks = stats.rankdata(risk_of(again, predictor))
            n = left.sum()
            aucs.append((ranks[left].sum() - n * (n + 1) / 2) / (n * (len(left) - n)))
        found.append(aucs[0] - aucs[1])
    (error,) = measured.execute(
        "select advantage_of_score_error from intermediate.int_validation_measures where predictor = 'logins'"
    ).fetchone()
    assert error == pytest.approx(np.std(found), rel=0.1)


def test_probabilities_brier_score_and_calibration_error_are_those_of_a_fit_by_scipy(cases: pd.DataFrame, measured):
    for predictor in PREDICTORS:
        risk = risk_of(cases, predictor)
        x = (risk - risk.mean()) / risk.std(ddof=1)
        earlier, judged = ~cases.is_judged.to_numpy(), cases.is_judged.to_numpy()
        y = cases.is_churn.to_numpy()

        def loss(beta: np.ndarray, x: np.ndarray = x[earlier], y: np.ndarray = y[earlier]) -> float:
            eta = beta[0] + beta[1] * x
            return float(np.sum(np.logaddexp(0, eta) - y * eta))

        beta = optimize.minimize(loss, np.zeros(2), tol=1e-12).x
        p = 1 / (1 + np.exp(-(beta[0] + beta[1] * x[judged])))
        frame = pd.DataFrame({"account_id": cases.account_id[judged], "p": p, "y": y[judged]})
        frame = frame.sort_values(["p", "account_id"]).reset_index(drop=True)
        bins = frame.groupby(frame.index * 5 // len(frame))
        ece = sum(len(part) * abs(part.p.mean() - part.y.mean()) for _, part in bins) / len(frame)
        brier, gap = measured.execute(
            "select brier_score, calibration_error from intermediate.int_validation_measures where predictor = ?",
            [predictor],
        ).fetchone()
        assert brier == pytest.approx(((frame.p - frame.y) ** 2).mean(), abs=1e-6)
        assert gap == pytest.approx(ece, abs=2e-3)  # equal probabilities may part at the edge of a bin


def test_capacity_reaches_those_who_left_among_the_riskiest_tenth(cases: pd.DataFrame, measured):
    riskiest = cases.sort_values(["score", "account_id"]).head(int(np.ceil(len(cases) * 0.1)))
    captured, share = measured.execute(
        "select recall_at_capacity, capacity_ratio from intermediate.int_validation_measures where predictor = 'score'"
    ).fetchone()
    assert captured == pytest.approx(riskiest.is_churn.sum() / cases.is_churn.sum())
    assert share == pytest.approx(len(riskiest) / len(cases))


def test_order_and_stability_of_two_versions_are_those_of_scipy(built: Workspace):
    draw = np.random.default_rng(8)
    one = np.round(draw.uniform(0, 100, 500), 0)
    other = np.clip(np.round(one + draw.normal(0, 12, 500), 0), 0, 100)
    day = pd.Timestamp("2026-06-21")
    rows = pd.concat(
        pd.DataFrame(
            {
                "account_id": range(500),
                "scored_on": day,
                "rubric_version": version,
                "score": score,
                "band": "steady",
                "segment_attribute": "all",
                "segment_value": "all",
                "is_published": version == 1,
                "mrr": 1.0,
            }
        )
        for version, score in ((1, one), (2, other))
    )
    bands = pd.DataFrame({"rubric_version": [1, 2], "band": ["steady"] * 2, "band_rank": [1, 1]})
    connection = run_models(
        built.dbt_target / "compiled",
        {"intermediate.int_sunday_scores": rows, "core.dim_bands": bands},
        ["int_rubric_version_pairs", "fct_rubric_comparisons"],
    )
    correlation, psi = connection.execute(
        "select rank_correlation, stability_index from governance.fct_rubric_comparisons"
    ).fetchone()
    assert correlation == pytest.approx(stats.spearmanr(one, other).statistic, abs=1e-9)
    here, there = (
        (np.bincount(np.minimum(9, scores // 10).astype(int), minlength=10) + 0.5) / 505 for scores in (one, other)
    )
    assert psi == pytest.approx(((there - here) * np.log(there / here)).sum(), abs=1e-9)


def test_with_too_few_who_left_nothing_is_concluded_and_that_is_said(built: Workspace):
    evidence = rubric_evidence(built.marts)
    assert evidence.is_good
    assert evidence.text.startswith("insufficient: the back-test has")
