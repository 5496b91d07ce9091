"""`make quality`: which checks fail on the published day and since when, whose they are, what is acknowledged.

Belongs here: reading what runs found, also one that was stopped. Does not belong here: checks (quality/).
"""

from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from orchestration.common.workspace import Workspace
from orchestration.publishing.snapshot.store import published_snapshot
from orchestration.quality.acknowledgements import acknowledged
from orchestration.quality.batches import log_rows

_NEWEST = """
select dataset, check_key, severity, status, detail, failing_since, owner, steward, last_date
from {checks}
qualify row_number() over (partition by dataset, check_key order by last_date desc, pull_id desc) = 1
    and last_date = max(last_date) over (partition by border)
"""


def print_quality(workspace: Workspace) -> None:
    """Print what the newest run of each border found: also of a run that was stopped, and published nothing."""
    published = published_snapshot(workspace.published).manifest["data_date"]
    with duckdb.connect() as connection:
        connection.execute(
            f"create table newest as {_NEWEST.format(checks=log_rows(workspace.lake, 'checks', '9999-12-31'))}"
        )
        counts = connection.execute("select status, count(*) from newest group by status order by status").fetchall()
        bad = connection.execute(
            "select severity, dataset, check_key, detail, failing_since, owner, steward, last_date from newest "
            "where status in ('failed', 'error') "
            "order by case severity when 'critical' then 1 when 'warning' then 2 else 3 end, failing_since, 2, 3"
        ).fetchall()
    console = Console(width=None if Console().is_terminal else 180, markup=False)  # texts may hold brackets
    said = ", ".join(f"{n:,} {status}" for status, n in counts)
    console.print(f"Published: {published}. Checks of the newest runs: {said or 'none'}.", highlight=False)
    if not bad:
        return
    known = acknowledged(workspace, max(day for *_, day in bad))
    table = Table(title="\nChecks that fail", title_justify="left")
    for heading in ("severity", "data set", "check", "seen", "since", "owner", "steward", "judged", "acknowledged"):
        table.add_column(heading, overflow="fold")
    for severity, dataset, key, detail, since, owner, steward, day in bad:
        note = known.get((dataset, key))
        told = f"until {note['expires_on']} by {note['acknowledged_by']}: {note['reason']}" if note else "–"
        name = key.replace("_", " ")
        table.add_row(severity, dataset, name, detail or "–", str(since), owner, steward, str(day), told)
    console.print(table)
    console.print(
        "Mend the source and load the day again, or acknowledge a result with a row in "
        f"{_seed(workspace)} (docs/quality.md).",
        soft_wrap=True,
        highlight=False,
    )


def _seed(workspace: Workspace) -> Path:
    return workspace.root / "seeds" / "quality_acknowledgements.csv"
