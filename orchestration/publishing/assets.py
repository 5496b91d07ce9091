"""Publishing as Dagster assets: gate first, then the snapshot.

Belongs here: the step and its checks. Does not belong here: the reasons (snapshot/gate.py), the writing
(snapshot/store.py), readers of the snapshot (readers.py).
"""

import datetime as dt
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
from orchestration.publishing.snapshot.store import Snapshot, snapshot_before, write_snapshot
from orchestration.quality.acknowledgements import acknowledged, as_result, unacknowledged
from orchestration.quality.checks import report_outcomes
from orchestration.quality.history import keep_outcomes
from orchestration.quality.published import judge_published
from orchestration.quality.suites import Check, Outcome, Suite, load_suites
from orchestration.quality.warehouse_tests import outcomes_of_dbt
from orchestration.transform.project import is_mart

SNAPSHOT = dg.AssetKey(["publishing", "snapshot"])
FEWEST_KEPT = 3
RESULTS = "governance.fct_quality_results"
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
    outcomes = judge_published(workspace, snapshot_before(workspace.published, window.last))
    rows = [
        *keep_outcomes(workspace.lake, "published", window, outcomes),
        *keep_outcomes(workspace.lake, "warehouse", window, outcomes_of_dbt(workspace)),
    ]
    report_outcomes(outcomes, "marts")
    known = acknowledged(workspace, window.last)
    _refuse(expectation_problems(unacknowledged(outcomes, known)))
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
    later = {RESULTS: [as_result(row, known) for row in rows]}  # judged after the warehouse was built
    return write_snapshot(workspace.marts, published_marts(manifest), workspace.published, facts, keep, later), outcomes


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


def _check_name(suite: Suite, check: Check) -> str:
    """A name of Dagster: the mart, and what is expected of it."""
    return f"{suite.dataset.split('.')[-1]}_{check.key}"


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
        owners=["team:customer-success"],
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=dt.timedelta(hours=48)),
        partitions_def=DAILY,
        backfill_policy=dg.BackfillPolicy.single_run(),
        required_resource_keys={"run_lock"},
        check_specs=[
            dg.AssetCheckSpec(
                _check_name(suite, check),
                asset=SNAPSHOT,
                description=check.why,
                metadata={"owner": suite.owner, "steward": suite.steward, "dimension": check.dimension},
            )
            for suite in load_suites("published", workspace)
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
                check_name=_check_name(outcome.suite, outcome.check),
                passed=not outcome.is_bad,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"detail": outcome.detail or outcome.status},
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
