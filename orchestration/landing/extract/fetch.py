"""Fetch a window of a source that is no file into the pull's payload, and how it is to be read.

Belongs here: what may not be fetched again, and payloads of earlier pulls. Does not belong here: how (http.py, sql.py).
"""

import json
import os
from pathlib import Path

from orchestration.common.errors import UserError
from orchestration.landing.config.connectors import Http, Sql, split_window
from orchestration.landing.extract.plan import Portion
from orchestration.landing.lake.commit import newest_day
from orchestration.landing.lake.payload import Payload, longest_line
from orchestration.landing.lake.pull_state import Pull

_COLUMNS = "columns.json"  # of a query, which an answer without rows does not have


def fetch_portions(pull: Pull) -> list[Portion]:
    """Ask for the window and return what was received in portions that fit in memory.

    Raises UserError when the source does not answer, or when a snapshot of today would be filed under a day that a
    later snapshot followed.
    """
    settings = pull.source.asked
    assert settings is not None
    if pull.source.snapshot:
        _refuse_the_past(pull)
    (window,) = split_window(pull.window, settings.history_from, None)
    has_pages = not isinstance(settings, Http) or settings.answer == "page"
    with Payload(payload_of(pull.folder), "pages" if has_pages else "jsonl") as payload:
        if isinstance(settings, Http) and not has_pages:
            from orchestration.landing.extract.api.export import fetch_export  # noqa: PLC0415 - dlt takes long to load

            fetch_export(pull.where, settings, window, payload)
        elif isinstance(settings, Http):
            from orchestration.landing.extract.api.http import fetch_pages  # noqa: PLC0415

            fetch_pages(pull.where, settings, pull.source.records, window, payload)
        elif isinstance(settings, Sql):
            from orchestration.landing.extract.sql import query  # noqa: PLC0415

            columns = query(pull.where, settings, window, payload)
            (payload.folder / _COLUMNS).write_text(json.dumps(columns))
    return _portions(pull)


def received_portions(pull: Pull, earlier: Path) -> list[Portion]:
    """What an earlier pull received, shared with this one."""
    folder = payload_of(pull.folder)
    folder.mkdir(mode=0o700)
    for path in sorted(payload_of(earlier).iterdir()):
        os.link(path, folder / path.name)
    return _portions(pull)


def payload_of(pull_folder: Path) -> Path:
    """Where a pull keeps what it received."""
    return pull_folder / "payload"


def _portions(pull: Pull) -> list[Portion]:
    folder = payload_of(pull.folder)
    named = folder / _COLUMNS
    if named.exists() and not pull.source.fields:
        fields = dict.fromkeys(json.loads(named.read_text()), "VARCHAR")
        pull.source = pull.source.model_copy(update={"fields": fields})
    day = pull.window.last
    return [
        Portion(
            {"record": [path]}, {path: day} if pull.source.snapshot else {}, path.name.split("-")[0], longest_line(path)
        )
        for path in sorted(folder.glob("*.gz"))
    ]


def _refuse_the_past(pull: Pull) -> None:
    newest = newest_day(pull.lake, pull.source_id)
    if newest and newest > pull.window.last:
        raise UserError(
            f"{pull.where}: it only shows the state of now, which cannot be filed under {pull.window.last}: "
            f"the snapshot of {newest} is there already"
        )
