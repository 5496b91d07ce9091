"""What the values of a source must be: closed words, scales, clocks; from the contract, sources.yml and seeds/.

Belongs here: gathering them. Does not belong here: judging values by them (normalize/problems.py).
"""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.common.errors import UserError, did_you_mean
from orchestration.common.seed_rows import Row, number, read_rows, seed_files
from orchestration.landing.config.contract import CSAT_SCALE, DEFINED_WORDS
from orchestration.landing.config.source import Clock, Source


@dataclass(frozen=True)
class Limits:
    """What values of a source must be.

    `until` is today, for records that carry neither a file's day nor the time of their receipt.
    `words`: column → closed vocabulary. `scales`: question or column → the source's scale and the contract's.
    """

    clock: Clock
    until: dt.date
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    scales: dict[str, tuple[tuple[float, float], tuple[float, float]]] = field(default_factory=dict)


def limits_of(where: str, source: Source, clock: Clock, until: dt.date, seeds: Path) -> Limits:
    """Limits of a source, of which the definitions in `seeds` say some words and scales.

    Raises UserError when the source has a scale for what has none.
    """
    files = seed_files(seeds)
    words = dict(source.contract.words)
    scales = {"csat_score": CSAT_SCALE} if source.entity == "tickets" else {}
    for (entity, column), (seed, seed_column) in DEFINED_WORDS.items():
        if entity == source.entity and seed in files:
            rows = read_rows(files[seed])
            words[column] = tuple(dict.fromkeys(row[seed_column] for row in rows))
            scales |= {row[seed_column]: scale for row in rows if (scale := _scale(row))}
    if source.scale and not scales:
        raise UserError(f"{where}.scale: {source.entity} has no answers on a scale")
    for name in source.scale if isinstance(source.scale, dict) else ():
        if name not in scales:
            raise UserError(
                f"{where}.scale: unknown question '{name}'{did_you_mean(name, scales)} (known: {', '.join(scales)})"
            )
    own = source.scale if isinstance(source.scale, dict) else dict.fromkeys(scales, source.scale)
    return Limits(source.clock or clock, until, words, {name: (own.get(name) or to, to) for name, to in scales.items()})


def _scale(row: Row) -> tuple[float, float] | None:
    low, high = number(row.get("scale_low", "")), number(row.get("scale_high", ""))
    return None if low is None or high is None else (low, high)
