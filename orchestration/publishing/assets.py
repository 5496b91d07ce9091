"""Publishing as Dagster assets: gate first, then the snapshot.

Belongs here: the step and its checks. Does not belong here: the reasons (snapshot/gate.py), the writing
(snapshot/store.py), readers of the snapshot (readers.py).
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import dagster as dg
import duckdb

from orchestration import __version__
from orchestration.common.errors import UserError
from orchestration.common.partitions import DAILY, window_of
from orchestration.common.progress import report
from orchestration.common.steps import user_errors_as_failures
from orchestration.common.window import Window
from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.publishing.snapshot.evidence import rubric_evidence
from orchestration.publishing.snapshot.gate import build_problems, expectation_problems
from orchestration.publishing.snapshot.ledger import record_scores
from orchestration.publishing.snapshot.metrics import defined_metrics
from orchestration.publishing.snapshot.parts import Mart
from orchestration.publishing.snapshot.store import Snapshot, write_snapshot
from orchestration.quality.suites import Outcome, judge, load_suites
from orchestration.transform.project import is_mart

SNAPSHOT = dg.AssetKey(["publishing", "snapshot"])
FEWEST_KEPT = 3
EVIDENCE = "active_rubric_beats_plain_baselines"


def published_marts(manifest: dict[str, Any]) -> list[Mart]:
    """Every mart, with the column by whose days it is kept and its description."""
    return sorted(
        (
            Mart(
                node["schema"],
                node["name"],
                node["config"].get("partition_by"),
                node["description"],
                {name: column["description"] for name, column in node["columns"].items()},
            )
            for node in manifest["nodes"].values()
            if is_mart(node)
        ),
        key=str,
    )


def publish(workspace: Workspace, window: Window) -> tuple[Snapshot, list[Outcome]]:
    """Put the scores of the window on record and publish the warehouse.

    Raises UserError, with nothing changed, when the gate or the ledger does not let it.
    """
    keep = snapshots_kept()
    _refuse(build_problems(workspace, window.last))
    outcomes = [
        outcome
        for suite in load_suites("published")
        for outcome in judge(suite, f"select * from {suite.dataset}", workspace.marts)
    ]
    _refuse(expectation_problems(outcomes))
    version = code_version()
    n_recorded = record_scores(workspace, window.first, window.last, version)
    report(f"ledger {n_recorded:,} scores put on record")
    manifest = json.loads((workspace.dbt_target / "manifest.json").read_text())
    facts = {
        "workspace": workspace.name,
        "data_date": window.last.isoformat(),
        "rubric_version": _active_rubric(workspace),
        "code_version": version,
        "metrics": [asdict(metric) for metric in defined_metrics(manifest)],
    }
    return write_snapshot(workspace.marts, published_marts(manifest), workspace.published, facts, keep), outcomes


def snapshots_kept(environment: Mapping[str, str] = os.environ) -> int:
    """How many snapshots ONBOARDING_SNAPSHOTS_KEPT leaves: three at least, since reading one takes its time."""
    given = environment.get("ONBOARDING_SNAPSHOTS_KEPT") or "7"
    if not given.isdecimal() or int(given) < FEWEST_KEPT:
        raise UserError(f"ONBOARDING_SNAPSHOTS_KEPT={given}: expected a whole number, {FEWEST_KEPT} or more")
    return int(given)


def _refuse(problems: list[str]) -> None:
    if problems:
        raise UserError(f"not published, the last good snapshot stays: {'; '.join(problems)}")


def code_version() -> str:
    """Version of the package, and the commit when this is a checkout."""
    found = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    commit = f"+{found.stdout.strip()}" if found.returncode == 0 else ""
    return __version__ + commit


def _active_rubric(workspace: Workspace) -> str:
    with duckdb.connect(str(workspace.marts), read_only=True) as connection:
        rows = connection.execute(
            "select distinct rubric_version from scores.account_scores_current order by 1"
        ).fetchall()
    return ", ".join(str(row[0]) for row in rows)


def snapshot_asset(workspace: Workspace, marts: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The snapshot, downstream of every mart."""

    @dg.asset(
        key=SNAPSHOT,
        deps=marts,
        kinds={"parquet", "duckdb"},
        group_name="publishing",
        partitions_def=DAILY,
        backfill_policy=dg.BackfillPolicy.single_run(),
        required_resource_keys={"run_lock"},
        check_specs=[
            dg.AssetCheckSpec(check.key, asset=SNAPSHOT, description=check.why)
            for suite in load_suites("published")
            for check in suite.checks
        ]
        + [dg.AssetCheckSpec(EVIDENCE, asset=SNAPSHOT, description="An active rubric should beat plain baselines.")],
    )
    def snapshot(context: dg.AssetExecutionContext) -> Iterator[Any]:
        """Marts as one immutable folder; a failing gate leaves `current` where it was."""
        with user_errors_as_failures():
            written, outcomes = publish(workspace, window_of(context))
        rows = sum(written.manifest["rows"].values())
        report(f"publish {written.folder.name}: {len(written.manifest['rows'])} marts, {rows:,} rows")
        yield dg.MaterializeResult(metadata={"path": str(written.folder), "dagster/row_count": rows})
        for outcome in outcomes:
            yield dg.AssetCheckResult(
                check_name=outcome.key, passed=outcome.status == "passed", severity=dg.AssetCheckSeverity.WARN
            )
        evidence = rubric_evidence(workspace.marts)
        report(f"check  rubric in force: {evidence.text}")
        yield dg.AssetCheckResult(
            check_name=EVIDENCE,
            passed=evidence.is_good,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"evidence": evidence.text},
        )

    return snapshot
