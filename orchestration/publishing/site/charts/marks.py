"""What charts are drawn with: a frame with axes, paths, ribbons, strips that tell numbers.

Belongs here: single marks as SVG. Does not belong here: whole charts (charts.py), places of values (scales.py).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from orchestration.publishing.site.charts.scales import Scale, day_ticks, number_ticks
from orchestration.publishing.site.content.formats import shown

Value = float | None
LEFT, RIGHT, TOP, BOTTOM = 48, 14, 12, 26


@dataclass(frozen=True)
class Frame:
    """Size of a drawing and where values lie in it."""

    width: int
    height: int
    across: Scale
    down: Scale

    @property
    def right(self) -> int:
        """Where the plot ends."""
        return self.width - RIGHT

    @property
    def bottom(self) -> int:
        """Where the plot stands."""
        return self.height - BOTTOM


def frame(x: Sequence[Any], limits: tuple[float, float], width: int, height: int = 250) -> Frame:
    """A frame for values from x[0] to x[-1] and within `limits`."""
    first, last = (x[0], x[-1]) if x else (0, 1)
    return Frame(width, height, Scale(first, last, LEFT, width - RIGHT), Scale(*limits, height - BOTTOM, TOP))


def axes(x: Sequence[Any], at: Frame, form: str) -> Markup:
    """Lines across, and the values of both axes."""
    parts = []
    for tick in number_ticks(at.down.low, at.down.high):
        y = at.down(tick)
        parts.append(Markup('<path class="grid" d="M{} {:.1f}H{}"/>').format(LEFT, y, at.right))
        parts.append(_tick("end", LEFT - 6, y + 4, shown(tick, form)))
    if x and isinstance(x[0], dt.date):
        ticks: list[tuple[Any, str]] = list(day_ticks(x[0], x[-1]))
    else:
        ticks = [(tick, shown(tick, "count")) for tick in (number_ticks(x[0], x[-1]) if x else [])]
    for value, text in ticks:
        place = at.across(value)
        anchor = "end" if place > at.width - 34 else "start" if place < LEFT + 12 else "mid"
        parts.append(_tick(anchor, place, at.height - 8, text))
    return Markup("").join(parts)


def _tick(anchor: str, x: float, y: float, text: str) -> Markup:
    return Markup('<text class="tick {}" x="{:.1f}" y="{:.1f}">{}</text>').format(anchor, x, y, text)


def stretch(name: str, low: float, high: float, tone: str, at: Frame) -> Markup:
    """A stretch of y with a meaning, behind everything."""
    top, bottom = at.down(min(high, at.down.high)), at.down(max(low, at.down.low))
    return Markup(
        '<rect class="zone fill-{}" x="{}" y="{:.1f}" width="{}" height="{:.1f}"/>'
        '<text class="tick zone-name end" x="{}" y="{:.1f}">{}</text>'
    ).format(tone, LEFT, top, at.right - LEFT, max(bottom - top, 0), at.right - 4, top + 13, name)


def path(x: Sequence[Any], values: Sequence[Value], tone: str, at: Frame, is_stepped: bool = False) -> Markup:
    """From value to value, straight or in steps; a gap where there is none."""
    drawn, pen, before = [], "M", 0.0
    for where, value in zip(x, values, strict=True):
        if value is None:
            pen = "M"
            continue
        place, height = at.across(where), at.down(value)
        if is_stepped and pen == "L":
            drawn.append(f"L{place:.1f} {before:.1f}")
        drawn.append(f"{pen}{place:.1f} {height:.1f}")
        pen, before = "L", height
    return Markup('<path class="line line-{}" d="{}"/>').format(tone, "".join(drawn))


def ribbon(
    x: Sequence[Any], low: Sequence[Value], high: Sequence[Value], tone: str, at: Frame, is_stepped: bool = False
) -> Markup:
    """The area between two lines, where both are known."""
    there = [
        (at.across(where), at.down(a), at.down(b))
        for where, a, b in zip(x, low, high, strict=True)
        if a is not None and b is not None
    ]
    if len(there) < 2:
        return Markup("")
    if is_stepped:  # every value holds until the next one
        held = [(right, a, b) for (_, a, b), (right, _, _) in pairwise(there)]
        there = [one for pair in zip(there, held, strict=False) for one in pair] + there[-1:]
    upper = [f"{place:.1f} {top:.1f}" for place, _, top in there]
    lower = [f"{place:.1f} {bottom:.1f}" for place, bottom, _ in reversed(there)]
    return Markup('<path class="ribbon ribbon-{}" d="M{}Z"/>').format(tone, "L".join(upper + lower))


def outside(
    x: Sequence[Any], values: Sequence[Value], low: Sequence[Value], high: Sequence[Value], at: Frame
) -> Markup:
    """Rings around values beyond a range."""
    return Markup("").join(
        Markup('<circle class="outside" cx="{:.1f}" cy="{:.1f}" r="3.2"/>').format(at.across(where), at.down(value))
        for where, value, a, b in zip(x, values, low, high, strict=True)
        if value is not None and a is not None and b is not None and not a - 1e-9 <= value <= b + 1e-9
    )


def upright(where: Any, at: Frame) -> Markup:
    """A dotted line at a value of x."""
    return Markup('<path class="mark" d="M{:.1f} {}V{}"/>').format(at.across(where), TOP, at.bottom)


def between(first: Any, last: Any, title: str, x: Sequence[Any], at: Frame) -> Markup:
    """A grey strip from one value of x to another, with what it stands for; nothing beside what is shown."""
    if not x or last < x[0] or first > x[-1]:
        return Markup("")
    left, right = at.across(max(first, x[0])), at.across(min(last, x[-1]))
    return Markup('<rect class="strip" x="{:.1f}" y="{}" width="{:.1f}" height="{}"><title>{}</title></rect>').format(
        left - 2, TOP, right - left + 4, at.bottom - TOP, title
    )
