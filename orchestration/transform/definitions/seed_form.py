"""Whether each file of seeds/ has the columns and kinds of value that its yml in dbt_project/definitions declares.

Belongs here: columns, cells. Does not belong here: what rows mean together (rubrics.py, playbook.py).
"""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import cache

from orchestration.common.seed_rows import Row, at, declared_seeds, number


@cache
def declared_types() -> dict[str, dict[str, str]]:
    """Seed → column → type, as dbt loads it."""
    return {name: seed["config"]["column_types"] for name, seed in declared_seeds().items()}


def column_faults(headers: dict[str, list[str]]) -> Iterator[str]:
    """Yield which file or column is missing: rows can be judged once there is none."""
    for name, types in declared_types().items():
        if name not in headers:
            yield f"seeds/{name}.csv is missing, expected a file with the columns {', '.join(types)}"
            continue
        header = headers[name]
        missing = [column for column in types if column not in header]
        if twice := sorted({column for column in header if header.count(column) > 1}):
            yield f"seeds/{name}.csv line 1: {', '.join(twice)} is there twice, expected each column once"
        if missing:
            unknown = [column for column in header if column not in types]
            instead = f" and has {', '.join(unknown)}" if unknown else ""
            yield f"seeds/{name}.csv line 1: lacks {', '.join(missing)}{instead}, expected {', '.join(types)}"


def cell_faults(tables: dict[str, list[Row]]) -> Iterator[str]:
    """Yield which cell does not hold what its column is declared to hold; an empty one holds nothing."""
    for name, types in declared_types().items():
        for row in tables[name]:
            for column, kind in types.items():
                is_one, expected = _KINDS[kind]
                if row[column] and not is_one(row[column]):
                    yield at(row, f"{column} {row[column]}, expected {expected}")


def _is_whole(text: str) -> bool:
    try:
        return -(2**31) <= int(text) < 2**31
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_KINDS: dict[str, tuple[Callable[[str], bool], str]] = {
    "string": (lambda _: True, "text"),
    "integer": (_is_whole, "a whole number"),
    "double": (lambda text: number(text) is not None, "a number"),
    "boolean": (lambda text: text.lower() in ("true", "false"), "true or false"),
    "date": (_is_day, "a day like 2026-06-01"),
}
