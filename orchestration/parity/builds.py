"""Build the same lake with dbt on an engine, all at once or day by day.

Belongs here: dbt commands and their windows. Does not belong here: comparing (compare.py), landing (the daily job).
"""

import contextlib
import io
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

from orchestration.common.errors import UserError
from orchestration.common.progress import RESULTS, DbtProgress, report
from orchestration.common.workspace import Workspace
from orchestration.landing.lake.commit import write_empty_entities
from orchestration.transform.exported_marts import attach_exported_marts
from orchestration.transform.project import failed_nodes, is_mart, project_dir

WITHOUT_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
# models, unit tests and bridges: data are tested on DuckDB, and the marts of both are compared row by row
CODE_ONLY = (
    "--select",
    "resource_type:model",
    "resource_type:seed",
    "resource_type:unit_test",
    "tag:bridge",
    "--indirect-selection",
    "empty",
)


@dataclass(frozen=True)
class BuildWindow:
    """Days of one dbt command; no first day means a build from nothing."""

    first: str
    last: str


def scenario(workspace: Workspace, name: str, engine: str) -> Workspace:
    """A data folder of its own below the workspace's, with the same lake."""
    folder = workspace.data_dir / name
    folder.mkdir(parents=True, exist_ok=True)
    lake = folder / "lake"
    if not lake.is_symlink():
        lake.symlink_to(workspace.lake)
    write_empty_entities(lake)  # a lake of an older version lacks what is new in the contract
    return replace(workspace, data_dir=folder, engine=engine)


def build(workspace: Workspace, windows: list[BuildWindow], settings: dict[str, str], what: tuple[str, ...]) -> None:
    """Build `what` once per window in a process of its own: an engine keeps its session until that ends.

    Raises UserError naming the first models or tests that did not pass.
    """
    began = time.monotonic()
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        problems = process.submit(_build, workspace, windows, settings, what).result()
    if problems:
        raise UserError(f"{workspace.engine}: {'; '.join(problems[:3])} (see {workspace.dbt_target / 'logs'})")
    if workspace.engine != "duckdb":
        attach_exported_marts(workspace)
    report(f"{workspace.engine}: {len(windows)} build(s) in {time.monotonic() - began:.0f} s")


def _build(
    workspace: Workspace, windows: list[BuildWindow], settings: dict[str, str], what: tuple[str, ...]
) -> list[str]:
    os.environ |= workspace.environment() | settings
    workspace.dbt_target.mkdir(parents=True, exist_ok=True)
    with (workspace.dbt_target / "engine.log").open("wb") as log:
        os.dup2(log.fileno(), 2)  # Spark's process writes there before any setting can silence it
    out = sys.stdout
    from dbt.cli.main import dbtRunner  # noqa: PLC0415
    from dbt_common.events.base_types import EventMsg  # noqa: PLC0415
    from google.protobuf.json_format import MessageToDict  # noqa: PLC0415

    where = str(project_dir(workspace))
    for window in windows:
        os.environ |= {"ONBOARDING_FROM": window.first, "ONBOARDING_TO": window.last}
        report(f"{workspace.engine}: {f'{window.first} to' if window.first else 'everything up to'} {window.last}")
        fresh = [] if window.first else ["--full-refresh"]
        progress = DbtProgress(out)

        def show(event: EventMsg, progress: DbtProgress = progress) -> None:
            if event.info.name in RESULTS:
                progress.show(MessageToDict(event, preserving_proto_field_name=True))

        with contextlib.redirect_stdout(io.StringIO()):
            runner = dbtRunner(callbacks=[] if window.first else [show])
            done = runner.invoke(["build", *what, *fresh, "--project-dir", where, "--profiles-dir", where])
        if not done.success:
            problems = failed_nodes(workspace.dbt_target) or {"dbt": " ".join(str(done.exception).split())}
            return [f"{name}: {message}"[:300] for name, message in problems.items()]
    return []


def grains(workspace: Workspace) -> dict[str, list[str]]:
    """Key columns of every mart, by `schema.name`, as their tests declare them."""
    nodes = json.loads((workspace.dbt_target / "manifest.json").read_text())["nodes"]
    found = {}
    for node in nodes.values():
        if (node.get("test_metadata") or {}).get("name") == "unique_grain":
            model = nodes[node["attached_node"]]
            if is_mart(model):
                found[f"{model['schema']}.{model['name']}"] = node["test_metadata"]["kwargs"]["columns"]
    return found
