"""Whether the unit tests of a model notice a change of it.

Belongs here: dbt's queries for unit tests, run on other SQL. Does not belong here: the changes (changes.py).
"""

import json
import math
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import sqlglot

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from tests.mutation.changes import Change, changed

_SECONDS = 5.0


@dataclass
class Model:
    """A model with dbt's queries for its unit tests."""

    name: str
    folder: str
    queries: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Verdict:
    """A change of a model, and whether a test noticed."""

    model: str
    folder: str
    change: Change
    is_noticed: bool
    KEY: ClassVar = ("model", "place", "kind", "before", "after")

    @property
    def key(self) -> tuple[str, ...]:
        """What tells the change in words: the columns of harmless.csv."""
        change = self.change
        return self.model, change.place, change.kind, change.before, change.after


def models_with_queries(workspace: Workspace, target: Path, names: Sequence[str] = ()) -> list[Model]:
    """Run dbt's unit tests once, all or of the models named, and return these models with the queries made of them.

    Raises RuntimeError when they do not pass.
    """
    command = [
        str(Path(sys.executable).parent / "dbt"),
        "test",
        "--select",
        *([f"{name},test_type:unit" for name in names] or ["test_type:unit"]),
        "--target-path",
        str(target),
    ]
    done = subprocess.run(
        command, cwd=PROJECT_ROOT, env=workspace.environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"unit tests do not pass before anything is changed:\n{done.stdout[-2000:]}")
    manifest = json.loads((target / "manifest.json").read_text())
    models = {
        node["name"]: Model(node["name"], "/".join(node["fqn"][1:-1]))
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and (not names or node["name"] in names)
    }
    for test in manifest["unit_tests"].values():
        if test["model"] not in models:
            continue
        (path,) = (target / "run").rglob(f"{test['name']}.sql")
        models[test["model"]].queries.append(path.read_text())
    return sorted(models.values(), key=lambda model: (model.folder, model.name))


def judged(model: Model) -> list[Verdict]:
    """Every single change of a model; noticed when a unit test fails with it, or the query does not run."""
    noticed: dict[int, bool] = {}
    changes: dict[int, Change] = {}
    connection = duckdb.connect()
    for query in model.queries:
        parsed = sqlglot.parse_one(query, dialect="duckdb")
        if not _passes(connection, parsed.sql("duckdb")):
            raise RuntimeError(f"{model.name}: its unit test does not pass as sqlglot writes it")
        for change, altered in changed(parsed):
            changes[change.number] = change
            if not noticed.get(change.number):
                noticed[change.number] = not _passes(connection, altered.sql("duckdb"))
    return [Verdict(model.name, model.folder, changes[number], found) for number, found in sorted(noticed.items())]


def _passes(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    timer = threading.Timer(_SECONDS, connection.interrupt)  # a change may make a query that never ends
    timer.start()
    try:
        rows = connection.execute(query).fetchall()
    except duckdb.Error:
        return False
    finally:
        timer.cancel()
    sides: dict[str, Counter[tuple[Any, ...]]] = {"actual": Counter(), "expected": Counter()}
    for *values, side in rows:
        sides[side][tuple(_plain(value) for value in values)] += 1
    return sides["actual"] == sides["expected"]


def _plain(value: Any) -> Any:
    """Numbers to nine digits: the last ones are noise, and no test is meant to see them."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    return number if not math.isfinite(number) or number == 0 else float(f"{number:.9g}")
