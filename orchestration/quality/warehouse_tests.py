"""What dbt's tests said, as outcomes beside those of the expectations.

Belongs here: reading dbt's results. Does not belong here: the tests (models/, dbt_project/tests), keeping outcomes
(history.py).
"""

import json
from typing import Any

from orchestration.common.seed_rows import Row
from orchestration.common.workspace import Workspace
from orchestration.quality.suites import Check, Outcome, Suite
from orchestration.transform.dbt_tests import arguments_of, name_of, reason_of
from orchestration.transform.stewards import steward_of, stewards_of

# what a generic test looks at; a test of its own compares tables
_DIMENSIONS = {
    "unique": "uniqueness",
    "unique_grain": "uniqueness",
    "not_null": "completeness",
    "complete": "completeness",
    "accepted_values": "validity",
    "between": "validity",
}
_STATUS = {"pass": "passed", "warn": "failed", "fail": "failed", "error": "error"}


def outcomes_of_dbt(workspace: Workspace) -> list[Outcome]:
    """One outcome per test of dbt's last command that judged data; those that were skipped said nothing."""
    manifest = json.loads((workspace.dbt_target / "manifest.json").read_text())
    results = json.loads((workspace.dbt_target / "run_results.json").read_text())["results"]
    stewards = stewards_of(workspace)
    return [
        _outcome(manifest, node, result, stewards)
        for result in results
        if result["unique_id"].startswith("test.") and result["status"] in _STATUS
        # what judges no table tests our code
        if set((node := manifest["nodes"][result["unique_id"]])["depends_on"]["nodes"]) & manifest["nodes"].keys()
    ]


def _outcome(
    manifest: dict[str, Any], node: dict[str, Any], result: dict[str, Any], stewards: dict[str, Row]
) -> Outcome:
    tested = manifest["nodes"].get(node.get("attached_node") or "") or _first_parent(manifest, node)
    steward = steward_of(tested, stewards)
    suite = Suite(
        border="published",
        dataset=f"{tested['schema']}.{tested['name']}",
        owner=steward.get("owner", ""),
        steward=steward.get("steward", ""),
        description="",
        checks=(),
    )
    kind = (node.get("test_metadata") or {}).get("name", "")
    check = Check.model_construct(
        key=name_of(node),
        dimension=_DIMENSIONS.get(kind, "consistency"),  # type: ignore[arg-type]
        severity="warning" if node["config"]["severity"].lower() == "warn" else "critical",
        rows="mart",
        type=kind or "no row is returned",
        kwargs=arguments_of(node),
        why=reason_of(node),
    )
    status, failures = _STATUS[result["status"]], result.get("failures") or 0
    detail = (
        f"{failures:,} rows"
        if status == "failed"
        else str(result.get("message") or "")[:300]
        if status == "error"
        else ""
    )
    return Outcome(suite, check, status, detail, None, failures)  # type: ignore[arg-type]


def _first_parent(manifest: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    parents = [manifest["nodes"][parent] for parent in node["depends_on"]["nodes"] if parent in manifest["nodes"]]
    return parents[0] if parents else node
