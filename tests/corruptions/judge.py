"""What becomes of a corrupted day: landed and judged as a run does, up to where a run would stop or go on.

Belongs here: running it, and the verdict. Does not belong here: the corruptions (changes.py).
"""

import datetime as dt
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.common.errors import UserError
from orchestration.common.window import Window
from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.landing.assets import judge_source, pull_with_retries
from orchestration.landing.config.contract import INDISPENSABLE
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.lake.commit import Manifest, write_empty_entities
from orchestration.quality.checks import judge_landing
from orchestration.quality.suites import load_suites
from tests.corruptions.changes import Corruption
from tests.corruptions.company import as_of

_DAILY = 3  # days before the corrupted one that were run one by one


@dataclass(frozen=True)
class Verdict:
    """`stopped`: nothing is published. `marked`: shown, and what it feeds is doubted. `harmless`: the same rows landed."""

    corruption: str
    outcome: str
    caught_by: tuple[str, ...]
    severity: str


def prepare(whole: Path, folder: Path, day: dt.date, days: int = 1) -> Workspace:
    """A lake with the company's history up to the day before the `days` that end with `day`."""
    last = day - dt.timedelta(days)
    folder.mkdir(parents=True)
    (folder / "pseudonym.key").write_text("a key for tests")
    workspace = Workspace(PROJECT_ROOT, folder)
    write_empty_entities(workspace.lake)
    for back in range(_DAILY, -1, -1):
        end = last - dt.timedelta(back)
        as_of(whole, folder / "company", end)
        run_landing(workspace, Window(None if back == _DAILY else end, end))
    return workspace


def run_landing(
    workspace: Workspace, window: Window, entity: str | None = None
) -> tuple[dict[str, Manifest], list[tuple[str, str, str]]]:
    """Land every source, or those of one entity, and judge what came.

    Returns the pulls, and severity, name and text of what was found.
    """
    os.environ |= workspace.environment()
    write_empty_entities(workspace.lake)
    sources = load_sources(workspace.sources_file)
    pulls: dict[str, Manifest] = {}
    found: list[tuple[str, str, str]] = []
    for source_id, source in sources.sources.items():
        if entity not in (None, source.entity):
            continue
        try:
            pulls[source_id] = pull_with_retries(workspace, sources, source_id, window)
        except UserError as error:
            found.append(
                ("critical" if source.entity in INDISPENSABLE else "warning", "pull_of_the_source", str(error))
            )
            continue
        for result in judge_source(workspace, source, pulls[source_id]):
            if not result.passed:
                found.append(("warning", str(result.check_name), source_id))
    suites = [suite for suite in load_suites("landing", workspace) if entity in (None, suite.dataset)]
    outcomes = judge_landing(workspace, sources, window, suites)
    found += [(one.check.severity, one.check.key, str(one)) for one in outcomes if one.is_bad]
    return pulls, found


def verdict(
    prepared: Workspace, whole: Path, folder: Path, corruption: Corruption, day: dt.date, clean: Sequence[str]
) -> Verdict:
    """Land the corrupted source's day on a copy of what was prepared. `clean`: what lands of the day as it is."""
    shutil.copytree(prepared.data_dir, folder, ignore=shutil.ignore_patterns("company"))
    workspace = Workspace(PROJECT_ROOT, folder)
    company = as_of(whole, folder / "company", day)
    corruption.change(company)
    first = day - dt.timedelta(corruption.days - 1)
    pulls, found = run_landing(workspace, Window(first, day), corruption.entity)
    told = [one for one in found if one[0] != "info"]
    severity = "critical" if any(one[0] == "critical" for one in told) else "warning" if told else ""
    outcome = {"critical": "stopped", "warning": "marked"}.get(severity)
    if outcome is None:
        outcome = "harmless" if set(landed(pulls)) <= set(clean) else "silent"
    names = dict.fromkeys(one[1] for one in told if one[0] == severity)
    return Verdict(corruption.name, outcome, tuple(names), severity)


def landed(pulls: dict[str, Manifest]) -> list[str]:
    """What landed, by source."""
    return [f"{name} {pull.landed} {pull.fingerprint}" for name, pull in sorted(pulls.items())]
