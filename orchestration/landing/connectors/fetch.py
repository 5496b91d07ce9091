"""Fetch a window of a source that is no file into the pull's payload, and say how it is to be read.

Belongs here: pieces of a window, and what may not be fetched again. Does not belong here: how (http.py).
"""

from collections.abc import Callable

from orchestration.errors import UserError
from orchestration.landing.connectors.payload import Payload
from orchestration.landing.connectors.settings import Http, Sql, pieces
from orchestration.landing.lake import committed
from orchestration.landing.plan import Chunk
from orchestration.landing.state import Pull


def fetch_chunks(pull: Pull, report: Callable[[str], None]) -> list[Chunk]:
    """Ask for the window, piece by piece, and return what was received in portions that fit in memory.

    Raises UserError when the API does not answer with pages, or when a snapshot of today would be filed under a day
    that a later snapshot followed.
    """
    source = pull.source
    settings = source.asked
    assert settings is not None
    if source.snapshot:
        _refuse_the_past(pull)
    windows = pieces(pull.window, settings.history_from, settings.days_per_request)
    with Payload(pull.folder / "payload") as payload:
        for number, window in enumerate(windows):
            if isinstance(settings, Http):
                from orchestration.landing.connectors.http import fetch  # noqa: PLC0415 - dlt takes long to load

                fetch(pull.where, settings, source.records, window, payload)
            elif isinstance(settings, Sql):
                from orchestration.landing.connectors.sql import query  # noqa: PLC0415

                columns = query(pull.where, settings, window, payload)
                pull.source = source.model_copy(update={"fields": source.fields or dict.fromkeys(columns, "VARCHAR")})
            if len(windows) > 1:
                report(f"{pull.source_id}: {number + 1} of {len(windows)} requests, up to {window.last}")
    day = pull.window.last
    return [Chunk({"record": [f]}, {f: day} if pull.source.snapshot else {}, "pages") for f in payload.files]


def _refuse_the_past(pull: Pull) -> None:
    for pointer in committed(pull.lake):
        last = max((file["known_to"] for file in pointer["files"]), default="")
        if pointer["source_id"] == pull.source_id and last > pull.window.last.isoformat():
            raise UserError(
                f"{pull.where}: it only tells how things are now, which cannot be filed under {pull.window.last}: "
                f"the snapshot of {last} is there already"
            )
