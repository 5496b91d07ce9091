"""Tables that several pages show: accounts, tasks, alerts.

Belongs here: their columns and links. Does not belong here: which rows a page shows.
"""

from collections.abc import Sequence

from orchestration.publishing.site.components.blocks import Column, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts, Row

_ACCOUNT = Column("Account", "account_name", "account")


def account_table(
    facts: Facts, rows: Sequence[Row], name: str, caption: str, first: int = 25, filters: Sequence[str] = ()
) -> Table:
    """Accounts with band, score, movement, stage and next action."""
    columns = [
        _ACCOUNT,
        Column("Band", "band", "band"),
        Column("Score", "score", "interval"),
        Column(
            "4 weeks",
            "change_28d",
            "moved",
            "Change in four weeks, grey where it is usual; with that of the last week where this was unusual",
        ),
        Column("Weakest", "weakest_category", "words"),
        Column("Stage", "stage", "words"),
        Column("Diagnosis", "diagnosis", "words"),
        Column("CSM", "csm"),
        Column("MRR", "mrr", "money"),
        Column("Renewal", "renewal_date", "day"),
        Column("Next action", "next_task"),
        Column("Due", "next_due_date", "due"),
    ]
    linked = facts.linked(rows)
    return Table(name, caption, columns, linked, filters, first, "No accounts here.")


def task_table(
    facts: Facts, rows: Sequence[Row], name: str, caption: str, first: int = 25, owner: bool = True, brief: bool = False
) -> Table:
    """Tasks in the order of the worklist; `brief` leaves out what only the worklist itself needs."""
    columns = [
        *([] if brief else [Column("#", "rank_in_worklist", "count")]),
        _ACCOUNT,
        Column("Band", "band", "band"),
        Column("Task", "task"),
        Column("Why", "situation"),
        *([Column("Owner", "owner")] if owner else []),
        Column("Due", "due_date", "due"),
        Column("Deliverable", "deliverable"),
        Column("Effort", "effort_hours", "hours"),
        Column(
            "Value at stake",
            "value_at_stake",
            "money",
            "MRR that accounts of the band lose, or win, within half a year",
        ),
        Column("Status", "status", "words"),
        *([] if brief else [Column("Left out because", "cut_reason", "words")]),
    ]
    linked = facts.linked(rows)
    filters = ["Owner", "Task", "Status"] if owner else ["Task", "Status"]
    return Table(name, caption, columns, linked, filters, first, "Nothing to do: no task is open today.")


def alert_table(facts: Facts, rows: Sequence[Row], name: str, caption: str, first: int = 10) -> Table:
    """What left its usual range, and where to look."""
    columns = headed("shared/lists", "alert_table")
    told = [
        {**row, "about": row["account_name"] or _about(row), "href": facts.account_page(row["account_id"])}
        for row in rows
    ]
    return Table(name, caption, columns, told, (), first, "Nothing left its usual range in four weeks.")


def _about(row: Row) -> str:
    return "Portfolio" if row["scope"] == "portfolio" else str(row["subject"]).replace("_", " ")
