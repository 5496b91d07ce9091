"""Rows of the lake as a test wants them, without landing."""

import json
from collections.abc import Mapping, Sequence

import duckdb

from orchestration.common.workspace import Workspace
from orchestration.landing.config.contract import LAKE_ENTITIES, lake_columns
from orchestration.landing.config.logs import LOGS
from orchestration.landing.lake.commit import write_empty_entities


def put(workspace: Workspace, entity: str, rows: Sequence[Mapping[str, object]], source: str = "") -> None:
    """Add rows to an entity, or a log, as a pull of their own; `known_on` or `last_date` is their day."""
    write_empty_entities(workspace.lake)
    source = source or entity
    pointer = workspace.lake / "_committed" / f"{source}.json"
    state = json.loads(pointer.read_text()) if pointer.exists() else {"source_id": source, "pulls": [], "files": []}
    name = f"p{len(state['files'])}"
    folder = workspace.lake / source / name / entity
    folder.mkdir(parents=True)
    columns = LOGS[entity] if entity in LOGS else lake_columns(LAKE_ENTITIES[entity])
    with duckdb.connect() as connection:
        fields = ", ".join(f"{key} {kind}" for key, kind in columns.items())
        connection.execute(f"create table t ({fields})")
        for row in rows:
            filled = {"source_id": source, **row} if "source_id" in columns else dict(row)
            marks = ", ".join("?" * len(filled))
            connection.execute(f"insert into t ({', '.join(filled)}) values ({marks})", list(filled.values()))
        connection.execute(f"copy t to '{folder / 'rows.parquet'}' (format parquet)")
    days = sorted(str(row.get("known_on") or row["last_date"]) for row in rows)
    file = {"entity": entity, "path": f"{source}/{name}/{entity}/rows.parquet", "rows": len(rows), "pull_id": name}
    state["files"].append(file | {"known_from": days[0], "known_to": days[-1]})
    pointer.parent.mkdir(exist_ok=True)
    pointer.write_text(json.dumps(state))
