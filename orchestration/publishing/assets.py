"""Publishing as Dagster assets: gate first, then the snapshot.

Belongs here: the step and its checks. Does not belong here: the reasons (gate.py) or the writing (snapshot.py).
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
from orchestration.common.window import Window
from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.publishing.exports.tableau import write_extract
from orchestration.publishing.exports.workbook import write_workbooks
from orchestration.publishing.postgres.load import publish_to_postgres
from orchestration.publishing.site.build import write_site
from orchestration.publishing.site.content.links import configured_links
from orchestration.publishing.snapshot.evidence import rubric_evidence
from orchestration.publishing.snapshot.gate import build_problems, expectation_problems
from orchestration.publishing.snapshot.ledger import record_scores
from orchestration.publishing.snapshot.metrics import defined_metrics
from orchestration.publishing.snapshot.parts import Mart
from orchestration.publishing.snapshot.store import Snapshot, published_snapshot, write_snapshot
from orchestration.publishing.superset.publish import database_of, publish_to_superset
from orchestration.quality.suites import Outcome, judge, load_suites
from orchestration.transform.project import is_mart

SNAPSHOT = dg.AssetKey(["publishing", "snapshot"])
WORKBOOKS = dg.AssetKey(["publishing", "workbooks"])
POSTGRES = dg.AssetKey(["publishing", "postgres"])
SUPERSET = dg.AssetKey(["publishing", "superset"])
SITE = dg.AssetKey(["publishing", "site"])
TABLEAU = dg.AssetKey(["publishing", "tableau"])
FEWEST_KEPT = 3
_STEP: dict[str, Any] = {
    "group_name": "publishing",
    "partitions_def": DAILY,
    "backfill_policy": dg.BackfillPolicy.single_run(),
    "required_resource_keys": {"run_lock"},
}
EVIDENCE = "active_rubric_beats_plain_baselines"


def published_marts(manifest: dict[str, Any]) -> list[Mart]:
    """Every mart, with the column by whose days it is kept and what is said of it."""
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
    _refuse(build_problems(workspace.dbt_target))
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


def publishing_assets(workspace: Workspace, marts: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The snapshot, downstream of every mart."""

    @dg.asset(
        key=SNAPSHOT,
        deps=marts,
        kinds={"parquet", "duckdb"},
        **_STEP,
        check_specs=[
            dg.AssetCheckSpec(check.key, asset=SNAPSHOT, description=check.why)
            for suite in load_suites("published")
            for check in suite.checks
        ]
        + [dg.AssetCheckSpec(EVIDENCE, asset=SNAPSHOT, description="An active rubric should beat plain baselines.")],
    )
    def snapshot(context: dg.AssetExecutionContext) -> Iterator[Any]:
        """Marts as one immutable folder; a failing gate leaves `current` where it was."""
        try:
            written, outcomes = publish(workspace, window_of(context))
        except UserError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
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


def postgres_asset(workspace: Workspace, address: str) -> dg.AssetsDefinition:
    """The serving schema of the database that ONBOARDING_POSTGRES names, downstream of the snapshot."""

    @dg.asset(key=POSTGRES, deps=[SNAPSHOT], kinds={"postgres"}, **_STEP)
    def postgres() -> dg.MaterializeResult[Any]:
        """The current snapshot where Power BI and Tableau read it: new parts loaded, then switched at once."""
        try:
            loaded = publish_to_postgres(address, workspace.published)
        except UserError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        report(f"postgres {loaded.snapshot_id}: {loaded.n_parts:,} new parts, {loaded.n_rows:,} rows")
        return dg.MaterializeResult(metadata={"dagster/row_count": loaded.n_rows, "n_parts": loaded.n_parts})

    return postgres


def superset_asset(workspace: Workspace, address: str, deps: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """Dashboards in the Superset that ONBOARDING_SUPERSET names, downstream of what it reads."""

    @dg.asset(key=SUPERSET, deps=deps, kinds={"superset"}, **_STEP)
    def superset() -> dg.MaterializeResult[Any]:
        """Datasets, charts, dashboards, roles and row-level filters, imported over what was there."""
        try:
            imported = publish_to_superset(address, database_of(workspace), published_snapshot(workspace.published))
        except UserError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        report(f"superset {imported.where}: {imported.n_dashboards} dashboards, {imported.n_charts} charts")
        return dg.MaterializeResult(metadata={"url": imported.where, "n_charts": imported.n_charts})

    return superset


def tableau_asset(workspace: Workspace) -> dg.AssetsDefinition:
    """The extract that ONBOARDING_TABLEAU asks for."""

    @dg.asset(key=TABLEAU, deps=[SNAPSHOT], kinds={"tableau"}, **_STEP)
    def tableau() -> dg.MaterializeResult[Any]:
        """The current snapshot as one `.hyper` file."""
        try:
            n_rows = write_extract(published_snapshot(workspace.published), workspace.extract)
        except UserError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        report(f"tableau {workspace.extract}: {n_rows:,} rows")
        return dg.MaterializeResult(metadata={"path": str(workspace.extract), "dagster/row_count": n_rows})

    return tableau


def site_asset(workspace: Workspace, personal: frozenset[str]) -> dg.AssetsDefinition:
    """Pages for everyone; `personal` columns are shown on none."""

    @dg.asset(key=SITE, deps=[SNAPSHOT], kinds={"html"}, **_STEP)
    def site() -> dg.MaterializeResult[Any]:
        """The current snapshot as a site that opens from a file."""
        try:
            built = write_site(
                published_snapshot(workspace.published), workspace.site, personal, configured_links(os.environ)
            )
        except UserError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        report(f"site   {built.n_pages:,} pages, {built.n_bytes / 1e6:.1f} MB")
        page = workspace.site / "index.html"
        return dg.MaterializeResult(metadata={"page": dg.MetadataValue.path(str(page)), "n_pages": built.n_pages})

    return site


def workbooks_asset(workspace: Workspace) -> dg.AssetsDefinition:
    """Spreadsheets for people who open no BI tool."""

    @dg.asset(key=WORKBOOKS, deps=[SNAPSHOT], kinds={"excel", "csv"}, **_STEP)
    def workbooks() -> dg.MaterializeResult[Any]:
        """A workbook for leaders and one for each CSM, from the current snapshot."""
        written = write_workbooks(published_snapshot(workspace.published), workspace.workbooks)
        report(f"workbooks {len(written)} files in {workspace.workbooks}")
        return dg.MaterializeResult(metadata={"path": str(workspace.workbooks), "n_files": len(written)})

    return workbooks
