"""Outcomes of accounts and retention of revenue on made-up accounts whose figures can be worked out by hand.

The wrong versions: a loss inside an open horizon counted while staying there is not, so that young accounts seem to leave
more; a pause taken for an end; a family counted as several customers; reactivation counted as retention.
"""

import datetime as dt

import duckdb
import pandas as pd
import pytest

from orchestration.common.workspace import Workspace
from tests.support.cohort_tools import run_models

pytestmark = pytest.mark.pipeline
LAST_DAY = dt.date(2026, 6, 30)


def table(columns: str, *rows: tuple) -> pd.DataFrame:
    """Rows of an input; names that end in _date, _on, _from or _to hold days."""
    made = pd.DataFrame(list(rows), columns=columns.split())
    for name in made.columns:
        if name.endswith(("_date", "_on", "_from", "_to")):
            made[name] = pd.to_datetime(made[name]).dt.date.astype("datetime64[s]")
    return made


def outcomes_of(built: Workspace, accounts: pd.DataFrame, events: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    """The warehouse with fct_account_outcomes of the accounts, whose tickets and families are the same in every test."""
    return run_models(
        built.dbt_target / "compiled",
        {
            "intermediate.int_account_follow_up": accounts,
            "intermediate.int_account_outcome_events": events,
            "intermediate.int_ticket_costs": table(
                "ticket_id account_id created_date handle_minutes support_cost",
                ("one", "up", "2026-02-28", 5.0, 9.0),
                ("two", "up", "2026-03-01", 5.0, 9.0),
                ("three", "up", "2026-05-30", None, 4.0),
                ("four", "up", "2026-05-31", 5.0, 9.0),
            ),
            "intermediate.int_account_families": table(
                "account_id family_id known_from known_to",
                ("up", "head", "2026-03-01", None),
                ("down", "head", "2026-03-01", "2026-04-01"),
            ),
            "staging.stg_tickets": table("ticket_id created_date known_on", ("one", "2026-02-28", "2026-02-28")).rename(
                columns={"created_date": "created_at"}
            ),
            "definitions.unit_costs": table("unit cost valid_from", ("ticket", 4.0, "2026-01-01")),
            "intermediate.int_reporting_currency": table("currency", ("EUR",)),
        },
        ["int_outcome_windows", "fct_account_outcomes"],
        LAST_DAY,
    )


def test_three_accounts_keep_two_thirds_net_and_half_gross(built: Workspace):
    """100 → 150, 100 → 50, 100 → 0: 200 of 300 net, 100 + 50 of 300 gross. What follows the horizon is outside."""
    accounts = table(
        "account_id started_date lifecycle",
        ("up", "2026-03-01", "active"),
        ("down", "2026-03-01", "active"),
        ("out", "2026-03-01", "churned"),
    )
    events = table(
        "account_id outcome happened_on mrr_change",
        ("up", "first_payment", "2026-03-01", 100.0),
        ("up", "renewal", "2026-04-01", 0.0),
        ("up", "expansion", "2026-05-30", 50.0),
        ("up", "expansion", "2026-05-31", 1000.0),
        ("down", "first_payment", "2026-03-01", 100.0),
        ("down", "contraction", "2026-04-01", -50.0),
        ("out", "trial_started", "2026-03-01", 0.0),
        ("out", "first_payment", "2026-03-02", 100.0),
        ("out", "trial_converted", "2026-03-02", 0.0),
        ("out", "churn", "2026-04-01", -100.0),
        ("out", "renewal_missed", "2026-05-01", 0.0),
    )
    warehouse = outcomes_of(built, accounts, events)
    assert warehouse.execute(
        "select sum(mrr_end) / sum(mrr_start), sum(least(mrr_start, mrr_end)) / sum(mrr_start) "
        "from outcomes.fct_account_outcomes where horizon_days = 90"
    ).fetchone() == pytest.approx((2 / 3, 0.5))
    assert warehouse.execute(
        "select account_id, family_id, has_churned, has_expanded, has_contracted, has_renewed, has_converted_trial, "
        "net_retention_ratio, gross_retention_ratio, n_tickets, n_tickets_without_minutes, support_cost "
        "from outcomes.fct_account_outcomes where horizon_days = 90 order by account_id desc"
    ).fetchall() == [
        ("up", "head", False, True, False, True, None, 1.5, 1.0, 2, 1, 13.0),
        ("out", "out", True, False, False, False, True, 0.0, 0.0, 0, 0, 0.0),
        ("down", "down", False, False, True, None, None, 0.5, 0.5, 0, 0, 0.0),
    ]


def test_an_open_horizon_says_nothing_of_whoever_left_in_it_and_what_is_unknown_stays_so(built: Workspace):
    """Of five accounts that are 60 days old and one that left among them, neither 100 % nor 20 % left within 90 days."""
    accounts = table(
        "account_id started_date lifecycle",
        ("left", "2026-05-01", "churned"),
        *((f"stays {n}", "2026-05-01", "active") for n in range(4)),
        ("bare", "2026-01-01", "none"),
        ("foreign", "2026-01-01", "active"),
    )
    events = table(
        "account_id outcome happened_on mrr_change",
        ("left", "first_payment", "2026-05-01", 10.0),
        ("left", "churn", "2026-05-20", -10.0),
        ("foreign", "first_payment", "2026-01-01", None),
        ("foreign", "amount_unknown", "2026-01-01", None),
    )
    warehouse = outcomes_of(built, accounts, events)
    of_young = "from outcomes.fct_account_outcomes where started_date = date '2026-05-01' and horizon_days = 90"
    assert warehouse.execute(
        f"select count(has_churned), count(churned_on), bool_and(is_censored) {of_young}"
    ).fetchone() == (
        0,
        1,
        True,
    )
    assert warehouse.execute(
        "select account_id, has_churned, mrr_start, mrr_end, net_retention_ratio from outcomes.fct_account_outcomes "
        "where horizon_days = 90 and account_id in ('bare', 'foreign') order by 1"
    ).fetchall() == [("bare", None, 0.0, 0.0, None), ("foreign", False, None, None, None)]


def retention_of(built: Workspace, changes: pd.DataFrame, families: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    """The warehouse with fct_revenue_retention of accounts that all started in January, from changes of what they pay."""
    months = pd.date_range("2025-05-31", "2026-06-30", freq="ME")
    names = sorted(set(changes["account_id"]))
    calendar = pd.DataFrame({"month_date": months.to_period("M").to_timestamp(), "day_date": months}).astype(
        "datetime64[s]"
    )
    return run_models(
        built.dbt_target / "compiled",
        {
            "core.dim_accounts": pd.DataFrame({"account_id": names}),
            "core.dim_calendar": calendar,
            "intermediate.int_account_follow_up": pd.DataFrame({"account_id": names}).assign(
                started_date=pd.Timestamp("2026-01-05").to_datetime64().astype("datetime64[s]")
            ),
            "intermediate.int_account_lifecycle_changes": changes.assign(
                original_mrr=changes["mrr"], original_currency="EUR"
            ),
            "intermediate.int_account_families": families,
            "intermediate.int_segments_at_start": pd.DataFrame(
                {"account_id": names, "segment_attribute": "all", "segment_value": "all", "min_accounts": 1}
            ),
            "intermediate.int_reporting_currency": table("currency", ("EUR",)),
        },
        ["fct_mrr_movements", "int_account_months", "fct_revenue_retention"],
        LAST_DAY,
    )


NO_FAMILY = table("account_id family_id known_from known_to").astype(
    {"account_id": str, "family_id": str, "known_from": "datetime64[s]", "known_to": "datetime64[s]"}
)


def test_a_month_keeps_what_the_reference_says(built: Workspace):
    """Ten at the start, 0.6 contracted, 0.9 churned, 1.8 expanded: 85 % gross and 103 % net; new and returned are neither."""
    changes = table(
        "account_id changed_on lifecycle mrr",
        ("grows", "2026-01-10", "active", 5.0),
        ("grows", "2026-02-10", "active", 6.8),
        ("shrinks", "2026-01-10", "active", 4.1),
        ("shrinks", "2026-02-10", "active", 3.5),
        ("leaves", "2026-01-10", "active", 0.9),
        ("leaves", "2026-02-10", "churned", 0.0),
        ("comes", "2026-02-10", "active", 7.0),
        ("tries", "2026-01-10", "trialing", 0.0),
    )
    warehouse = retention_of(built, changes, NO_FAMILY)
    found = warehouse.execute(
        "select mrr_start, mrr_expansion, mrr_contraction, mrr_churn, mrr_new, mrr_end, net_retention_ratio, "
        "gross_retention_ratio, logo_retention_ratio, quick_ratio from outcomes.fct_revenue_retention "
        "where cohort = 'all' and month_date = date '2026-02-01'"
    ).fetchone()
    assert found == pytest.approx((10.0, 1.8, 0.6, 0.9, 7.0, 17.3, 1.03, 0.85, 2 / 3, 8.8 / 1.5))


def test_a_family_is_one_customer_a_pause_no_loss_and_parts_add_up_to_the_movements(built: Workspace):
    """The parent's contract moves to its child in February; a stranger pauses, leaves while paused, and comes back."""
    changes = table(
        "account_id changed_on lifecycle mrr",
        ("parent", "2026-01-10", "active", 100.0),
        ("parent", "2026-02-10", "churned", 0.0),
        ("child", "2026-02-10", "active", 100.0),
        ("stranger", "2026-01-10", "active", 50.0),
        ("stranger", "2026-02-10", "paused", 0.0),
        ("stranger", "2026-03-10", "churned", 0.0),
        ("stranger", "2026-05-10", "active", 60.0),
        ("foreign", "2026-01-10", "active", None),
        ("foreign", "2026-04-10", "active", 20.0),
    )
    families = table(
        "account_id family_id known_from known_to",
        ("child", "parent", "2026-01-10", None),
        ("parent", "parent", "2026-01-10", None),
    )
    warehouse = retention_of(built, changes, families)
    months = warehouse.execute(
        "select month(month_date), n_customers_start, n_customers_lost, n_customers_end, n_unknown_amounts, mrr_start, mrr_end "
        "from outcomes.fct_revenue_retention where cohort = '2026-01' order by 1"
    ).fetchall()
    assert months == [
        (1, 0, 0, 3, 1, 0.0, 150.0),
        (2, 3, 0, 3, 1, 150.0, 100.0),
        (3, 3, 1, 2, 1, 100.0, 100.0),
        (4, 2, 0, 2, 0, 100.0, 120.0),
        (5, 2, 0, 3, 0, 120.0, 180.0),
        (6, 3, 0, 3, 0, 180.0, 180.0),
    ]
    parts = "mrr_new + mrr_expansion + mrr_reactivation + mrr_became_known - mrr_contraction - mrr_churn - mrr_became_unknown"
    off = warehouse.execute(
        f"select month_date from (select month_date, mrr_start + {parts} - mrr_end as off, {parts} as moved from "
        "outcomes.fct_revenue_retention where cohort = 'all') left join (select month_date, sum(mrr_change) as summed "
        "from core.fct_mrr_movements group by 1) using (month_date) "
        "where abs(off) > 1e-9 or abs(moved - coalesce(summed, 0)) > 1e-9"
    ).fetchall()
    assert off == []


def test_a_year_later_no_account_keeps_more_gross_than_it_paid(built: Workspace):
    """Regression: least() of nothing and something is something, and more was kept than there was."""
    changes = table(
        "account_id changed_on lifecycle mrr",
        ("doubles", "2025-06-10", "active", 100.0),
        ("doubles", "2026-06-10", "active", 200.0),
        ("is new", "2026-06-11", "active", 500.0),
        ("left", "2025-06-10", "active", 100.0),
        ("left", "2026-01-10", "churned", 0.0),
    )
    warehouse = retention_of(built, changes, NO_FAMILY)
    found = warehouse.execute(
        "select mrr_year_before, net_retention_year_ratio, gross_retention_year_ratio from outcomes.fct_revenue_retention "
        "where cohort = 'all' and month_date = date '2026-06-01'"
    ).fetchone()
    assert found == (200.0, 1.0, 0.5)
