"""dbt's models, seeds and tests as Dagster assets and checks: folder = group.

Belongs here: names of assets and the window a build is for. Does not belong here: any rule about data (models/).
"""

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject, dbt_assets

from orchestration.common.partitions import DAILY, window_of
from orchestration.common.progress import DbtProgress, report
from orchestration.common.seed_rows import Row
from orchestration.common.steps import user_errors_as_failures
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.transform.build_states import begin_build, built_nodes, record_results, refuse_the_past
from orchestration.transform.dbt_child import executable
from orchestration.transform.dbt_tests import named_manifest, reason_of
from orchestration.transform.definitions.check import check_definitions
from orchestration.transform.exported_marts import attach_exported_marts
from orchestration.transform.project import current_manifest, failing_rows, is_mart, project_dir
from orchestration.transform.row_counts import row_counts
from orchestration.transform.stewards import steward_of, stewards_of
from orchestration.transform.warehouse_file import open_warehouse


class HouseTranslator(DagsterDbtTranslator):
    """Assets are named schema/model, grouped by schema; a source of dbt is the entity of the lake it reads."""

    def __init__(self, stewards: Mapping[str, Row] = MappingProxyType({})) -> None:
        super().__init__()
        self._stewards = stewards

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Schema and name, as an analyst would type them."""
        return dg.AssetKey([_schema(dbt_resource_props), dbt_resource_props["name"]])

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """Tests of staging and marts are asset checks; the others stop the build all the same, as dbt's own tests.

        Dagster stores three events for each check, which took longer than the tests.
        """
        attached = manifest["nodes"].get(manifest["nodes"][unique_id].get("attached_node"), {})
        if not is_mart(attached) and attached.get("fqn", ["", ""])[1] != "staging":
            return None
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec and spec._replace(description=reason_of(manifest["nodes"][unique_id]))

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Who mends it, by seeds/stewards.csv."""
        return [f"team:{steward_of(dbt_resource_props, self._stewards).get('owner', 'data-platform')}"]

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """One folder = one group."""
        return group_of(dbt_resource_props)


def group_of(props: Mapping[str, Any]) -> str:
    """Group in Dagster: the schema, of intermediate models with the folder of their subject."""
    schema = _schema(props)
    if props["resource_type"] == "model" and schema == "intermediate":
        folder: str = props["fqn"][2]
        return f"intermediate_{folder}" if props["fqn"][1] == schema else folder
    return schema


def _schema(props: Mapping[str, Any]) -> str:
    if props["resource_type"] == "source":
        return str(props["source_name"])
    return str(props["config"].get("schema") or props["schema"])


@contextlib.contextmanager
def environment(**values: str) -> Iterator[None]:
    """Set environment variables for child processes, and put back what was there."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def warehouse_assets(workspace: Workspace) -> dg.AssetsDefinition:
    """All models, seeds and tests as one step: dbt knows best in which order they go."""
    manifest = named_manifest(current_manifest(workspace))
    marts = {HouseTranslator().get_asset_key(node) for node in manifest["nodes"].values() if is_mart(node)}

    @dbt_assets(
        manifest=manifest,
        name="warehouse",
        partitions_def=DAILY,
        backfill_policy=dg.BackfillPolicy.single_run(),
        dagster_dbt_translator=HouseTranslator(stewards_of(workspace)),
        exclude="source:lake.build_window tag:bridge",
        required_resource_keys={"dbt", "run_lock"},
    )
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[Any]:
        with user_errors_as_failures():
            check_definitions(workspace.root / "seeds")
        window = window_of(context)
        if not open_warehouse(workspace):
            window = Window(None, window.last)
        day = window.last.isoformat()
        if window.first is not None or context.is_subset:
            with user_errors_as_failures():
                refuse_the_past(workspace, day)
        first = window.first.isoformat() if window.first else ""
        settings = workspace.environment() | {"ONBOARDING_FROM": first, "ONBOARDING_TO": day}
        progress = DbtProgress(sys.stdout)
        (workspace.dbt_target / "run_results.json").unlink(missing_ok=True)
        begin_build(workspace, _selected(context, workspace), day)
        dbt: DbtCliResource = context.resources.dbt
        # unit tests judge code, not data: CI runs them; what passes is in Dagster's events, and writing it to dbt.log
        # as well took a sixth of the run's time
        command = ["--log-level-file", "warn", "build", "--exclude-resource-type", "unit_test"]
        if window.first is None:
            command.append("--full-refresh")  # all history: tables of models that have changed are built again
        # dagster-dbt repeats all of dbt's log on standard output
        with environment(**settings), Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
            invocation = dbt.cli(command, context=context, target_path=workspace.dbt_target)
            try:
                for message in invocation.stream_raw_events():
                    progress.show(message.raw_event)
                    for event in message.to_default_asset_events(
                        manifest=invocation.manifest,
                        dagster_dbt_translator=invocation.dagster_dbt_translator,
                        context=context,
                        target_path=invocation.target_path,
                    ):
                        if not isinstance(event, dg.AssetObservation):  # of tests that are no asset checks
                            yield event
            finally:
                record_results(workspace, day)
        yield from row_counts(workspace, context.selected_asset_keys & marts)
        for line in failing_rows(workspace, "warn"):
            report(f"warn   {line}")
        if workspace.engine != "duckdb":
            attach_exported_marts(workspace)

    return warehouse


def _selected(context: dg.AssetExecutionContext, workspace: Workspace) -> list[str]:
    """Ids of the nodes that a run will build."""
    nodes = built_nodes(json.loads((workspace.dbt_target / "manifest.json").read_text()))
    if not context.is_subset:
        return list(nodes)
    keys = {
        HouseTranslator().get_asset_key(node): one for one, node in nodes.items() if node["resource_type"] != "test"
    }
    return [one for key, one in keys.items() if key in context.selected_asset_keys]


def dbt_resource(workspace: Workspace) -> DbtCliResource:
    """The dbt command line on this workspace's project."""
    where = str(project_dir(workspace))
    return DbtCliResource(project_dir=where, profiles_dir=where, dbt_executable=executable(workspace.dbt_target))
