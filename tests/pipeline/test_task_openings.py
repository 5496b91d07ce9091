"""When tasks open: any pattern of triggers, a history that ends on any day of the week."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from orchestration.common.workspace import Workspace
from tests.support.cohort_tools import run_models

pytestmark = pytest.mark.pipeline
FIRST = dt.date(2025, 6, 1)


@pytest.mark.parametrize("weekday", range(7))
def test_tasks_never_overlap_whatever_day_the_history_ends_on(built: Workspace, weekday: int):
    """Regression: a history that ended mid-week proposed a task while the one before it was open (2 of 3 workspaces).

    400 accounts whose triggers come and go, and a play whose tasks last as long as the lint of plays.csv allows.
    """
    draw = np.random.default_rng(weekday)
    last = FIRST + dt.timedelta(7 * 30 + weekday)
    days = [FIRST + dt.timedelta(7 * week) for week in range(31)] + ([last] if weekday else [])
    stays = draw.uniform(0.3, 0.95, 400)
    on, rows = draw.random(400) < 0.5, []
    for day in days:
        on = np.where(draw.random(400) < stays, on, ~on)
        rows += [(f"a{number:03}", day, "call", "r", True) for number in np.flatnonzero(on)]
    accounts = pd.DataFrame({"account_id": [f"a{number:03}" for number in range(400)], "gone_since": pd.NaT})
    play = {"play_id": "call", "due_days": 5, "expires_after_days": 14, "repeat_after_days": 28, "effort_hours": 1.0}
    assert play["due_days"] + 2 + play["expires_after_days"] < play["repeat_after_days"] - 6
    connection = run_models(
        built.dbt_target / "compiled",
        {
            "intermediate.int_play_trigger_days": pd.DataFrame(
                rows, columns=["account_id", "scored_on", "play_id", "reason", "is_chosen"]
            ).assign(renewal_date=pd.Series(dtype="datetime64[ns]")),
            "definitions.plays": pd.DataFrame([{**play, "owner_role": "csm"}]),
            "intermediate.int_account_follow_up": accounts.astype({"gone_since": "datetime64[ns]"}),
            "intermediate.int_reported_tasks": pd.DataFrame(
                columns=[
                    *("task_id", "account_id", "play_id", "owner_id", "state", "outcome", "annotation"),
                    *("opened_on", "due_date", "known_on", "closed_on", "closed_known_on", "effort_hours"),
                ]
            ).astype(
                {"effort_hours": float}
                | dict.fromkeys(["opened_on", "due_date", "known_on", "closed_on", "closed_known_on"], "datetime64[ns]")
            ),
            "intermediate.int_role_owners": pd.DataFrame(
                {"account_id": ["a000"], "role": "csm", "owner_id": "csm_ada"}
            ),
            "staging.stg_pulls": pd.DataFrame({"last_date": [FIRST]}),
        },
        ["int_task_openings", "int_tasks", "int_task_states"],
        last,
    )
    twice = connection.execute(
        "select account_id from intermediate.int_task_states where is_open group by account_id having count(*) > 1"
    ).fetchall()
    weeks = connection.execute(
        "select count(*), min(gap) from (select decided_on - lag(decided_on) over (partition by account_id order by "
        "decided_on) as gap from intermediate.int_task_openings)"
    ).fetchone()
    assert twice == []
    assert weeks[0] > 1000 and weeks[1] >= 21 - 6  # after two Sundays without it a new spell may begin
