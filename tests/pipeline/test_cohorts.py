"""Cohorts: published examples, an independent library, a recount from rows, and what was planted in the demo company."""

import json
import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from orchestration.common.workspace import Workspace
from orchestration.demo.company import found_company
from tests.support.cohort_tools import check_against_lifelines, run_models

pytestmark = pytest.mark.pipeline
Query = Callable[[str], list[tuple]]

# Freireich et al. 1963, remission of leukaemia in weeks; + is censored. As in Kleinbaum and Klein, Survival Analysis.
DRUG = "6 6 6 7 10 13 16 22 23 6+ 9+ 10+ 11+ 17+ 19+ 20+ 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


@pytest.fixture(scope="module")
def freireich(built: Workspace):
    rows = [
        (f"{arm}{number}", arm, int(weeks.rstrip("+")), int(not weeks.endswith("+")))
        for arm, listed in (("drug", DRUG), ("placebo", PLACEBO))
        for number, weeks in enumerate(listed.split())
    ]
    patients = pd.DataFrame(rows, columns=["account_id", "segment_value", "duration_days", "is_event"])
    patients["duration_days"] = patients["duration_days"].astype("int32")
    endpoints = patients.drop(columns="segment_value").assign(endpoint="relapse", has_left=0)
    groups = patients[["account_id", "segment_value"]].assign(
        segment_attribute="treatment", n_accounts=21, is_too_small=False, min_accounts=20
    )
    return run_models(
        built.dbt_target / "compiled",
        {"intermediate.int_account_endpoints": endpoints, "intermediate.int_segments_at_start": groups},
        [
            "int_survival_days",
            "fct_cohort_survival",
            "int_segment_risk_sets",
            "int_log_rank_terms",
            "fct_cohort_comparisons",
        ],
    )


def test_survival_of_freireich_s_patients_is_the_published_one(freireich):
    curve = {
        row[0]: row[1:]
        for row in freireich.execute(
            "select duration_days, n_at_risk, survival_ratio, standard_error, median_days from cohorts.fct_cohort_survival "
            "where segment_value = 'drug'"
        ).fetchall()
    }
    assert (curve[6][0], round(curve[6][1], 6), round(curve[6][2], 4)) == (21, 0.857143, 0.0764)
    assert (curve[16][0], round(curve[16][1], 6), round(curve[16][2], 4)) == (11, 0.627451, 0.1141)
    # the published .448 of week 23, and the median with it, are those of six patients: the curve ends before
    assert curve[23][:3] == (6, None, None)
    assert {row[3] for row in curve.values()} == {None}
    assert freireich.execute(
        "select distinct median_days from cohorts.fct_cohort_survival where segment_value = 'placebo'"
    ).fetchall() == [(8,)]


def test_the_log_rank_of_freireich_s_patients_is_the_published_one(freireich):
    ((chi_square, degrees, p_value, state),) = freireich.execute(
        "select chi_square, degrees_of_freedom, p_value, state from cohorts.fct_cohort_comparisons"
    ).fetchall()
    assert (round(chi_square, 4), degrees, state) == (16.7929, 1, "tested")
    assert p_value == pytest.approx(math.erfc(math.sqrt(16.7929409 / 2)), rel=1e-6)


def test_survival_and_its_tests_agree_with_lifelines(query: Query):
    assert check_against_lifelines(query) > 20


def test_leavers_count_as_never_arriving_in_the_incidence(query: Query):
    """Aalen and Johansen without censoring is the plain share: taken over the days that everyone was observed."""
    rows = query(
        "select endpoint, max(incidence_ratio), max(duration_days) from cohorts.fct_cohort_survival where segment_attribute "
        "= 'all' and endpoint <> 'churn' and incidence_ratio is not null group by endpoint"
    )
    assert rows
    for endpoint, incidence, last in rows:  # few accounts of the demo are still under way at its end
        ((plain,),) = query(
            f"select avg(case when is_event = 1 and duration_days <= {last} then 1 else 0 end) "
            f"from intermediate.int_account_endpoints where endpoint = '{endpoint}'"
        )
        assert incidence == pytest.approx(plain, abs=0.05), endpoint


