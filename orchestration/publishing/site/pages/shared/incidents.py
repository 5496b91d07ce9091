"""What was wrong with the streams of events: as strips on charts over days, and as a section of its own.

Belongs here: incidents as they are shown. Does not belong here: how they are found (models/intermediate/activity).
"""

import datetime as dt
from typing import Any

from markupsafe import Markup

from orchestration.publishing.site.charts.figures import Strip
from orchestration.publishing.site.components.blocks import Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import counted, plural, quotation

say = prose("shared/incidents")
_MART = "governance.fct_data_incidents"


def strips(facts: Facts) -> list[Strip]:
    """Days on which a whole source, or events that count as an action, did not come as usual."""
    told: dict[tuple[Any, Any], list[str]] = {}
    for row in facts.incidents:
        if row["event_name"] == "(all)" or row["action"]:
            told.setdefault((row["first_date"], row["last_date"]), []).append(row["description"])
    return [Strip(first, last, "; ".join(texts)) for (first, last), texts in told.items()]


def told_between(facts: Facts, first: dt.date, last: dt.date) -> Markup:
    """What was wrong in a period, in a sentence; empty when nothing was."""
    texts = [row["description"] for row in facts.incidents if row["first_date"] <= last and row["last_date"] >= first]
    where = f"first_date <= date '{last}' and last_date >= date '{first}'"
    return (
        say.wrong_in_the_period(n=counted(len(texts), _MART, where), texts=Markup("; ").join(map(quotation, texts)))
        if texts
        else Markup("")
    )


def section(facts: Facts) -> Section:
    """All incidents, the newest first."""
    rows = facts.incidents
    ongoing = sum(row["is_ongoing"] for row in rows)
    return Section(
        "What was wrong with the events?",
        say.incidents(
            n=counted(len(rows), _MART),
            incidents=plural(len(rows), "incident", "incidents"),
            ongoing=counted(ongoing, _MART, "is_ongoing"),
        ),
        table=Table(
            "incidents",
            "The newest first.",
            headed("governance", "incidents"),
            rows,
            (),
            12,
            "Every source sent what is usual.",
        ),
    )
