"""Run single models on other rows, and hold survival curves against lifelines."""

import datetime as dt
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.conftest import BUILT_TO

Query = Callable[[str], list[tuple]]
Z_90 = 0.10  # lifelines' alpha
SCORE_MODELS = (
    "int_metric_comparisons",
    "int_metric_estimates",
    "int_metric_points",
    "int_score_contributions",
    "int_account_score_days",
)
PLAY_EFFECT_MODELS = (
    "int_play_comparison_candidates",
    "int_play_comparison_cases",
    "int_play_comparison_results",
    "int_play_outcome_values",
    "int_play_effect_strata",
    "int_play_churn_ratios",
    "fct_play_effects",
)


def create_model(compiled: Path, model: str, day: dt.date = BUILT_TO) -> str:
    """SQL that makes a compiled model, as it reads on another last day."""
    (path,) = compiled.glob(f"onboarding_health_index/models/**/{model}.sql")
    sql = path.read_text().replace(f"date '{BUILT_TO}'", f"date '{day}'")
    layer, folder = path.parts[path.parts.index("models") + 1 :][:2]
    schema = folder if layer == "marts" and not model.startswith("int_") else layer.replace("marts", "intermediate")
    return f"create schema if not exists {schema}; create or replace table {schema}.{model} as {sql}"


def run_models(
    compiled: Path, inputs: dict[str, pd.DataFrame], models: Iterable[str], day: dt.date = BUILT_TO
) -> duckdb.DuckDBPyConnection:
    """Run compiled models, in this order, in a warehouse that holds nothing but `inputs` (schema.table → rows)."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as warehouse; use warehouse")
    for name, rows in inputs.items():
        schema, _ = name.split(".")
        connection.register("given", rows)
        connection.execute(f"create schema if not exists {schema}; create table {name} as select * from given")
    for model in models:
        connection.execute(create_model(compiled, model, day))
    return connection


def check_against_lifelines(ask: Query) -> int:
    """Compare every curve and every test of the marts with lifelines, to 1e-9; return how many were compared."""
    from lifelines import KaplanMeierFitter
    from lifelines.statistics import multivariate_logrank_test
    from scipy.stats import false_discovery_control

    names = ["endpoint", "segment_attribute", "segment_value", "duration_days", "is_event"]
    members = pd.DataFrame(
        ask(
            "select endpoint, segment_attribute, segment_value, duration_days, is_event from "
            "intermediate.int_account_endpoints join intermediate.int_segments_at_start using (account_id) "
            "where not is_too_small"
        ),
        columns=names,
    )
    columns = ["survival_ratio", "standard_error", "survival_low", "survival_high", "median_days"]
    marts = (
        pd.DataFrame(
            ask(
                f"select {', '.join(names[:4])}, {', '.join(columns)} from cohorts.fct_cohort_survival where n_at_risk >= 10 "
                "and not is_too_small"
            ),
            columns=names[:4] + columns,
        )
        .set_index(names[:4])
        .sort_index()
    )
    n_compared = 0
    for key, group in members.groupby(names[:3]):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = KaplanMeierFitter(alpha=Z_90).fit(group["duration_days"], group["is_event"])
            interval = fitted.confidence_interval_survival_function_
        ours = marts.loc[key]
        theirs = fitted.survival_function_["KM_estimate"]
        assert ours["survival_ratio"].to_numpy() == pytest.approx(theirs.loc[ours.index].to_numpy(), abs=1e-9), key
        inside = ours[(ours["survival_ratio"] > 0) & (ours["survival_ratio"] < 1)]
        for column, of_theirs in zip(["survival_low", "survival_high"], interval.columns, strict=True):
            theirs = interval[of_theirs].loc[inside.index].to_numpy()
            assert inside[column].to_numpy() == pytest.approx(theirs, abs=1e-9), (key, column)
        median = ours["median_days"].iloc[0]
        theirs = fitted.median_survival_time_
        is_within = (group["duration_days"] >= theirs).sum() >= 10  # a curve ends where fewer are at risk
        assert median == theirs if is_within else pd.isna(median), key
        n_compared += 1
    tests = ask(
        "select endpoint, segment_attribute, chi_square, p_value, q_value from cohorts.fct_cohort_comparisons "
        "where chi_square is not null"
    )
    q_values = false_discovery_control([p_value for *_, p_value, _ in tests])
    for (endpoint, attribute, chi_square, p_value, q_value), corrected in zip(tests, q_values, strict=True):
        assert q_value == pytest.approx(corrected, rel=1e-9, abs=1e-12), (endpoint, attribute)
        group = members[(members["endpoint"] == endpoint) & (members["segment_attribute"] == attribute)]
        if group["segment_value"].nunique() > 8:
            continue  # the eight largest are compared
        result = multivariate_logrank_test(group["duration_days"], group["segment_value"], group["is_event"])
        assert chi_square == pytest.approx(result.test_statistic, rel=1e-9, abs=1e-9), (endpoint, attribute)
        assert p_value == pytest.approx(result.p_value, rel=1e-9, abs=1e-12), (endpoint, attribute)
        n_compared += 1
    return n_compared
