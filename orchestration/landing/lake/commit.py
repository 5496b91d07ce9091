"""The lake: immutable pulls, each committed by moving one small pointer.

Belongs here: folders, manifests, the pointer file per source, and what a reader may see.
Does not belong here: the content of the rows (pull.py).

    <lake>/<source>/<pull_id>/<entity>/… data files, next to them rejects/ and manifest.json; never changed once written
    <lake>/_committed/<source>.json      the pointer: which files of which pulls are current
    <lake>/_empty/<entity>.parquet       a typed table without rows, so that an absent entity can be read
"""

import datetime as dt
import json
import secrets
import shutil
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration.common.atomic_files import flush, write_json
from orchestration.common.errors import UserError
from orchestration.common.sql_text import quoted
from orchestration.landing.config.contract import LAKE_ENTITIES, lake_columns
from orchestration.landing.config.logs import LOGS

_MARK = "committed"  # beside the pulls of a source that has a pointer


@dataclass(frozen=True)
class LakeFile:
    """One Parquet file of a pull; `path` is relative to the lake, days are inclusive: when rows were known."""

    entity: str
    path: str
    known_from: str
    known_to: str
    rows: int


@dataclass(frozen=True)
class Manifest:
    """What one pull did. received = filtered + used; rows = landed + identical + superseded + rejected + outside.

    `stated`: what sources.yml said of the whole workspace. `left_out`: examples of filtered records where all are, to
    be shown and not kept: they are records as received.
    """

    source_id: str
    entity: str
    pull_id: str
    first_day: str | None
    last_day: str
    received: int
    filtered: int
    rows: int
    landed: int
    identical: int
    superseded: int
    rejected: int
    outside_window: int
    missing_days: list[str]
    fingerprint: str
    files: list[LakeFile]
    rejects: list[str]
    stated: dict[str, str | None] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def balances(self) -> bool:
        """Nothing was lost or doubled: every row is accounted for, and just those that landed were written."""
        written = sum(file.rows for file in self.files if file.entity == self.entity)
        judged = self.landed + self.identical + self.superseded + self.rejected + self.outside_window
        return self.rows == judged and self.landed == written


def remove_orphans(lake: Path, source_id: str) -> None:
    """Remove what pulls of a source left behind when they were killed."""
    for folder in (lake / source_id).glob("*/"):
        if not (folder / "manifest.json").exists():
            shutil.rmtree(folder)


def new_pull(lake: Path, source_id: str) -> Path:
    """Make the folder of a new pull."""
    pull = lake / source_id / f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}"
    pull.mkdir(parents=True)
    return pull


def commit(lake: Path, manifests: list[Manifest], replacing: Collection[str] = ()) -> None:
    """Make pulls of one source visible, all of them at once; one that brought nothing new is dropped.

    Events replace the days of their window; changing entities add to what is there, since a later export of the
    same window no longer holds the older versions. What pulls in `replacing` brought is no longer current.
    """
    source_id, entity = manifests[0].source_id, manifests[0].entity
    pointer = _pointer_there(lake, source_id)
    state = _read(pointer) if pointer.exists() else {"pulls": [], "files": []}
    pulls = [pull for pull in state["pulls"] if pull["pull_id"] not in replacing]
    files = [file for file in state["files"] if file["pull_id"] not in replacing]
    for manifest in manifests:
        folder = lake / source_id / manifest.pull_id
        if _is_known(pulls, files, manifest):
            shutil.rmtree(folder)
            continue
        if entity == "events":
            files = [file for file in files if not _inside(file, manifest)]
        files += [{**asdict(file), "pull_id": manifest.pull_id} for file in manifest.files]
        current = {file["pull_id"] for file in files} | {manifest.pull_id}
        # a pull none of whose files is current any more no longer counts as known content
        pulls = [pull for pull in pulls if pull["pull_id"] in current or entity != "events"]
        pulls.append({key: value for key, value in asdict(manifest).items() if key not in ("files", "left_out")})
        write_json(folder / "manifest.json", asdict(replace(manifest, left_out=())))
        for path in folder.rglob("*.parquet"):
            flush(path)
    write_json(pointer, {"source_id": source_id, "entity": entity, "pulls": pulls, "files": files})
    (lake / source_id / _MARK).touch()