def test_the_funnel_counts_what_the_attainments_say(query: Query):
    attained: dict[str, set[str]] = {}
    for account, milestone, status in query(
        "select account_id, milestone_id, status from milestones.fct_milestone_attainments"
    ):
        attained.setdefault(account, set())
        if status in ("on_time", "late"):
            attained[account].add(milestone)
    funnel = query(
        "select step, n_entered, n_attained, n_reached, is_optional from cohorts.fct_cohort_funnel "
        "where cohort = 'all' and segment_attribute = 'all' order by sequence"
    )
    way: list[str] = []
    for step, n_entered, n_attained, n_reached, is_optional in funnel:
        assert n_entered == sum(set(way) <= done for done in attained.values()), step
        assert n_attained == sum({*way, step} <= done for done in attained.values()), step
        assert n_reached == sum(step in done for done in attained.values()), step
        if not is_optional:
            way.append(step)
    assert any(is_optional for *_, is_optional in funnel)
    assert len(funnel) == 8


def test_cohorts_and_segments_add_up_to_the_total(query: Query):
    whole = query(
        "select n_accounts from cohorts.fct_cohort_funnel where cohort = 'all' and segment_attribute = 'all' and step = 'first_report'"
    )
    by_month = query(
        "select sum(n_accounts) from cohorts.fct_cohort_funnel where cohort <> 'all' and segment_attribute = 'all' and step = 'first_report'"
    )
    assert whole == by_month
    parts = query(
        "select segment_attribute, sum(n_accounts) from cohorts.fct_cohort_funnel "
        "where cohort = 'all' and step = 'first_report' group by 1"
    )
    assert {n for _, n in parts} == {whole[0][0]}
    assert {attribute for attribute, _ in parts} >= {"all", "company_size", "onboarding_mode", "currency"}


def test_groups_below_the_minimum_are_shown_without_numbers(query: Query):
    small = query("select conversion_ratio from cohorts.fct_cohort_funnel where is_too_small")
    assert small and {row[0] for row in small} == {None}
    assert query("select distinct retained_ratio from cohorts.fct_cohort_retention where is_too_small") == [(None,)]
    assert query(
        "select distinct survival_ratio, duration_days from cohorts.fct_cohort_survival where is_too_small"
    ) == [(None, 0)]


def test_the_day_of_the_outage_does_not_look_like_churn(query: Query, company: Path):
    """Nobody could use the product on that day; weeks that hold it are no less used than the weeks before them."""
    outage = json.loads((company / "truth.json").read_text())["outage_day"]
    ((n_active,),) = query(f"select count(*) from intermediate.int_active_days where activity_date = date '{outage}'")
    assert n_active == 0
    ((during, before, n),) = query(
        "select avg((week.state <> 'dormant')::int), avg((earlier.state <> 'dormant')::int), count(*) "
        "from intermediate.int_account_weeks as week join intermediate.int_account_weeks as earlier "
        "on week.account_id = earlier.account_id and week.week_number = earlier.week_number + 1 "
        f"where date '{outage}' between week.week_date and week.week_date + 6 and not week.has_left"
    )
    assert n > 20
    assert during >= before - 2 * math.sqrt(before * (1 - before) / n) - 1 / n


def test_the_planted_share_of_invites_lies_in_the_interval(query: Query, company: Path):
    """Whoever was drawn to invite does so within 13 days, unless never started: counted from the draw itself."""
    made = found_company(50, 11)
    customers = ~made.internal
    drawn = (made.invited < made.churned) & ~made.in_arm("never_started") & customers
    ((low, high),) = query(
        "select 1 - survival_high, 1 - survival_low from cohorts.fct_cohort_survival where endpoint = 'team_invited' "
        "and segment_attribute = 'all' and duration_days = (select max(duration_days) from cohorts.fct_cohort_survival "
        "where endpoint = 'team_invited' and segment_attribute = 'all' and duration_days <= 13)"
    )
    assert low <= drawn.sum() / customers.sum() <= high


