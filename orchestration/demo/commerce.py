"""What the demo company's accounts pay and what its CSMs do: subscriptions, plays and the invite experiment.

Belongs here: money and actions of people. Does not belong here: product events (usage.py) or file formats (write.py).
"""

import numpy as np
import pandas as pd

from orchestration.demo.company import CSMS, TRIAL_DAYS, Company, Ints, stream


def make_subscriptions(company: Company) -> pd.DataFrame:
    """Changes of each subscription: account, day, status and monthly price."""
    start, end = company.signed_up, company.churned
    trial_ends = start + TRIAL_DAYS
    parts = [_change(np.arange(company.n), start, "trialing", np.zeros(company.n))]
    active = np.flatnonzero(company.converted & (trial_ends < company.days))
    parts.append(_change(active, trial_ends[active], "active", company.mrr[active]))
    grew = np.flatnonzero(company.expanded < company.days)
    parts.append(_change(grew, company.expanded[grew], "active", np.round(company.mrr[grew] * 1.25, 2)))
    left = np.flatnonzero(end < company.days)
    parts.append(_change(left, end[left], "churned", np.zeros(len(left))))
    changes = pd.concat(parts, ignore_index=True)
    return changes.sort_values(["day", "account"], kind="stable").reset_index(drop=True)


def make_play_activities(company: Company) -> pd.DataFrame:
    """Task versions (open, done) of the two planted plays: task, account, play, day, status and what the CSM said."""
    rng = stream(company.seed, "plays")
    parts = []
    for play, done in (("integration_workshop", company.treated), ("tips_newsletter", company.useless_play)):
        who = np.flatnonzero(done < company.days)
        opened = np.maximum(company.signed_up[who], done[who] - rng.integers(2, 12, len(who)))
        common = {"account": who, "play_id": play, "owner_id": np.array(CSMS)[company.csm[who]], "due": opened + 10}
        parts.append(pd.DataFrame({**common, "day": opened, "status": "open", "outcome": ""}))
        says = rng.choice(["yes", "no", "unclear"], len(who), p=[0.5, 0.2, 0.3])
        parts.append(pd.DataFrame({**common, "day": done[who], "status": "done", "outcome": says}))
    return pd.concat(parts, ignore_index=True).sort_values(["day", "account", "play_id"]).reset_index(drop=True)


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
