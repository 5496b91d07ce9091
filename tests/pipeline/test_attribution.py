"""Attribution of expansions: published examples, and what must not happen to a touch that came too early or too late."""

import datetime as dt

import duckdb
import pandas as pd
import pytest

from orchestration.common.workspace import Workspace
from tests.support.cohort_tools import run_models

pytestmark = pytest.mark.pipeline
LAST_DAY = dt.date(2026, 2, 20)
START = pd.Timestamp("2026-01-01")
MODELS = ("int_touches", "int_touch_paths", "int_touch_moves", "int_removal_effects", "fct_expansion_attribution")
TYPES = ("C1", "C2", "C3")


def attributed(built: Workspace, ways: dict[str, list[tuple[str, int]]]) -> duckdb.DuckDBPyConnection:
    """Attribution of accounts that start on 1 January 2026: what happened, and on which day after that.

    `pays` is the first payment, `grows` an expansion by 10, `leaves` the end; all else is a touch of that kind.
    """
    days = [(account, what, START + pd.Timedelta(day, "D")) for account, way in ways.items() for what, day in way]
    table = pd.DataFrame(days, columns=["account_id", "what", "day"]).astype({"day": "datetime64[s]"})
    outcomes = {"pays": "first_payment", "grows": "expansion", "leaves": "churn"}
    events = table[table["what"].isin(list(outcomes))]
    notes = table[~table["what"].isin(list(outcomes))]
    ends = dict(table.loc[table["what"] == "leaves", ["account_id", "day"]].to_numpy())
    accounts = pd.DataFrame({"account_id": list(ways)}).assign(
        started_date=START.to_datetime64().astype("datetime64[s]")
    )
    inputs = {
        "definitions.touch_types": pd.DataFrame(
            {"touch_type": TYPES, "source": "notes", "value": TYPES, "lookback_days": 90, "half_life_days": 7.0}
        ),
        "definitions.plays": pd.DataFrame({"play_id": ["p"], "channel": ["email"]}),
        "core.fct_account_activity": pd.DataFrame({"account_id": ["x"], "action": ["a"], "activity_date": [START]}),
        "scores.fct_tasks": pd.DataFrame(
            {"account_id": ["x"], "play_id": ["p"], "status": ["open"], "closed_on": [START]}
        ),
        "core.fct_tickets": pd.DataFrame({"account_id": ["x"], "theme": ["t"], "solved_at": [START]}),
        "staging.stg_notes": pd.DataFrame(
            {"account_id": notes["account_id"], "kind": notes["what"], "noted_at": notes["day"]}
        ).assign(known_until=pd.Series(dtype="datetime64[s]"), deleted_at=pd.Series(dtype="datetime64[s]")),
        "intermediate.int_account_follow_up": accounts.assign(
            gone_since=pd.to_datetime([ends.get(account) for account in ways]).astype("datetime64[s]")
        ),
        "intermediate.int_account_outcome_events": pd.DataFrame(
            {
                "account_id": events["account_id"],
                "outcome": events["what"].map(outcomes),
                "happened_on": events["day"],
                "mrr_change": 10.0,
            }
        ),
        "intermediate.int_reporting_currency": pd.DataFrame({"currency": ["EUR"]}),
    }
    return run_models(built.dbt_target / "compiled", inputs, MODELS, LAST_DAY)


THREE_PATHS = {
    "converts": [("pays", 0), ("C1", 1), ("C2", 2), ("C3", 3), ("grows", 4)],
    "stops": [("pays", 0), ("C1", 1)],
    "goes on": [("pays", 0), ("C2", 1), ("C3", 2)],
}


def test_removal_effects_are_those_of_the_published_example_and_repeated_touches_are_one(built: Workspace):
    """C1 > C2 > C3 converts, C1 and C2 > C3 do not: effects .5, 1 and 1, shares .2, .4 and .4 (Anderl et al. 2016)."""
    repeated = {**THREE_PATHS, "stops": [("pays", 0), ("C1", 1), ("C1", 5), ("C1", 9)]}
    for ways in (THREE_PATHS, repeated):
        warehouse = attributed(built, ways)
        effects = warehouse.execute(
            "select removal_effect from intermediate.int_removal_effects where touch_type is not null order by touch_type"
        ).fetchall()
        assert [effect for (effect,) in effects] == pytest.approx([0.5, 1.0, 1.0])
        shares = warehouse.execute(
            "select removal_share from outcomes.fct_expansion_attribution where account_id = 'converts' order by touched_on"
        ).fetchall()
        assert [share for (share,) in shares if share] == pytest.approx([0.2, 0.4, 0.4])


