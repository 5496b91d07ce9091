"""What tests of landing share: a small source of events, and questions to the lake."""

import datetime as dt
import json

import duckdb
import pytest

from orchestration.common.errors import UserError
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.contract import ENTITIES
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.lake.commit import Manifest, committed, committed_files
from orchestration.landing.pull import land

EVERYTHING = Window(None, dt.date(2025, 12, 31))
EVENTS = """
sources:
  web:
    entity: events
    path: e_{date}.jsonl
    fields: {id: VARCHAR, org: VARCHAR, name: VARCHAR, time: VARCHAR, user: VARCHAR, n: BIGINT}
    columns: {event_id: id, account_id: org, event_name: name, occurred_at: time, user_id: user}
"""


def pull(workspace: Workspace, yml: str, window: Window = EVERYTHING) -> Manifest:
    workspace.sources_file.write_text(yml)
    sources = load_sources(workspace.sources_file, {})
    return land(workspace, sources, next(iter(sources.sources)), window, report=lambda line: None)


def refused(workspace: Workspace, yml: str, window: Window = EVERYTHING, secret: str = "") -> str:
    """What a pull that must fail says: one line, without the secret."""
    with pytest.raises(UserError) as error:
        pull(workspace, yml, window)
    told = str(error.value)
    assert "\n" not in told
    assert not secret or secret not in told
    return told


def landed(workspace: Workspace, entity: str, columns: str, where: str = "true") -> list[tuple]:
    files = [str(workspace.lake / file.path) for file in committed_files(workspace.lake, entity)]
    if not files:
        return []
    return duckdb.execute(f"select {columns} from read_parquet({files}) where {where} order by all").fetchall()


def rejected(workspace: Workspace) -> list[tuple[str, str]]:
    paths = [
        str(workspace.lake / path)
        for state in committed(workspace.lake)
        for p in state["pulls"]
        for path in p["rejects"]
    ]
    return duckdb.execute(f"select reason, raw from read_parquet({paths}) order by all").fetchall() if paths else []


def lines(workspace: Workspace, day: str, *records: dict | str) -> None:
    text = "\n".join(record if isinstance(record, str) else json.dumps(record) for record in records)
    (workspace.root / f"e_{day}.jsonl").write_text(text + "\n")


def event(number: int, **changes: object) -> dict:
    return {
        "id": f"e{number}",
        "org": "a",
        "name": "x",
        "time": "2025-01-01T10:00:00Z",
        "user": "u1",
        "n": 1,
        **changes,
    }


def valid_cells(entity: str) -> dict[str, str]:
    """A cell for every column of an entity that the contract allows."""
    contract = ENTITIES[entity]
    samples = {"TIMESTAMP": "2025-01-01", "DATE": "2025-01-01", "DOUBLE": "1", "BIGINT": "1", "BOOLEAN": "true"}
    cells = {column: samples.get(kind, "x") for column, kind in contract.columns.items()}
    cells |= {"currency": "EUR"} if "currency" in cells else {}
    return cells | {column: words[0] for column, words in contract.words.items()} | _OF_SEEDS.get(entity, {})


_OF_SEEDS = {"survey_responses": {"question": "nps"}, "score_overrides": {"band": "critical"}}
