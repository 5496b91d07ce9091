"""The landing border's expectations as blocking asset checks of the lake.

Belongs here: the Dagster side of the landing suites. Does not belong here: how they are judged (suites.py).
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.common.partitions import DAILY, window_of
from orchestration.common.progress import report
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.assets import entity_key
from orchestration.landing.lake.commit import committed_files
from orchestration.quality.history import keep_outcomes
from orchestration.quality.suites import Suite, judge, load_suites


def landed_rows(workspace: Workspace, entity: str, window: Window, columns: list[str]) -> str:
    """SQL for the rows of an entity that became known in a window, reading only the files that can hold them."""
    first = window.first.isoformat() if window.first else "0001-01-01"
    last = window.last.isoformat()
    files = [
        f"'{workspace.lake / file.path}'"
        for file in committed_files(workspace.lake, entity)
        if file.known_to >= first and file.known_from <= last
    ]
    empty = f"'{workspace.lake / '_empty' / f'{entity}.parquet'}'"
    return (
        f"select {', '.join(columns)} from read_parquet([{', '.join([empty, *files])}], "
        "union_by_name = true, hive_partitioning = false) "
        f"where known_on between date '{first}' and date '{last}'"
    )


def landing_checks(workspace: Workspace) -> list[dg.AssetChecksDefinition]:
    """One step per suite in expectations/landing."""
    return [_checks_of(workspace, suite) for suite in load_suites("landing")]


def _checks_of(workspace: Workspace, suite: Suite) -> dg.AssetChecksDefinition:
    specs = [
        dg.AssetCheckSpec(
            check.key,
            asset=entity_key(suite.dataset),
            description=check.why,
            blocking=check.severity == "critical",
            metadata={"steward": suite.steward},
            partitions_def=DAILY,
        )
        for check in suite.checks
    ]

    @dg.multi_asset_check(name=f"expectations_on_{suite.dataset}", specs=specs, required_resource_keys={"run_lock"})
    def expectations(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        window = window_of(context)
        outcomes = judge(suite, landed_rows(workspace, suite.dataset, window, suite.columns()))
        keep_outcomes(workspace.lake, suite.dataset, window.last, outcomes)
        passed = sum(outcome.status == "passed" for outcome in outcomes)
        report(f"check  lake.{suite.dataset}: {passed} of {len(outcomes)} expectations hold")
        for outcome in outcomes:
            if outcome.status != "passed":
                report(f"check  lake.{suite.dataset}: {outcome.key} {outcome.status} ({outcome.detail})")
            yield dg.AssetCheckResult(
                asset_key=entity_key(suite.dataset),
                check_name=outcome.key,
                passed=outcome.status == "passed",
                severity=dg.AssetCheckSeverity.ERROR if outcome.severity == "critical" else dg.AssetCheckSeverity.WARN,
                metadata={"detail": outcome.detail or "holds"},
            )

    return expectations
