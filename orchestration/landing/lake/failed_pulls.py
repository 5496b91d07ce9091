"""Sources whose last pull failed: a note beside the lake's pointers, until they are pulled again.

Belongs here: the notes. Does not belong here: pulling (landing/assets.py), what follows (quality/).
"""

import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.common.atomic_files import write_json


@dataclass(frozen=True)
class FailedPull:
    """A source that was asked for days up to `last_day` (ISO 8601) and brought nothing, and why."""

    source_id: str
    last_day: str
    reason: str


def note_failure(lake: Path, failed: FailedPull) -> None:
    """Remember that a source failed."""
    write_json(_note(lake, failed.source_id), asdict(failed))


def forget_failure(lake: Path, source_id: str) -> None:
    """The source was pulled."""
    _note(lake, source_id).unlink(missing_ok=True)


def failed_pulls(lake: Path, day: dt.date) -> list[FailedPull]:
    """Sources that could not be pulled for a day."""
    notes = [FailedPull(**json.loads(path.read_text())) for path in sorted((lake / "_failed").glob("*.json"))]
    return [note for note in notes if note.last_day == day.isoformat()]


def _note(lake: Path, source_id: str) -> Path:
    return lake / "_failed" / f"{source_id}.json"
