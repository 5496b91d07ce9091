"""What a chart must show, asked of the marts without Superset."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import duckdb

from orchestration.publishing.superset.definitions import ChartDefinition, Dataset


def expected_rows(
    connection: duckdb.DuckDBPyConnection, chart: ChartDefinition, dataset: Dataset
) -> list[tuple[Any, ...]]:
    """Rows of a chart, sorted, from its definition and the dataset's query alone."""
    groups = [*filter(None, [chart.x]), *chart.by]
    metrics = [f"{dataset.metrics[name].expression} as {name}" for name in chart.metrics]
    query = f"select {', '.join([*groups, *chart.columns, *metrics])} from ({dataset.sql or f'select * from {dataset.name}'})"
    query += f" where {chart.where}" if chart.where else ""
    query += f" group by {', '.join(groups)}" if groups else ""
    return comparable(connection.execute(query).fetchall())


def shown_rows(chart: ChartDefinition, data: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The same of what Superset answered."""
    names = [*filter(None, [chart.x]), *chart.by, *chart.columns, *chart.metrics]
    return comparable([tuple(row[name] for name in names) for row in data])


def comparable(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Times as milliseconds and numbers of any kind as rounded floats, in an order that does not depend on either side."""
    return sorted((tuple(map(_plain, row)) for row in rows), key=repr)


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, dt.datetime):
        value = value.replace(tzinfo=value.tzinfo or dt.UTC).timestamp() * 1000 // 1
    elif isinstance(value, dt.date):
        value = dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC).timestamp() * 1000
    return float(f"{float(value):.9g}") if isinstance(value, int | float | Decimal) else value
