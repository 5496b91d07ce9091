"""Rows of the definitions in seeds/ as they are read before dbt does, and how a fault names its row.

Belongs here: which files, reading them. Does not belong here: what must hold of them (rubrics.py, playbook.py).
"""

import csv
from pathlib import Path

from orchestration.common.workspace import PROJECT_ROOT

Row = dict[str, str]
# definitions that a workspace may leave out: those shipped with the project then hold
INHERITED = ("diagnoses", "diagnosis_rules", "survey_questions")


def seed_files(folder: Path) -> dict[str, Path]:
    """Name → file of a folder's definitions, with the shipped ones in place of those it may leave out."""
    shipped = {name: PROJECT_ROOT / "seeds" / f"{name}.csv" for name in INHERITED}
    return shipped | {path.stem: path for path in sorted(folder.glob("*.csv"))}


def read_rows(path: Path) -> list[Row]:
    """Rows of a seed with their line number under `line`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{**row, "line": str(number)} for number, row in enumerate(csv.DictReader(file), start=2)]


def at(name: str, row: Row, what: str) -> str:
    """A fault with the file and line it is in."""
    return f"seeds/{name}.csv line {row['line']}: {what}"


def number(text: str) -> float | None:
    """The number that a cell holds; None when it holds none."""
    try:
        return float(text)
    except ValueError:
        return None
