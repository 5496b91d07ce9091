"""Rows of the definitions in seeds/ as they are read before dbt does, and how a fault names its row.

Belongs here: which files, reading them. Does not belong here: what must hold of them (transform/definitions).
"""

import csv
import io
import math
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.common.errors import UserError
from orchestration.common.workspace import PROJECT_ROOT

Row = dict[str, str]
# definitions that a workspace may leave out: those shipped with the project then hold
INHERITED = ("assumptions", "diagnoses", "diagnosis_rules", "survey_questions")
# definitions that a workspace may leave out: then there are none
OPTIONAL = ("play_conditions", "quality_acknowledgements", "theory_of_change", "touch_types", "unit_costs")
_DECLARED = PROJECT_ROOT / "dbt_project" / "definitions"


@cache
def declared_seeds() -> dict[str, dict[str, Any]]:
    """Seed → how its yml declares it."""
    documents = [yaml.safe_load(path.read_text()) for path in sorted(_DECLARED.glob("*.yml"))]
    return {seed["name"]: seed for document in documents for seed in document["seeds"]}


def missing_defaults(name: str, header: list[str]) -> dict[str, str]:
    """Column → value of the columns of a seed that came later and that its header lacks; none for an empty file."""
    return {column: value for column, value in _defaults(name).items() if header and column not in header}


def completed(path: Path) -> str | None:
    """The text of a seed with the columns that it lacks and that have a default; None when it lacks none."""
    if not _defaults(path.stem):
        return None
    header, rows = read_table(path)
    added = missing_defaults(path.stem, header)
    if not added:
        return None
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*header, *added])
    writer.writerows([*(row[column] for column in header), *added.values()] for row in rows)
    return out.getvalue()


def _defaults(name: str) -> dict[str, str]:
    metas = {
        column["name"]: column.get("config", {}).get("meta", {})
        for column in declared_seeds().get(name, {}).get("columns", [])
    }
    return {column: meta["default"] for column, meta in metas.items() if "default" in meta}


def seed_files(folder: Path) -> dict[str, Path]:
    """Name → file of a folder's definitions, with the shipped ones in place of those it may leave out.

    Raises UserError naming what looks like a definition and is no file.
    """
    shipped = {name: PROJECT_ROOT / "seeds" / f"{name}.csv" for name in INHERITED}
    shipped |= {name: PROJECT_ROOT / "dbt_project" / "empty" / f"{name}.csv" for name in OPTIONAL}
    own = {path.stem: path for path in sorted(folder.glob("*.csv"))}
    if not_files := [path.name for path in own.values() if not path.is_file()]:
        raise UserError("\n".join(f"seeds/{name}: expected a file" for name in not_files))
    return shipped | own


def read_rows(path: Path) -> list[Row]:
    """Rows of a seed, as read_table gives them."""
    return read_table(path)[1]


def read_table(path: Path, shown: str = "") -> tuple[list[str], list[Row]]:
    """Columns and rows of a seed: cells by column, the line a row begins at under `line`, its file under `file`.

    `shown`: the file as people know it.

    Raises UserError for what is no CSV file in UTF-8, and for the first row with a cell too many or too few.
    """
    file_name = shown or f"seeds/{path.name}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header: list[str] = next(reader, [])
            rows: list[Row] = []
            line = reader.line_num
            for cells in reader:
                if cells:
                    if len(cells) != len(header):
                        wrong = f"{len(cells)} cells, expected {len(header)} as in the first line"
                        raise UserError(f"{file_name} line {line + 1}: {wrong}")
                    rows.append(dict(zip(header, cells, strict=True)) | {"line": str(line + 1), "file": file_name})
                line = reader.line_num
    except UnicodeDecodeError as error:
        raise UserError(f"{file_name}: byte {error.start + 1} is not UTF-8, expected a CSV file in UTF-8") from None
    except csv.Error as error:
        raise UserError(f"{file_name} line {reader.line_num}: {error}, expected CSV") from None
    return header, rows


def at(row: Row, what: str) -> str:
    """A fault with the file and line it is in."""
    return f"{row['file']} line {row['line']}: {what}"


def number(text: str) -> float | None:
    """The finite number that a cell holds; None when it holds none."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
