"""Systems that read the published snapshot, as Dagster resources; their addresses are read when a run begins.

Belongs here: names of settings and what they configure. Does not belong here: talking to these systems (postgres/,
superset/), assets (readers.py).
"""

import os
from collections.abc import Mapping
from typing import Any

import dagster as dg


class PostgresServer(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The database that serves the snapshot: postgresql://user:password@host:port/database."""

    address: str


class SupersetServer(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Superset's address, and that of the database it reads (empty: the snapshot's DuckDB file)."""

    address: str
    database: str = ""


class SiteLinks(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Ways from the site to live tools: Superset's address, and `Name=https://…` with ; between several."""

    superset: str = ""
    links: str = ""


def configured_resources(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Resources of what the environment names; a reader without its setting is not wired at all."""

    def setting(name: str) -> Any:
        return dg.EnvVar(name) if environment.get(name) else ""

    resources: dict[str, Any] = {
        "site_links": SiteLinks(superset=setting("ONBOARDING_SUPERSET"), links=setting("ONBOARDING_LINKS"))
    }
    if environment.get("ONBOARDING_POSTGRES"):
        resources["postgres_server"] = PostgresServer(address=setting("ONBOARDING_POSTGRES"))
    if environment.get("ONBOARDING_SUPERSET"):
        resources["superset_server"] = SupersetServer(
            address=setting("ONBOARDING_SUPERSET"), database=setting("ONBOARDING_SUPERSET_DATABASE")
        )
    return resources
