"""Pictures of the models as Mermaid text, from dbt's manifest: which folder reads which, and how marts join.

Belongs here: turning the manifest into docs/models.md. Does not belong here: dbt's own documentation (dbt_docs.py).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.transform.project import is_mart

HEAD = """# Models

Written by `python -m orchestration diagrams` from dbt's manifest; a test fails when it is out of date.

## Folders

An arrow is read by the folder at its end; the number counts the models that are read. Data flows one way.

"""
MARTS = """
## Marts

Each box is a mart with the columns of its grain; a line joins a fact to the dimension that describes it. Account,
segment and day are in nearly every fact and are drawn for the marts that are about them only.

"""


def models_page(manifest: Mapping[str, Any]) -> str:
    """The whole page."""
    return HEAD + _fenced(_lineage(manifest)) + MARTS + "\n".join(_erds(manifest))


def _fenced(lines: Iterator[str]) -> str:
    return "\n".join(["```mermaid", *lines, "```", ""])


def folder_of(node: Mapping[str, Any]) -> str:
    """Folder of a node of the manifest, as it is drawn."""
    if node["resource_type"] != "model":
        return "seeds" if node["resource_type"] == "seed" else "lake"
    layer, folder = node["fqn"][1:3]
    return "staging" if layer == "staging" else f"{layer}/{folder}"


def _lineage(manifest: Mapping[str, Any]) -> Iterator[str]:
    nodes = {**manifest["nodes"], **manifest["sources"]}
    read: dict[tuple[str, str], set[str]] = defaultdict(set)
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            for parent in node["depends_on"]["nodes"]:
                folders = folder_of(nodes[parent]), folder_of(node)
                if folders[0] != folders[1] and folders[0] != "seeds":
                    read[folders].add(parent)
    counts = Counter(folder_of(node) for node in manifest["nodes"].values() if node["resource_type"] == "model")
    yield "flowchart LR"
    for folder, n in sorted(counts.items()):
        yield f'    {_id(folder)}["{folder}<br/>{n} models"]'
    yield '    lake[("lake")]'
    for (parent, child), found in sorted(read.items()):
        yield f"    {_id(parent)} -->|{len(found)}| {_id(child)}"


def _id(folder: str) -> str:
    return folder.replace("/", "_")


def _erds(manifest: Mapping[str, Any]) -> Iterator[str]:
    marts = {node["unique_id"]: node for node in manifest["nodes"].values() if is_mart(node)}
    grains = {
        test["attached_node"]: list(test["test_metadata"]["kwargs"]["columns"])
        for test in manifest["nodes"].values()
        if (test.get("test_metadata") or {}).get("name") == "unique_grain" and test["attached_node"] in marts
    }
    dimensions = {
        grains[name][0]: node["name"]
        for name, node in sorted(marts.items())  # dbt's own order is that of parsing
        if node["name"].startswith("dim_") and len(grains[name]) == 1
    }
    for schema in sorted({node["schema"] for node in marts.values()}):
        yield f"### {schema}\n"
        yield _fenced(
            _erd({name: node for name, node in marts.items() if node["schema"] == schema}, grains, dimensions)
        )


def _erd(marts: Mapping[str, Any], grains: Mapping[str, list[str]], dimensions: Mapping[str, str]) -> Iterator[str]:
    yield "erDiagram"
    for name, node in sorted(marts.items()):
        yield f"    {node['name']} {{"
        for column in grains[name]:
            kind = re.sub(r"\W.*", "", node["columns"][column].get("data_type") or "string")
            yield f"        {kind} {column} PK"
        yield "    }"
    for _, node in sorted(marts.items()):
        for column, dimension in dimensions.items():
            described = node["columns"].get(column)
            # a column that also holds totals does not join
            if described and not described["meta"].get("has_totals") and node["name"] != dimension:
                yield f"    {dimension} ||--o{{ {node['name']} : {column}"
