"""The code location: wiring only. What is wired lives in landing/, transform/, quality/ and publishing/."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from orchestration.common.errors import UserError
from orchestration.common.partitions import DAILY
from orchestration.common.run_lock import run_lock
from orchestration.common.workspace import Workspace, current_workspace
from orchestration.landing.assets import landing_assets
from orchestration.landing.config.sources_file import SourcesFile, load_sources
from orchestration.publishing.assets import (
    POSTGRES,
    SNAPSHOT,
    postgres_asset,
    published_marts,
    publishing_assets,
    site_asset,
    superset_asset,
    tableau_asset,
    workbooks_asset,
)
from orchestration.publishing.exposures import exposure_specs
from orchestration.quality.checks import landing_checks
from orchestration.transform.assets import dbt_resource, environment, warehouse_assets

DAILY_JOB = "daily"
REBUILD_JOB = "rebuild"  # the same from the lake on, without asking any source


class RunLock(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Held by every run, however it was started: one writer at a time on one data folder."""

    data_dir: str

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["RunLock"]:
        """Take the lock for the whole run."""
        try:
            with run_lock(Path(self.data_dir)):
                yield self
        except UserError as error:
            raise dg.Failure(str(error), allow_retries=False) from None


def build_defs(workspace: Workspace | None = None, sources: SourcesFile | None = None) -> dg.Definitions:
    """Everything Dagster runs for a workspace; tests pass their own."""
    workspace = workspace or current_workspace()
    with environment(**workspace.environment()):
        sources = sources or load_sources(workspace.sources_file)
        warehouse = warehouse_assets(workspace)
    manifest = json.loads((workspace.dbt_target / "manifest.json").read_text())
    marts = [dg.AssetKey([mart.schema, mart.name]) for mart in published_marts(manifest)]
    landing = landing_assets(workspace, sources)
    publishing = [publishing_assets(workspace, marts), workbooks_asset(workspace)]
    publishing.append(site_asset(workspace, sources.personal_columns))
    if address := os.environ.get("ONBOARDING_POSTGRES"):
        publishing.append(postgres_asset(workspace, address))
    if superset := os.environ.get("ONBOARDING_SUPERSET"):
        publishing.append(superset_asset(workspace, superset, [POSTGRES if address else SNAPSHOT]))
    if os.environ.get("ONBOARDING_TABLEAU"):
        publishing.append(tableau_asset(workspace))
    daily = dg.define_asset_job(DAILY_JOB, selection=dg.AssetSelection.all(), partitions_def=DAILY)
    from_lake = dg.AssetSelection.assets(warehouse, *publishing)
    rebuild = dg.define_asset_job(REBUILD_JOB, selection=from_lake, partitions_def=DAILY)
    return dg.Definitions(
        assets=[landing, warehouse, *publishing, *exposure_specs(manifest)],
        asset_checks=landing_checks(workspace),
        jobs=[daily, rebuild],
        schedules=[dg.build_schedule_from_partitioned_job(daily, hour_of_day=5)],
        resources={"dbt": dbt_resource(workspace), "run_lock": RunLock(data_dir=str(workspace.data_dir))},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` and `dagster definitions validate` load."""
    return build_defs()
