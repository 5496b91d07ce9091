"""Everything as the zip of YAML files that Superset imports: database, datasets, charts, dashboards.

Belongs here: the files' form. Does not belong here: drawing (charts.py), sending (client.py).
"""

import io
import json
import uuid
import zipfile
from typing import Any

import sqlalchemy
import yaml

from orchestration.publishing.superset.charts import FORMATS, HEIGHTS, VISUALS, currency_format, params, query
from orchestration.publishing.superset.definitions import ChartDefinition, Dashboard, Dataset, Definitions

_NAMES = uuid.UUID("5b1f6a5e-2a0c-5d0a-9a49-6c5f1d2b7e11")  # the same name gives the same thing at every import
_MASK = "XXXXXXXXXX"
DATABASE_NAME = "Onboarding health"


def assets(definitions: Definitions, database: str) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Files (path → content) and passwords (path → password) of an import that reads from `database`, an address."""
    url = sqlalchemy.make_url(database)
    file = "databases/onboarding.yaml"
    password = {file: str(url.password)} if url.password else {}
    shown = url.set(password=_MASK) if url.password else url
    # the DuckDB file is a snapshot: nothing may write to it
    connect = {"connect_args": {"read_only": True}} if url.drivername.startswith("duckdb") else {}
    files: dict[str, dict[str, Any]] = {
        "metadata.yaml": {"version": "1.0.0", "type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"},
        file: {
            "database_name": DATABASE_NAME,
            "sqlalchemy_uri": shown.render_as_string(hide_password=False),
            "expose_in_sqllab": True,
            "allow_run_async": False,
            "allow_ctas": False,
            "allow_cvas": False,
            "allow_dml": False,
            "allow_file_upload": False,
            "extra": {"engine_params": connect},
            "uuid": identity("database", "onboarding"),
            "version": "1.0.0",
        },
    }
    for dataset in definitions.datasets.values():
        files[f"datasets/onboarding/{dataset.name}.yaml"] = _dataset(dataset, definitions.currency)
    for name, chart in definitions.charts.items():
        files[f"charts/{name}.yaml"] = _chart(name, chart, definitions)
    for name, dashboard in definitions.dashboards.items():
        files[f"dashboards/{name}.yaml"] = _dashboard(name, dashboard, definitions)
    return files, password


def zipped(files: dict[str, dict[str, Any]]) -> bytes:
    """The files as Superset wants them, below one folder."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(f"onboarding/{path}", yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
    return whole.getvalue()


def identity(kind: str, name: str) -> str:
    """UUID of a dataset, chart or dashboard."""
    return str(uuid.uuid5(_NAMES, f"{kind}/{name}"))


def _dataset(dataset: Dataset, currency: str) -> dict[str, Any]:
    times = [column.name for column in dataset.columns if column.is_time]
    return {
        "table_name": dataset.table,
        "main_dttm_col": times[0] if times else None,
        "description": dataset.description,
        "offset": 0,
        "schema": dataset.schema,
        "sql": dataset.sql,
        "filter_select_enabled": True,
        "uuid": identity("dataset", dataset.name),
        "metrics": [
            {
                "metric_name": metric.name,
                "verbose_name": metric.label,
                "expression": metric.expression,
                "description": metric.description,
                "d3format": FORMATS[metric.format],
                "currency": currency_format(metric.format, currency) or None,
            }
            for metric in dataset.metrics.values()
        ]
        or [{"metric_name": "count", "verbose_name": "Rows", "expression": "count(*)"}],
        "columns": [
            {
                "column_name": column.name,
                "verbose_name": column.name.replace("_", " "),
                "is_dttm": column.is_time,
                "is_active": True,
                "type": column.type,
                "groupby": True,
                "filterable": True,
                "description": column.description,
            }
            for column in dataset.columns
        ],
        "version": "1.0.0",
        "database_uuid": identity("database", "onboarding"),
    }


def _chart(name: str, chart: ChartDefinition, definitions: Definitions) -> dict[str, Any]:
    dataset = definitions.datasets[chart.dataset]
    drawn = params(chart, dataset, definitions.bands, definitions.currency)
    context = {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [query(chart, dataset)],
        "form_data": drawn,
        "result_format": "json",
        "result_type": "full",
    }
    return {
        "slice_name": chart.title,
        "description": "; ".join(dataset.metrics[metric].description for metric in chart.metrics)
        or dataset.description,
        "viz_type": VISUALS[chart.kind],
        "params": drawn,
        "query_context": json.dumps(context),
        "uuid": identity("chart", name),
        "version": "1.0.0",
        "dataset_uuid": identity("dataset", dataset.name),
        "is_managed_externally": True,
    }


def _dashboard(name: str, dashboard: Dashboard, definitions: Definitions) -> dict[str, Any]:
    return {
        "dashboard_title": dashboard.title,
        "description": dashboard.about,
        "css": "",
        "slug": name,
        "uuid": identity("dashboard", name),
        "published": True,
        "position": _layout(dashboard, definitions),
        "metadata": {
            "label_colors": {band["band"]: band["colour"] for band in definitions.bands},
            "cross_filters_enabled": True,
            "native_filter_configuration": [
                _filter(number, column, dashboard, definitions)
                for number, column in enumerate([*filter(None, [dashboard.choose]), *dashboard.filters], start=1)
            ],
        },
        "version": "1.0.0",
        "is_managed_externally": True,
    }


def _filter(number: int, column: str, dashboard: Dashboard, definitions: Definitions) -> dict[str, Any]:
    """A filter whose choices are those of the first dataset of the dashboard that has the column."""
    shown = [definitions.datasets[definitions.charts[chart].dataset] for chart in dashboard.charts]
    first = next(dataset for dataset in shown if any(one.name == column for one in dataset.columns))
    must = column == dashboard.choose
    return {
        "id": f"NATIVE_FILTER-{number}",
        "name": column.replace("_", " "),
        "filterType": "filter_select",
        "type": "NATIVE_FILTER",
        "targets": [{"column": {"name": column}, "datasetUuid": identity("dataset", first.name)}],
        "controlValues": {
            "multiSelect": not must,
            "enableEmptyFilter": must,
            "defaultToFirstItem": must,
            "searchAllOptions": True,
        },
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
        "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
        "requiredFirst": must,
        "description": "",
    }


def _layout(dashboard: Dashboard, definitions: Definitions) -> dict[str, Any]:
    about = {"type": "MARKDOWN", "meta": {"width": 12, "height": 10, "code": dashboard.about}}
    rows: list[dict[str, dict[str, Any]]] = [{"MARKDOWN-about": about}]
    for names in dashboard.rows:
        tallest = max(HEIGHTS[definitions.charts[name].kind] for name in names)
        rows.append(
            {
                f"CHART-{name}": {
                    "type": "CHART",
                    "meta": {
                        "uuid": identity("chart", name),
                        "chartId": 0,
                        "width": 12 // len(names),
                        "height": tallest,
                        "sliceName": definitions.charts[name].title,
                    },
                }
                for name in names
            }
        )
    grid = [f"ROW-{number}" for number in range(len(rows))]
    layout: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": grid, "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": dashboard.title}},
    }
    for row, parts in zip(grid, rows, strict=True):
        above = ["ROOT_ID", "GRID_ID"]
        layout[row] = {
            "type": "ROW",
            "id": row,
            "children": list(parts),
            "parents": above,
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        layout |= {key: {**part, "id": key, "children": [], "parents": [*above, row]} for key, part in parts.items()}
    return layout
