"""CellRenderer of tables as HTML: a value by the form of its column, with what the table sorts by.

Belongs here: value → cell, thousands of times a page, hence no template. Does not belong here: tables
(templates/parts.html).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from orchestration.publishing.site.charts.scales import as_number
from orchestration.publishing.site.components.blocks import Column, Table
from orchestration.publishing.site.content.formats import NOTHING, shown, words

Row = Mapping[str, Any]
# what these show is what they sort by
_TEXTS = {"text", "words", "account", "status"}


class CellRenderer:
    """Draws cells with the bands and the day of a snapshot. `up` leads from a page to the site's root."""

    def __init__(self, bands: Mapping[str, Row], today: dt.date) -> None:
        self._bands = {name: self._band(name, str(row["sign"])) for name, row in bands.items()}
        self._ranks = {name: str(row["band_rank"]) for name, row in bands.items()}
        self._today = today
        self._drawn: dict[str, Callable[[Any, Row, str], str]] = {
            "band": lambda value, row, up: str(self.band(value)), "account": _account, "interval": _interval,
            "moved": _moved, "due": self._due, "status": _status, "shares": _shares,
        }  # fmt: skip

    def band(self, name: str | None) -> Markup:
        """A band with its sign."""
        if name is None:
            return Markup(NOTHING)
        return Markup(self._bands.get(name) or self._band(name, "?"))

    def rows(self, table: Table, rows: list[Row], up: str) -> Markup:
        """Lines of a table."""
        classes = [_class(table, column) for column in table.shown_columns]
        made = []
        for row in rows:
            made.append("<tr>")
            for column, css in zip(table.shown_columns, classes, strict=True):
                value = row[column.key]
                made.append(f"<td{css}{self._key(column, value)}>{self._cell(column, value, row, up)}</td>")
            made.append("</tr>\n")
        return Markup("".join(made))

    def _key(self, column: Column, value: Any) -> str:
        if column.form in _TEXTS:
            return ""
        if column.form == "band":
            return f' data-v="{self._ranks.get(value, "")}"'
        if value is None or isinstance(value, str | dict):
            return ' data-v=""'
        return f' data-v="{as_number(value):.10g}"'

    def _cell(self, column: Column, value: Any, row: Row, up: str) -> str:
        if column.form in self._drawn:
            return self._drawn[column.form](value, row, up)
        if column.form in ("words", "text"):
            return str(escape(words(value) if column.form == "words" else shown(value)))
        return shown(value, "amount" if column.form == "money" else column.form)

    @staticmethod
    def _band(name: str, sign: str) -> str:
        return (
            f'<span class="band band-{escape(name)}"><span class="sign" aria-hidden="true">{escape(sign)}</span>'
            f"{escape(words(name))}</span>"
        )

    def _due(self, value: Any, row: Row, up: str) -> str:
        if value and value < self._today and not row.get("closed_on"):
            return f'<span class="late">{shown(value)} <span class="note">late</span></span>'
        return shown(value)


def _account(value: Any, row: Row, up: str) -> str:
    name = f"<bdi>{escape(value or NOTHING)}</bdi>"
    href = row.get("href")
    return f'<a href="{escape(up + href)}">{name}</a>' if href else name


def _interval(value: Any, row: Row, up: str) -> str:
    if value is None:
        return NOTHING
    low, high = float(row["score_low"]), float(row["score_high"])
    return (
        f'<span class="range" aria-hidden="true"><span class="range-span band-{escape(row["band"])}" '
        f'style="left:{low:.1f}%;width:{high - low:.1f}%"></span><span class="range-dot" style="left:{value:.1f}%">'
        f'</span></span><span class="n">{shown(value, "score")}</span>'
    )


def _moved(value: Any, row: Row, up: str) -> str:
    found = row["significant_change"]
    is_real = found in ("four_weeks", "both")
    cell = f'<span class="moved{" is-real" if is_real else ""}">{shown(value, "change")}</span>'
    if found != "week":
        return cell
    return f'{cell} <span class="moved is-real">{shown(row["change_7d"], "change")} in a week</span>'


def _status(value: Any, row: Row, up: str) -> str:
    return f'<span class="status status-{escape(value)}">{escape(words(value))}</span>'


def _shares(value: Mapping[str, int], row: Row, up: str) -> str:
    there = {name: n for name, n in value.items() if n}
    if not there:
        return NOTHING
    said = ", ".join(f"{n} {words(name)}" for name, n in there.items())
    parts = "".join(
        f'<span class="back-{escape(name)}" style="width:{100 * n / sum(there.values()):.2f}%"></span>'
        for name, n in there.items()
    )
    return f'<span class="shares" role="img" aria-label="{escape(said)}">{parts}</span>'


def _class(table: Table, column: Column) -> str:
    if column.is_number or column.form == "moved":
        return ' class="num"'
    if column.form in ("day", "due", "account"):
        return ' class="day"'
    return ' class="wide"' if column.key in table.wide else ""
