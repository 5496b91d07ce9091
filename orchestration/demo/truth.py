"""The record of what was planted in the demo company, for tests that ask whether the product finds it again.

Belongs here: truths. Does not belong here: planting them (company.py, usage.py).
"""

import numpy as np

from orchestration.demo import company, families, people, usage
from orchestration.demo.company import FIRST_DAY, Company, date_of


def planted_truths(made: Company, n_events: int, malformed_lines: int) -> dict[str, object]:
    """What was planted, for tests that ask whether the product finds it again."""
    names = made.account_ids()
    mature = (made.signed_up + 180 < company.DAYS) & made.converted & (made.arm < 0)
    churned = made.churned < made.signed_up + 180
    arms = {
        arm: [
            {"account_id": str(names[i]), "from": str(date_of(made.arm_from[i])), "to": str(date_of(made.arm_to[i]))}
            for i in np.flatnonzero(made.in_arm(arm))
        ]
        for arm in company.ARMS
    }
    parent, left = families.parents(made), people.champions_left(made)
    return {
        "first_day": str(FIRST_DAY),
        "last_day": str(date_of(company.DAYS - 1)),
        "last_file_day": str(date_of(made.days - 1)),
        "n_events": n_events,
        "n_churned": int((made.churned < company.DAYS).sum()),
        "churn_auc_ceiling": round(usage.auc(-made.health[mature], churned[mature]), 4),
        "churn_auc_ceiling_meaning": "AUC of true health against churn within 180 days, converted accounts in no arm",
        "health": {str(name): round(float(value), 4) for name, value in zip(names, made.health, strict=True)},
        "arms": arms,
        "action_with_effect": {"action": "invite", "hazard_ratio": company.INVITE_HAZARD_RATIO},
        "action_without_effect": {"action": "customise", "hazard_ratio": 1.0},
        "play_with_effect": {"play_id": "integration_workshop", "hazard_ratio": company.PLAY_HAZARD_RATIO},
        "play_without_effect": {"play_id": "tips_newsletter", "hazard_ratio": 1.0},
        "outage_day": str(date_of(company.OUTAGE_DAY)),
        "missing_file": {"source": "platform_events", "day": str(date_of(company.MISSING_FILE_DAY))},
        "renamed_event": {
            "from": "Report Created",
            "to": "report.created.v2",
            "day": str(date_of(company.RENAMED_ON_DAY)),
        },
        "duplicate_share": usage.DUPLICATE_SHARE,
        "late_share": usage.LATE_SHARE,
        "malformed_lines": min(malformed_lines, n_events),
        "champions_left": {str(names[i]): str(date_of(left[i])) for i in np.flatnonzero(left < made.never)},
        "parents": {str(names[i]): str(names[parent[i]]) for i in np.flatnonzero(parent != families.ALONE)},
        "internal_accounts": [str(name) for name in names[made.internal]],
        "accounts_without_surveys": [str(name) for name in names[~made.surveyed]],
    }
