"""Whom the demo company's people helped, with which play and when, and what the task tool says of it.

Belongs here: who gets which play, by what was seen and by lot. Does not belong here: what a play does (company.py).

Two plays are planted: the integration workshop works, the newsletter does nothing. Both leave out the accounts that the
playbook holds back by lot (seeds/plays.csv), so that their effect can be found by comparison. The others do nothing
and go, as in life, to those who look as if they needed them.
"""

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from orchestration.demo.company import Company

HELD_OUT_RATIO = {"integration_workshop": 0.3, "tips_newsletter": 0.3}  # as in seeds/plays.csv
OWNERS = {"integration_workshop": "sol_eva", "tips_newsletter": "mkt_finn"}
INTEGRATION_DUE_DAYS = 30
DONE_RATIO = 0.85
SAYS = ("yes", "no", "unclear")
CSMS = ("csm_ada", "csm_ben", "csm_chi", "csm_dev")

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def is_held_out(account_ids: NDArray[np.str_], play_id: str) -> Flags:
    """Whether the lot that the warehouse draws, too, leaves these accounts without the play."""
    drawn = [int(hashlib.md5(f"{account}|{play_id}".encode()).hexdigest()[:8], 16) / 2**32 for account in account_ids]
    return np.array(drawn) < HELD_OUT_RATIO[play_id]


def workshop_days(
    rng: np.random.Generator, account_ids: NDArray[np.str_], signed_up: Ints, integration: Ints, never: int
) -> Ints:
    """Day of the integration workshop: most accounts whose integration is overdue get it, unless the lot says no."""
    overdue = integration > signed_up + INTEGRATION_DUE_DAYS
    day = signed_up + INTEGRATION_DUE_DAYS + rng.integers(8, 20, len(signed_up))
    gets_it = overdue & (integration > day) & (rng.random(len(signed_up)) < DONE_RATIO)
    return np.where(gets_it & ~is_held_out(account_ids, "integration_workshop"), day, never)


def newsletter_days(rng: np.random.Generator, account_ids: NDArray[np.str_], signed_up: Ints, never: int) -> Ints:
    """Day of the newsletter, by lot alone."""
    day = signed_up + rng.integers(40, 120, len(signed_up))
    gets_it = (rng.random(len(signed_up)) < 0.5) & ~is_held_out(account_ids, "tips_newsletter")
    return np.where(gets_it, day, never)


def make_play_activities(company: "Company", rng: np.random.Generator) -> pd.DataFrame:
    """Task versions as the tool tells them: account, play, owner, due, day, status, outcome, annotation, hours."""
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
    rng: np.random.Generator, company: "Company", play: str, chosen: Flags, opened: Ints, ended: Ints, due_days: int
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
