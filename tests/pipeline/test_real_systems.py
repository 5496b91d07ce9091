"""A company whose systems behave as real ones do: what was valid when, known when, and who is who, from file to mart."""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.runs.daily import run_days
from tests.support import warehouse_tools

pytestmark = [pytest.mark.pipeline, pytest.mark.heavy]
LAST = dt.date(2025, 8, 31)
Ask = Callable[[str], list[tuple]]

SOURCES = """
sources:
  crm:
    entity: accounts
    path: crm_{date}.csv
  app:
    entity: events
    path: events_{date}.jsonl
    fields: {id: VARCHAR, org: VARCHAR, user: VARCHAR, name: VARCHAR, time: VARCHAR}
    columns: {event_id: id, account_id: org, user_id: user, event_name: name, occurred_at: time, product_line: "'app'"}
  billing_in_place:
    entity: subscriptions
    path: billing_{date}.csv
    columns: {updated_at: file_date}
    values: {status: {Active: active, canceled: churned}}
  billing_log:
    entity: subscriptions
    path: log.csv
  nps:
    entity: survey_responses
    path: answers_{date}.csv
    columns: {survey_id: "'s'", question: "'nps'"}
  desk:
    entity: tickets
    path: tickets.csv
  merges:
    entity: account_aliases
    path: merges.csv
"""
ACCOUNTS = ["place", "log", "paused", "back", "two", "gone", "old", "new", "tester", "blank", "quiet", "busy"]


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n")


def write_company(root: Path) -> None:
    """One account per situation; what is right is said in the test of each."""

    def dump(plan: str, internal: str) -> str:
        rows = [
            f"{a},2025-01-02,{'' if a == 'blank' else 'small'},{plan},{a == 'tester' and internal}" for a in ACCOUNTS
        ]
        return "account_id,signed_up_at,company_size,plan_tier,is_internal\n" + "\n".join(rows)

    write(root, "crm_2025-01-02.csv", dump("free", "false"))
    write(root, "crm_2025-05-01.csv", dump("pro", "true"))
    write(root, "crm_2025-05-02.csv", dump("pro", "false"))
    number = 0
    for week in range(34):
        day = dt.date(2025, 1, 5) + dt.timedelta(7 * week)
        lines = []
        for account in ACCOUNTS:
            for name in ("Dashboard Viewed", "Report Created") if account != "quiet" else ():
                number += 1
                at = f"{day}T10:00:00Z"
                lines.append(
                    json.dumps({"id": f"e{number}", "org": account, "user": f"u_{account}", "name": name, "time": at})
                )
        if week == 3:
            lines.append(
                json.dumps({"id": "bad1", "org": "busy", "user": "u", "name": "Report Created", "time": "1970-01-01"})
            )
            lines.append(
                json.dumps({"id": "bad2", "org": "busy", "user": "u", "name": "Report Created", "time": "2056-01-01"})
            )
        (root / f"events_{day}.jsonl").write_text("\n".join(lines) + "\n")
    head = "subscription_id,account_id,valid_from,valid_to,status,mrr\n"
    write(root, "billing_2025-01-10.csv", head + "p1,place,2025-01-05,,Active,100")
    write(root, "billing_2025-03-10.csv", head + "p1,place,2025-01-05,,Active,150")
    write(root, "billing_2025-06-20.csv", head + "p1,place,2025-01-05,2025-06-15,canceled,150")
    write(
        root,
        "log.csv",
        """subscription_id,account_id,valid_from,status,mrr,deleted_at
        l1,log,2025-01-05,trialing,0,
        l1,log,2025-02-05,active,50,
        l1,log,2025-04-05,churned,0,
        a1,paused,2025-01-05,active,70,
        a1,paused,2025-03-05,paused,70,
        a1,paused,2025-05-05,active,70,
        b1,back,2025-01-05,active,80,
        b1,back,2025-03-05,churned,0,
        b2,back,2025-06-05,active,90,
        t1,two,2025-01-05,active,10,
        t2,two,2025-02-05,active,20,
        t1,two,2025-04-05,churned,0,
        g1,gone,2025-01-05,active,60,2025-07-05
        o1,old,2025-01-05,active,40,
        n1,new,2025-01-05,active,5,
        x1,busy,2025-01-05,Frozen,5,""",
    )
    write(root, "merges.csv", "alias_id,account_id,valid_from\nold,new,2025-06-01")
    write(
        root,
        "tickets.csv",
        """ticket_id,account_id,created_at,updated_at,status
        t1,old,2025-07-01,2025-07-01,open
        t2,old,2025-05-01,2025-05-01,open""",
    )
    answers = "response_id,account_id,score,responded_at\n"
    write(root, "answers_2025-02-03.csv", answers + "r1,busy,2,2025-02-03\nr2,log,95,2025-02-03")
    write(root, "answers_2025-02-20.csv", answers + "r1,busy,9,2025-02-03")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("real")
    shutil.copytree(PROJECT_ROOT / "seeds", root / "seeds")
    (root / "sources.yml").write_text(SOURCES)
    write_company(root)
    workspace = Workspace(root, root / "data")
    assert run_days(workspace, None, LAST) == 0
    return workspace


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
    ],
)
def test_revenue_moves_in_the_month_in_which_it_did(ask: Ask, account: str, movements: list[str]):
    """Regression: a source that updates in place gave `churn` in the month of the start, and no `new`."""
    found = ask(
        "select strftime(month_date, '%Y-%m') || ' ' || movement || ' ' || mrr_change::integer "
        f"from core.fct_mrr_movements where account_id = '{account}' order by month_date"
    )
    assert [row[0] for row in found] == movements


def test_movements_add_up_to_what_is_paid_today(ask: Ask):
    assert ask("select sum(mrr_change) from core.fct_mrr_movements") == ask("select sum(mrr) from core.dim_accounts")


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
    assert ask("select min(day_date) >= '2024-12-01', max(day_date) <= '2025-12-31' from core.dim_calendar") == [
        (True, True)
    ]
    assert ask(
        "select count(*) from core.fct_account_activity where activity_date not between '2025-01-05' and '2025-08-24'"
    ) == [(0,)]
    assert ask("select lifecycle from core.dim_accounts where account_id = 'busy'") == [("none",)]
    reasons = ask("select reason from governance.fct_rejected_records order by 1")
    assert any("status Frozen is not one of" in row[0] for row in reasons)