def expire_rejects(lake: Path, source_id: str, before: dt.date) -> None:
    """Remove the rejects of a source's pulls of days before `before`, current or not; their counts stay."""
    folders = [path for path in (lake / source_id).glob("*/rejects") if path.parent.name[:8] < f"{before:%Y%m%d}"]
    if not folders:
        return
    pointer = _pointer(lake, source_id)
    state = _read(pointer)
    expired = {path.parent.name for path in folders}
    for pull in state["pulls"]:
        pull["rejects"] = [] if pull["pull_id"] in expired else pull["rejects"]
    write_json(pointer, state)
    for path in folders:
        shutil.rmtree(path)


def committed(lake: Path) -> Iterator[dict[str, Any]]:
    """Yield the pointer of every source, in the order of their names."""
    for mark in lake.glob(f"*/{_MARK}"):
        _pointer_there(lake, mark.parent.name)
    for pointer in sorted((lake / "_committed").glob("*.json")):
        yield _read(pointer)


def committed_files(lake: Path, entity: str) -> list[LakeFile]:
    """Files of an entity that a reader may see, of all sources."""
    return [
        LakeFile(file["entity"], file["path"], file["known_from"], file["known_to"], file["rows"])
        for pointer in committed(lake)
        for file in pointer["files"]
        if file["entity"] == entity
    ]


def newest_day(lake: Path, source_id: str) -> dt.date | None:
    """The last day of which a source brought something."""
    pointer = _pointer(lake, source_id)
    state = _read(pointer) if pointer.exists() else {"files": []}
    days = [file["known_to"] for file in state["files"] if file["entity"] == state["entity"]]
    return dt.date.fromisoformat(max(days)) if days else None


def write_empty_entities(lake: Path) -> None:
    """Write one typed Parquet file without rows per entity, where the contract or the file is new."""
    folder = lake / "_empty"
    folder.mkdir(parents=True, exist_ok=True)
    tables = {name: lake_columns(entity) for name, entity in LAKE_ENTITIES.items()} | LOGS
    connection = duckdb.connect()
    for name, columns in tables.items():
        path = folder / f"{name}.parquet"
        temporary = path.with_suffix(".tmp")
        fields = ", ".join(f'cast(null as {kind}) as "{column}"' for column, kind in columns.items())
        connection.execute(f"copy (select {fields} where false) to {quoted(temporary)} (format parquet)")
        if not path.exists() or temporary.read_bytes() != path.read_bytes():
            temporary.replace(path)
        temporary.unlink(missing_ok=True)
    connection.close()


def _read(pointer: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads(pointer.read_text())
        if not {"source_id", "pulls", "files"} <= state.keys():
            raise ValueError("it lacks what it should hold")
    except (ValueError, AttributeError) as error:
        raise _lost(pointer, f"cannot be read ({str(error).split(':')[0]})") from None
    return state


def _pointer_there(lake: Path, source_id: str) -> Path:
    """The pointer of a source; raises UserError when it had one and it is gone."""
    pointer = _pointer(lake, source_id)
    if not pointer.exists() and (lake / source_id / _MARK).exists():
        raise _lost(pointer, "is missing")
    return pointer


def _lost(pointer: Path, how: str) -> UserError:
    folder = pointer.parent.parent / pointer.stem
    return UserError(
        f"{pointer} {how}: it says what the source has landed; put it back from a copy, or remove it and {folder} "
        "and load the source's history again with `make backfill`"
    )


def _pointer(lake: Path, source_id: str) -> Path:
    return lake / "_committed" / f"{source_id}.json"


def _is_known(pulls: list[dict[str, Any]], files: list[dict[str, Any]], manifest: Manifest) -> bool:
    """True when an earlier pull brought just this and nothing of it was replaced or superseded since."""
    facts = ("first_day", "last_day", "fingerprint", "received", "filtered", "rejected", "stated")
    wanted = [getattr(manifest, fact) for fact in facts]
    same = {pull["pull_id"] for pull in pulls if [pull.get(fact) for fact in facts] == wanted}
    if manifest.entity != "events":
        touching = [pull["pull_id"] for pull in pulls if _overlaps(pull, manifest)]
        return bool(touching) and touching[-1] in same
    inside = [file["pull_id"] for file in files if _inside(file, manifest)]
    return any(set(inside) <= {pull_id} and len(inside) == len(manifest.files) for pull_id in same)


def _overlaps(pull: dict[str, Any], manifest: Manifest) -> bool:
    return bool((pull["first_day"] or "") <= manifest.last_day and (manifest.first_day or "") <= pull["last_day"])


def _inside(file: dict[str, Any], manifest: Manifest) -> bool:
    return bool((manifest.first_day or "") <= file["known_from"] and file["known_to"] <= manifest.last_day)
