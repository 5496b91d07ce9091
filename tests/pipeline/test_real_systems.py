"""A company whose systems behave as real ones do: what was valid when, known when, and who is who, from file to mart."""

import datetime as dt
import re
from collections.abc import Callable
from functools import partial

import pytest

from orchestration.common.workspace import Workspace
from tests.support import warehouse_tools
from tests.support.real_company import ACCOUNTS, SOURCES, build

pytestmark = [pytest.mark.pipeline, pytest.mark.heavy]
Ask = Callable[[str], list[tuple]]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build(tmp_path_factory.mktemp("real"))


@pytest.fixture
def ask(company: Workspace) -> Ask:
    return partial(warehouse_tools.ask, company)


@pytest.mark.parametrize(
    ("account", "movements"),
    [
        ("place", ["2025-01 new 100", "2025-03 expansion 50", "2025-06 churn -150"]),
        ("log", ["2025-02 new 50", "2025-04 churn -50"]),
        ("paused", ["2025-01 new 70", "2025-03 contraction -70", "2025-05 expansion 70"]),
        ("back", ["2025-01 new 80", "2025-03 churn -80", "2025-06 reactivation 90"]),
        ("two", ["2025-01 new 10", "2025-02 expansion 20", "2025-04 contraction -10"]),
        ("gone", ["2025-01 new 60", "2025-07 churn -60"]),
        ("new", ["2025-01 new 5", "2025-06 expansion 40"]),
        ("busy", []),
        # a price keeps the rate of its first day: the dollar falls in April, a renewal in May is no contraction
        ("dollar", ["2025-01 new 90", "2025-06 expansion 10"]),
        ("mixed", ["2025-01 new 100"]),
        ("franc", ["2025-01 new 50"]),
        ("yen", ["2025-01 new unknown"]),
    ],
)
def test_revenue_moves_in_the_month_in_which_it_did(ask: Ask, account: str, movements: list[str]):
    """Regression: a source that updates in place gave `churn` in the month of the start, and no `new`."""
    found = ask(
        "select strftime(month_date, '%Y-%m') || ' ' || movement || ' ' || "
        "coalesce(mrr_change::integer::varchar, 'unknown') "
        f"from core.fct_mrr_movements where account_id = '{account}' order by month_date"
    )
    assert [row[0] for row in found] == movements


def test_movements_add_up_to_what_is_paid_today(ask: Ask):
    assert ask("select sum(mrr_change) from core.fct_mrr_movements") == ask("select sum(mrr) from core.dim_accounts")


def test_amounts_are_in_one_currency_or_unknown_with_a_reason(ask: Ask):
    """Regression: 100 USD and 15,000 JPY were 15,100."""
    columns = "account_id, mrr, currency, mrr_unknown_reason, original_mrr, original_currency"
    wanted = "('dollar', 'mixed', 'nameless', 'place', 'quiet', 'two', 'yen')"
    assert ask(f"select {columns} from core.dim_accounts where account_id in {wanted} order by 1") == [
        ("dollar", 100, "EUR", None, 200, "USD"),
        ("mixed", 100, "EUR", None, None, "several"),
        ("nameless", None, "EUR", "no currency", 33, None),
        ("place", 0, "EUR", None, 0, None),
        ("quiet", 0, "EUR", None, None, None),
        ("two", 20, "EUR", None, 20, "EUR"),
        ("yen", None, "EUR", "no rate", 15000, "JPY"),
    ]
    assert ask("select mrr, mrr_at_risk from scores.account_scores_current where account_id = 'yen'") == [(None, None)]
    health = "from scores.fct_portfolio_health where segment_attribute = 'all' and csm_id = 'all'"
    assert ask(
        f"select sum(n_mrr_unknown), round(sum(mrr), 6) = (select round(sum(mrr), 6) from scores.account_scores_current) {health} "
        "and scored_on = (select max(scored_on) from scores.account_scores_current)"
    ) == [(2, True)]


