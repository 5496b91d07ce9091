"""The first page, and the list of all accounts: where leaders and CSMs begin the day.

Belongs here: what is asked of the whole. Does not belong here: groups (groups.py), one account (account.py).
"""

import datetime as dt
from collections.abc import Iterator

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Section
from orchestration.publishing.site.content.facts import Facts, Page
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import counted, paragraph, plural, sentence
from orchestration.publishing.site.pages.governance import doubts
from orchestration.publishing.site.pages.shared.lists import account_table, alert_table, task_table
from orchestration.publishing.site.pages.shared.renewals import renewals_section
from orchestration.publishing.site.pages.shared.standing import (
    Scope,
    bands_section,
    score_section,
    summary,
    tiles,
)
from orchestration.publishing.site.pages.shared.targets import targets_section

say = prose("portfolio")


def pages(facts: Facts) -> Iterator[Page]:
    """index.html and accounts.html."""
    scope = Scope()
    sections = [
        _tasks_section(facts),
        bands_section(facts, scope),
        score_section(facts, scope),
        renewals_section(facts, facts.accounts),
        _alerts_section(facts),
        targets_section(facts, facts.today),
    ]
    yield Page(
        "index.html",
        "overview.html",
        "Portfolio",
        {
            "lead": summary(facts, scope, "the portfolio"),
            "tiles": tiles(facts, scope),
            "doubts": doubts(facts),
            "sections": sections,
        },
    )
    yield Page(
        "accounts.html",
        "sections.html",
        "Accounts",
        {
            "lead": _accounts_lead(facts),
            "sections": [
                Section(
                    "Every account",
                    Markup(""),
                    table=account_table(
                        facts,
                        facts.accounts,
                        "accounts",
                        "The account that needs most comes first.",
                        50,
                        ["Band", "CSM", "Stage", "Diagnosis"],
                    ),
                )
            ],
        },
    )


def _accounts_lead(facts: Facts) -> Markup:
    n = counted(len(facts.accounts), "scores.account_scores_current")
    first = sentence("{n} {accounts} scored.", n=n, accounts=plural(n.value, "account is", "accounts are"))
    if len(facts.with_page) == len(facts.accounts):
        return first
    return paragraph(first, "With so many, only those on a worklist or with an alert have a page of their own.")


def _tasks_section(facts: Facts) -> Section:
    shown_tasks = [task for task in facts.tasks if task["is_within_capacity"] or not task["is_assigned"]]
    blockers = [task for task in shown_tasks if task["is_blocker"]]
    first = sorted(blockers or shown_tasks, key=lambda task: (-float(task["priority_value"]), task["task_id"]))
    today = f"scored_on = date '{facts.today}'"
    mart = "scores.fct_recommended_plays"
    n, n_blockers = len(facts.tasks), sum(task["is_blocker"] for task in facts.tasks)
    n_late = sum(task["status"] == "overdue" for task in facts.tasks)
    n_nobody = sum(not task["is_assigned"] for task in facts.tasks)
    prose = paragraph(
        say.called_for_today_blocking(
            n,
            mart,
            today,
            n_blockers,
            n_late,
            blockers=counted(n_blockers, mart, f"{today} and is_blocker"),
            late=counted(n_late, mart, f"{today} and status = 'overdue'"),
        ),
        say.for_an_owner(n_nobody, n=counted(n_nobody, mart, f"{today} and not is_assigned")) if n_nobody else "",
        Markup('The whole list is under <a href="work.html">Work</a>.'),
    )
    caption = "Blockers, what brings most per hour first." if blockers else "What brings most per hour first."
    return Section(
        "Do first",
        prose,
        table=task_table(facts, first[:12], "first", caption, 12, brief=True),
    )


def _alerts_section(facts: Facts) -> Section:
    mart, where = "scores.fct_alerts", f"is_shown and scored_on > date '{facts.today - dt.timedelta(28)}'"
    n = len(facts.alerts)
    n_wide = sum(alert["scope"] != "account" for alert in facts.alerts)
    prose = say.in_four_weeks_left(n, mart, where, wide=counted(n_wide, mart, f"{where} and scope <> 'account'"))
    return Section("What was seen", prose, table=alert_table(facts, facts.alerts, "alerts", "The newest first."))
