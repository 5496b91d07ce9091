"""The portfolio against the snapshot before it: ratios by hand, what moved them in words, and when nothing is compared."""

from pathlib import Path

import duckdb
import pytest

from orchestration.common.workspace import Workspace
from orchestration.quality.published import judge_published
from orchestration.quality.suites import Outcome

MARTS = (
    "core.dim_accounts(account_id text, tenure_days int, mrr double, lifecycle text, csm_id text, signed_up_at timestamp)",
    "scores.account_scores_current(account_id text, score double)",
    "core.fct_account_activity(n bigint)",
    "core.fct_mrr_movements(mrr double, mrr_change double)",
    "core.fct_tickets(account_id text)",
    "milestones.fct_milestone_attainments(account_id text, milestone_id text)",
    "milestones.onboarding_journeys_current(account_id text)",
    "cohorts.fct_cohort_retention(cohort text)",
    "scores.fct_account_scores(score double)",
    "scores.fct_tasks(account_id text, play_id text)",
    "governance.fct_source_freshness(source_id text)",
)


def warehouse(path: Path, n: int, **changes: str) -> Path:
    """Twelve-odd accounts that pay 100 each and score 60, with columns replaced by SQL of `k`, their number."""
    of = {
        "mrr": "100.0",
        "lifecycle": "'active'",
        "csm": "'ada'",
        "signed_up": "timestamp '2026-01-01'",
        "score": "60.0",
    }
    of |= changes
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        for mart in MARTS:
            connection.execute(f"create schema if not exists {mart.split('.')[0]}; create table {mart}")
        connection.execute(
            f"insert into core.dim_accounts select 'a' || k, 10, {of['mrr']}, {of['lifecycle']}, {of['csm']}, "
            f"{of['signed_up']} from range({n}) as r (k)"
        )
        connection.execute(
            f"insert into scores.account_scores_current select 'a' || k, {of['score']} from range({n}) as r (k)"
        )
    return path


def judged(workspace: Workspace, before: Path | None) -> dict[str, Outcome]:
    return {one.check.key: one for one in judge_published(workspace, before) if one.suite.dataset == "portfolio"}


@pytest.mark.parametrize(
    ("n", "changes", "failing"),
    [
        (20, {}, set()),
        (22, {}, set()),  # a tenth more: growth
        (20, {"mrr": "if(k < 2, 150.0, 100.0)"}, set()),  # two of twenty renewed higher
        (20, {"mrr": "10000.0"}, {"mrr_moves_little", "mrr_is_no_other_unit", "prices_of_few_change"}),
        (20, {"mrr": "if(k < 5, 110.0, 100.0)"}, {"prices_of_few_change"}),
        (19, {}, {"accounts_are_still_there"}),
        (
            14,
            {},
            {
                *("accounts_are_still_there", "most_accounts_are_still_there", "mrr_moves_little", "most_stay_scored"),
                "subscriptions_end_slowly",
            },
        ),
        (30, {}, {"accounts_grow_slowly", "mrr_moves_little", "subscriptions_end_slowly", "most_stay_scored"}),
        (20, {"lifecycle": "if(k < 2, 'churned', 'active')"}, {"subscriptions_end_slowly"}),
        (
            20,
            {"lifecycle": "if(k < 8, 'churned', 'active')"},
            {"subscriptions_end_slowly", "subscriptions_do_not_end_together"},
        ),
        (20, {"csm": "if(k < 6, 'ben', 'ada')"}, {"few_owners_change"}),
        (20, {"signed_up": "timestamp '2026-01-01' + interval 12 hour"}, set()),
        (20, {"signed_up": "if(k < 3, timestamp '2026-02-01', timestamp '2026-01-01')"}, {"sign_ups_stay"}),
        (20, {"score": "if(k < 3, 20.0, 60.0)"}, {"mean_score_moves_little"}),  # 3 of 20 is .15, as allowed
        (20, {"score": "if(k < 4, 80.0, if(k < 8, 40.0, 60.0))"}, {"few_scores_jump"}),  # the mean hides it
    ],
)
def test_what_moves_together_is_seen_and_what_moves_one_by_one_is_not(
    workspace: Workspace, tmp_path: Path, n: int, changes: dict[str, str], failing: set[str]
):
    before = warehouse(tmp_path / "before.duckdb", 20)
    warehouse(workspace.warehouse, n, **changes)
    assert {key for key, one in judged(workspace, before).items() if one.is_bad} == failing


def test_what_moved_revenue_is_told(workspace: Workspace, tmp_path: Path):
    """One lost, one won (a20), one dearer: 20 × 100 become 19 × 100 + 100 + 200."""
    before = warehouse(tmp_path / "before.duckdb", 20)
    warehouse(workspace.warehouse, 21, mrr="case when k = 0 then 0 when k = 1 then 1000 else 100.0 end")
    told = judged(workspace, before)["mrr_moves_little"]
    assert told.status == "failed"
    assert told.detail == "MRR 2,900, before 2,000: new +100, lost -100, changed +900"


@pytest.mark.parametrize("n_before", [None, 9])
def test_without_a_snapshot_or_with_fewer_than_ten_accounts_nothing_is_said(
    workspace: Workspace, tmp_path: Path, n_before: int | None
):
    before = warehouse(tmp_path / "before.duckdb", n_before) if n_before else None
    warehouse(workspace.warehouse, 20, mrr="9999.0")
    assert {one.status for one in judged(workspace, before).values()} == {"learning"}


def test_a_snapshot_of_an_older_version_is_no_comparison_and_no_error(workspace: Workspace, tmp_path: Path):
    before = warehouse(tmp_path / "before.duckdb", 20)
    with duckdb.connect(str(before)) as connection:
        connection.execute("alter table core.dim_accounts drop column lifecycle")
    warehouse(workspace.warehouse, 20)
    assert {one.status for one in judged(workspace, before).values()} == {"learning"}
