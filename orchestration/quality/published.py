"""The publishing border: marts and the portfolio as a whole, judged before a snapshot is written.

Belongs here: the rows that are judged, the comparison with the snapshot before. Does not belong here: suites
(expectations/published), what keeps a snapshot from being written (publishing/snapshot/gate.py).
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from orchestration.common.sql_text import quoted
from orchestration.common.workspace import Workspace
from orchestration.quality.judge import great_expectations
from orchestration.quality.suites import Outcome, load_suites

PORTFOLIO = "portfolio"
_FEWEST = 10  # of fewer accounts a share says nothing


def judge_published(workspace: Workspace, before: Path | None) -> list[Outcome]:
    """Judge the warehouse as it would be published; `before`: database of the snapshot it is compared with."""
    suites = load_suites("published", workspace)
    with tempfile.TemporaryDirectory(dir=workspace.data_dir) as folder:
        rows = Path(folder) / "rows.duckdb"
        with duckdb.connect(str(rows)) as connection:
            connection.execute(f"attach {quoted(workspace.marts)} as warehouse (read_only)")
            try:
                told = _write_portfolio(connection, before)
            except duckdb.BinderException:  # a snapshot of an older version has other columns
                told = _write_portfolio(connection, None)
            for suite in suites:
                if suite.of("mart"):
                    columns = sorted({column for check in suite.of("mart") for column in check.columns}) or ["1 as n"]
                    connection.execute(
                        f'create table "{suite.dataset}" as select {", ".join(columns)} from warehouse.{suite.dataset}'
                    )
        with great_expectations(rows) as judge:
            return [
                one
                for suite in suites
                for rows_of, checks in (("mart", suite.of("mart")), ("portfolio", suite.of("portfolio")))
                if checks
                for one in _told(judge(suite, checks, f'select * from "{suite.dataset}"', ()), told, rows_of)
            ]


def _told(outcomes: Sequence[Outcome], told: dict[str, str], rows: str) -> Iterator[Outcome]:
    """Of the portfolio, what moved it; where there is nothing to compare with, it is being learned."""
    for one in outcomes:
        if rows == "portfolio" and one.status == "passed" and not one.n_rows:
            yield replace(one, status="learning", detail="no snapshot of the two weeks before to compare with")
        elif rows == "portfolio" and one.is_bad:
            yield replace(one, detail=told.get(one.check.columns[0], one.detail), n_rows=None, n_failing=None)
        else:
            yield one


def _write_portfolio(connection: duckdb.DuckDBPyConnection, before: Path | None) -> dict[str, str]:
    """The table `portfolio`, one row: today against what was published before; return its columns in words."""
    accounts, scores = "before.core.dim_accounts", "before.scores.account_scores_current"
    if before:
        connection.execute(f"attach {quoted(before)} as before (read_only)")
    else:
        accounts, scores = (f"(from {name.replace('before', 'warehouse')} limit 0)" for name in (accounts, scores))
    connection.execute(_PORTFOLIO.format(accounts=accounts, scores=scores))
    names = [row[0] for row in connection.execute(f'describe "{PORTFOLIO}"').fetchall()]
    values = connection.execute(f'select * from "{PORTFOLIO}"').fetchone() or ()
    known = dict(zip(names, values, strict=False))
    return {
        column: text.format(**{name: value or 0 for name, value in known.items()}) for column, text in _WORDS.items()
    }


_WORDS = {
    "mrr_ratio": (
        "MRR {mrr:,.0f}, before {mrr_before:,.0f}: new {mrr_new:+,.0f}, lost {mrr_lost:+,.0f}, "
        "changed {mrr_changed:+,.0f}"
    ),
    "mrr_accounts_changed_ratio": "MRR of {n_changed} of {n_both} accounts changed, by {mrr_changed:+,.0f} together",
    "accounts_ratio": "{n_accounts} accounts, before {n_accounts_before}: {n_new} new, {n_gone} gone",
    "accounts_gone_ratio": "{n_gone} of {n_accounts_before} accounts are gone",
    "active_ratio": "{n_active} accounts with a subscription, before {n_active_before}",
    "score_difference": "mean score {score:.1f}, before {score_before:.1f}",
    "scored_ratio": "{n_scored} accounts scored, before {n_scored_before}",
    "owners_changed_ratio": "{n_owners_changed} of {n_both} accounts changed their owner",
    "sign_ups_moved_ratio": "sign-up days of {n_sign_ups_moved} of {n_both} accounts moved",
    "scores_moved_ratio": "scores of {n_scores_moved} of {n_scored_both} accounts moved by more than 15",
}
_ENDED = "coalesce({}.lifecycle, 'none') in ('none', 'churned', 'completed')"
_PORTFOLIO = f"""
create table "{PORTFOLIO}" as
with accounts as (
    select now.account_id is not null as is_here, before.account_id as before_id, now.mrr, before.mrr as mrr_before,
        now.account_id is not null and before.account_id is not null as is_both,
        now.account_id is not null and not {_ENDED.format("now")} as is_active,
        before.account_id is not null and not {_ENDED.format("before")} as was_active,
        now.csm_id is distinct from before.csm_id as has_other_owner,
        abs(epoch(now.signed_up_at - before.signed_up_at)) > 86400 as has_other_sign_up
    from warehouse.core.dim_accounts as now
    full join {{accounts}} as before on now.account_id = before.account_id
),
of_accounts as (
    select count(*) filter (is_here) as n_accounts, count(before_id) as n_accounts_before,
        count(*) filter (before_id is null) as n_new, count(*) filter (not is_here) as n_gone,
        count(*) filter (is_both) as n_both,
        count(*) filter (is_active) as n_active, count(*) filter (was_active) as n_active_before,
        sum(mrr) as mrr, sum(mrr_before) as mrr_before,
        coalesce(sum(mrr) filter (coalesce(mrr_before, 0) = 0), 0) as mrr_new,
        coalesce(-sum(mrr_before) filter (coalesce(mrr, 0) = 0), 0) as mrr_lost,
        coalesce(sum(mrr - mrr_before) filter (mrr > 0 and mrr_before > 0), 0) as mrr_changed,
        count(*) filter (mrr is distinct from mrr_before and is_both) as n_changed,
        count(*) filter (has_other_owner and is_both) as n_owners_changed,
        count(*) filter (has_other_sign_up) as n_sign_ups_moved
    from accounts
),
scores as (
    select avg(now.score) as score, avg(before.score) as score_before,
        count(now.score) as n_scored, count(before.score) as n_scored_before,
        count(now.score - before.score) as n_scored_both,
        count(*) filter (abs(now.score - before.score) > 15) as n_scores_moved
    from warehouse.scores.account_scores_current as now
    full join {{scores}} as before on now.account_id = before.account_id
)
select *, case when n_accounts_before >= {_FEWEST} then n_accounts / n_accounts_before end as accounts_ratio,
    case when n_accounts_before >= {_FEWEST} then n_gone / n_accounts_before end as accounts_gone_ratio,
    case when n_active_before >= {_FEWEST} then n_active / n_active_before end as active_ratio,
    case when n_active_before >= {_FEWEST} then mrr / nullif(mrr_before, 0) end as mrr_ratio,
    case when n_both >= {_FEWEST} then n_changed / n_both end as mrr_accounts_changed_ratio,
    case when n_both >= {_FEWEST} then n_owners_changed / n_both end as owners_changed_ratio,
    case when n_both >= {_FEWEST} then n_sign_ups_moved / n_both end as sign_ups_moved_ratio,
    case when n_scored_before >= {_FEWEST} then n_scored / n_scored_before end as scored_ratio,
    case when least(n_scored, n_scored_before) >= {_FEWEST} then score - score_before end as score_difference,
    case when n_scored_both >= {_FEWEST} then n_scores_moved / n_scored_both end as scores_moved_ratio
from of_accounts, scores
"""
