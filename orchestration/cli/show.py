"""Commands that show what was published: summary, metrics, documentation, Dagster, Superset, the site, reviews.

Belongs here: their arguments. Does not belong here: commands that pull, build or publish (build.py), the work.
"""

import json
import os
import re
import shlex
import sys
from pathlib import Path

import click

from orchestration.cli.options import PORT, built, configured, sources_of
from orchestration.common.errors import UserError
from orchestration.common.workspace import PROJECT_ROOT, Workspace, current_workspace
from orchestration.landing.config.source import SourcesFile

SCHEMA = PROJECT_ROOT / "docs" / "sources.schema.json"
MODELS = PROJECT_ROOT / "docs" / "models.md"


@click.command()
def attention() -> int:
    """Print the accounts that need attention."""
    from orchestration.publishing.exports.run_summary import print_summary  # noqa: PLC0415

    print_summary(current_workspace())
    return 0


@click.command()
@click.argument("names", nargs=-1)
@click.option("--by", default="", help="dimensions, with commas: account__region,metric_time__month")
@click.option("--csv", type=click.Path(path_type=Path), help="file to write instead of printing a table")
def metrics(names: tuple[str, ...], by: str, csv: Path | None) -> int:
    """Ask MetricFlow for metrics of the warehouse; without NAMES list them."""
    from orchestration.transform.dbt_docs import query_metrics  # noqa: PLC0415

    return query_metrics(built(), names, by, csv)


@click.command()
def quality() -> int:
    """Print which checks fail, since when and whose they are."""
    from orchestration.publishing.exports.quality_summary import print_quality  # noqa: PLC0415

    print_quality(current_workspace())
    return 0


@click.command()
def docs() -> int:
    """Write dbt's documentation of the warehouse as one page."""
    from orchestration.transform.dbt_docs import write_docs  # noqa: PLC0415

    click.echo(f"written: {write_docs(built())}")
    return 0


@click.command()
@click.option("--port", type=PORT, default=8088, show_default=True)
def superset(port: int) -> int:
    """Open Superset with the dashboards, on this machine only."""
    from orchestration.publishing.superset.local import serve_dashboards  # noqa: PLC0415

    serve_dashboards(current_workspace(), port)
    return 0


@click.command()
@click.option("--port", type=PORT, default=8000, show_default=True)
def site(port: int) -> int:
    """Open the site over HTTP, with SQL in the browser, on this machine only."""
    from orchestration.publishing.site.serve import serve_site  # noqa: PLC0415

    workspace = configured()
    serve_site(workspace, sources_of(workspace).personal_columns, port)
    return 0


@click.command()
@click.option("--period", help="2026-06 or 2026-Q2; default: the month of the snapshot")
def review(period: str | None) -> int:
    """Write a review of the site as PDF."""
    from orchestration.publishing.site.print_pdf import print_page  # noqa: PLC0415
    from orchestration.publishing.snapshot.store import published_snapshot  # noqa: PLC0415

    workspace = current_workspace()
    period = period or str(published_snapshot(workspace.published).manifest["data_date"])[:7]
    if not re.fullmatch(r"\d{4}-(\d\d|Q[1-4])", period):
        raise UserError(f"PERIOD={period}: expected a month (2026-06) or a quarter (2026-Q2)")
    pdf = workspace.published / "reviews" / f"{period}.pdf"
    print_page(workspace.site / "reviews" / f"{period}.html", pdf)
    click.echo(f"written: {pdf}")
    return 0


@click.command()
@click.option("--port", type=PORT, default=3000, show_default=True)
def dev(port: int) -> int:
    """Open Dagster's UI, on this machine only."""
    from orchestration.runs.instance import instance_home  # noqa: PLC0415

    workspace = configured()
    environment = {**os.environ, **workspace.environment(), "DAGSTER_HOME": str(instance_home(workspace))}
    dagster = str(Path(sys.executable).parent / "dagster")
    os.chdir(PROJECT_ROOT)
    os.execve(
        dagster,
        [dagster, "dev", "--host", "127.0.0.1", "--port", str(port), "-m", "orchestration.definitions"],
        environment,
    )


@click.command()
def schema() -> int:
    """Write the JSON schema of sources.yml."""
    SCHEMA.write_text(json.dumps(SourcesFile.model_json_schema(), indent=1) + "\n")
    click.echo(f"written: {SCHEMA.relative_to(PROJECT_ROOT)}")
    return 0


@click.command()
def env() -> int:
    """Print what a shell needs to run dbt on this workspace: eval "$(python -m orchestration env)"."""
    from orchestration.transform.project import shell_environment  # noqa: PLC0415

    for name, value in shell_environment(built()).items():
        click.echo(f"export {name}={shlex.quote(value)}")
    return 0


@click.command()
def diagrams() -> int:
    """Write the pictures of the models for docs."""
    from orchestration.transform.diagrams import models_page  # noqa: PLC0415
    from orchestration.transform.project import current_manifest  # noqa: PLC0415

    manifest = current_manifest(Workspace(PROJECT_ROOT, PROJECT_ROOT / "data" / "demo"))
    MODELS.write_text(models_page(json.loads(manifest.read_text())))
    click.echo(f"written: {MODELS.relative_to(PROJECT_ROOT)}")
    return 0


COMMANDS = (attention, metrics, quality, docs, superset, site, review, dev, schema, env, diagrams)
