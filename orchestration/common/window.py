"""The days that a pull is for.

Belongs here: the window. Does not belong here: how a source is asked for it (plan.py, connectors/).
"""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """Days to pull, inclusive; `first` is None for a history load without a beginning."""

    first: dt.date | None
    last: dt.date

    def days(self) -> list[dt.date]:
        """Every day of a window that has a beginning."""
        assert self.first is not None
        return [self.first + dt.timedelta(number) for number in range((self.last - self.first).days + 1)]

    def holds(self, day: dt.date) -> bool:
        """True when `day` is in the window."""
        return (self.first is None or self.first <= day) and day <= self.last
