"""Who reads the marts, as nodes of Dagster's graph: what dbt calls exposures.

Belongs here: turning them into asset specs. Does not belong here: the exposures (models/marts/exposures.yml).
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg


def exposure_specs(manifest: Mapping[str, Any]) -> list[dg.AssetSpec]:
    """Every exposure downstream of the marts it reads, with its owner and page. Nobody materialises them."""
    schemas = {name: (node["schema"], node["name"]) for name, node in manifest["nodes"].items()}
    return [
        dg.AssetSpec(
            ["exposures", exposure["name"]],
            deps=[dg.AssetKey(schemas[name]) for name in sorted(exposure["depends_on"]["nodes"]) if name in schemas],
            description=f"{exposure['label']}. {exposure['description']}",
            metadata={"page": exposure["url"], "type": exposure["type"], "maturity": exposure["maturity"]},
            owners=[f"team:{exposure['owner']['name']}"],
            group_name="exposures",
        )
        for exposure in sorted(manifest["exposures"].values(), key=lambda exposure: exposure["name"])
    ]
