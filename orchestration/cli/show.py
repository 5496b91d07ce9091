"""Commands that show what was published: metrics, documentation, Superset, the site, reviews.

Belongs here: their arguments. Does not belong here: commands that pull, build or publish (cli.py), the work.
"""

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orchestration.cli.options import built, configured, positive, sources_of
from orchestration.common.errors import UserError
from orchestration.common.workspace import current_workspace


def add_reading(commands: Any) -> None:
    """Add their arguments to a parser's commands."""
    metrics = commands.add_parser("metrics", help="ask MetricFlow for metrics of the warehouse")
    metrics.add_argument("names", nargs="*", help="which; without one they are listed")
    metrics.add_argument("--by", default="", help="dimensions, with commas: account__region,metric_time__month")
    metrics.add_argument("--csv", type=Path, help="file to write instead of printing a table")
    commands.add_parser("docs", help="write dbt's documentation of the warehouse as one page")
    superset = commands.add_parser("superset", help="open Superset with the dashboards, on this machine only")
    superset.add_argument("--port", type=positive, default=8088)
    site = commands.add_parser("site", help="open the site over HTTP, with SQL in the browser, on this machine only")
    site.add_argument("--port", type=positive, default=8000)
    review = commands.add_parser("review", help="write a review of the site as PDF")
    review.add_argument("--period", help="2026-06 or 2026-Q2; default: the month of the snapshot")


def _metrics(options: argparse.Namespace) -> int:
    from orchestration.transform.dbt_docs import query_metrics  # noqa: PLC0415

    return query_metrics(built(), options.names, options.by, options.csv)


def _docs(options: argparse.Namespace) -> int:
    from orchestration.transform.dbt_docs import write_docs  # noqa: PLC0415

    print(f"written: {write_docs(built())}")
    return 0


def _superset(options: argparse.Namespace) -> int:
    from orchestration.publishing.superset.local import serve_dashboards  # noqa: PLC0415

    serve_dashboards(current_workspace(), options.port)
    return 0


def _site(options: argparse.Namespace) -> int:
    from orchestration.publishing.site.serve import serve_site  # noqa: PLC0415

    workspace = configured()
    serve_site(workspace, sources_of(workspace).personal_columns, options.port)
    return 0


def _review(options: argparse.Namespace) -> int:
    from orchestration.publishing.site.print_pdf import print_page  # noqa: PLC0415
    from orchestration.publishing.snapshot.store import published_snapshot  # noqa: PLC0415

    workspace = current_workspace()
    period = options.period or published_snapshot(workspace.published).manifest["data_date"][:7]
    if not re.fullmatch(r"\d{4}-(\d\d|Q[1-4])", period):
        raise UserError(f"PERIOD={period}: expected a month (2026-06) or a quarter (2026-Q2)")
    pdf = workspace.published / "reviews" / f"{period}.pdf"
    print_page(workspace.site / "reviews" / f"{period}.html", pdf)
    print(f"written: {pdf}")
    return 0


READING: dict[str, Callable[[argparse.Namespace], int]] = {
    "metrics": _metrics, "docs": _docs, "superset": _superset, "site": _site, "review": _review,
}  # fmt: skip
