"""Who owns what dbt makes: the rows of seeds/stewards.csv, and which one a node falls under.

Belongs here: looking it up. Does not belong here: what follows for Dagster (assets.py) and for results (quality/).
"""

from collections.abc import Mapping
from typing import Any

from orchestration.common.seed_rows import Row, read_rows
from orchestration.common.workspace import Workspace


def stewards_of(workspace: Workspace) -> dict[str, Row]:
    """Data set → its row; empty when the workspace names nobody."""
    path = workspace.root / "seeds" / "stewards.csv"
    return {row["dataset"]: row for row in read_rows(path)} if path.exists() else {}


def steward_of(node: Mapping[str, Any], stewards: Mapping[str, Row]) -> Row:
    """The row of the data set that a node is of or made in, the nearest first, `all` last; empty when there is none."""
    names = [str(node["name"]).removeprefix("stg_"), *reversed([str(part) for part in node["fqn"]]), "all"]
    return next((stewards[name] for name in names if name in stewards), {})
