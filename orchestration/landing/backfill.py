"""Land a long window of an API or a database request by request: what is committed is not asked for again.

Belongs here: requests, and which of them an interrupted pull has done. Does not belong here: one request (pull.py).
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from pathlib import Path

from orchestration.common.atomic_files import write_json
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.connectors import split_window
from orchestration.landing.config.source import Source, SourcesFile
from orchestration.landing.lake.commit import LakeFile, Manifest
from orchestration.landing.pull import land

_SUMMED = [field.name for field in fields(Manifest) if field.type is int]


def land_by_request(
    workspace: Workspace, sources: SourcesFile, source_id: str, window: Window, report: Callable[[str], None] = print
) -> Manifest:
    """Land a window in requests of `days_per_request`, each committed; return what they did together.

    The same window of the same source, asked for again after it broke off, goes on with the first request that is not
    done. Raises UserError like `land`; the requests before it stay.
    """
    source = sources.sources[source_id]
    asked, windows = source.asked, [window]
    if asked and asked.days_per_request and not source.snapshot:
        windows = split_window(window, asked.history_from, asked.days_per_request)
    if len(windows) == 1:
        return land(workspace, sources, source_id, windows[0], report)
    progress = workspace.lake / "_backfills" / f"{source_id}.json"
    name = _name(source, windows)
    done = _done(progress, name)
    if done:
        report(f"{source_id}: goes on after {done[-1].last_day}")
    for number, days in enumerate(windows[len(done) :], start=len(done) + 1):
        done.append(land(workspace, sources, source_id, days, report))
        write_json(progress, {"name": name, "done": [asdict(manifest) for manifest in done]})
        landed = sum(manifest.landed for manifest in done)
        report(f"{source_id}: {number} of {len(windows)} requests, up to {days.last}, {landed:,} rows")
    progress.unlink()
    return _together(done)


def _name(source: Source, windows: list[Window]) -> str:
    """What identifies an interrupted pull: its days and the whole entry of the source in sources.yml."""
    text = f"{windows[0].first} {windows[-1].last} {source.model_dump_json()}"
    return hashlib.sha256(text.encode()).hexdigest()


def _done(progress: Path, name: str) -> list[Manifest]:
    state = json.loads(progress.read_text()) if progress.exists() else {}
    if state.get("name") != name:
        return []
    return [
        Manifest(**{**manifest, "files": [LakeFile(**file) for file in manifest["files"]]})
        for manifest in state["done"]
    ]


def _together(manifests: list[Manifest]) -> Manifest:
    return replace(
        manifests[-1],
        first_day=manifests[0].first_day,
        **{name: sum(getattr(manifest, name) for manifest in manifests) for name in _SUMMED},
        missing_days=[day for manifest in manifests for day in manifest.missing_days],
        files=[file for manifest in manifests for file in manifest.files],
        rejects=[path for manifest in manifests for path in manifest.rejects],
    )
