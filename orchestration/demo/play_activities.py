"""What the demo company's task tool reports of the plays: tasks as they were opened and closed.

Belongs here: versions of tasks. Does not belong here: who gets which play (helped.py), what a play does (company.py).
"""

import numpy as np
import pandas as pd

from orchestration.demo.company import Company, Flags, Ints
from orchestration.demo.helped import CSMS, HELD_OUT_RATIO

OWNERS = {"integration_workshop": "sol_eva", "tips_newsletter": "mkt_finn"}
SAYS = ("yes", "no", "unclear")


def make_play_activities(company: Company, rng: np.random.Generator) -> pd.DataFrame:
    """Task versions as the tool reports them: account, play, owner, due, day, status, outcome, annotation, hours."""
    n, start = company.n, company.signed_up
    unplanted = {
        "guided_checklist": (company.health < 0.2, start + rng.integers(16, 30, n), 5),
        "rescue_call": (company.health < -0.7, start + rng.integers(60, 160, n), 2),
        "expansion_talk": (company.health > 0.7, start + rng.integers(120, 220, n), 14),
    }
    parts = []
    for play, done in (("integration_workshop", company.treated), ("tips_newsletter", company.useless_play)):
        opened = np.maximum(start, done - rng.integers(2, 12, n))
        parts.append(_tasks(rng, company, play, done < company.days, opened, done, 10))
    for play, (wanted, opened, due_days) in unplanted.items():
        chosen = wanted & (rng.random(n) < 0.6) & (opened < company.churned)
        ends = np.where(rng.random(n) < 0.75, opened + rng.integers(1, 2 * due_days, n), company.never)
        ends = np.where(ends < company.churned, ends, company.never)
        parts.append(_tasks(rng, company, play, chosen, opened, ends, due_days))
    return pd.concat(parts, ignore_index=True).sort_values(["day", "account", "play_id"]).reset_index(drop=True)


def _tasks(
    rng: np.random.Generator, company: Company, play: str, chosen: Flags, opened: Ints, ended: Ints, due_days: int
) -> pd.DataFrame:
    """Each task as it was opened and, where it came to an end, as it was closed."""
    who = np.flatnonzero(chosen & (opened < company.days))
    owner = OWNERS.get(play, np.array(CSMS)[company.csm[who]])
    common = {"account": who, "play_id": play, "owner_id": owner, "due": opened[who] + due_days}
    first = pd.DataFrame(
        {**common, "day": opened[who], "status": "open", "outcome": "", "annotation": "", "hours": 0.0}
    )
    says = rng.choice(SAYS, len(who), p=[0.5, 0.2, 0.3])
    planted = play in HELD_OUT_RATIO
    status = np.where(planted | (rng.random(len(who)) < 0.9), "done", "declined")
    said = np.where(status == "declined", "The customer did not want it", np.where(says == "yes", "Went well", ""))
    closed = pd.DataFrame(
        {
            **common,
            "day": ended[who],
            "status": status,
            "annotation": said,
            "hours": np.round(rng.gamma(4, 0.3, len(who)), 1),
        }
    ).assign(outcome=np.where(status == "done", says, ""))
    return pd.concat([first, closed[closed["day"] < company.days]], ignore_index=True)
