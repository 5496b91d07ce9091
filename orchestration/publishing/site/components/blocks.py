"""What pages are made of: sections with their sentences, tables that sort and filter, bars with intervals.

Belongs here: the form of these. Does not belong here: their content (pages/), their look (templates/, static/).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from markupsafe import Markup

from orchestration.publishing.site.charts.figures import Chart
from orchestration.publishing.site.content.formats import heading_of_money, shown

_ANYTHING = 0.8  # an interval of a share wider than this is no result


@dataclass(frozen=True)
class Column:
    """`form`: one of formats.py, or band, account, group, owner, spark, interval, words."""

    heading: str
    key: str
    form: str = "text"
    about: str = ""

    @property
    def title(self) -> str:
        """The heading as readers see it."""
        return heading_of_money(self.heading) if self.form == "money" else self.heading

    @property
    def is_number(self) -> bool:
        """Whether it is aligned to the right."""
        return self.form in {
            "count",
            "score",
            "change",
            "money",
            "ratio",
            "points",
            "days",
            "hours",
            "p",
            "number",
            "times",
        }


@dataclass(frozen=True)
class Table:
    """Rows with a caption. `filters` names columns by whose values readers may filter; `first` rows show at once."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[dict[str, Any]]
    filters: Sequence[str] = ()
    first: int = 25
    empty: str = "Nothing to show."

    @cached_property
    def shown_columns(self) -> list[Column]:
        """Columns but those about money where no amount is known at all."""
        known = {key for row in self.rows for key, value in row.items() if value is not None}
        return [
            column for column in self.columns
            if column.key in known or not (column.form == "money" or "mrr" in column.key)
        ]  # fmt: skip

    @cached_property
    def wide(self) -> set[str]:
        """Keys of columns with long texts, which need room."""
        return {
            column.key for column in self.columns
            if column.form == "text" and any(len(str(row[column.key] or "")) > 22 for row in self.rows[: self.first])
        }  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """A value, with its interval and a reference where there is one; `href` leads to what it is about."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    tone: str = "one"
    note: str = ""
    href: str | None = None


@dataclass(frozen=True)
class Bars:
    """Bars on one scale that begin at `origin`."""

    heading: str
    bars: Sequence[Bar]
    form: str
    value_heading: str
    origin: float = 0.0
    reference: float | None = None
    note_heading: str = ""

    @property
    def limits(self) -> tuple[float, float]:
        """Ends of the scale."""
        values = [v for bar in self.bars for v in (bar.value, bar.low, bar.high) if v is not None]
        values += [self.origin] + ([self.reference] if self.reference is not None else [])
        low, high = float(min(values)), float(max(values))
        return (low, high) if high > low else (low, low + 1)

    def place(self, value: float | None) -> str:
        """Where a value lies, in per cent of the width."""
        low, high = self.limits
        return f"{100 * (float(value or 0) - low) / (high - low):.2f}"

    def is_known(self, bar: Bar) -> bool:
        """Whether there is a value, and a share that may be nearly anything is none."""
        if bar.value is None or bar.low is None or bar.high is None or self.form != "ratio":
            return bar.value is not None
        return float(bar.high) - float(bar.low) <= _ANYTHING

    def text(self, bar: Bar) -> str:
        """A bar's value with its interval."""
        if bar.value is not None and not self.is_known(bar):
            return "too few to say"
        text = shown(bar.value, self.form)
        return text if bar.low is None else f"{text} ({shown(bar.low, self.form)} to {shown(bar.high, self.form)})"


@dataclass(frozen=True)
class Section:
    """A heading, what the numbers say in a sentence or two, and the numbers."""

    title: str
    prose: Markup
    chart: Chart | None = None
    bars: Bars | None = None
    table: Table | None = None
    tabs: "Tabs | None" = None
    note: str = ""
    width: Literal["full", "two-thirds", "half", "third"] = "full"


@dataclass(frozen=True)
class Tile:
    """A headline number with its trend."""

    name: str
    figure: Any
    spark: Markup | str = ""
    note: Markup | str = ""


@dataclass(frozen=True)
class Tabs:
    """Alternatives of which one is shown at a time; all of them on paper."""

    name: str
    panels: Sequence[tuple[str, Section]] = field(default_factory=list)
