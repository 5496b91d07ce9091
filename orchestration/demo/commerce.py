"""What the demo company's accounts pay and what is tried on them: subscriptions and the invite experiment.

Belongs here: money and actions of people. Does not belong here: product events (usage.py) or file formats (write.py).
"""

import numpy as np
import pandas as pd

from orchestration.demo.company import TRIAL_DAYS, Company, Ints, stream

YEAR = 365  # a subscription runs from the sign-up and renews every so many days


def make_subscriptions(company: Company) -> pd.DataFrame:
    """Changes of each subscription: account, day, status, monthly price and the day it next renews."""
    start, end = company.signed_up, company.churned
    trial_ends = start + TRIAL_DAYS
    parts = [_change(np.arange(company.n), start, "trialing", np.zeros(company.n))]
    active = np.flatnonzero(company.converted & (trial_ends < company.days))
    parts.append(_change(active, trial_ends[active], "active", company.mrr[active]))
    grew = np.flatnonzero(company.expanded < company.days)
    parts.append(_change(grew, company.expanded[grew], "active", np.round(company.mrr[grew] * 1.25, 2)))
    for years in range(1, int(company.days // YEAR) + 1):
        day = start + years * YEAR
        renewed = np.flatnonzero(company.converted & (day < company.days) & (day < end))
        grown = np.where(company.expanded[renewed] <= day[renewed], 1.25, 1.0)
        parts.append(_change(renewed, day[renewed], "active", np.round(company.mrr[renewed] * grown, 2)))
    left = np.flatnonzero(end < company.days)
    parts.append(_change(left, end[left], "churned", np.zeros(len(left))))
    changes = pd.concat(parts, ignore_index=True)
    since = changes["day"] - start[changes["account"]]
    changes["renews"] = changes["day"] - since % YEAR + YEAR
    return changes.sort_values(["day", "account"], kind="stable").reset_index(drop=True)


def make_experiment(company: Company) -> pd.DataFrame:
    """The invite nudge: every account drawn into nudge or control at sign-up."""
    rng = stream(company.seed, "experiment")
    return pd.DataFrame(
        {
            "account": np.arange(company.n),
            "day": company.signed_up,
            "variant": np.where(rng.random(company.n) < 0.5, "nudge", "control"),
        }
    )


def _change(account: Ints, day: Ints, status: str, mrr: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"account": account, "day": day, "status": status, "mrr": mrr})
