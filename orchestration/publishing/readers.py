"""Readers of the snapshot as Dagster assets: PostgreSQL, Superset, the Tableau extract, the site, workbooks.

Belongs here: steps downstream of the snapshot. Does not belong here: the snapshot (assets.py), what each step does.
"""

import os
from typing import Any

import dagster as dg

from orchestration.common.partitions import DAILY
from orchestration.common.progress import report
from orchestration.common.steps import user_errors_as_failures
from orchestration.common.workspace import Workspace
from orchestration.publishing.assets import SNAPSHOT
from orchestration.publishing.exports.tableau import write_extract
from orchestration.publishing.exports.workbook import write_workbooks
from orchestration.publishing.postgres.load import publish_to_postgres
from orchestration.publishing.resources import PostgresServer, SiteLinks, SupersetServer
from orchestration.publishing.site.build import write_site
from orchestration.publishing.site.content.links import links_of
from orchestration.publishing.snapshot.store import published_snapshot
from orchestration.publishing.superset.publish import database_of, publish_to_superset

POSTGRES = dg.AssetKey(["publishing", "postgres"])


def reader_assets(
    workspace: Workspace, personal: frozenset[str], resources: dict[str, Any]
) -> list[dg.AssetsDefinition]:
    """Workbooks and the site, and further readers that the environment configures."""
    readers = [workbooks_asset(workspace), site_asset(workspace, personal)]
    if "postgres_server" in resources:
        readers.append(postgres_asset(workspace))
    if "superset_server" in resources:
        readers.append(superset_asset(workspace, [POSTGRES if "postgres_server" in resources else SNAPSHOT]))
    if os.environ.get("ONBOARDING_TABLEAU"):
        readers.append(tableau_asset(workspace))
    return readers


def _step(*resources: str) -> dict[str, Any]:
    return {
        "group_name": "publishing",
        "owners": ["team:customer-success"],
        "partitions_def": DAILY,
        "backfill_policy": dg.BackfillPolicy.single_run(),
        "required_resource_keys": {"run_lock", *resources},
    }


def postgres_asset(workspace: Workspace) -> dg.AssetsDefinition:
    """The serving schema of the database that ONBOARDING_POSTGRES names, downstream of the snapshot."""

    @dg.asset(key=POSTGRES, deps=[SNAPSHOT], kinds={"postgres"}, **_step("postgres_server"))
    def postgres(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        """The current snapshot where Power BI and Tableau read it: new parts loaded, then switched at once."""
        with user_errors_as_failures():
            server: PostgresServer = context.resources.postgres_server
            loaded = publish_to_postgres(server.address, workspace.published)
        report(f"postgres {loaded.snapshot_id}: {loaded.n_parts:,} new parts, {loaded.n_rows:,} rows")
        return dg.MaterializeResult(metadata={"dagster/row_count": loaded.n_rows, "n_parts": loaded.n_parts})

    return postgres


def superset_asset(workspace: Workspace, deps: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """Dashboards in the Superset that ONBOARDING_SUPERSET names, downstream of what it reads."""

    @dg.asset(key=["publishing", "superset"], deps=deps, kinds={"superset"}, **_step("superset_server"))
    def superset(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        """Datasets, charts, dashboards, roles and row-level filters, imported over what was there."""
        with user_errors_as_failures():
            server: SupersetServer = context.resources.superset_server
            database = server.database or database_of(workspace)
            imported = publish_to_superset(server.address, database, published_snapshot(workspace.published))
        report(f"superset {imported.where}: {imported.n_dashboards} dashboards, {imported.n_charts} charts")
        return dg.MaterializeResult(metadata={"url": imported.where, "n_charts": imported.n_charts})

    return superset


def tableau_asset(workspace: Workspace) -> dg.AssetsDefinition:
    """The extract that ONBOARDING_TABLEAU asks for."""

    @dg.asset(key=["publishing", "tableau"], deps=[SNAPSHOT], kinds={"tableau"}, **_step())
    def tableau() -> dg.MaterializeResult[Any]:
        """The current snapshot as one `.hyper` file."""
        with user_errors_as_failures():
            n_rows = write_extract(published_snapshot(workspace.published), workspace.extract)
        report(f"tableau {workspace.extract}: {n_rows:,} rows")
        return dg.MaterializeResult(metadata={"path": str(workspace.extract), "dagster/row_count": n_rows})

    return tableau


def site_asset(workspace: Workspace, personal: frozenset[str]) -> dg.AssetsDefinition:
    """Pages for everyone; `personal` columns are shown on none."""

    @dg.asset(key=["publishing", "site"], deps=[SNAPSHOT], kinds={"html"}, **_step("site_links"))
    def site(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        """The current snapshot as a site that opens from a file."""
        with user_errors_as_failures():
            given: SiteLinks = context.resources.site_links
            links = links_of(given.superset, given.links)
            built = write_site(published_snapshot(workspace.published), workspace.site, personal, links)
        report(f"site   {built.n_pages:,} pages, {built.n_bytes / 1e6:.1f} MB")
        page = workspace.site / "index.html"
        return dg.MaterializeResult(metadata={"page": dg.MetadataValue.path(str(page)), "n_pages": built.n_pages})

    return site


def workbooks_asset(workspace: Workspace) -> dg.AssetsDefinition:
    """Spreadsheets for people who open no BI tool."""

    @dg.asset(key=["publishing", "workbooks"], deps=[SNAPSHOT], kinds={"excel", "csv"}, **_step())
    def workbooks() -> dg.MaterializeResult[Any]:
        """A workbook for leaders and one for each CSM, from the current snapshot."""
        written = write_workbooks(published_snapshot(workspace.published), workspace.workbooks)
        report(f"workbooks {len(written)} files in {workspace.workbooks}")
        return dg.MaterializeResult(metadata={"path": str(workspace.workbooks), "n_files": len(written)})

    return workbooks