def test_a_chain_that_goes_back_and_forth_ends_as_often_as_a_walk_through_it(built: Workspace):
    """C1 and C2 follow one another: probabilities of a loop, by the fundamental matrix of Kemeny and Snell (1960)."""
    ways = {
        "loops": [("pays", 0), ("C1", 1), ("C2", 2), ("C1", 3), ("C2", 4), ("grows", 5)],
        "short": [("pays", 0), ("C1", 1), ("grows", 2)],
        "none": [("pays", 0), ("C2", 1)],
    }
    found = dict(
        attributed(built, ways)
        .execute("select touch_type, expansion_ratio_without from intermediate.int_removal_effects")
        .fetchall()
    )
    # moves: start 3/4 is C1? three ways and the tails of two that grew, which have no touch: start to C1 2, C2 1, none 2
    start = {"C1": 2 / 5, "C2": 1 / 5}
    c1_grows, c1_c2, c2_c1, c2_grows = 1 / 3, 2 / 3, 1 / 3, 1 / 3
    from_c1 = (c1_grows + c1_c2 * c2_grows) / (1 - c1_c2 * c2_c1)
    from_c2 = c2_grows + c2_c1 * from_c1
    assert found["C1"] == pytest.approx(start["C2"] * c2_grows)
    assert found["C2"] == pytest.approx(start["C1"] * c1_grows)
    (whole,) = (
        attributed(built, ways).execute("select max(expansion_ratio) from intermediate.int_removal_effects").fetchone()
    )
    assert whole == pytest.approx(start["C1"] * from_c1 + start["C2"] * from_c2)


def test_time_decay_is_that_of_the_published_example(built: Workspace):
    """Touches 0, 7, 14 and 28 days before at a half-life of 7: .5517, .2759, .1379, .0345."""
    way = [("pays", 0), ("C1", 2), ("C1", 16), ("C1", 23), ("C2", 30), ("grows", 30)]
    found = (
        attributed(built, {"a": way})
        .execute(
            "select days_before, round(decay_share, 4), first_share, last_share, linear_share "
            "from outcomes.fct_expansion_attribution order by days_before"
        )
        .fetchall()
    )
    assert found == [
        (0, 0.5517, 0.0, 1.0, 0.25),
        (7, 0.2759, 0.0, 0.0, 0.25),
        (14, 0.1379, 0.0, 0.0, 0.25),
        (28, 0.0345, 1.0, 0.0, 0.25),
    ]


def test_a_touch_counts_for_the_next_expansion_only_if_it_is_not_too_old_and_what_nothing_came_before_is_shown(
    built: Workspace,
):
    ways = {
        # the first touch is for the first expansion, also when on its day; the second has one of its own
        "twice": [("pays", 0), ("C1", 5), ("grows", 5), ("C2", 6), ("grows", 9)],
        "old": [("pays", 0), ("C1", 1), ("grows", 92)],
        "after": [("pays", 0), ("grows", 5), ("C1", 6)],
    }
    found = (
        attributed(built, ways)
        .execute(
            "select account_id, touch_type, days_before, is_attributed, linear_share, decay_share, removal_share "
            "from outcomes.fct_expansion_attribution order by account_id, expanded_on"
        )
        .fetchall()
    )
    assert found == [
        ("after", "unattributed", None, False, 1.0, 1.0, 1.0),
        ("old", "unattributed", None, False, 1.0, 1.0, 1.0),
        ("twice", "C1", 0, True, 1.0, 1.0, 1.0),
        ("twice", "C2", 3, True, 1.0, 1.0, 1.0),
    ]


def test_a_touch_that_is_too_old_counts_as_little_on_a_way_that_led_to_none(built: Workspace):
    """Regression: of two years ago it counted where nothing came of it, and not where something did."""
    ways = {
        "grew": [("pays", 0), ("C1", 1), ("C2", 2), ("grows", 3)],
        "none": [("pays", -800), ("C1", -700), ("C2", 40)],
    }
    effects = attributed(built, ways).execute(
        "select touch_type, removal_effect from intermediate.int_removal_effects where touch_type is not null"
    )
    assert dict(effects.fetchall()) == {"C1": 0.5, "C2": 1.0}


def test_without_touch_types_every_expansion_is_unattributed_and_without_expansions_there_is_nothing(built: Workspace):
    bare = attributed(built, {"a": [("pays", 0), ("grows", 5)], "b": [("pays", 0)]})
    assert bare.execute("select touch_type from outcomes.fct_expansion_attribution").fetchall() == [("unattributed",)]
    assert attributed(built, {"b": [("pays", 0), ("C1", 3)]}).execute(
        "select count(*) from outcomes.fct_expansion_attribution"
    ).fetchone() == (0,)
