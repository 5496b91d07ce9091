"""Charts as SVG that needs no script: lines with their usual range, stacked columns, sparklines.

Belongs here: values → chart, with the table of its numbers. Colours are classes of site.css, so that light, dark and
print are one drawing. Does not belong here: which chart a page has (pages/).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from orchestration.publishing.site.charts.marks import (
    Frame,
    Value,
    axes,
    between,
    frame,
    outside,
    path,
    ribbon,
    stretch,
    upright,
)  # fmt: skip
from orchestration.publishing.site.charts.scales import Scale, nice_scale
from orchestration.publishing.site.content.formats import shown

WIDE, HALF = 880, 540
Range = tuple[Sequence[Value], Sequence[Value]]


@dataclass(frozen=True)
class Line:
    """Values along x; `low` and `high` draw a ribbon. `tone` is a class of site.css."""

    name: str
    values: Sequence[Value]
    low: Sequence[Value] = ()
    high: Sequence[Value] = ()
    tone: str = "one"
    is_stepped: bool = False


@dataclass(frozen=True)
class Zone:
    """A stretch of y with a meaning: a band."""

    name: str
    low: float
    high: float
    tone: str


@dataclass(frozen=True)
class Strip:
    """A stretch of x in which something was wrong with the data."""

    first: Any
    last: Any
    title: str


@dataclass(frozen=True)
class Chart:
    """A drawing and the table of its numbers."""

    svg: Markup
    headings: list[str]
    rows: list[list[str]]
    legend: list[tuple[str, str]] = field(default_factory=list)


def line_chart(
    x: Sequence[Any], lines: Sequence[Line], form: str, label: str, *, zones: Sequence[Zone] = (),
    marks: Sequence[Any] = (), usual: Range | None = None, limits: tuple[float, float] | None = None,
    strips: Sequence[Strip] = (), x_form: str = "day", x_name: str = "day", width: int = WIDE,
) -> Chart:  # fmt: skip
    """Lines over days or numbers. `usual` is the range that the first line usually keeps; what leaves it has a ring."""
    every = [v for line in lines for v in (*line.values, *line.low, *line.high) if v is not None]
    every += [v for side in usual or () for v in side if v is not None]
    at = frame(x, limits or nice_scale(every), width)
    parts = [stretch(zone.name, zone.low, zone.high, zone.tone, at) for zone in zones] + [axes(x, at, form)]
    parts += [between(strip.first, strip.last, strip.title, x, at) for strip in strips]
    if usual:
        parts.append(ribbon(x, *usual, "usual", at))
    parts += [ribbon(x, line.low, line.high, line.tone, at, line.is_stepped) for line in lines if line.low]
    parts += [path(x, line.values, line.tone, at, line.is_stepped) for line in lines]
    if usual:
        parts.append(outside(x, lines[0].values, *usual, at))
    parts += [upright(where, at) for where in marks]
    headings, rows = _numbers(x, lines, form, x_form, x_name, usual)
    legend = [(line.tone, line.name) for line in lines] if len(lines) > 1 else []
    if usual:
        legend.append(("usual", "usual range"))
    return Chart(_svg(parts, at, label, x), headings, rows, [*legend, *_of_strips(strips, x)])


def column_chart(
    x: Sequence[Any], layers: Sequence[Line], form: str, label: str, width: int = HALF, strips: Sequence[Strip] = ()
) -> Chart:
    """Layers stacked on each other on every day."""
    totals = [sum(layer.values[i] or 0 for layer in layers) for i in range(len(x))]
    at = frame(x, nice_scale([0, *totals]), width)
    thick = max(2.0, (at.right - at.across(x[0])) / max(len(x), 1) * 0.78) if x else 0
    parts = [axes(x, at, form), *(between(strip.first, strip.last, strip.title, x, at) for strip in strips)]
    rect = Markup('<rect class="fill-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>')
    for i, where in enumerate(x):
        under = 0.0
        for layer in layers:
            value = layer.values[i] or 0
            if value:
                top, height = at.down(under + value), at.down(under) - at.down(under + value)
                parts.append(rect.format(layer.tone, at.across(where) - thick / 2, top, thick, max(height, 0.4)))
            under += value
    headings, rows = _numbers(x, layers, form, "day", "day", None)
    legend = [(layer.tone, layer.name) for layer in layers]
    return Chart(_svg(parts, at, label, x), headings, rows, [*legend, *_of_strips(strips, x)])


def sparkline(values: Sequence[Value], label: str, low: Sequence[Value] = (), high: Sequence[Value] = ()) -> Markup:
    """A line without axes, over the range it usually keeps; nothing for fewer than two values."""
    known = [i for i, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return Markup("")
    limits = nice_scale([v for v in (*values, *low, *high) if v is not None])
    x = range(len(values))
    at = Frame(160, 34, Scale(0, len(values) - 1, 3, 156), Scale(*limits, 30, 4))
    last = known[-1]
    dot = Markup('<circle class="last" cx="{:.1f}" cy="{:.1f}" r="2.6"/>').format(
        at.across(last), at.down(values[last])
    )
    parts = [ribbon(x, low, high, "usual", at) if low else Markup(""), path(x, values, "one", at), dot]
    return Markup('<svg class="spark" viewBox="0 0 160 34" role="img" aria-label="{}">{}</svg>').format(
        label, Markup("").join(parts)
    )


def _of_strips(strips: Sequence[Strip], x: Sequence[Any]) -> list[tuple[str, str]]:
    is_shown = any(x and strip.last >= x[0] and strip.first <= x[-1] for strip in strips)
    return [("strip", "something was wrong with the events")] if is_shown else []


def _numbers(
    x: Sequence[Any], lines: Sequence[Line], form: str, x_form: str, x_name: str, usual: Range | None
) -> tuple[list[str], list[list[str]]]:
    rows = []
    for i, at in enumerate(x):
        row = [shown(at, x_form)]
        for line in lines:
            text = shown(line.values[i], form)
            has_range = bool(line.low) and line.low[i] is not None
            row.append(f"{text} ({_range(line.low[i], line.high[i], form)})" if has_range else text)
        if usual:
            row.append("not yet" if usual[0][i] is None else _range(usual[0][i], usual[1][i], form))
        rows.append(row)
    return [x_name, *(line.name for line in lines), *(["usual"] if usual else [])], rows


def _range(low: Value, high: Value, form: str) -> str:
    return f"{shown(low, form)} to {shown(high, form)}"


def _svg(parts: Sequence[Markup], at: Frame, label: str, x: Sequence[Any]) -> Markup:
    """`data-x` tells a script where the rows of the chart's numbers lie."""
    places = " ".join(f"{at.across(where):.0f}" for where in x)
    return Markup(
        '<svg class="chart chart-{0}" viewBox="0 0 {0} {1}" role="img" aria-label="{2}" data-x="{3}">{4}</svg>'
    ).format(at.width, at.height, label, places, Markup("").join(parts))