def test_a_rate_counts_from_the_day_on_which_it_became_known(ask: Ask):
    paid = "select mrr from scores.fct_account_scores where account_id = 'franc' and is_published and scored_on = '2025-{}'"
    assert [ask(paid.format(day))[0][0] for day in ("03-09", "03-16", "05-11")] == [None, 55, 50]


def test_a_family_counts_each_account_once(ask: Ask):
    assert ask(
        "select n_accounts, mrr, lowest_account_id from scores.fct_family_health "
        "where scored_on = (select max(scored_on) from scores.account_scores_current) and account_id = 'group'"
    ) == [(3, 520, "group")]


def test_an_account_that_left_and_came_back_has_left(ask: Ask):
    assert ask("select lifecycle, ended_on, mrr from core.dim_accounts where account_id = 'back'") == [
        ("active", None, 90)
    ]
    facts = "ended_on, returned_on, has_churned, observed_until"
    assert ask(f"select {facts} from intermediate.int_account_follow_up where account_id = 'back'") == [
        (dt.date(2025, 3, 5), dt.date(2025, 6, 5), True, dt.date(2025, 3, 5))
    ]
    weeks = "select distinct strftime(week_date, '%Y-%m') from intermediate.int_account_weeks where account_id = 'back' and has_left"
    assert {row[0] for row in ask(weeks)} >= {"2025-03", "2025-04", "2025-05"}
    assert not {row[0] for row in ask(weeks)} & {"2025-01", "2025-07", "2025-08"}
    assert ask(
        "select duration_days, is_event from intermediate.int_account_endpoints where account_id = 'back' and endpoint = 'churn'"
    ) == [(62, 1)]


def test_the_newest_dump_counts_from_its_day_on(ask: Ask):
    history = "select plan_tier, known_on from core.dim_account_history where account_id = 'busy' order by 2"
    assert ask(history) == [("free", dt.date(2025, 1, 2)), ("pro", dt.date(2025, 5, 1))]
    assert ask("select plan_tier from core.dim_accounts where account_id = 'busy'") == [("pro",)]


def test_a_corrected_sign_up_counts_from_its_day_on(ask: Ask):
    """Its year was wrong in the first dump, and right in the one of the first of May."""
    tenure = "select scored_on, tenure_days from scores.fct_account_scores where account_id = 'typo' and is_published"
    assert ask(f"{tenure} and scored_on in ('2025-04-27', '2025-05-04') order by 1") == [
        (dt.date(2025, 4, 27), 481),
        (dt.date(2025, 5, 4), 122),
    ]
    assert ask("select started_at::date, tenure_days from core.dim_accounts where account_id = 'typo'") == [
        (dt.date(2025, 1, 2), 241)
    ]
    assert ask(
        "select distinct started_at::date from milestones.fct_milestone_attainments where account_id = 'typo'"
    ) == [(dt.date(2025, 1, 2),)]


def test_an_account_is_left_out_only_while_it_is_internal(ask: Ask):
    scored = "select count(*) from scores.fct_account_scores where account_id = 'tester'"
    others = "select count(*) from scores.fct_account_scores where account_id = 'busy'"
    assert ask(scored) == ask(others)  # the first of May is no Sunday
    assert ask("select count(*) from core.dim_accounts where account_id = 'tester'") == [(1,)]


def test_an_alias_counts_for_its_account_from_its_day_on(ask: Ask):
    assert ask("select count(*) from core.dim_accounts where account_id = 'old'") == [(0,)]
    assert ask("select max(scored_on) < '2025-06-01' from scores.fct_account_scores where account_id = 'old'") == [
        (True,)
    ]
    assert ask("select ticket_id from core.fct_tickets where account_id = 'new' order by 1") == [("t1",), ("t2",)]
    assert ask("select mrr from core.dim_accounts where account_id = 'new'") == [(45,)]
    activity = "select sum(n) from core.fct_account_activity where account_id = 'new' and activity_date {} '2025-06-01'"
    assert ask(activity.format(">=")) == [(2 * 2 * 13,)]
    assert ask(activity.format("<")) == [(2 * 21,)]


