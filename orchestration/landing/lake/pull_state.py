"""What the steps of one pull share while it is under way.

Belongs here: the pull's state. Does not belong here: the steps (pull.py, verdicts.py, writing.py).
"""

import dataclasses
from collections import Counter
from pathlib import Path

from orchestration.common.window import Window
from orchestration.landing.config.limits import Limits
from orchestration.landing.config.source import Source
from orchestration.landing.lake.commit import LakeFile
from orchestration.landing.privacy.scrubbing import Scrub

KNOWN = "_known_on"  # working column: the day a row became known


@dataclasses.dataclass
class Pull:
    """What the steps of one pull share."""

    where: str
    source_id: str
    source: Source
    window: Window
    folder: Path
    lake: Path
    root: Path
    pii: set[str]
    limits: Limits
    objects: Path | None = None  # where objects of a bucket lie while they are read
    scrub: Scrub | None = None
    stated: dict[str, str | None] = dataclasses.field(default_factory=dict)  # what the workspace says of all sources
    earlier: list[str] = dataclasses.field(default_factory=list)  # files of the entity that landed before
    in_portions: bool = False  # rows of one day may lie in several portions
    counts: Counter[str] = dataclasses.field(default_factory=Counter)
    files: list[LakeFile] = dataclasses.field(default_factory=list)
    left_out: list[str] = dataclasses.field(default_factory=list)  # examples of records that `where` or `rows` filter
    rejects: list[str] = dataclasses.field(default_factory=list)
    fingerprint: int = 0
