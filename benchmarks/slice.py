"""What the engines are compared on: a frozen slice of the work, its inputs and how results are held against ours.

Belongs here: the definition of the slice. Does not belong here: any engine's way to compute it (slice_*.py).

1. roll-up: rows and first time per account, user, event name, product line, day and day known, without events that
   were sent again within seven days;
2. attainments: the first day on which each milestone of seeds/milestones.csv is met, prerequisites aside;
3. five metrics on every Sunday and the last day: active_days, reports_created, core_use (decayed, 84 days, half-life
   14), active_users (28 days), days_since_use (56 days), for each account from its start on.

Each engine reads the landed files and writes three Parquet files: rollup, attainments, metrics.
"""

import csv
import datetime as dt
import shutil
from pathlib import Path

import duckdb

from benchmarks.lake import ACTIONS, FIRST_DAY, LAST_DAY

HALF_LIFE = 14
KEY = ["account_id", "user_id", "event_name", "product_line", "event_date", "known_on"]
METRICS = ("active_days", "reports_created", "core_use", "active_users", "days_since_use")
RESULTS = ("rollup", "attainments", "metrics")
EVENT_FILES = "telemetry/*/events/*/*.parquet"

# event name → action, as seeds/event_taxonomy.csv maps the generated names
ACTION_OF = {
    "Workspace Configured": "configure",
    "Data Imported": "import_data",
    "Teammate Invited": "invite",
    "Integration Connected": "connect_integration",
    "API Synced": "sync",
    "Dashboard Viewed": "view_dashboard",
    "Report Created": "create_report",
    "report.created.weekly": "create_report",
    "Report Shared": "share_report",
    "Data Exported": "export_data",
    "Automation Built": "build_automation",
    "Theme Customised": "customise",
}
CORE_ACTIONS = ("view_dashboard", "create_report", "share_report")
assert {name for name, *_ in ACTIONS} == set(ACTION_OF)


def milestones() -> list[dict[str, int | str | None]]:
    """Criteria of the repository's milestones: id, action, min_count, min_users, min_active_days, within_days."""
    path = Path(__file__).parents[1] / "seeds" / "milestones.csv"
    with path.open(newline="") as handle:
        return [
            {
                "id": row["milestone_id"],
                "action": row["action"],
                **{name: int(row[name]) for name in ("min_count", "min_users", "min_active_days")},
                "within_days": int(row["within_days"]) if row["within_days"] else None,
            }
            for row in csv.DictReader(handle)
            if row["min_count"]  # the others are made of these
        ]


def scored_days() -> list[dt.date]:
    """Sundays of the generated year, and its last day."""
    days = [FIRST_DAY + dt.timedelta(number) for number in range((LAST_DAY - FIRST_DAY).days + 1)]
    return sorted({day for day in days if day.isoweekday() == 7} | {LAST_DAY})


def seeds_of_the_slice(root: Path) -> Path:
    """A workspace with the repository's seeds, but only the five metrics that all engines compute."""
    seeds = Path(__file__).parents[1] / "seeds"
    shutil.copytree(seeds, root / "seeds", dirs_exist_ok=True)
    with (seeds / "metrics.csv").open(newline="") as handle:
        head, *rows = handle.readlines()
    (root / "seeds" / "metrics.csv").write_text(head + "".join(row for row in rows if row.split(",")[0] in METRICS))
    return root


def differences(warehouse: Path, results: Path) -> dict[str, int]:
    """Rows of each result that our warehouse does not hold alike, or the other way round; floats to 1e-9."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as ours (read_only); set timezone = 'UTC'")
        keys = ", ".join(KEY)
        theirs = {name: f"read_parquet('{results / name}.parquet')" for name in RESULTS}
        queries = {
            "rollup": f"""
                select count(*) from (select {keys}, n::bigint as n, epoch_us(first_at) as first_at
                    from ours.intermediate.int_event_days) as ours
                full join (select {keys}, n::bigint as n, epoch_us(first_at) as first_at from {theirs["rollup"]}) as theirs
                using ({keys}, n, first_at) where ours.n is null or theirs.n is null""",
            "attainments": f"""
                select count(*) from (select account_id, milestone_id, min(met_on) as met_on
                    from ours.intermediate.int_milestone_crossings group by 1, 2) as ours
                full join (select account_id, milestone_id, met_on::date as met_on from {theirs["attainments"]}) as theirs
                using (account_id, milestone_id, met_on) where ours.met_on is null or theirs.met_on is null""",
            "metrics": f"""
                select count(*) from ours.intermediate.int_metric_window_values as ours
                left join (select * replace (scored_on::date as scored_on) from {theirs["metrics"]}) as theirs
                using (account_id, scored_on, metric_id)
                where ours.metric_id in {METRICS} and not coalesce(abs(ours.raw_value - theirs.raw_value) <= 1e-9 * greatest(1, abs(ours.raw_value)), false)
                """,
        }
        return {name: int(connection.execute(query).fetchall()[0][0]) for name, query in queries.items()}
