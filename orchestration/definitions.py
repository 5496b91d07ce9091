"""The code location: wiring only. What is wired lives in landing/, transform/, quality/ and publishing/."""

import json
import os

import dagster as dg

from orchestration.common.partitions import DAILY
from orchestration.common.steps import RunLock
from orchestration.common.workspace import Workspace, current_workspace
from orchestration.landing.assets import landing_assets
from orchestration.landing.config.source import SourcesFile
from orchestration.landing.config.sources_file import load_sources
from orchestration.publishing.assets import published_marts, snapshot_asset
from orchestration.publishing.exposures import exposure_specs
from orchestration.publishing.readers import reader_assets
from orchestration.publishing.resources import configured_resources
from orchestration.publishing.sensors import schedule_of, sensors_of
from orchestration.quality.checks import landing_checks
from orchestration.quality.suites import load_suites
from orchestration.transform.assets import dbt_resource, environment, warehouse_assets

DAILY_JOB = "daily"
REBUILD_JOB = "rebuild"  # the same from the lake on, without asking any source


def build_defs(workspace: Workspace | None = None, sources: SourcesFile | None = None) -> dg.Definitions:
    """Everything Dagster runs for a workspace; tests pass their own."""
    workspace = workspace or current_workspace()
    with environment(**workspace.environment()):
        sources = sources or load_sources(workspace.sources_file)
        warehouse = warehouse_assets(workspace)
    manifest = json.loads((workspace.dbt_target / "manifest.json").read_text())
    marts = [dg.AssetKey([mart.schema, mart.name]) for mart in published_marts(manifest)]
    owners = {suite.dataset: suite.owner for suite in load_suites("landing", workspace)}
    landing = landing_assets(workspace, sources, owners)
    resources = configured_resources()
    publishing = [snapshot_asset(workspace, marts), *reader_assets(workspace, sources.personal_columns, resources)]
    daily = dg.define_asset_job(
        DAILY_JOB,
        selection=dg.AssetSelection.all(),
        partitions_def=DAILY,
        description="Pulls every source for a day, checks what came, builds and tests the warehouse, publishes it.",
    )
    from_lake = dg.AssetSelection.assets(warehouse, *publishing)
    rebuild = dg.define_asset_job(
        REBUILD_JOB,
        selection=from_lake,
        partitions_def=DAILY,
        description="Builds the warehouse from the lake and publishes it, without asking any source.",
    )
    webhook = os.environ.get("ONBOARDING_WEBHOOK")
    return dg.Definitions(
        assets=[landing, warehouse, *publishing, *exposure_specs(manifest)],
        asset_checks=[landing_checks(workspace, sources)],
        jobs=[daily, rebuild],
        schedules=[schedule_of(daily, sources.timezone)],
        sensors=sensors_of(workspace, sources, daily, webhook),
        resources={**resources, "dbt": dbt_resource(workspace), "run_lock": RunLock(data_dir=str(workspace.data_dir))},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` and `dagster definitions validate` load."""
    os.umask(0o027)  # data are for this user, and to be read by a group
    return build_defs()
