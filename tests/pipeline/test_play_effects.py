"""What is said of a play without effect, and of one with: made-up accounts of which it is known what the play does.

The wrong version that this is built to catch compares those who got a play with those who never get it. That is known
only later: when nearly everyone gets it sooner or later, those who never do are those who left before their turn.
"""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from orchestration.common.workspace import Workspace
from tests.support.cohort_tools import PLAY_EFFECT_MODELS, run_models

pytestmark = pytest.mark.pipeline
SUNDAY = dt.date(2025, 1, 5)
WEEKS = 60
N = 700
SHARES = (0.2, 0.5, 0.8, 1.0)
NEVER = 999


def made_up(rng: np.random.Generator, share: float, kind: str, hazard_ratio: float) -> dict[str, np.ndarray]:
    """Weeks of `N` accounts: called for, treated, left. `frail` ones differ for good, `ill` ones until they recover."""
    health = rng.normal(0, 1, N)
    called_until = rng.integers(4, 40, N) if kind == "frail" else rng.geometric(1 / 8, N)
    called = np.arange(WEEKS + 9)[None, :] < called_until[:, None]
    wait = np.where(rng.random(N) < share, rng.geometric(0.15, N) - 1, NEVER)
    treated = np.where(wait < called_until, wait, NEVER)
    left = np.full(N, NEVER)
    for week in range(WEEKS):
        ill = np.where(called[:, week], 0.06, 0.01) * np.exp(-0.5 * health)
        hazard = np.where(treated < week, hazard_ratio, 1.0) * (ill if kind == "ill" else 0.02 * np.exp(-0.8 * health))
        left[(left == NEVER) & (rng.random(N) < 1 - np.exp(-hazard))] = week
    treated = np.where(treated <= left, treated, NEVER)
    noise = rng.normal(0, 4, called.shape)
    score = np.clip(55 + 12 * health[:, None] - 12 * called * (kind == "ill") + noise, 0, 100)
    return {"called": called, "treated": treated, "left": left, "score": score}


def tables(plays: dict[str, dict[str, np.ndarray]]) -> dict[str, pd.DataFrame]:
    """The inputs of the models: one play with accounts of its own for each made-up company."""
    day = np.array([np.datetime64(SUNDAY + dt.timedelta(7 * week)) for week in range(WEEKS + 9)])
    parts: dict[str, list[pd.DataFrame]] = {"called": [], "scores": [], "ends": [], "done": []}
    for play, made in plays.items():
        ids = np.array([f"{play} {number}" for number in range(N)])
        account, week = np.nonzero(np.arange(WEEKS + 9)[None, :] <= made["left"][:, None])
        rows = {"account_id": ids[account], "scored_on": day[week]}
        is_called = made["called"][account, week]
        parts["called"].append(pd.DataFrame(rows)[is_called].assign(play_id=play, is_held_out=False))
        parts["scores"].append(
            pd.DataFrame(rows).assign(
                is_published=True,
                score=made["score"][account, week],
                band="steady",
                tenure_days=7 * week,
                rubric_version=1,
            )
        )
        end = np.minimum(made["left"], WEEKS + 8)
        ends = pd.DataFrame({"account_id": ids, "observed_until": day[end] + np.timedelta64(3, "D")})
        ends["has_churned"] = made["left"] < NEVER
        ends["ended_on"] = ends["observed_until"].where(ends["has_churned"])
        parts["ends"].append(ends)
        got = made["treated"] < NEVER
        closed = day[np.minimum(made["treated"][got], WEEKS + 8)] + np.timedelta64(2, "D")
        parts["done"].append(
            pd.DataFrame({"account_id": ids[got], "play_id": play, "status": "done", "closed_on": closed})
        )
    whole = {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}
    names = list(plays)
    playbook = pd.DataFrame({"play_id": names, "holdout_ratio": 0.0, "objective_metric_id": "m"})
    return {
        "intermediate.int_play_trigger_days": whole["called"],
        "intermediate.int_sunday_scores": whole["scores"].assign(segment_attribute="size", segment_value="small"),
        "intermediate.int_account_follow_up": whole["ends"],
        "intermediate.int_task_states": whole["done"],
        "definitions.plays": playbook.assign(
            holdout_from=SUNDAY, holdout_until=pd.Series([None] * len(names), dtype="datetime64[s]")
        ),
        "definitions.play_triggers": pd.DataFrame({"play_id": names, "kind": "stall", "value": "setup"}),
        "definitions.bands": pd.DataFrame({"band": ["growth"], "band_rank": [4]}),
        "scores.fct_score_components": pd.DataFrame(
            {
                "account_id": ["nobody"],
                "scored_on": [SUNDAY],
                "rubric_version": [1],
                "metric_id": ["m"],
                "points": [1.0],
            }
        ),
    }


def measured(built: Workspace, kind: str, hazard_ratio: float, replicates: int) -> pd.DataFrame:
    """Effects that the mart finds, a row per made-up company and measure, with the share that gets the play."""
    rng = np.random.default_rng([7, *kind.encode(), int(100 * hazard_ratio)])
    plays = {
        f"{share} {number}": made_up(rng, share, kind, hazard_ratio) for share in SHARES for number in range(replicates)
    }
    connection = run_models(built.dbt_target / "compiled", tables(plays), PLAY_EFFECT_MODELS, dt.date(2026, 6, 28))
    found = connection.execute(
        "select *, split_part(play_id, ' ', 1)::double as share from scores.fct_play_effects "
        "where comparison = 'observational' and segment_attribute = 'all'"
    ).df()
    assert len(found) >= 3 * len(plays) * 0.9
    return found


def covered(rows: pd.DataFrame, truth: float) -> pd.Series:
    return (rows["effect_low"] <= truth) & (rows["effect_high"] >= truth)


@pytest.mark.parametrize("kind", ["frail", "ill"])
def test_a_play_that_does_nothing_is_within_its_intervals_whoever_gets_it_and_when(built: Workspace, kind: str):
    """With never-treated accounts for comparison the mean ratio was .48 where everybody gets it, and 2 of 15 held 1."""
    found = measured(built, kind, 1.0, 20)
    assert set(found["measure"]) == {"churn", "resolved", "score"}
    for measure, rows in found.groupby("measure"):
        assert covered(rows, 1.0 if measure == "churn" else 0.0).mean() >= 0.85, measure
    leaving = found[found["measure"] == "churn"]
    for share, rows in leaving.groupby("share"):
        assert abs(np.log(rows["effect"]).mean()) < 0.1, share
    # of 240 comparisons of plays without effect one in ten would be called better or worse, one by one
    assert ((found["p_value"] <= 0.1).sum()) > 10
    assert found["verdict"].isin(["better", "worse"]).sum() <= 3


def test_a_play_that_halves_leaving_is_found_whoever_gets_it_and_when(built: Workspace):
    """Where leaving follows an illness that passes, those still ill get the play and the ratio found is nearer to 1."""
    leaving = {
        kind: found[found["measure"] == "churn"]
        for kind in ("frail", "ill")
        for found in [measured(built, kind, 0.5, 20)]
    }
    assert covered(leaving["frail"], 0.5).mean() >= 0.85
    for kind, rows in leaving.items():
        assert (rows["verdict"] == "better").mean() > 0.8, kind
        for share, some in rows.groupby("share"):
            assert 0.45 < np.exp(np.log(some["effect"]).mean()) < 0.65, (kind, share)
