"""dbt's models, seeds and tests as Dagster assets and checks: folder = group.

Belongs here: names of assets and the window a build is for. Does not belong here: any rule about data (models/).
"""

import contextlib
import io
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, dbt_assets

from orchestration.common.errors import UserError
from orchestration.common.partitions import DAILY, window_of
from orchestration.common.progress import DbtProgress
from orchestration.common.workspace import Workspace
from orchestration.transform.definitions.check import check_definitions
from orchestration.transform.exported_marts import attach_exported_marts
from orchestration.transform.project import current_manifest, project_dir


class HouseTranslator(DagsterDbtTranslator):
    """Assets are named schema/model, grouped by schema; a source of dbt is the entity of the lake it reads."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Schema and name, as an analyst would type them."""
        return dg.AssetKey([_schema(dbt_resource_props), dbt_resource_props["name"]])

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

    @dbt_assets(
        manifest=current_manifest(workspace),
        name="warehouse",
        partitions_def=DAILY,
        backfill_policy=dg.BackfillPolicy.single_run(),
        dagster_dbt_translator=HouseTranslator(),
        exclude="source:lake.build_window tag:bridge",
        required_resource_keys={"dbt", "run_lock"},
    )
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[Any]:
        try:
            check_definitions(workspace.root / "seeds")
        except UserError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        window = window_of(context)
        first = window.first.isoformat() if window.first else ""
        settings = workspace.environment() | {"ONBOARDING_FROM": first, "ONBOARDING_TO": window.last.isoformat()}
        out = cast("io.TextIOBase", sys.stdout)
        # a build that is killed must not leave the results of the one before it for the publish gate to read
        (workspace.dbt_target / "run_results.json").unlink(missing_ok=True)
        with environment(**settings), contextlib.redirect_stdout(DbtProgress(out)):
            dbt: DbtCliResource = context.resources.dbt
            # unit tests judge code, not data: CI runs them
            command = ["build", "--exclude-resource-type", "unit_test"]
            if window.first is None:
                command.append("--full-refresh")  # all history: tables of models that have changed are made anew
            yield from dbt.cli(command, context=context, target_path=workspace.dbt_target).stream()
        if workspace.engine != "duckdb":
            attach_exported_marts(workspace)

    return warehouse


def dbt_resource(workspace: Workspace) -> DbtCliResource:
    """The dbt command line on this workspace's project."""
    where = str(project_dir(workspace))
    executable = str(Path(sys.executable).parent / "dbt")  # also when the environment is not activated
    return DbtCliResource(project_dir=where, profiles_dir=where, dbt_executable=executable)
