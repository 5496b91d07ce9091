"""Explore: tables that anyone pivots and filters, and a page for SQL.

Belongs here: which tables (queries/explore_*.sql), their form in the browser. Does not belong here: the pivot itself
(static/explore.js).
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from orchestration.common.workspace import PROJECT_ROOT
from orchestration.publishing.site.content.facts import Facts, Page, Row

MOST_ROWS = 60_000
# table → rows, columns, measure and field that it opens with
TABLES = {
    "accounts": ("company_size", "band", "count", "score"),
    "milestones": ("milestone", "status", "count", "days_to_attain"),
    "weeks": ("sunday", "band", "sum", "accounts"),
    "tasks": ("play", "status", "count", "effort_hours"),
    "answers": ("question", "company_size", "mean", "score"),
    "tickets": ("theme", "priority", "median", "hours_to_solve"),
}


def pages(facts: Facts) -> Iterator[Page]:
    """explore.html and sql.html."""
    lead = (
        "Choose a table, what goes into rows and columns, and a measure. The address of the page keeps your choice: "
        "send it on."
    )
    yield Page("explore.html", "explore.html", "Explore", {"tables": list(TABLES), "lead": lead})
    lead = "Ask the snapshot itself, in your browser: DuckDB runs on this page, nothing is sent anywhere."
    asked = {"section": "explore.html", "questions": questions(), "lead": lead, "marts": facts.manifest["marts"]}
    yield Page("sql.html", "sql.html", "SQL", asked)


def questions() -> list[tuple[str, Markup]]:
    """The questions of docs/questions.md, each with its query."""
    path = PROJECT_ROOT / "docs" / "questions.md"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return re.findall(r"### \d+\. (.+?)\n```sql\n(.*?)```", text, flags=re.S)


def explored(facts: Facts, name: str, hidden: frozenset[str]) -> str:
    """A script that hands a table to explore.js: columns one after the other, texts as numbers of a list."""
    rows = facts.rows(f"explore_{name}")
    kept = rows[:MOST_ROWS]
    columns = [_column(column, kept) for column in (kept[0] if kept else {}) if column not in hidden]
    content = {
        "name": name,
        "isCut": len(rows) > MOST_ROWS,
        "rows": len(kept),
        "start": TABLES[name],
        "columns": columns,
    }
    return f"onboardingTable({json.dumps(content, ensure_ascii=False, separators=(',', ':'))})\n"


def _column(name: str, rows: list[Row]) -> dict[str, Any]:
    values = [_plain(row[name]) for row in rows]
    if not any(isinstance(value, str) for value in values):
        return {"name": name, "values": values}
    texts = sorted({str(value) for value in values if value is not None})
    number = {text: n for n, text in enumerate(texts)}
    return {"name": name, "texts": texts, "values": [-1 if value is None else number[str(value)] for value in values]}


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        value = float(value)
    return round(value, 6) if isinstance(value, float) else value
