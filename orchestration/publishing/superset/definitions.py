"""What dashboards.yml may contain, and whether the published marts can answer it.

Belongs here: reading and checking. Does not belong here: Superset's own words (bundle.py, charts.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestration.common.errors import UserError
from orchestration.publishing.snapshot.currency import currency_of
from orchestration.publishing.snapshot.metrics import Metric
from orchestration.publishing.snapshot.parts import Mart
from orchestration.publishing.snapshot.store import DATABASE, Snapshot

_HERE = Path(__file__).parent
Reader = Literal["analyst", "csm"]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DatasetFigure(_Form):
    """A number that only dashboards need; headline numbers are metrics of dbt."""

    label: str
    sql: str
    format: Literal["count", "ratio", "score", "change", "money", "days"]


class DatasetForm(_Form):
    """What a dataset has beyond the columns of its mart or query."""

    metrics_of: list[str] = []
    columns: dict[str, str] = {}
    figures: dict[str, DatasetFigure] = {}


class ChartDefinition(_Form):
    """`by`: groups; `order`: columns, a minus before one that falls."""

    title: str
    dataset: str
    kind: Literal["number", "line", "bar", "table", "funnel"]
    x: str | None = None
    by: list[str] = []
    metrics: list[str] = []
    columns: list[str] = []
    where: str = ""
    order: list[str] = []


class Dashboard(_Form):
    """Rows of charts, and the columns by which readers may filter; by `choose` they must, one value at a time."""

    title: str
    readers: Annotated[list[Reader], Field(alias="for", min_length=1)]
    about: str
    choose: str | None = None
    filters: list[str] = []
    rows: list[list[str]]

    @property
    def charts(self) -> list[str]:
        """Names of its charts, in reading order."""
        return [name for row in self.rows for name in row]


class DashboardsFile(_Form):
    """dashboards.yml."""

    datasets: dict[str, DatasetForm]
    charts: dict[str, ChartDefinition]
    dashboards: dict[str, Dashboard]


@dataclass(frozen=True)
class DatasetColumn:
    """A column with its type in DuckDB and its description in dbt."""

    name: str
    type: str
    description: str

    @property
    def is_time(self) -> bool:
        """Whether charts may run along it."""
        return self.type in {"DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"}


@dataclass(frozen=True)
class Dataset:
    """A mart or a query over marts, with its metrics (name → label, description, format, SQL)."""

    name: str
    schema: str
    table: str
    sql: str | None
    description: str
    columns: tuple[DatasetColumn, ...]
    metrics: Mapping[str, Metric]


@dataclass(frozen=True)
class Definitions:
    """Everything that Superset shall have, checked: each chart's dataset has what the chart shows."""

    datasets: dict[str, Dataset]
    charts: dict[str, ChartDefinition]
    dashboards: dict[str, Dashboard]
    bands: list[dict[str, Any]]
    currency: str

    def readers_of(self, dataset: str) -> set[str]:
        """Whom a dashboard on this dataset is for; analysts may read all."""
        return {"analyst"} | {
            reader
            for dashboard in self.dashboards.values()
            for reader in dashboard.readers
            if any(self.charts[chart].dataset == dataset for chart in dashboard.charts)
        }


