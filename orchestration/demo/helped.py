"""Whom the demo company's people helped, with which play and when.

Belongs here: who gets which play, by what was seen and at random. Does not belong here: what a play does (company.py),
what the task tool reports of it (play_activities.py).

Two plays are planted: the integration workshop works, the newsletter does nothing. Both leave out the accounts that the
playbook holds out at random (seeds/plays.csv), so that their effect can be found by comparison. The others do nothing
and go, as in life, to those who look as if they needed them.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

HELD_OUT_RATIO = {"integration_workshop": 0.3, "tips_newsletter": 0.3}  # as in seeds/plays.csv
INTEGRATION_DUE_DAYS = 30
DONE_RATIO = 0.85
CSMS = ("csm_ada", "csm_ben", "csm_chi", "csm_dev")

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def is_held_out(account_ids: NDArray[np.str_], play_id: str) -> Flags:
    """Whether these accounts are in the holdout that the warehouse draws, too."""
    drawn = [int(hashlib.md5(f"{account}|{play_id}".encode()).hexdigest()[:8], 16) / 2**32 for account in account_ids]
    return np.array(drawn) < HELD_OUT_RATIO[play_id]


def workshop_days(
    rng: np.random.Generator, account_ids: NDArray[np.str_], signed_up: Ints, integration: Ints, never: int
) -> Ints:
    """Day of the integration workshop: most accounts whose integration is overdue get it, unless they are held out."""
    overdue = integration > signed_up + INTEGRATION_DUE_DAYS
    day = signed_up + INTEGRATION_DUE_DAYS + rng.integers(8, 20, len(signed_up))
    gets_it = overdue & (integration > day) & (rng.random(len(signed_up)) < DONE_RATIO)
    return np.where(gets_it & ~is_held_out(account_ids, "integration_workshop"), day, never)


def newsletter_days(rng: np.random.Generator, account_ids: NDArray[np.str_], signed_up: Ints, never: int) -> Ints:
    """Day of the newsletter, at random alone."""
    day = signed_up + rng.integers(40, 120, len(signed_up))
    gets_it = (rng.random(len(signed_up)) < 0.5) & ~is_held_out(account_ids, "tips_newsletter")
    return np.where(gets_it, day, never)