def test_a_corrected_answer_counts_from_its_day_on_and_an_impossible_one_never(ask: Ask):
    assert ask("select account_id, score from core.fct_survey_responses") == [("busy", 9)]
    known = (
        "select scored_on, raw_value from scores.fct_score_components where account_id = 'busy' and metric_id = 'nps_answer' "
        "and rubric_version = 1 and scored_on in ('2025-02-09', '2025-02-16', '2025-02-23') order by 1"
    )
    assert [float(row[1]) for row in ask(known)] == [2, 2, 9]
    assert ask("select count(*) from governance.fct_rejected_records where source_id = 'nps'") == [(1,)]


def test_a_missing_value_of_the_benchmark_attribute_is_unknown(ask: Ask):
    found = "select distinct segment_value from intermediate.int_account_spine where account_id = '{}' and scored_on > '2025-02-01'"
    assert ask(found.format("blank")) == [("unknown",)]
    assert ask(found.format("busy")) == [("small",)]
    assert ask(
        "select count(*) from scores.account_scores_current where account_id = 'blank' and score is not null"
    ) == [(1,)]


def test_a_bad_clock_makes_no_calendar_and_an_unknown_word_no_ending(ask: Ask):
    assert ask("select min(day_date) >= '2023-12-01', max(day_date) <= '2025-12-31' from core.dim_calendar") == [
        (True, True)
    ]
    assert ask(
        "select count(*) from core.fct_account_activity where activity_date not between '2025-01-05' and '2025-08-24'"
    ) == [(0,)]
    assert ask("select lifecycle from core.dim_accounts where account_id = 'busy'") == [("none",)]
    reasons = ask("select reason from governance.fct_rejected_records order by 1")
    assert any("status (6 characters) is not one of" in row[0] for row in reasons)


@pytest.fixture(scope="module")
def without_billing(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The same company, which does not say what is paid and scores parents."""
    sources = re.sub(r"  billing_\w+:\n(    .*\n)+", "", SOURCES).replace("families: both", "families: parents")
    return build(tmp_path_factory.mktemp("unpaid"), sources)


def test_children_count_for_their_parent_where_parents_are_scored(without_billing: Workspace):
    ask = partial(warehouse_tools.ask, without_billing)
    family = "account_id in ('group', 'unit', 'two')"
    assert ask(f"select account_id from core.dim_accounts where {family}") == [("group",)]
    assert ask(f"select distinct account_id from scores.fct_account_scores where {family}") == [("group",)]
    # two children report and look at a dashboard every Sunday; the parent does nothing itself
    assert ask("select sum(n) from core.fct_account_activity where account_id = 'group'") == [(2 * 2 * 34,)]
    assert ask("select count(*) from scores.fct_family_health") == [(0,)]


def test_without_billing_revenue_is_missing_and_pages_leave_it_out(without_billing: Workspace):
    """Regression: a company without billing read `MRR 0, within its usual range (0 to 0)`."""
    ask = partial(warehouse_tools.ask, without_billing)
    assert ask("select count(*), count(mrr), count(mrr_at_risk) from scores.account_scores_current") == [
        (len(ACCOUNTS) - 3, 0, 0)  # one has another id, two count for their parent
    ]
    assert ask("select count(*) from scores.fct_signals where signal_id like 'mrr%'") == [(0,)]
    assert ask("select count(*) > 0, count(priority_value) = count(*) from scores.fct_recommended_plays") == [
        (True, True)
    ]
    pages = {path: path.read_text() for path in without_billing.site.rglob("*.html") if path.name != "sql.html"}
    assert len(pages) > 10
    assert [path.name for path, text in pages.items() if "MRR" in text] == []


def test_a_person_with_two_devices_is_one_from_the_day_on_which_that_is_known(ask: Ask):
    people = (
        "select scored_on, raw_value from scores.fct_score_components where account_id = 'devices' "
        "and metric_id = 'active_users' and rubric_version = 1 and scored_on in ('2025-04-27', '2025-05-04') order by 1"
    )
    assert [float(row[1]) for row in ask(people)] == [3, 2]
    assert ask("select distinct n_users from core.fct_account_activity where account_id = 'devices'") == [(2,)]