def load_definitions(snapshot: Snapshot, file: Path = _HERE / "dashboards.yml") -> Definitions:
    """Read dashboards.yml against a snapshot: every mart is a dataset, and every query of datasets/.

    Raises UserError naming the chart and the column, metric or dataset that is not there.
    """
    try:
        form = DashboardsFile(**yaml.safe_load(file.read_text()))
    except yaml.YAMLError as error:
        raise UserError(f"{file.name}: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(f"{file.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    marts = [Mart(**facts) for facts in snapshot.manifest["marts"]]
    metrics = [Metric(**facts) for facts in snapshot.manifest["metrics"]]
    with duckdb.connect(str(snapshot.folder / DATABASE), read_only=True) as connection:
        found = [_of_mart(connection, mart, form.datasets.get(str(mart), DatasetForm()), metrics) for mart in marts]
        found += [
            _of_query(connection, path, form.datasets.get(path.stem, DatasetForm()), metrics, marts)
            for path in sorted((file.parent / "datasets").glob("*.sql"))
        ]
        bands = connection.execute(
            "select band, score_from, score_below, colour from core.dim_bands "
            "where rubric_version = (select max(rubric_version) from core.dim_bands) order by band_rank"
        ).fetchall()
        currency = currency_of(connection)
    definitions = Definitions(
        {dataset.name: dataset for dataset in found},
        form.charts,
        form.dashboards,
        [dict(zip(("band", "score_from", "score_below", "colour"), row, strict=True)) for row in bands],
        currency,
    )
    _check(definitions, form, file.name)
    return definitions


def _of_mart(connection: duckdb.DuckDBPyConnection, mart: Mart, form: DatasetForm, metrics: list[Metric]) -> Dataset:
    columns = tuple(
        DatasetColumn(name, kind, mart.about(name))
        for name, kind, *_ in connection.execute(f"describe {mart}").fetchall()
    )
    return Dataset(
        str(mart), mart.schema, mart.name, None, mart.description, columns, _metrics({str(mart)}, form, metrics)
    )


def _of_query(
    connection: duckdb.DuckDBPyConnection, path: Path, form: DatasetForm, metrics: list[Metric], marts: list[Mart]
) -> Dataset:
    why, sql = path.read_text().split("\n", 1)
    described = {name: text for mart in reversed(marts) if str(mart) in sql for name, text in mart.columns.items()}
    columns = tuple(
        DatasetColumn(name, kind, {**described, **form.columns}.get(name, ""))
        for name, kind, *_ in connection.execute(f"describe {sql}").fetchall()
    )
    return Dataset(
        path.stem, "scores", path.stem, sql.strip(), why.removeprefix("-- "), columns, _metrics(set(), form, metrics)
    )


def _metrics(own: set[str], form: DatasetForm, metrics: list[Metric]) -> dict[str, Metric]:
    of_dbt = {metric.name: metric for metric in metrics if metric.mart in {*own, *form.metrics_of}}
    return of_dbt | {
        name: Metric(name, figure.label, figure.label, figure.format, "", figure.sql)
        for name, figure in form.figures.items()
    }


def _columns(definitions: Definitions, chart: ChartDefinition) -> tuple[DatasetColumn, ...]:
    dataset = definitions.datasets.get(chart.dataset)
    return dataset.columns if dataset else ()


def _check(definitions: Definitions, form: DashboardsFile, file: str) -> None:
    problems = [
        f"dataset {name} is neither a mart nor a query" for name in form.datasets if name not in definitions.datasets
    ]
    for name, chart in definitions.charts.items():
        if chart.dataset not in definitions.datasets:
            problems.append(f"chart {name}: no dataset {chart.dataset}")
            continue
        dataset = definitions.datasets[chart.dataset]
        columns = {column.name for column in dataset.columns}
        wanted = {*chart.by, *chart.columns, *filter(None, [chart.x])}
        wanted |= {column.removeprefix("-") for column in chart.order} - dataset.metrics.keys()
        problems += [f"chart {name}: {chart.dataset} has no column {column}" for column in sorted(wanted - columns)]
        problems += [
            f"chart {name}: {chart.dataset} has no metric {metric}"
            for metric in chart.metrics
            if metric not in dataset.metrics
        ]
    for name, dashboard in definitions.dashboards.items():
        problems += [
            f"dashboard {name}: no chart {chart}" for chart in dashboard.charts if chart not in definitions.charts
        ]
        shown = [definitions.charts[chart] for chart in dashboard.charts if chart in definitions.charts]
        there = {column.name for chart in shown for column in _columns(definitions, chart)}
        wanted = {*filter(None, [dashboard.choose]), *dashboard.filters}
        problems += [f"dashboard {name}: no chart has {column}" for column in sorted(wanted - there)]
    if problems:
        raise UserError(f"{file}: {'; '.join(problems)}")
