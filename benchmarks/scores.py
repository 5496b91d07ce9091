"""A rubric of twenty-five metrics, for what scores cost.

Belongs here: the seeds of that measurement. Does not belong here: the generated company (lake.py), measuring it.
"""

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb

from benchmarks.slice import ACTION_OF

N_METRICS = 25
SEEDS = Path(__file__).parents[1] / "seeds"


def seeds_of_many_metrics(root: Path) -> Path:
    """A workspace with the repository's metrics and a count per week of further actions, weighing alike."""
    shutil.copytree(SEEDS, root / "seeds", dirs_exist_ok=True)
    metrics = _rows("metrics")
    model = next(row for row in metrics if row["metric_id"] == "reports_created")
    actions = [action for action in dict.fromkeys(ACTION_OF.values()) if action != model["filter_value"]]
    added = [f"{action}_per_week" for action in actions][: N_METRICS - len(metrics)]
    metrics += [
        {**model, "metric_id": name, "name": name, "filter_value": name.removesuffix("_per_week")} for name in added
    ]
    _write(root, "metrics", metrics)
    kept = {"rubric_version": "1", "rationale": "Measured"}
    weights = [
        {**kept, "lifecycle_phase": lifecycle_phase, "metric_id": row["metric_id"], "weight": "4"}
        for lifecycle_phase in ("onboarding", "adopted")
        for row in metrics
    ]
    _write(root, "rubric", weights)
    points = [row for row in _rows("rubric_breakpoints") if row["rubric_version"] == "1"]
    copied = [row for row in points if row["metric_id"] == model["metric_id"]]
    points += [{**row, "metric_id": name} for name in added for row in copied]
    # what is in no rubric of the repository is scored here too
    missing = {row["metric_id"] for row in metrics} - {row["metric_id"] for row in points}
    points += [{**row, "metric_id": name} for name in sorted(missing) for row in copied]
    _write(root, "rubric_breakpoints", points)
    for name in ("rubric_versions", "lifecycle_phases", "bands"):
        _write(root, name, [row for row in _rows(name) if row["rubric_version"] == "1"])
    return root


def count_contributions(warehouse: Path) -> int:
    """Rows of the mart that tells what each metric gave to each score."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return int(connection.execute("select count(*) from scores.fct_score_components").fetchall()[0][0])


def _rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(newline="") as handle:
        return list(csv.DictReader(handle))


def _write(root: Path, name: str, rows: Iterable[dict[str, str]]) -> None:
    rows = list(rows)
    with (SEEDS / f"{name}.csv").open(newline="") as handle:
        columns = next(csv.reader(handle))
    with (root / "seeds" / f"{name}.csv").open("w", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
