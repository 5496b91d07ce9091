"""What of the warehouse is built: per node of dbt how it ended last, when, and up to which day.

Belongs here: the ledger, and what in it keeps the warehouse from being whole. Does not belong here: running dbt
(assets.py), what else the gate asks (publishing/snapshot/gate.py).
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.common.atomic_files import write_json
from orchestration.common.errors import UserError
from orchestration.common.workspace import Workspace

PASSED, UNFINISHED = "passed", "unfinished"
_PASSED = {"success", "pass", "warn"}
_BUILT = {"model", "seed", "test"}
BRIDGE = "bridge"  # tag of what only Spark needs


@dataclass(frozen=True)
class BuildState:
    """How a node ended last (`passed`, `unfinished`, or dbt's word), when (ISO 8601, UTC), and its last day."""

    status: str
    at: str
    built_to: str


def built_nodes(manifest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every node of the project that the warehouse is made of or tested by, by its unique id."""
    return {
        unique_id: node
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in _BUILT and BRIDGE not in node["tags"] and node["config"]["enabled"]
    }


def read_states(workspace: Workspace) -> dict[str, BuildState]:
    """The ledger; empty before the first build."""
    path = _ledger(workspace)
    if not path.exists():
        return {}
    return {unique_id: BuildState(**state) for unique_id, state in json.loads(path.read_text()).items()}


def begin_build(workspace: Workspace, unique_ids: Iterable[str], day: str) -> None:
    """Mark nodes as unfinished before they are built: a build that is killed leaves them so."""
    _write(workspace, read_states(workspace) | dict.fromkeys(unique_ids, BuildState(UNFINISHED, "", day)))


def record_results(workspace: Workspace, day: str) -> None:
    """Enter the results of dbt's last command; what it did not come to stays as it was."""
    path = workspace.dbt_target / "run_results.json"
    if not path.exists():
        return
    document = json.loads(path.read_text())
    made_at = document["metadata"]["generated_at"]
    states = {
        result["unique_id"]: BuildState(
            PASSED if result["status"] in _PASSED else result["status"],
            max((timing["completed_at"] or "" for timing in result["timing"]), default=made_at),
            day,
        )
        for result in document["results"]
        if result["unique_id"].split(".")[0] in _BUILT
    }
    _write(workspace, read_states(workspace) | states)


def forget_builds(workspace: Workspace) -> None:
    """Nothing is built any more: the warehouse is gone."""
    _ledger(workspace).unlink(missing_ok=True)


def refuse_the_past(workspace: Workspace, day: str) -> None:
    """Raise UserError when something in the warehouse is of a later day: scores of two days are no warehouse."""
    newest = max((state.built_to for state in read_states(workspace).values()), default=day)
    if day < newest:
        raise UserError(f"{day} is before {newest}, to which the warehouse is built; build it for {newest} or later")


def warehouse_problems(states: Mapping[str, BuildState], manifest: Mapping[str, Any], day: str) -> list[str]:
    """Why the warehouse may not be published as of `day`, most telling first; empty when it may.

    Every node passed, up to that day, and none is older than what it is made of or tests.
    """
    nodes = built_nodes(manifest)

    def those(is_so: Callable[[str], bool]) -> str:
        return named([node["name"] for unique_id, node in nodes.items() if is_so(unique_id)])

    ended = {unique_id: state for unique_id, state in states.items() if state.status != UNFINISHED}
    if failed := those(lambda one: one in ended and ended[one].status != PASSED):
        return [f"dbt: {failed} did not pass"]
    if missing := those(lambda one: one not in ended):
        return [f"dbt did not finish {missing}; run `make run` or `make rebuild` first"]
    if other := those(lambda one: ended[one].built_to != day):
        return [f"the day asked for is {day}, but {other} is not built to it; build all for the same day"]
    if older := those(lambda one: _is_older(one, nodes[one], ended)):
        return [f"{older} is older than what it is made of; build what follows as well"]
    return []


def _is_older(unique_id: str, node: Mapping[str, Any], states: Mapping[str, BuildState]) -> bool:
    parents = (states[parent].at for parent in node["depends_on"].get("nodes", []) if parent in states)
    return states[unique_id].at < max(parents, default="")


def named(names: Sequence[str]) -> str:
    """The first three, and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _ledger(workspace: Workspace) -> Path:
    return workspace.data_dir / "build_states.json"


def _write(workspace: Workspace, states: Mapping[str, BuildState]) -> None:
    write_json(_ledger(workspace), {unique_id: asdict(state) for unique_id, state in sorted(states.items())})
