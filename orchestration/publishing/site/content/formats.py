"""How values are shown: numbers, shares, money, days. The only place that rounds.

Belongs here: value → text. Does not belong here: sentences (words.py).
"""

import datetime as dt
import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from orchestration.publishing.snapshot.currency import in_currency

NOTHING = "–"
_MINUS = "\N{MINUS SIGN}"
_THIN = "\N{NARROW NO-BREAK SPACE}"
# form → places, sign, unit
_FORMS: dict[str, tuple[int, str, str]] = {
    "count": (0, "", ""), "money": (0, "", ""), "amount": (0, "", ""), "score": (1, "", ""), "change": (1, "+", ""),
    "ratio": (0, "", f"{_THIN}%"),
    "points": (0, "+", f"{_THIN}pp"), "days": (0, "", f"{_THIN}days"), "hours": (1, "", f"{_THIN}h"), "p": (3, "", ""),
    "times": (2, "", ""),
}  # fmt: skip
_currency: ContextVar[str] = ContextVar("currency", default="")


@contextmanager
def amounts_in(currency: str) -> Iterator[None]:
    """Show money with this currency, such as EUR; without one when it is empty."""
    token = _currency.set(currency)
    try:
        yield
    finally:
        _currency.reset(token)


def heading_of_money(heading: str) -> str:
    """The heading of a column of amounts, whose cells do not repeat the currency."""
    return in_currency(heading, _currency.get())


def shown(value: Any, form: str = "text") -> str:
    """`value` as readers see it; a dash when there is none.

    `ratio` takes 0–1 and shows per cent, `points` is a difference of ratios in percentage points, `amount` is money
    under a heading that names the currency.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOTHING
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return f"{value:%b %Y}" if form == "month" else f"{value.day} {value:%b %Y}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value.replace("_", " ") if form == "words" else value
    return _number(float(value) if isinstance(value, Decimal) else value, form).replace("-", _MINUS)


def _number(value: float, form: str) -> str:
    places, sign, unit = _FORMS.get(form, (0 if float(value).is_integer() else 2, "", ""))
    if form == "p" and value < 0.001:
        return "<0.001"
    if form == "ratio" and (0 < value < 0.0095 or 0.9995 <= value < 1):
        places = 1
    rounded = _rounded(100 * value if form in ("ratio", "points") else value, places) or Decimal(0).scaleb(-places)
    if form == "money" and _currency.get():
        unit = f"{_THIN}{_currency.get()}"
    if form == "days" and rounded == 1:
        unit = f"{_THIN}day"
    return f"{rounded:{sign if rounded else ''},}{unit}"


def _rounded(value: float, places: int) -> Decimal:
    """Halves away from zero, as people and spreadsheets do, of the decimal that a float is written as."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def words(name: Any) -> str:
    """An identifier as words: at_risk → at risk."""
    return NOTHING if name is None else str(name).replace("_", " ")
