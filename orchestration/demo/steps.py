"""When accounts would take the once-only steps of onboarding if nobody helped and nobody left.

Belongs here: steps and their pace. Does not belong here: who takes them in the end (usage.py) or is helped (helped.py).
"""

import numpy as np
from numpy.typing import NDArray

# Once-only steps: name, product line, median days after sign-up, spread, how much health hastens it.
STEPS = (
    ("Workspace Configured", "app", 1.5, 0.7, 0.35),
    ("Data Imported", "app", 7.0, 0.9, 0.6),
    ("Integration Connected", "platform", 20.0, 0.9, 0.7),
)


def unhindered_days(
    rng: np.random.Generator, signed_up: NDArray[np.int64], health: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Day of each step per account, none before the step that precedes it."""
    found = []
    previous = signed_up.astype(float)
    for _, _, median, spread, pull in STEPS:
        delay = median * np.exp(rng.normal(0, spread, len(signed_up)) - pull * health)
        previous = np.maximum(previous, signed_up + delay)
        found.append(previous)
    return found
