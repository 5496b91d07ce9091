"""Read again what was pulled before, with the mapping that sources.yml has now, without asking a vendor again.

Belongs here: which pulls are replayed, and that they take the place of the earlier ones all at once.
Does not belong here: how a pull is written (pull.py).
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from orchestration.common.errors import UserError, did_you_mean
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.source import SourcesFile
from orchestration.landing.extract.fetch import payload_of
from orchestration.landing.lake.commit import Manifest, commit, committed, remove_orphans
from orchestration.landing.pull import write_pull


def remap(
    workspace: Workspace, sources: SourcesFile, source_id: str, report: Callable[[str], None] = print
) -> list[Manifest]:
    """Land everything a source has brought once more: payloads from the lake, files from where they lie.

    Returns the new pulls. Raises UserError (one line), leaving the lake as it was, when the source is unknown, has
    brought nothing, or cannot be read with the mapping it has now.
    """
    where = f"{workspace.sources_file} → sources"
    if source_id not in sources.sources:
        known = ", ".join(sources.sources)
        raise UserError(
            f"{where}: unknown source '{source_id}'{did_you_mean(source_id, sources.sources)} (known: {known})"
        )
    state = next((state for state in committed(workspace.lake) if state["source_id"] == source_id), None)
    if state is None or not state["pulls"]:
        raise UserError(f"{where}.{source_id}: has brought nothing yet; `make run` or `make backfill` pulls it")
    manifests: list[Manifest] = []
    remove_orphans(workspace.lake, source_id)
    earlier = [pull for pull in state["pulls"] if _is_current(state, pull)]
    try:
        for pull in earlier:
            received = None
            if sources.sources[source_id].asked is not None:
                received = workspace.lake / source_id / pull["pull_id"]
                if not payload_of(received).is_dir():
                    raise UserError(
                        f"{where}.{source_id}: pull {pull['pull_id']} kept no payload; `make backfill` asks again"
                    )
            first = dt.date.fromisoformat(pull["first_day"]) if pull["first_day"] else None
            window = Window(first, dt.date.fromisoformat(pull["last_day"]))
            manifests.append(write_pull(workspace, sources, source_id, window, report, received, before=manifests))
            if len(manifests) % 10 == 0 or len(manifests) == len(earlier):
                report(f"{source_id}: {len(manifests)} of {len(earlier)} pulls mapped again")
    except BaseException:
        remove_orphans(workspace.lake, source_id)
        raise
    commit(workspace.lake, manifests, replacing=[pull["pull_id"] for pull in state["pulls"]])
    return manifests


def _is_current(state: dict[str, Any], pull: dict[str, Any]) -> bool:
    """True unless other pulls have replaced all that this one brought."""
    return not pull["landed"] or any(file["pull_id"] == pull["pull_id"] for file in state["files"])
