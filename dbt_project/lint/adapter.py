"""Stands in for dbt's adapter while SQL is linted: a bridge to a dialect becomes a call of the same name."""

from collections.abc import Callable


def dispatch(name: str) -> Callable[..., str]:
    """Return what the linter should read in place of a dispatched macro."""
    if name == "day_series":
        return lambda *arguments: "(select date '2000-01-01' as day)"
    return lambda *arguments: f"{name}({', '.join(map(str, arguments))})"
