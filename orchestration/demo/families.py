"""Which accounts of the demo company belong to another: subsidiaries that signed up after their parent.

Belongs here: parents and children. Does not belong here: who the accounts are (company.py).
"""

import numpy as np

from orchestration.demo.company import SIZES, Company, Ints, stream

CHILD_SHARE = 0.05
ALONE = -1


def parents(made: Company) -> Ints:
    """Index of each account's parent, ALONE for most: a large customer that signed up earlier."""
    rng = stream(made.seed, "families")
    large = np.flatnonzero((made.size == SIZES.index("large")) & ~made.internal)
    parent = np.full(made.n, ALONE)
    if len(large):
        rest = (made.size != SIZES.index("large")) & ~made.internal
        candidates = np.flatnonzero(rest & (np.arange(made.n) > large[0]))
        children = rng.permutation(candidates)[: max(2, int(made.n * CHILD_SHARE))]
        n_earlier = np.searchsorted(large, children)
        parent[children] = large[rng.integers(0, n_earlier)]
    return parent
