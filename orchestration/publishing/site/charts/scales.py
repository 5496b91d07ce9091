"""Axes: from values to places, round limits and ticks.

Belongs here: arithmetic of axes. Does not belong here: marks (charts.py).
"""

import datetime as dt
import math
from typing import Any


class Scale:
    """Maps low…high (numbers or days) to start…end."""

    def __init__(self, low: Any, high: Any, start: float, end: float) -> None:
        self.low, self.high = as_number(low), as_number(high)
        self._start = start
        self._per_unit = (end - start) / ((self.high - self.low) or 1)

    def __call__(self, value: Any) -> float:
        """Where a value lies."""
        return self._start + (as_number(value) - self.low) * self._per_unit


def as_number(value: Any) -> float:
    """Days count as numbers."""
    return float(value.toordinal()) if isinstance(value, dt.date) else float(value)


def nice_scale(values: list[Any]) -> tuple[float, float]:
    """Limits that hold all values and end on ticks; from zero when the values begin near it."""
    if not values:
        return 0.0, 1.0
    low, high = min(map(float, values)), max(map(float, values))
    if 0 <= low <= 0.5 * high:
        low = 0.0
    if high - low <= 1e-9 * max(1.0, abs(high)):  # flat, as far as anyone could see
        low, high = (low - 1, high + 1) if low else (0.0, 1.0)
    step = _step(low, high)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def number_ticks(low: Any, high: Any) -> list[float]:
    """Three to six round values from low to high."""
    low, high = as_number(low), as_number(high)
    step = _step(low, high)
    first = math.ceil(low / step - 1e-9)
    return [round(n * step, 10) for n in range(first, math.floor(high / step + 1e-9) + 1)]


def day_ticks(first: dt.date, last: dt.date) -> list[tuple[dt.date, str]]:
    """Beginnings of months, at most eight; the year where it begins."""
    months = []
    year, month = first.year, first.month
    while (day := dt.date(year, month, 1)) <= last:
        if day >= first:
            months.append(day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    every = max(1, math.ceil(len(months) / 8))
    kept = [day for day in months if (day.month - 1) % every == 0] if every in (1, 2, 3, 4, 6) else months[::every]
    return [(day, f"{day:%b %Y}" if n == 0 or day.month == 1 else f"{day:%b}") for n, day in enumerate(kept)]


def _step(low: float, high: float) -> float:
    span = (high - low) or 1.0
    power = 10 ** math.floor(math.log10(span / 4))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if span / (factor * power) <= 5)
