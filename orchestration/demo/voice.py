"""What the demo company's customers say: tickets, surveys and the notes of their CSMs.

Belongs here: opinions and friction. Does not belong here: product events (usage.py) or file formats (write.py).
"""

import numpy as np
import pandas as pd

from orchestration.demo.company import Company, stream
from orchestration.demo.helped import CSMS

CHAMPION_LEFT = "Champion left; integration is blocked."
THEMES = (
    ("login", "Cannot log in"),
    ("import", "Import stops half way"),
    ("integration", "Connector returns an error"),
    ("billing", "Question about the invoice"),
    ("training", "How do I build a report?"),
)
SURVEY_DAYS = (14, 45, 90, 180, 270, 360, 450)


def make_tickets(company: Company) -> pd.DataFrame:
    """Ticket versions (created, solved), one row each: ticket, account, version day, status and what it is about."""
    rng = stream(company.seed, "tickets")
    day = np.arange(company.days)[None, :]
    alive = (day >= company.signed_up[:, None]) & (day < company.churned[:, None])
    tenure = np.clip(day - company.signed_up[:, None], 0, None)
    rate = 0.02 * np.exp(-0.45 * company.health)[:, None] * (1 + 2 * np.exp(-tenure / 20)) * alive
    friction = company.in_arm("friction")[:, None] & (day >= company.arm_from[:, None])
    rate = np.where(friction, 0.25, rate)
    rate = np.where(company.in_arm("silence")[:, None] & (day >= company.arm_from[:, None]), 0, rate)
    account, opened = np.nonzero(rng.poisson(rate))
    n = len(account)
    theme = rng.choice(len(THEMES), n, p=[0.15, 0.2, 0.25, 0.15, 0.25])
    theme[company.in_arm("friction")[account]] = 2
    wait = np.maximum(1, rng.exponential(np.where(company.in_arm("friction")[account], 9, 3)).astype(np.int64))
    pleased = rng.normal(3.6 + 0.5 * company.health[account] - 0.08 * wait, 0.8)
    created = pd.DataFrame(
        {
            "ticket": np.arange(n),
            "account": account,
            "opened": opened,
            "day": opened,
            "status": "open",
            "priority": rng.choice(["low", "normal", "urgent"], n, p=[0.3, 0.55, 0.15]),
            "theme": theme,
            "second": rng.integers(8 * 3600, 18 * 3600, n),
            "csat": np.nan,
        }
    )
    solved = created.assign(
        day=opened + wait, status="solved", csat=np.clip(np.round(pleased), 1, 5), second=created["second"] + 600
    )
    both = pd.concat([created, solved], ignore_index=True)
    return both[both["day"] < company.days].sort_values(["day", "ticket", "status"]).reset_index(drop=True)


def make_surveys(company: Company) -> pd.DataFrame:
    """One row per invitation: account, sent day, answered day (-1 for none) and the four scores."""
    rng = stream(company.seed, "surveys")
    parts = []
    for number, after in enumerate(SURVEY_DAYS):
        sent = company.signed_up + after
        who = np.flatnonzero(company.surveyed & (sent < np.minimum(company.churned, company.days)))
        parts.append(pd.DataFrame({"account": who, "sent": sent[who], "number": number}))
    surveys = pd.concat(parts, ignore_index=True)
    n = len(surveys)
    account = surveys["account"].to_numpy()
    mood = company.health[account] + rng.normal(0, 0.8, n)
    mood = mood - 1.5 * (company.in_arm("friction")[account] & (surveys["sent"] >= company.arm_from[account]))
    # the content and the very unhappy answer more often: non-response is not at random
    answers = rng.random(n) < 0.35 + 0.12 * np.abs(mood).clip(0, 2)
    answered = np.where(answers, surveys["sent"] + rng.integers(0, 6, n), -1)
    surveys["answered"] = np.where(answered < company.days, answered, -1)
    surveys["nps"] = np.clip(np.round(7 + 1.6 * mood), 0, 10).astype(np.int64)
    for question, centre in (("ease_of_integration", 3.4), ("perceived_value", 3.6), ("support_quality", 3.9)):
        surveys[question] = np.clip(np.round(centre + 0.7 * mood + rng.normal(0, 0.6, n)), 1, 5).astype(np.int64)
    return surveys


def make_notes(company: Company) -> pd.DataFrame:
    """CSM check-ins of assisted accounts at days 30 and 90: account, day, author and text."""
    rng = stream(company.seed, "notes")
    parts = []
    for after in (30, 90):
        day = company.signed_up + after
        who = np.flatnonzero(company.assisted & (day < np.minimum(company.churned, company.days)))
        parts.append(pd.DataFrame({"account": who, "day": day[who]}))
    notes = pd.concat(parts, ignore_index=True)
    mood = company.health[notes["account"]] + rng.normal(0, 0.5, len(notes))
    texts = np.array([CHAMPION_LEFT, "Going slowly, asked for training.", "Happy: weekly report is live."])
    notes["text"] = texts[np.digitize(mood, [-0.7, 0.5])]
    notes["author"] = np.array(CSMS)[company.csm[notes["account"]]]
    return notes
