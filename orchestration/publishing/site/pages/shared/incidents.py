"""What was wrong with the streams of events: as strips on charts over days, and as a section of its own.

Belongs here: incidents as they are shown. Does not belong here: how they are found (models/intermediate/activity).
"""

from orchestration.publishing.site.charts.figures import Strip
from orchestration.publishing.site.components.blocks import Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import counted, plural

say = prose("shared/incidents")
_MART = "governance.fct_data_incidents"


def strips(facts: Facts) -> list[Strip]:
    """Days on which a whole source, or events that count as an action, did not come as usual."""
    return [
        Strip(row["first_date"], row["last_date"], row["description"])
        for row in facts.incidents
        if row["event_name"] == "(all)" or row["action"]
    ]


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