def test_a_stall_is_longer_than_three_of_four_took(query: Query):
    rows = query(
        "select journeys.is_stalled, journeys.as_of - journeys.last_progress_on, journeys.stall_threshold_days, stalled_on, as_of "
        "from milestones.fct_onboarding_journeys as journeys where stall_threshold_days is not null and not is_complete"
    )
    assert rows and any(row[0] for row in rows)
    assert all(stalled == (days > patience) for stalled, days, patience, *_ in rows)
    assert all(stalled_on <= as_of for stalled, _, _, stalled_on, as_of in rows if stalled)


def test_shares_of_stages_are_those_of_an_own_computation(query: Query):
    """Aalen-Johansen day by day from the accounts, on the last day; the prior is taken off again."""
    paths = pd.DataFrame(
        query(
            "select stage, left_to, stage_days, days_since_entered, value_outcome, value_days from intermediate.int_stage_paths "
            "where scored_on = (select max(scored_on) from intermediate.int_stage_paths)"
        ),
        columns=["stage", "left_to", "stage_days", "since", "value_outcome", "value_days"],
    )
    found = query(
        "select from_stage, to_stage, horizon_days, n_entered, probability, value_probability, expected_days_to_value, "
        "count(*) over (partition by from_stage) from cohorts.fct_stage_transitions where segment_attribute = 'all' "
        "and as_of = (select max(as_of) from cohorts.fct_stage_transitions) and probability is not null"
    )
    assert len({row[0] for row in found}) > 2
    for stage, to_stage, horizon, n_entered, probability, value_probability, days_to_value, n_outcomes in found:
        stays = paths[paths.stage == stage]
        assert horizon == min(180, stays.since.nlargest(10).iloc[-1])
        outcome = "open" if to_stage == stage else to_stage
        share = shares_that_end_so(stays.stage_days, stays.left_to, outcome, horizon)[-1]
        assert probability == pytest.approx((n_entered * share + 0.5) / (n_entered + 0.5 * n_outcomes), abs=1e-9)
        if value_probability is not None:
            before = stays[stays.value_outcome != "before"]
            reached = shares_that_end_so(before.value_days, before.value_outcome, "value", horizon)
            assert value_probability == pytest.approx(reached[-1], abs=1e-9)
            mean = sum(day * (now - then) for day, (then, now) in enumerate(pairwise(reached), start=1)) / reached[-1]
            assert days_to_value == pytest.approx(mean, abs=1e-6)


def shares_that_end_so(days: pd.Series, outcomes: pd.Series, outcome: str, horizon: int) -> list[float]:
    """The share that has ended so by each day, or of open the share that has not ended."""
    staying, share, found = 1.0, 0.0, []
    for day in range(horizon + 1):
        at_risk = (days >= day).sum()
        today = outcomes[days == day]
        if at_risk:
            share += staying * (today == outcome).sum() / at_risk
            staying *= 1 - (today != "open").sum() / at_risk
        found.append(staying if outcome == "open" else share)
    return found


def test_shares_of_a_stage_add_up_and_value_gets_nearer_stage_by_stage(query: Query):
    sums = query(
        "select sum(probability) from cohorts.fct_stage_transitions where probability is not null "
        "group by as_of, segment_attribute, segment_value, from_stage"
    )
    assert sums and all(total[0] == pytest.approx(1, abs=1e-9) for total in sums)
    ((setup, activation),) = query(
        "select max(expected_days_to_value) filter (from_stage = 'setup'), max(expected_days_to_value) filter "
        "(from_stage = 'activation') from cohorts.fct_stage_transitions where segment_attribute = 'all' "
        "and as_of = (select max(as_of) from cohorts.fct_stage_transitions)"
    )
    assert setup > activation > 0
