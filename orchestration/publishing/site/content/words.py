"""Sentences computed from figures, each of which carries the query that finds it in the snapshot.

Belongs here: figures and how they go into a sentence. Does not belong here: what to say (pages/), rounding
(formats.py).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from orchestration.common.sql_text import quoted
from orchestration.publishing.site.content.formats import shown


@dataclass(frozen=True)
class Figure:
    """A number or day of the prose. `query` yields it from the snapshot: shown to readers who ask, run by a test."""

    value: Any
    form: str
    query: str

    def __html__(self) -> str:
        """Its text, with value and query."""
        text = shown(self.value, self.form)
        value = "" if self.value is None else str(self.value)
        return Markup('<data value="{}" data-sql="{}">{}</data>').format(value, self.query, text)


@dataclass(frozen=True)
class MartRow:
    """A row of a mart, told from all others by `key`; its columns become figures."""

    mart: str
    key: Mapping[str, Any]
    row: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        """The value itself."""
        return self.row[column]

    def figure(self, column: str, form: str = "count") -> Figure:
        """The value as a figure."""
        return Figure(self.row[column], form, f"select {column} from {self.mart} where {condition(self.key)}")


def counted(value: Any, mart: str, where: str = "", what: str = "count(*)", form: str = "count") -> Figure:
    """A figure over several rows of a mart."""
    return Figure(value, form, f"select {what} from {mart}" + (f" where {where}" if where else ""))


def condition(key: Mapping[str, Any]) -> str:
    """SQL that is true for the rows with these values."""
    return " and ".join(f"{column} {_equal(value)}" for column, value in key.items())


def _equal(value: Any) -> str:
    if value is None:
        return "is null"
    if isinstance(value, dt.date):
        return f"= date '{value}'"
    return f"= {value}" if isinstance(value, int | float) else f"= {quoted(value)}"


def sentence(template: str, **parts: Any) -> Markup:
    """Fill a sentence; whatever is no figure is escaped, since names come from outside."""
    return Markup(template).format(**parts)


def paragraph(*sentences: Markup | str) -> Markup:
    """Sentences one after the other, without those that have nothing to say."""
    return Markup(" ").join(escape(one) for one in sentences if one)


def quotation(name: Any) -> Markup:
    """A name from outside in the middle of a sentence."""
    return Markup("<q>{}</q>").format(name)


def listed(things: list[Any]) -> Markup:
    """One, two and three."""
    parts = [escape(thing) for thing in things]
    if len(parts) < 2:
        return Markup("").join(parts)
    return Markup(", ").join(parts[:-1]) + " and " + parts[-1]


def plural(n: Any, one: str, many: str) -> str:
    """The word that fits a number."""
    return one if n == 1 else many
