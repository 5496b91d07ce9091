"""Who may see what: two roles, their datasets, and the row-level filter that limits a CSM to own accounts.

Belongs here: roles and filters over imported datasets. Does not belong here: the rule (snapshot/row_access.py),
people (whoever runs Superset gives them Gamma and one of these roles; a CSM's user name is the csm_id).
"""

from orchestration.publishing.snapshot.row_access import own_rows
from orchestration.publishing.superset.bundle import identity
from orchestration.publishing.superset.client import Superset
from orchestration.publishing.superset.definitions import Definitions

ROLES = {"analyst": "onboarding_analyst", "csm": "onboarding_csm"}
# a user's name goes into SQL as text: this filter of Superset quotes it as the database wants
_IS_MINE = "in {{ [current_username()]|where_in }}"
_OWNERS = "core.dim_accounts"


def renew_access(superset: Superset, definitions: Definitions) -> None:
    """Give both roles exactly the datasets of their dashboards, and a CSM's role its filters.

    There is a filter on every dataset that has rows of somebody, also where the role cannot read it yet.
    """
    datasets = {one["uuid"]: one["id"] for one in superset.every("dataset/", ["id", "uuid"])}
    ids = {name: datasets[identity("dataset", name)] for name in definitions.datasets}
    roles = _roles(superset)
    # filters first: a dataset is open to nobody before its rows are
    _renew_filters(superset, definitions, ids, roles["csm"])
    permissions = _dataset_permissions(superset)
    for reader, role in roles.items():
        readable = [permissions[ids[name]] for name in definitions.datasets if reader in definitions.readers_of(name)]
        superset.send("post", f"security/roles/{role}/permissions", {"permission_view_menu_ids": readable})
    for one in superset.every("dashboard/", ["id", "slug"]):
        if dashboard := definitions.dashboards.get(one["slug"]):
            # where DASHBOARD_RBAC is on, nobody else finds it in the list
            superset.send("put", f"dashboard/{one['id']}", {"roles": [roles[reader] for reader in dashboard.readers]})


def _roles(superset: Superset) -> dict[str, int]:
    there = {role["name"]: role["id"] for role in superset.every("security/roles/", ["id", "name"])}
    return {
        reader: there[name] if name in there else superset.send("post", "security/roles/", {"name": name})["id"]
        for reader, name in ROLES.items()
    }


def _dataset_permissions(superset: Superset) -> dict[int, int]:
    """Dataset id → id of the permission to read it; Superset ends its name with (id:N)."""
    told = superset.every("security/permissions-resources/", ["id", "permission.name", "view_menu.name"])
    return {
        int(one["view_menu"]["name"].rpartition("(id:")[2].rstrip(")")): one["id"]
        for one in told
        if one["permission"]["name"] == "datasource_access" and "(id:" in one["view_menu"]["name"]
    }


def _renew_filters(superset: Superset, definitions: Definitions, ids: dict[str, int], role: int) -> None:
    tables: dict[str, list[int]] = {}
    for name, dataset in definitions.datasets.items():
        if clause := own_rows([column.name for column in dataset.columns], _IS_MINE, _OWNERS):
            tables.setdefault(clause, []).append(ids[name])
    ours = f"{ROLES['csm']}: own "
    there = {
        one["name"]: one["id"]
        for one in superset.every("rowlevelsecurity/", ["id", "name"])
        if one["name"].startswith(ours)
    }
    for number, (clause, of_tables) in enumerate(sorted(tables.items()), start=1):
        content = {
            "name": f"{ours}accounts {number}",
            "description": "Rows of accounts that core.dim_accounts gives to the user's name.",
            "filter_type": "Regular",
            "tables": of_tables,
            "roles": [role],
            "clause": clause,
        }
        known = there.pop(str(content["name"]), None)
        superset.send(
            "put" if known else "post", f"rowlevelsecurity/{known}" if known else "rowlevelsecurity/", content
        )
    for gone in there.values():
        superset.delete(f"rowlevelsecurity/{gone}")
