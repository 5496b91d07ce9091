"""Work: what everybody has on the list this week, and a page for each owner.

Belongs here: worklists, hours, who could take what. Does not belong here: whether plays help (plays.py).
"""

from collections.abc import Iterator

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Bar, Bars, Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts, Page, Row, file_name
from orchestration.publishing.site.content.formats import shown
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import condition, counted, paragraph, plural, sentence
from orchestration.publishing.site.pages.shared.lists import account_table, alert_table, task_table
from orchestration.publishing.site.pages.shared.renewals import renewals_section
from orchestration.publishing.site.pages.shared.standing import Scope, bands_section, score_section, summary, tiles

say = prose("work")

_MART = "scores.fct_recommended_plays"


def work_page(owner_id: str) -> str:
    """Path of an owner's page."""
    return f"work/{file_name(owner_id)}.html"


def pages(facts: Facts) -> Iterator[Page]:
    """work.html, and a page for each person of dim_csms."""
    yield Page(
        "work.html",
        "sections.html",
        "Work",
        {"lead": _lead(facts), "sections": [_load(facts), _all_tasks(facts), _proposals(facts)]},
    )
    for owner_id, owner in facts.csms.items():
        yield _page(facts, owner_id, owner)


def _today(facts: Facts, **more: object) -> str:
    return condition({"scored_on": facts.today, **more})


def _lead(facts: Facts) -> Markup:
    n, within = len(facts.tasks), sum(task["is_within_capacity"] for task in facts.tasks)
    if not n:
        return Markup("No task is open today.")
    return sentence(
        "{n} {tasks} called for; {within} {fit} into the hours of this week.",
        n=counted(n, _MART, _today(facts)),
        tasks=plural(n, "task is", "tasks are"),
        fit=plural(within, "fits", "fit"),
        within=counted(within, _MART, f"{_today(facts)} and is_within_capacity"),
    )


def _load(facts: Facts) -> Section:
    """Hours called for, beside the hours there are."""
    hours: dict[str, float] = {}
    for task in facts.tasks:
        hours[task["owner_id"]] = hours.get(task["owner_id"], 0.0) + float(task["effort_hours"] or 0)
    bars = []
    for owner_id in [*facts.csms, *sorted(hours.keys() - facts.csms.keys())]:
        owner = facts.csms.get(owner_id)
        capacity = owner["capacity_hours_per_week"] if owner else None
        is_over = capacity is not None and hours.get(owner_id, 0) > capacity
        note = f"of {shown(capacity, 'hours')} a week" if owner else "nobody is assigned"
        name = owner["name"] if owner else owner_id
        bars.append(
            Bar(
                name,
                hours.get(owner_id, 0.0),
                tone="bad" if is_over or not owner else "one",
                note=note,
                href=work_page(owner_id) if owner else None,
            )
        )
    over = [bar for bar in bars if bar.tone == "bad" and bar.href]
    prose = (
        say.called_for_than_the(who=_names([bar.name for bar in over]))
        if over
        else Markup("Everybody's tasks fit into the week.")
    )
    return Section("Hours called for", prose, bars=Bars("Owner", bars, "hours", "Hours", note_heading="Capacity"))


def _names(names: list[str]) -> str:
    return f"{', '.join(names)}: more hours are"


def _all_tasks(facts: Facts) -> Section:
    return Section(
        "Every task",
        Markup(""),
        table=task_table(facts, facts.tasks, "tasks", "Owner by owner, in the order of each worklist.", 40),
    )


def _proposals(facts: Facts) -> Section:
    rows = facts.rows("proposals")
    n = sum(row["to_csm_id"] is not None for row in rows)
    mart = "scores.fct_suggested_reassignments"
    prose = (
        say.of_tasks_that_fit(n, mart, all=counted(len(rows), mart))
        if rows
        else Markup("Everything fits into somebody's week.")
    )
    columns = headed("work", "proposals")
    linked = facts.linked(rows)
    return Section(
        "Who could take what",
        prose,
        table=Table("proposals", "The most revenue first.", columns, linked, (), 10, "Nothing to hand over."),
    )


def _page(facts: Facts, owner_id: str, owner: Row) -> Page:
    scope = Scope(csm_id=owner_id)
    own = [task for task in facts.tasks if task["owner_id"] == owner_id]
    accounts = [row for row in facts.accounts if row["csm_id"] == owner_id]
    where = _today(facts, owner_id=owner_id)
    n, late = len(own), sum(task["status"] == "overdue" for task in own)
    within = [task for task in own if task["is_within_capacity"]]
    hours = sum(float(task["effort_hours"] or 0) for task in within)
    prose = (
        paragraph(
            sentence(
                "{n} {tasks} on the list, {late} {are} overdue.",
                n=counted(n, _MART, where),
                tasks=plural(n, "task is", "tasks are"),
                late=counted(late, _MART, f"{where} and status = 'overdue'"),
                are=plural(late, "is", "are"),
            ),
            say.fit_into_the_week(
                within=counted(len(within), _MART, f"{where} and is_within_capacity"),
                hours=counted(
                    hours, _MART, f"{where} and is_within_capacity", "coalesce(sum(effort_hours), 0)", "hours"
                ),
            ),
        )
        if own
        else Markup("Nothing to do: no task is open today.")
    )
    sections = [
        Section("This week", prose, table=task_table(facts, own, "tasks", "Do them from the top.", 25, owner=False))
    ]
    if accounts:
        alerts = [alert for alert in facts.alerts if alert["csm_id"] == owner_id]
        sections += [
            Section(
                "What was seen in the book",
                Markup(""),
                table=alert_table(facts, alerts, "alerts", "Accounts that left their usual range."),
            ),
            renewals_section(facts, accounts, owner_id),
            bands_section(facts, scope),
            score_section(facts, scope),
            Section(
                "The book",
                Markup(""),
                table=account_table(
                    facts,
                    accounts,
                    "book",
                    "The account that needs most comes first.",
                    25,
                    ["Band", "Stage", "Diagnosis"],
                ),
            ),
        ]
    lead = summary(facts, scope, "the book") if accounts else Markup("No account is in this book; tasks come by role.")
    return Page(
        work_page(owner_id),
        "overview.html",
        str(owner["name"]),
        {
            "section": "work.html",
            "trail": [("index.html", "Portfolio"), ("work.html", "Work")],
            "doubts": "",
            "lead": lead,
            "tiles": tiles(facts, scope) if accounts else [],
            "sections": sections,
        },
    )
