"""Which files a pull reads: found by pattern and day, in portions that fit in memory.

Belongs here: days and files. Does not belong here: what is in them (files.py).
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import UserError
from orchestration.landing.form import Source
from orchestration.landing.window import Window

_CHUNK_BYTES = 12_000_000


@dataclass(frozen=True)
class Chunk:
    """Files to read in one go: name → files, and the day of each dated file; `kind` when endings do not tell it."""

    files: dict[str, list[Path]]
    days: dict[Path, dt.date]
    kind: str | None = None


def dated_files(pattern: str, base: Path) -> dict[Path, dt.date | None]:
    """Files that match a pattern, in the order of their names, with the day in the name if the pattern has {date}."""
    anchor = Path(pattern) if Path(pattern).is_absolute() else base / pattern
    root = Path(anchor.anchor)
    found = sorted(root.glob(str(anchor.relative_to(root)).replace("{date}", "????-??-??")))
    escaped = re.escape(str(anchor)).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    expression = re.compile(escaped.replace(r"\{date\}", r"(\d{4}-\d{2}-\d{2})"))
    days: dict[Path, dt.date | None] = {}
    for path in (path for path in found if path.is_file()):
        match = expression.fullmatch(str(path))
        try:
            days[path] = dt.date.fromisoformat(match[1]) if match and "{date}" in pattern else None
        except ValueError:
            raise UserError(f"{path}: '{match[1] if match else ''}' in its name is not a day") from None
        if "{date}" in pattern and days[path] is None:
            raise UserError(f"{path}: matches {pattern}, but where its {{date}} is cannot be told; use * and ? only")
    return days


def plan_chunks(where: str, source: Source, base: Path, window: Window) -> tuple[list[Chunk], list[str]]:
    """Split a window into bounded reads; also return the days between first and last that have no file.

    Raises UserError when a file that must be there is not.
    """
    found = {name: dated_files(pattern, base) for name, pattern in source.named_paths.items()}
    for name, pattern in source.named_paths.items():
        if not found[name]:
            raise UserError(f"{where}.path: no file matches {pattern} (looked below {base})")
    always = {name: list(files) for name, files in found.items() if None in files.values()}
    by_day: dict[dt.date, dict[str, list[Path]]] = {}
    for name, files in found.items():
        for path, day in files.items():
            if day is not None and window.holds(day):
                by_day.setdefault(day, {}).setdefault(name, []).append(path)
    if not source.is_dated:
        return [Chunk(always, {})], []
    # a day without one of its files is a missing day, not a day with yesterday's
    by_day = {day: files for day, files in by_day.items() if len(files) + len(always) == len(found)}
    if not by_day:
        days = (
            f"{window.last}" if window.first == window.last else f"{window.first or 'the beginning'} to {window.last}"
        )
        raise UserError(f"{where}.path: no file for {days}; expected {', '.join(source.named_paths.values())}")
    first = window.first if window.first == window.last else min(by_day)
    assert first is not None
    span = [first + dt.timedelta(n) for n in range((window.last - first).days + 1)]
    missing = [day.isoformat() for day in span if day not in by_day]
    return list(_bounded(by_day, always, one_day_each=source.query is not None)), missing


def _bounded(
    by_day: dict[dt.date, dict[str, list[Path]]], always: dict[str, list[Path]], one_day_each: bool
) -> Iterator[Chunk]:
    """Group days so that one chunk's files stay below a size that fits in memory."""
    chunk, size = Chunk({}, {}), 0
    for day in sorted(by_day):
        for name, paths in by_day[day].items():
            chunk.files.setdefault(name, []).extend(paths)
            chunk.days.update(dict.fromkeys(paths, day))
            size += sum(path.stat().st_size for path in paths)
        if size > _CHUNK_BYTES or one_day_each:
            yield Chunk({**always, **chunk.files}, chunk.days)
            chunk, size = Chunk({}, {}), 0
    if chunk.files:
        yield Chunk({**always, **chunk.files}, chunk.days)
