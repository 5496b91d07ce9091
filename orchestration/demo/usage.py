"""What the demo company's accounts do in the product, as one table of events.

Belongs here: rates, actions, users and times, all vectorised. Does not belong here: file formats (write.py).
"""

import numpy as np
import pandas as pd

from orchestration.demo.company import OUTAGE_DAY, RENAMED_ON_DAY, Company, Flags, Floats, Ints, stream
from orchestration.demo.people import who_is_there
from orchestration.demo.steps import STEPS, unhindered_days

# Everyday events: name in the product, product line, and how its share grows with health.
EVERYDAY = (
    ("Dashboard Viewed", "app", 0.34, 0.0),
    ("Report Created", "app", 0.22, 0.1),
    ("Report Shared", "app", 0.10, 0.2),
    ("Data Exported", "app", 0.08, 0.1),
    ("Theme Customised", "app", 0.04, 0.0),
    ("Automation Built", "platform", 0.04, 0.5),
    ("API Synced", "platform", 0.18, 0.3),
)
DUPLICATE_SHARE = 0.005
LATE_SHARE = 0.02
BASE_RATE = 11.0


def daily_rates(company: Company) -> Floats:
    """Expected everyday events per account (rows) and day (columns), with every planted change applied."""
    rng = stream(company.seed, "rates")
    day = np.arange(company.days)
    level = BASE_RATE * np.exp(0.9 * company.health + rng.normal(0, 0.5, company.n)) / np.exp(0.55)
    level[company.in_arm("control")] = BASE_RATE
    level[company.in_arm("friction")] = BASE_RATE * 2
    tenure = day[None, :] - company.signed_up[:, None]
    weekday = np.where((day + 2) % 7 < 5, 1.25, 0.35)  # 2025-01-01 is a Wednesday
    rates = level[:, None] * weekday[None, :] * np.where(tenure < 14, 0.4 + 0.6 * tenure / 14, 1.0)
    # accounts that will leave fade over their last six weeks
    fading = np.clip((company.churned[:, None] - day[None, :]) / 42, 0, 1)
    leaves = (company.churned < company.never) & ~company.in_arm("silence") & company.converted
    rates = np.where(leaves[:, None], rates * fading, rates)
    in_arm = (day[None, :] >= company.arm_from[:, None]) & (day[None, :] < company.arm_to[:, None])
    for arm, factor in (("silence", 0.0), ("holiday", 0.0), ("halved", 0.5), ("never_started", 0.0)):
        rates = np.where(company.in_arm(arm)[:, None] & in_arm, rates * factor, rates)
    low_first = company.in_arm("recovery")[:, None] & ~in_arm
    rates = np.where(low_first, rates * 0.25, rates)
    helped = day[None, :] >= company.treated[:, None]
    rates = np.where(helped, rates * 1.3, rates)
    alive = (tenure >= 0) & (day[None, :] < company.churned[:, None])
    rates = np.where(alive, rates, 0.0)
    rates[:, OUTAGE_DAY] = 0.0
    return np.asarray(rates)


def step_days(company: Company) -> list[Ints]:
    """Day of each once-only step per account; `never` where the account does not get there.

    Whoever had the integration workshop connects within ten days of it.
    """
    unhindered = unhindered_days(stream(company.seed, "steps"), company.signed_up, company.health)
    soon = company.treated + stream(company.seed, "connected").integers(1, 11, company.n)
    helped = np.maximum(unhindered[-2], np.minimum(unhindered[-1], soon))  # nobody connects before there is data
    unhindered[-1] = np.where(company.treated < company.never, helped, unhindered[-1])
    found = []
    for days in unhindered:
        lost = (days >= company.churned) | company.in_arm("never_started")
        found.append(np.where(lost, company.never, np.minimum(days, company.never)).astype(np.int64))
    return found


def make_events(company: Company) -> pd.DataFrame:
    """All events with columns account, event_name, product_line, user, day, received_day, second, is_duplicate."""
    rng = stream(company.seed, "events")
    counts = rng.poisson(daily_rates(company))
    account, day = np.nonzero(counts)
    repeated = counts[account, day]
    account, day = np.repeat(account, repeated), np.repeat(day, repeated)
    shares = np.array([share for _, _, share, _ in EVERYDAY])
    pulls = np.array([pull for _, _, _, pull in EVERYDAY])
    weights = shares[None, :] * np.exp(pulls[None, :] * company.health[:, None])
    cumulative = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    action = (rng.random(len(account))[:, None] > cumulative[account]).sum(axis=1).clip(max=len(EVERYDAY) - 1)
    seat = np.floor(company.seats[account] * rng.random(len(account)) ** 2).astype(np.int64)
    events = pd.DataFrame({"account": account, "day": day, "action": action, "seat": seat})
    events = pd.concat([events, _steps(company), _invites(company)], ignore_index=True)
    places = (events[name].to_numpy(np.int64) for name in ("account", "seat", "day"))
    events["seat"] = who_is_there(company, *places)
    events = _add_times(rng, events)
    return _add_faults(rng, events, company.days)


def event_names(events: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The product's own names of the events, and the product line that sends them."""
    table = [(name, line) for name, line, *_ in (*EVERYDAY, *STEPS)] + [("Teammate Invited", "app")]
    names = np.array([name for name, _ in table], dtype=object)[events["action"]]
    renamed = (names == "Report Created") & (events["day"].to_numpy() >= RENAMED_ON_DAY)
    lines = np.array([line for _, line in table], dtype=object)[events["action"]]
    return pd.Series(np.where(renamed, "report.created.v2", names)), pd.Series(lines)


def auc(value: Floats, outcome: Flags) -> float:
    """Chance that a random account with the outcome has the larger value (Mann-Whitney); 0.5 when a group is empty."""
    ranks = pd.Series(value).rank().to_numpy()
    positives = int(outcome.sum())
    negatives = len(outcome) - positives
    if not positives or not negatives:
        return 0.5
    return float((ranks[outcome].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _steps(company: Company) -> pd.DataFrame:
    parts = []
    for index, days in enumerate(step_days(company)):
        who = np.flatnonzero(days < company.never)
        parts.append(pd.DataFrame({"account": who, "day": days[who], "action": len(EVERYDAY) + index, "seat": 0}))
    return pd.concat(parts)


def _invites(company: Company) -> pd.DataFrame:
    happens = (company.invited < company.churned) & ~company.in_arm("never_started")
    who = np.flatnonzero(happens)
    return pd.DataFrame({"account": who, "day": company.invited[who], "action": len(EVERYDAY) + len(STEPS), "seat": 0})


def _add_times(rng: np.random.Generator, events: pd.DataFrame) -> pd.DataFrame:
    """Second of the day, mostly in working hours."""
    hour = np.clip(rng.normal(14, 3.2, len(events)), 0, 23.99)
    return events.assign(second=(hour * 3600).astype(np.int64))


def _add_faults(rng: np.random.Generator, events: pd.DataFrame, days: int) -> pd.DataFrame:
    """Late arrivals (one to three days) and duplicates, half of them sent again on a later day."""
    late = rng.random(len(events)) < LATE_SHARE
    received = events["day"].to_numpy() + np.where(late, rng.integers(1, 4, len(events)), 0)
    events = events.assign(received_day=received, event=np.arange(len(events)))
    again = events[rng.random(len(events)) < DUPLICATE_SHARE].copy()
    again["received_day"] += rng.integers(0, 2, len(again)) * rng.integers(1, 3, len(again))
    events = pd.concat([events, again], ignore_index=True)
    return events[events["received_day"] < days].reset_index(drop=True)
