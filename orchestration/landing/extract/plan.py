"""Which files a pull reads: found by pattern and day, in portions that fit in memory.

Belongs here: days and files. Does not belong here: what is in them (files.py).
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.common.errors import UserError
from orchestration.common.window import Window
from orchestration.landing.config.dated_names import DatedName
from orchestration.landing.config.source import Source
from orchestration.landing.extract.bucket import Bucket
from orchestration.landing.lake.payload import LONGEST_LINE

_PORTION_BYTES = 12_000_000
_LISTED_DAYS = 31  # of a longer window the bucket is asked for all days at once


@dataclass(frozen=True)
class Portion:
    """Files to read in one go: name → files, and the day of each dated file.

    `kind` when endings do not give it; `longest_line` in bytes, for which the reader needs room.
    """

    files: dict[str, list[Path]]
    days: dict[Path, dt.date]
    kind: str | None = None
    longest_line: int = LONGEST_LINE


def dated_files(
    pattern: str, base: Path, window: Window | None = None, bucket: Bucket | None = None
) -> dict[Path, dt.date | None]:
    """Files that match a pattern, in the order of their names, with the day in the name if the pattern has {date}.

    Of a bucket, only those of the window are listed.
    """
    name = DatedName.of(pattern)
    if bucket is not None:
        found = bucket.find([name.on(day) for day in _days_to_list(window)])
        name = DatedName.of(str(bucket.anchor(pattern)))
    else:
        name = DatedName.of(pattern if Path(pattern).is_absolute() else str(base / pattern))
        root = Path(Path(name.before).anchor)
        as_it_is = Path(name.before)
        if not name.form and as_it_is.is_file():  # brackets may be part of the name
            found = [as_it_is]
        else:
            found = sorted(path for path in root.glob(str(Path(name.on(None)).relative_to(root))) if path.is_file())
    days: dict[Path, dt.date | None] = {}
    for path in found:
        try:
            days[path] = name.day_in(str(path))
        except ValueError as error:
            raise UserError(f"{path}: {error}") from None
        if name.form and days[path] is None:
            raise UserError(f"{path}: matches {pattern}, but it is ambiguous where its {{date}} is; use * and ? only")
    return days


def _days_to_list(window: Window | None) -> list[dt.date | None]:
    """Each day of a short window; None means any."""
    if window is None or window.first is None or (window.last - window.first).days >= _LISTED_DAYS:
        return [None]
    return [*window.days()]


def plan_portions(
    where: str, source: Source, base: Path, window: Window, bucket: Bucket | None = None
) -> tuple[list[Portion], list[str]]:
    """Split a window into bounded reads; also return the days between first and last that have no file.

    Raises UserError when a file that must be there is not.
    """
    found = {name: dated_files(pattern, base, window, bucket) for name, pattern in source.named_paths.items()}
    for name, pattern in source.named_paths.items():
        if not found[name]:
            looked = f"looked below {base}" if bucket is None else f"asked for {_days(window)}"
            raise UserError(f"{where}.path: no file matches {pattern} ({looked})")
    always = {name: list(files) for name, files in found.items() if None in files.values()}
    by_day: dict[dt.date, dict[str, list[Path]]] = {}
    for name, files in found.items():
        for path, day in files.items():
            if day is not None and window.holds(day):
                by_day.setdefault(day, {}).setdefault(name, []).append(path)
    if not source.is_dated:
        return [Portion(always, {})], []
    # a day without one of its files is a missing day, not a day with yesterday's
    by_day = {day: files for day, files in by_day.items() if len(files) + len(always) == len(found)}
    if not by_day:
        expected = ", ".join(source.named_paths.values())
        raise UserError(f"{where}.path: no file for {_days(window)}; expected {expected}")
    first = window.first if window.first == window.last else min(by_day)
    missing = [day.isoformat() for day in Window(first, window.last).days() if day not in by_day]
    size = bucket.size if bucket else _size
    return list(_bounded(by_day, always, size, one_day_each=source.query is not None)), missing


def _days(window: Window) -> str:
    return f"{window.last}" if window.first == window.last else f"{window.first or 'the beginning'} to {window.last}"


def _size(path: Path) -> int:
    return path.stat().st_size


def _bounded(
    by_day: dict[dt.date, dict[str, list[Path]]],
    always: dict[str, list[Path]],
    size_of: Callable[[Path], int],
    one_day_each: bool,
) -> Iterator[Portion]:
    """Group days so that one portion's files stay below a size that fits in memory."""
    portion, size = Portion({}, {}), 0
    for day in sorted(by_day):
        for name, paths in by_day[day].items():
            portion.files.setdefault(name, []).extend(paths)
            portion.days.update(dict.fromkeys(paths, day))
            size += sum(size_of(path) for path in paths)
        if size > _PORTION_BYTES or one_day_each:
            yield Portion({**always, **portion.files}, portion.days)
            portion, size = Portion({}, {}), 0
    if portion.files:
        yield Portion({**always, **portion.files}, portion.days)
