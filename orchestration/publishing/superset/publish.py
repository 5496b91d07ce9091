"""Dashboards into a Superset: import, remove what is no longer defined, renew roles and filters.

Belongs here: the order of these. Does not belong here: any of them.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.common.workspace import Workspace
from orchestration.publishing.snapshot.store import DATABASE, Snapshot
from orchestration.publishing.superset.access import renew_access
from orchestration.publishing.superset.bundle import assets, identity, zipped
from orchestration.publishing.superset.client import Superset
from orchestration.publishing.superset.definitions import Definitions, load_definitions


@dataclass(frozen=True)
class Imported:
    """What a publication left in Superset."""

    where: str
    n_datasets: int
    n_charts: int
    n_dashboards: int
    n_removed: int


def publish_to_superset(address: str, database: str, snapshot: Snapshot) -> Imported:
    """Make the Superset at `address` show the marts that it finds in `database` (an SQLAlchemy address).

    The same again changes nothing. Raises UserError (one line, without passwords).
    """
    definitions = load_definitions(snapshot)
    superset = Superset(address)
    files, passwords = assets(definitions, database)
    superset.import_assets(zipped(files), passwords)
    renew_access(superset, definitions)
    n_removed = _remove_undefined(superset, definitions)
    return Imported(
        superset.where, len(definitions.datasets), len(definitions.charts), len(definitions.dashboards), n_removed
    )


def database_of(workspace: Workspace, environment: Mapping[str, str] = os.environ) -> str:
    """What Superset reads: ONBOARDING_SUPERSET_DATABASE, or the snapshot's DuckDB file where both share a disk."""
    given = environment.get("ONBOARDING_SUPERSET_DATABASE")
    return given or f"duckdb:///{workspace.published / 'current' / DATABASE}"


def _remove_undefined(superset: Superset, definitions: Definitions) -> int:
    """Remove dashboards and charts that came from here and are defined no more; what people made stays."""
    datasets = {identity("dataset", name) for name in definitions.datasets}
    ours = {one["id"] for one in superset.every("dataset/", ["id", "uuid"]) if one["uuid"] in datasets}
    undefined = [
        f"dashboard/{one['id']}"
        for one in superset.every("dashboard/", ["id", "uuid", "slug", "is_managed_externally"])
        if one["is_managed_externally"]
        and (one["slug"] or "").startswith("onboarding-")
        and one["uuid"] not in {identity("dashboard", name) for name in definitions.dashboards}
    ]
    undefined += [
        f"chart/{one['id']}"
        for one in superset.every("chart/", ["id", "uuid", "datasource_id", "is_managed_externally"])
        if one["is_managed_externally"]
        and one["datasource_id"] in ours
        and one["uuid"] not in {identity("chart", name) for name in definitions.charts}
    ]
    for path in undefined:
        superset.delete(path)
    return len(undefined)
