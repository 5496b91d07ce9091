"""The demo company's accounts: who they are, how healthy they truly are, and what is planted in them.

Belongs here: account-level draws and the planted arms. Does not belong here: what accounts do (usage.py, voice.py),
whom people help (helped.py) or how it is written (write.py).
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orchestration.demo.helped import CSMS, newsletter_days, workshop_days
from orchestration.demo.steps import unhindered_days

FIRST_DAY = dt.date(2025, 1, 1)
DAYS = 546  # 18 months, to 2026-06-30
DAYS_AFTER = 14  # files that `make run` can still pull, day by day
TRIAL_DAYS = 14
INTERNAL_SHARE = 0.01
WITHOUT_SURVEYS_SHARE = 0.3

# Planted truths; every one of them is written to truth.json.
BASE_HAZARD = 0.0018  # chance of leaving on a day, of an account of average health
INVITE_HAZARD_RATIO = 0.6
PLAY_HAZARD_RATIO = 0.5
OUTAGE_DAY = 400
MISSING_FILE_DAY = 450
RENAMED_ON_DAY = 273  # 2025-10-01
ARMS = ("silence", "holiday", "halved", "recovery", "never_started", "friction", "control")
ARM_SHARE = 0.02

SIZES = ("small", "medium", "large")
INDUSTRIES = ("software", "retail", "health", "finance")
REGIONS = ("americas", "emea", "apac")
CHANNELS = ("self_serve", "sales", "partner")
PLANS = ("starter", "team", "business")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Company:
    """Arrays with one entry per account; days count from FIRST_DAY, `never` (= total days) means it does not happen."""

    n: int
    seed: int
    signed_up: Ints
    health: Floats
    size: Ints
    industry: Ints
    region: Ints
    channel: Ints
    plan: Ints
    csm: Ints
    assisted: Flags
    internal: Flags
    surveyed: Flags
    seats: Ints
    mrr: Floats
    arm: Ints  # index into ARMS, -1 for none
    arm_from: Ints
    arm_to: Ints
    invited: Ints
    treated: Ints  # day the working play was completed
    useless_play: Ints
    churned: Ints
    converted: Flags
    expanded: Ints

    @property
    def days(self) -> int:
        """Days simulated, including those after the demo's last day."""
        return DAYS + DAYS_AFTER

    @property
    def never(self) -> int:
        """The day that never comes."""
        return self.days

    def account_ids(self) -> NDArray[np.str_]:
        """Names like acc_00017, in order."""
        return account_names(self.n)

    def in_arm(self, name: str) -> Flags:
        """Accounts of one planted arm."""
        return np.asarray(self.arm == ARMS.index(name))


def account_names(n: int) -> NDArray[np.str_]:
    """Names like acc_00017, in order."""
    return np.char.add("acc_", np.char.zfill(np.arange(1, n + 1).astype(str), 5))


def date_of(day: int) -> dt.date:
    """The date of a day that counts from FIRST_DAY."""
    return FIRST_DAY + dt.timedelta(int(day))


def stream(seed: int, name: str) -> np.random.Generator:
    """An own random stream per part, so that one part's change does not move the others."""
    return np.random.default_rng([seed, *name.encode()])


