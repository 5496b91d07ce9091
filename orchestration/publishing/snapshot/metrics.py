"""The metrics of dbt as SQL on the mart they count: for tools that take an expression and not a metric.

Belongs here: reading metrics from dbt's manifest. Does not belong here: what a metric counts
(models/marts/metrics.yml), joins (MetricFlow does those).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment

from orchestration.common.errors import UserError

_AGGREGATES = {
    "average": "avg({})",
    "count": "count({})",
    "count_distinct": "count(distinct {})",
    "max": "max({})",
    "median": "percentile_cont(0.5) within group (order by {})",
    "min": "min({})",
    "sum": "sum({})",
}


@dataclass(frozen=True)
class Metric:
    """A headline number: `expression` over rows of `mart` (schema.name), in the SQL that DuckDB and PostgreSQL share.

    `format`: count, ratio, score, change, money or days. Where the mart keeps states (a row per Sunday), the rows are
    those of one of its days.
    """

    name: str
    label: str
    description: str
    format: str
    mart: str
    expression: str


def defined_metrics(manifest: Mapping[str, Any]) -> list[Metric]:
    """Every metric of the project, by name. Raises UserError for one that is about more than a mart."""
    return [
        Metric(
            metric["name"],
            metric["label"],
            metric["description"],
            metric["config"]["meta"]["format"],
            *_expression(manifest, metric["name"]),
        )
        for metric in sorted(manifest["metrics"].values(), key=lambda metric: metric["name"])
    ]


def _expression(manifest: Mapping[str, Any], name: str) -> tuple[str, str]:
    """Mart and SQL of a metric."""
    metric = next(metric for metric in manifest["metrics"].values() if metric["name"] == name)
    given = metric["type_params"]
    if metric["type"] == "simple":
        return _aggregate(manifest, metric)
    if metric["type"] == "ratio":
        marts, (over, under) = zip(
            *(_expression(manifest, given[part]["name"]) for part in ("numerator", "denominator")), strict=True
        )
        expression = f"cast({over} as double precision) / nullif({under}, 0)"
    elif metric["type"] == "derived":
        parts = {part["name"]: _expression(manifest, part["name"]) for part in given["metrics"]}
        marts = tuple(mart for mart, _ in parts.values())
        names = re.compile(rf"\b({'|'.join(parts)})\b")
        expression = names.sub(lambda found: parts[found.group()][1], given["expr"])
    else:
        raise UserError(f"metric {name}: type {metric['type']}; expected simple, ratio or derived")
    if len(set(marts)) != 1:
        raise UserError(f"metric {name}: it is about {' and '.join(sorted(set(marts)))}; expected one mart")
    return marts[0], expression


def _aggregate(manifest: Mapping[str, Any], metric: Mapping[str, Any]) -> tuple[str, str]:
    wanted = metric["type_params"]["measure"]["name"]
    model, measure = next(
        (model, measure)
        for model in manifest["semantic_models"].values()
        for measure in model["measures"]
        if measure["name"] == wanted
    )
    if measure["agg"] not in _AGGREGATES:
        raise UserError(f"measure {wanted}: agg {measure['agg']}; expected one of {', '.join(_AGGREGATES)}")
    expression = _AGGREGATES[measure["agg"]].format(measure["expr"] or wanted)
    columns = {dimension["name"]: dimension["expr"] or dimension["name"] for dimension in model["dimensions"]}
    filters = (metric["filter"] or {}).get("where_filters", [])
    conditions = [_condition(one["where_sql_template"], model["primary_entity"], columns) for one in filters]
    where = f" filter (where {' and '.join(conditions)})" if conditions else ""
    relation = model["node_relation"]
    return f"{relation['schema_name']}.{relation['alias']}", expression + where


def _condition(template: str, entity: str, columns: Mapping[str, str]) -> str:
    """SQL of a filter; its dimensions are named entity__column and must be of the mart itself."""

    def dimension(name: str) -> str:
        owner, _, column = name.rpartition("__")
        if owner != entity or column not in columns:
            raise UserError(f"filter on {name}: expected {entity}__<column> with one of {', '.join(columns)}")
        return columns[column]

    return Environment(autoescape=False).from_string(template).render(Dimension=dimension)
