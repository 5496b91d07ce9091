"""Compare marts of two builds row by row.

Belongs here: what counts as equal. Does not belong here: building anything (builds.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

FLOAT_TOLERANCE = 1e-9  # relative; of numbers below 1 absolute, since sums of cancelling terms have no relative meaning


@dataclass(frozen=True)
class Difference:
    """How one mart differs between two builds: rows of each, keys that only one has, columns with unequal values."""

    mart: str
    n_left: int
    n_right: int
    n_unmatched: int
    columns: dict[str, tuple[int, str]] = field(default_factory=dict)
    problem: str = ""

    @property
    def is_equal(self) -> bool:
        """Same keys, same values."""
        return not self.problem and self.n_left == self.n_right and not self.n_unmatched and not self.columns

    def __str__(self) -> str:
        """What is wrong, in one line."""
        if self.is_equal:
            return "equal"
        parts = [self.problem] if self.problem else []
        if self.n_unmatched:
            parts.append(f"{self.n_unmatched:,} keys on one side only")
        parts += [f"{name}: {count:,} rows, e.g. {example}" for name, (count, example) in self.columns.items()]
        return "; ".join(parts) or f"{self.n_left:,} rows against {self.n_right:,}"


def compare_marts(
    left: Path, right: Path, grains: dict[str, list[str]], days_of_left_only: Iterable[str] = ()
) -> list[Difference]:
    """Compare every mart (`schema.name` → columns of its key) between two DuckDB files.

    Integers, texts, dates and times must be equal, floats within 1e-9, decimals within one unit of the last digit.
    Marts in `days_of_left_only` are compared on the days that the left side holds: (scored_on or as_of).
    """
    limited = set(days_of_left_only)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{left}' as l (read_only)")
        connection.execute(f"attach '{right}' as r (read_only)")
        return [_compare(connection, mart, key, mart in limited) for mart, key in sorted(grains.items())]


def _compare(connection: duckdb.DuckDBPyConnection, mart: str, key: list[str], is_limited: bool) -> Difference:
    left, right = ({c[0]: c[1] for c in _rows(connection, f"describe {side}.{mart}")} for side in "lr")
    if left != right:
        unlike = sorted(set(left.items()) ^ set(right.items()))
        return Difference(mart, 0, 0, 0, problem=f"columns or types differ: {unlike}")
    day = next((name for name in ("scored_on", "as_of") if name in key), None)
    where = f" where {day} in (select {day} from l.{mart})" if is_limited and day else ""
    connection.execute(f"create or replace temp view l_rows as select * from l.{mart}")
    connection.execute(f"create or replace temp view r_rows as select * from r.{mart}{where}")
    on = " and ".join(f"l_rows.{name} is not distinct from r_rows.{name}" for name in key)
    values = [name for name in left if name not in key]
    unequal = [_unequal(name, left[name]) for name in values]
    counts = "".join(
        f", count(*) filter ({test}), any_value((l_rows.{name}, r_rows.{name})) filter ({test})"
        for name, test in zip(values, unequal, strict=True)
    )
    n_left, n_right = (_rows(connection, f"select count(*) from {side}_rows")[0][0] for side in "lr")
    n_matched, *found = _rows(connection, f"select count(*){counts} from l_rows join r_rows on {on}")[0]
    columns = {
        name: (count, f"{example[0]!s} against {example[1]!s}")
        for name, count, example in zip(values, found[::2], found[1::2], strict=True)
        if count
    }
    return Difference(mart, n_left, n_right, n_left + n_right - 2 * n_matched, columns)


def _unequal(name: str, kind: str) -> str:
    one, two = f"l_rows.{name}", f"r_rows.{name}"
    if kind in ("DOUBLE", "FLOAT"):
        return (
            f"({one} is distinct from {two} and not coalesce(abs({one} - {two}) <= "
            f"{FLOAT_TOLERANCE} * greatest(1.0, abs({one})), false))"
        )
    if kind.startswith("DECIMAL"):
        scale = int(kind.rstrip(")").split(",")[1])
        return f"({one} is distinct from {two} and not coalesce(abs({one} - {two}) <= {10**-scale:.{scale}f}, false))"
    return f"{one} is distinct from {two}"


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()
