"""Results that somebody has looked at: seeds/quality_acknowledgements.csv, with a reason and a day on which it ends.

Belongs here: which results are acknowledged on a day. Does not belong here: the form of seeds (transform/definitions).
"""

import datetime as dt
from collections.abc import Container, Iterable, Mapping

from orchestration.common.seed_rows import Row, read_rows, seed_files
from orchestration.common.workspace import Workspace
from orchestration.quality.suites import Outcome

Key = tuple[str, str]
SEED = "quality_acknowledgements"
_KEPT = (
    *("dataset", "check_key", "border", "status", "severity", "dimension", "owner", "steward", "why", "expected"),
    *("n_rows", "n_failing", "sample_keys", "failing_since"),
)


def acknowledged(workspace: Workspace, day: dt.date) -> dict[Key, Row]:
    """Dataset and check of what is acknowledged on a day, with its row: such a result is shown and stops nothing."""
    rows = read_rows(seed_files(workspace.root / "seeds")[SEED])
    return {
        (row["dataset"], row["check_key"]): row
        for row in rows
        if row["acknowledged_on"] <= day.isoformat() <= row["expires_on"]
    }


def unacknowledged(outcomes: Iterable[Outcome], known: Container[Key]) -> list[Outcome]:
    """Outcomes that nobody has acknowledged."""
    return [one for one in outcomes if (one.suite.dataset, one.check.key) not in known]


def as_result(row: Mapping[str, object], known: Mapping[Key, Row]) -> dict[str, object]:
    """A row of the log `checks` as one of governance.fct_quality_results."""
    is_bad = row["status"] in ("failed", "error")
    note = known.get((str(row["dataset"]), str(row["check_key"])), {}) if is_bad else {}
    return {name: row[name] for name in _KEPT} | {
        "run_id": row["pull_id"],
        "checked_on": row["last_date"],
        "observed": row["detail"],
        "is_acknowledged": bool(note),
        "acknowledged_by": note.get("acknowledged_by"),
        "acknowledged_until": note.get("expires_on"),
        "acknowledgement": note.get("reason"),
    }
