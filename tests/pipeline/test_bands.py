"""Bands hold still near an edge: the SQL equals a machine that goes from Sunday to Sunday, and it flips less."""

import datetime as dt
import random
from collections.abc import Callable

import pandas as pd
import pytest

from orchestration.common.workspace import Workspace
from tests.support.cohort_tools import run_models

pytestmark = pytest.mark.pipeline
Query = Callable[[str], list[tuple]]
EDGES = {"at_risk": 40.0, "steady": 60.0, "growth": 80.0}
MARGIN = 3.0


def machine(scores: list[float | None], edge: float) -> list[int | None]:
    """Above or below one edge, one Sunday after the other, as the rule says it."""
    states: list[int | None] = []
    state: int | None = None
    before: float | None = None
    for score in scores:
        if score is not None:
            if before is None:
                state = int(score >= edge)
            elif score >= edge + MARGIN or (score >= edge and before >= edge):
                state = 1
            elif score < edge - MARGIN or (score < edge and before < edge):
                state = 0
            before = score
        states.append(state)
    return states


def walks(seed: int) -> pd.DataFrame:
    """Scores that wander about the edges, with Sundays without a score."""
    draw = random.Random(seed)
    rows = []
    for account in range(300):
        score = draw.uniform(20, 95)
        for week in range(40):
            score = min(100.0, max(0.0, score + draw.gauss(0, 4)))
            given = None if draw.random() < 0.1 else round(score, 4)
            rows.append((f"a{account}", dt.date(2025, 1, 5) + dt.timedelta(7 * week), 1, True, given))
    walk = pd.DataFrame(rows, columns=["account_id", "scored_on", "rubric_version", "is_sunday", "score"])
    return walk.astype({"score": "float64", "rubric_version": "int32"})


@pytest.mark.parametrize("seed", range(3))
def test_bands_in_one_pass_are_those_of_a_machine_that_goes_week_by_week(built: Workspace, seed: int):
    walk = walks(seed)
    bands = pd.DataFrame(
        [(1, name, rank, edge, MARGIN, MARGIN) for rank, (name, edge) in enumerate(EDGES.items(), 2)],
        columns=["rubric_version", "band", "band_rank", "score_from", "enter_margin", "leave_margin"],
    ).astype({"rubric_version": "int32"})
    connection = run_models(
        built.dbt_target / "compiled",
        {"intermediate.int_account_score_days": walk, "definitions.bands": bands},
        ["int_band_edge_states"],
    )
    ours = {
        (account, band): list(states)
        for account, band, states in connection.execute(
            "select account_id, band, list(is_above order by scored_on) from intermediate.int_band_edge_states group by all"
        ).fetchall()
    }
    for account, group in walk.groupby("account_id"):
        scores = [None if pd.isna(score) else float(score) for score in group["score"]]
        for band, edge in EDGES.items():
            assert ours[account, band] == machine(scores, edge), (account, band)


def test_bands_flip_less_than_the_scores_that_make_them(query: Query):
    def flips(column: str) -> int:
        return query(
            f"select count(*) from (select {column} <> lag({column}) over (partition by account_id order by scored_on) "
            f"as has_changed from scores.fct_account_scores where dayofweek(scored_on) = 0 and band <> 'unknown') "
            "where has_changed"
        )[0][0]

    assert 0 < flips("band") < flips("raw_band")


def test_migrations_account_for_everyone(query: Query):
    rows = query(
        "select migrations.scored_on, migrations.n, scored.n from (select scored_on, sum(n_accounts) as n from "
        "scores.fct_band_migrations where segment_attribute = 'all' and to_band <> 'left' group by 1) as migrations "
        "join (select scored_on, count(*) as n from scores.fct_account_scores where is_published group by 1) as scored "
        "using (scored_on)"
    )
    assert rows and all(migrated == scored for _, migrated, scored in rows)


def test_the_books_of_the_csms_add_up_to_the_portfolio(query: Query):
    rows = query(
        "select sum(n_accounts) filter (csm_id = 'all') as whole, sum(n_accounts) filter (csm_id <> 'all') as books, "
        "sum(mrr_at_risk) filter (csm_id = 'all') - sum(mrr_at_risk) filter (csm_id <> 'all') "
        "from scores.fct_portfolio_health where segment_attribute = 'all' group by scored_on"
    )
    assert rows and all(whole == books and abs(rest) < 1e-6 for whole, books, rest in rows)
