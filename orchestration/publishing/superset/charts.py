"""A chart in Superset's own words: what its page draws (params) and what its data query asks (query).

Belongs here: one function per kind of chart. Does not belong here: which charts there are (dashboards.yml).
"""

from collections.abc import Mapping
from typing import Any

from orchestration.publishing.superset.definitions import ChartDefinition, Dataset

VISUALS = {
    "number": "big_number_total",
    "line": "echarts_timeseries_line",
    "bar": "echarts_timeseries_bar",
    "table": "table",
    "funnel": "funnel",
}
HEIGHTS = {"number": 18, "line": 50, "bar": 50, "table": 60, "funnel": 50}  # in rows of 8 pixels
FORMATS = {"count": ",d", "ratio": ".1%", "score": ",.1f", "change": "+,.1f", "money": ",.0f", "days": ",.0f"}
# of columns that are not metrics; other numbers are shown with three digits
_FORMAT_OF = {
    "score": "score",
    "score_low": "score",
    "score_high": "score",
    "points": "score",
    "contribution": "score",
    "change_28d": "change",
    "mrr": "money",
    "mrr_at_risk": "money",
    "value_at_stake": "money",
}
_MOST_ROWS = 10_000


def currency_format(kind: str, currency: str) -> dict[str, Any]:
    """How Superset writes the unit of amounts; of other numbers, and without a currency, nothing."""
    return {"symbol": currency, "symbolPosition": "suffix"} if kind == "money" and currency else {}


def params(chart: ChartDefinition, dataset: Dataset, bands: list[dict[str, Any]], currency: str = "") -> dict[str, Any]:
    """What Superset's page needs to draw the chart, with amounts in `currency`."""
    where = [{"clause": "WHERE", "expressionType": "SQL", "sqlExpression": chart.where}] if chart.where else []
    drawn: dict[str, Any] = {
        "viz_type": VISUALS[chart.kind],
        "adhoc_filters": where,
        "row_limit": _MOST_ROWS,
    }
    if chart.kind == "number":
        metric = dataset.metrics[chart.metrics[0]]
        return drawn | {
            "metric": metric.name,
            "y_axis_format": FORMATS[metric.format],
            "currency_format": currency_format(metric.format, currency),
        }
    if chart.kind == "funnel":
        return drawn | {
            "groupby": chart.by,
            "metric": chart.metrics[0],
            "sort_by_metric": True,
            "show_legend": False,
            "label_type": 5,
            "percent_calculation_type": "first_step",
            "number_format": ",d",
        }
    if chart.kind == "table":
        return drawn | _table(chart, dataset, bands, currency)
    kind = dataset.metrics[chart.metrics[0]].format
    number = FORMATS[kind]
    drawn |= {
        "x_axis": chart.x,
        "metrics": chart.metrics,
        "groupby": chart.by,
        "x_axis_sort_asc": True,
        "y_axis_format": number,
        "currency_format": currency_format(kind, currency),
        "tooltipTimeFormat": "%Y-%m-%d",
        "x_axis_time_format": "%Y-%m-%d",
        "x_axis_title": "" if _runs_along_time(chart, dataset) else str(chart.x).replace("_", " "),
        "x_axis_title_margin": 30,
        "show_legend": len(chart.metrics) > 1 or bool(chart.by),
        "legendOrientation": "top",
        "rich_tooltip": True,
        "truncateXAxis": False,
    }
    if chart.kind == "line" and number == FORMATS["ratio"]:
        drawn |= {"truncateYAxis": True, "y_axis_bounds": [0, 1]}
    if chart.kind == "bar":
        drawn |= {"stack": "Stack" if _runs_along_time(chart, dataset) else None, "orientation": "vertical"}
    return drawn


def query(chart: ChartDefinition, dataset: Dataset) -> dict[str, Any]:
    """The chart's data as Superset's chart API asks for them."""
    along: list[Any] = []
    if chart.x:
        along = [{"columnType": "BASE_AXIS", "sqlExpression": chart.x, "label": chart.x, "expressionType": "SQL"}]
    return {
        "columns": along + chart.by + (chart.columns if not chart.metrics else []),
        "metrics": chart.metrics or None,
        "orderby": [[column.removeprefix("-"), not column.startswith("-")] for column in chart.order],
        "row_limit": _MOST_ROWS,
        "extras": {"where": chart.where},
    }


def _runs_along_time(chart: ChartDefinition, dataset: Dataset) -> bool:
    return any(column.is_time for column in dataset.columns if column.name == chart.x)


def _table(chart: ChartDefinition, dataset: Dataset, bands: list[dict[str, Any]], currency: str) -> dict[str, Any]:
    order = [[column.removeprefix("-"), not column.startswith("-")] for column in chart.order]
    shown = {
        "server_pagination": False,
        "page_length": 20,
        "include_search": True,
        "show_cell_bars": False,
        "table_timestamp_format": "%Y-%m-%d",
        "conditional_formatting": _coloured_by_band(chart, bands),
        "column_config": _column_formats(chart, dataset, currency),
    }
    if not chart.metrics:
        by = [f'["{column}", {str(is_ascending).lower()}]' for column, is_ascending in order]
        return shown | {"query_mode": "raw", "all_columns": chart.columns, "order_by_cols": by}
    return shown | {
        "query_mode": "aggregate",
        "groupby": chart.by,
        "metrics": chart.metrics,
        "timeseries_limit_metric": order[0][0] if order and order[0][0] in dataset.metrics else None,
        "order_desc": bool(order) and not order[0][1],
    }


def _column_formats(chart: ChartDefinition, dataset: Dataset, currency: str) -> Mapping[str, Any]:
    kinds: dict[str, str] = {name: dataset.metrics[name].format for name in chart.metrics}
    for column in dataset.columns:
        if column.type.startswith(("DOUBLE", "DECIMAL")) and column.name in chart.columns:
            kinds[column.name] = "ratio" if column.name.endswith("_ratio") else _FORMAT_OF.get(column.name, "")
    return {
        name: {"d3NumberFormat": FORMATS.get(kind, ",.3~r"), "currencyFormat": currency_format(kind, currency)}
        for name, kind in kinds.items()
    }


def _coloured_by_band(chart: ChartDefinition, bands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if "score" not in chart.columns:
        return []
    return [
        {
            "column": "score",
            "operator": "≤ x <",
            "targetValueLeft": band["score_from"],
            "targetValueRight": 101 if band["score_below"] is None else band["score_below"],
            "colorScheme": band["colour"],
        }
        for band in bands
        if band["score_from"] is not None
    ]
