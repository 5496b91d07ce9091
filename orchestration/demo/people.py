"""People at the demo company's accounts, and the bands their CSMs set by hand.

Belongs here: who has a seat, who is champion and until when. Does not belong here: what they do (usage.py) or say
(voice.py).
"""

import numpy as np
import pandas as pd

from orchestration.demo.company import Company, Ints, stream
from orchestration.demo.helped import CSMS
from orchestration.demo.voice import CHAMPION_LEFT, make_notes

CHAMPION, SUCCESSOR = 0, 1  # seats


def champions_left(company: Company) -> Ints:
    """Day on which the champion left, of every third account of which a CSM wrote so; `never` of the others."""
    notes = make_notes(company)
    told = notes[notes["text"] == CHAMPION_LEFT].drop_duplicates("account").iloc[::3]
    day = np.full(company.n, company.never)
    day[told["account"]] = told["day"]
    return day


def who_is_there(company: Company, account: Ints, seat: Ints, day: Ints) -> Ints:
    """The same seats, with the successor in the champion's place where the champion has left."""
    gone = (seat == CHAMPION) & (day >= champions_left(company)[account])
    return np.where(gone, SUCCESSOR, seat)


def make_users(company: Company) -> pd.DataFrame:
    """One row per change of a person: account, seat, day of joining, of the change, and of leaving (or `never`)."""
    rng = stream(company.seed, "users")
    account = np.repeat(np.arange(company.n), company.seats)
    seat = np.concatenate([np.arange(seats) for seats in company.seats])
    joined = np.minimum(company.signed_up[account] + (seat > 0) * rng.integers(0, 30, len(seat)), company.days - 1)
    users = pd.DataFrame({"account": account, "seat": seat, "joined": joined, "changed": joined, "left": company.never})
    left = champions_left(company)[account]
    gone = users.assign(changed=left, left=left)[(seat == CHAMPION) & (left < company.never)]
    return pd.concat([users, gone], ignore_index=True)


def make_overrides(company: Company) -> pd.DataFrame:
    """Bands that CSMs set because the champion left, in the contract's columns; account and days are numbers."""
    left = champions_left(company)
    account = np.flatnonzero(left < company.never)
    return pd.DataFrame(
        {
            "override_id": [f"o{index}" for index in range(len(account))],
            "account": account,
            "band": "at_risk",
            "reason": "Champion left, whatever the numbers say",
            "author": np.array(CSMS)[company.csm[account]],
            "valid_from": left[account],
            "expires_at": left[account] + 60,
        }
    )