def found_company(accounts: int, seed: int) -> Company:
    """Draw a company of `accounts` accounts; the same arguments give the same company."""
    rng = stream(seed, "company")
    n, days = accounts, DAYS + DAYS_AFTER
    never = days
    signed_up = np.sort(rng.integers(0, days, n))  # customers arrive until the last day, and after it
    size = rng.choice(3, n, p=[0.5, 0.35, 0.15])
    assisted = rng.random(n) < np.array([0.2, 0.5, 0.9])[size]
    health = rng.normal(0, 1, n) + 0.25 * assisted - 0.15 * (size == 2)
    arm = np.full(n, -1)
    each = max(2, int(n * ARM_SHARE))
    # arms are planted in accounts old enough to show them
    mature = np.flatnonzero(signed_up < DAYS - 220)
    chosen = rng.permutation(mature)[: each * len(ARMS)]
    for index in range(len(ARMS)):
        arm[chosen[index * each : (index + 1) * each]] = index
    health[arm == ARMS.index("control")] = 0.8
    arm_from = np.where(arm >= 0, signed_up + rng.integers(90, 150, n), never)
    arm_from[arm == ARMS.index("never_started")] = signed_up[arm == ARMS.index("never_started")]
    arm_to = np.where(arm == ARMS.index("holiday"), arm_from + 14, never)
    arm_to = np.where(arm == ARMS.index("control"), arm_from + 26 * 7, arm_to)
    invited = np.where(rng.random(n) < 0.55, signed_up + rng.integers(1, 14, n), never)
    integration = unhindered_days(stream(seed, "steps"), signed_up, health)[-1].astype(np.int64)
    integration[arm == ARMS.index("never_started")] = never  # a workshop is offered to them like to others
    treated = workshop_days(stream(seed, "workshop"), account_names(n), signed_up, integration, never)
    useless = newsletter_days(stream(seed, "newsletter"), account_names(n), signed_up, never)
    seats = np.maximum(2, np.round(np.array([4, 12, 40])[size] * rng.lognormal(0, 0.4, n))).astype(np.int64)
    plan = np.clip(size + rng.integers(-1, 2, n), 0, 2)
    churned, converted = _churn(rng, signed_up, health, arm, arm_from, invited, treated, days)
    expansion_hazard = 0.0012 * np.exp(0.8 * health)
    expanded = signed_up + 60 + rng.exponential(1 / expansion_hazard).astype(np.int64)
    expanded = np.where((expanded < churned) & (expanded < days), expanded, never)
    return Company(
        n=n,
        seed=seed,
        signed_up=signed_up,
        health=health,
        size=size,
        industry=rng.integers(0, len(INDUSTRIES), n),
        region=rng.choice(3, n, p=[0.45, 0.4, 0.15]),
        channel=rng.choice(3, n, p=[0.5, 0.35, 0.15]),
        plan=plan,
        csm=rng.choice(len(CSMS), n, p=[0.4, 0.25, 0.2, 0.15]),
        assisted=assisted,
        internal=rng.random(n) < INTERNAL_SHARE,
        surveyed=rng.random(n) >= WITHOUT_SURVEYS_SHARE,
        seats=seats,
        mrr=np.round(np.array([15.0, 22.0, 30.0])[plan] * seats, 2),
        arm=arm,
        arm_from=arm_from,
        arm_to=arm_to,
        invited=invited,
        treated=np.where(treated < churned, treated, never),
        useless_play=np.where(useless < churned, useless, never),
        churned=churned,
        converted=converted,
        expanded=expanded,
    )


def _churn(
    rng: np.random.Generator,
    signed_up: Ints,
    health: Floats,
    arm: Ints,
    arm_from: Ints,
    invited: Ints,
    treated: Ints,
    days: int,
) -> tuple[Ints, Flags]:
    """Day of churn by a daily hazard that health, the invite, the working play and silence move; trials end first."""
    n = len(signed_up)
    day = np.arange(days)[None, :]
    hazard = BASE_HAZARD * np.exp(-0.9 * health)[:, None] * np.ones((1, days))
    silent = (arm == ARMS.index("silence"))[:, None] & (day >= arm_from[:, None] + 21)
    hazard = np.where(silent, np.maximum(hazard, 0.02), hazard)
    hazard = np.where(day >= invited[:, None], hazard * INVITE_HAZARD_RATIO, hazard)
    hazard = np.where(day >= treated[:, None], hazard * PLAY_HAZARD_RATIO, hazard)
    hazard = np.where(day < signed_up[:, None] + 30, 0.0, hazard)
    planted = (arm >= 0) & (arm != ARMS.index("silence"))
    hazard[planted & (arm != ARMS.index("never_started"))] = 0.0
    survived = np.cumsum(hazard, axis=1) < rng.exponential(1.0, n)[:, None]
    churned = survived.sum(axis=1).astype(np.int64)
    converted = (rng.random(n) < 1 / (1 + np.exp(-2.5 - health))) | (arm >= 0)
    return np.where(converted, churned, np.minimum(signed_up + TRIAL_DAYS, days)), converted
