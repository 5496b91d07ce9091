"""One account: how it stands, why, what changed, what it says, what is done about it.

Belongs here: the order of an account's page. Does not belong here: its sections (account_score.py, account_story.py).
"""

from collections.abc import Iterator

from orchestration.publishing.site.content.facts import Facts, Page, Row, group_page
from orchestration.publishing.site.content.links import of_account
from orchestration.publishing.site.pages.account.drivers import drivers
from orchestration.publishing.site.pages.account.score import AccountRows, changes, head, reasons, trend
from orchestration.publishing.site.pages.account.story import bands, journey, next_steps, talking_points, tasks, voice
from orchestration.publishing.site.pages.shared.standing import zones

_QUERIES = (
    "account_weeks",
    "account_components",
    "account_changes",
    "account_drivers",
    "account_signals",
    "account_milestones",
    "account_points",
    "account_answers",
    "account_tickets",
    "account_tasks",
    "account_done",
    "account_bands",
)


def pages(facts: Facts) -> Iterator[Page]:
    """A page per account that has one."""
    found = {name.removeprefix("account_"): facts.by(name, "account_id") for name in _QUERIES}
    found["overrides"] = facts.by(
        "select * from scores.fct_score_overrides order by valid_from desc, override_id", "account_id"
    )
    found["alerts"] = {}
    for alert in facts.alerts:
        found["alerts"].setdefault(alert["account_id"], []).append(alert)
    found["recommended"] = {}
    for task in facts.tasks:
        found["recommended"].setdefault(task["account_id"], []).append(task)
    scale = zones(facts)
    for account in facts.accounts:
        path = facts.account_page(account["account_id"])
        if path is None:
            continue
        rows = AccountRows(facts, account, {name: of.get(account["account_id"], []) for name, of in found.items()})
        yield Page(
            path,
            "account.html",
            account["account_name"],
            {
                "section": "accounts.html",
                "trail": [("index.html", "Portfolio"), *_group(facts, account)],
                "account": account,
                "lead": head(rows),
                "next": next_steps(rows),
                "zones": scale,
                "sections": [
                    talking_points(rows),
                    trend(rows, scale),
                    bands(rows),
                    reasons(rows),
                    drivers(rows),
                    changes(rows),
                    journey(rows),
                    voice(rows),
                    tasks(rows),
                ],
                "live": of_account(facts.links, account["account_id"], account["account_name"]).items(),
            },
        )


def _group(facts: Facts, account: Row) -> list[tuple[str, str]]:
    """The group that sets its benchmarks, as a step of the way here."""
    attribute, value = account["segment_attribute"], account["segment_value"]
    if not attribute or attribute == "all":
        return []
    return [(group_page(attribute, value), f"{attribute}: {value}".replace("_", " "))]
