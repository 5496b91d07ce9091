"""Commands that pull, build or change a workspace, from demo to forget.

Belongs here: their arguments. Does not belong here: the work (runs/ and others), commands that only show (show.py).
"""

import datetime as dt
import json
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import click

from orchestration.cli.options import ACCOUNTS, DAY, configured, sources_of
from orchestration.common.errors import UserError
from orchestration.common.progress import report
from orchestration.common.run_lock import run_lock
from orchestration.common.workspace import PROJECT_ROOT, Workspace, current_workspace
from orchestration.transform.engines import check_engine


@click.command()
@click.option("--accounts", type=ACCOUNTS, default=600, show_default=True, help="how many accounts the company has")
@click.option("--seed", type=int, default=7, show_default=True, help="another seed makes another company")
def demo(accounts: int, seed: int) -> int:
    """Make the demo company and score it."""
    workspace = current_workspace()
    check_engine(workspace.engine)
    if code := _build_demo(workspace, accounts, seed):
        return code
    _summary(workspace)
    click.echo("\nNext: `make dev` opens the asset graph, `make run` pulls and scores the following day.")
    return 0


@click.command()
@click.option("--date", "day", type=DAY, help="default: the day after the last one, at most yesterday")
def run(day: dt.date | None) -> int:
    """Pull, score and publish one day."""
    from orchestration.runs.daily import next_day, run_days  # noqa: PLC0415

    workspace = configured()
    day = day or next_day(workspace)
    return run_days(workspace, day, day) or _summary(workspace)


@click.command()
@click.option("--from", "first", type=DAY, help="default: as far back as the sources go")
@click.option("--to", "last", type=DAY, help="default: the last day the sources hold")
def backfill(first: dt.date | None, last: dt.date | None) -> int:
    """Pull, score and publish a range of days."""
    from orchestration.landing.pull import history_ends  # noqa: PLC0415
    from orchestration.runs.daily import run_days  # noqa: PLC0415

    workspace = configured()
    last = last or history_ends(workspace, sources_of(workspace)).last
    if first and first > last:
        raise UserError(f"FROM={first} is after TO={last}")
    return run_days(workspace, first, last) or _summary(workspace)


@click.command()
def rebuild() -> int:
    """Build the warehouse again from the lake, without asking any source."""
    from orchestration.runs import daily  # noqa: PLC0415

    workspace = configured()
    return daily.rebuild(workspace) or _summary(workspace)


@click.command()
@click.option("--source", required=True, help="name of the source in sources.yml")
def remap(source: str) -> int:
    """Map again what a source has brought, and build the warehouse again."""
    from orchestration.landing.remap import remap as map_again  # noqa: PLC0415
    from orchestration.runs import daily  # noqa: PLC0415

    workspace = configured()
    with run_lock(workspace.data_dir):
        manifests = map_again(workspace, sources_of(workspace), source, report)
    rows, rejected = (sum(getattr(manifest, name) for manifest in manifests) for name in ("landed", "rejected"))
    report(f"{source}: {rows:,} rows mapped again ({rejected:,} rejected)")
    return daily.rebuild(workspace) or _summary(workspace)


@click.command()
@click.option("--user", help="a person, by the id that the source sends")
@click.option("--account", help="an account, by its id")
def forget(user: str | None, account: str | None) -> int:
    """Remove a person or an account everywhere, for good."""
    from orchestration.runs.forget import forget as remove  # noqa: PLC0415

    if (user is None) == (account is None) or not (user or account):
        raise click.UsageError("expected either --user or --account")
    return remove(configured(), "user" if user else "account", user or account or "")


@click.command()
@click.option("--accounts", type=ACCOUNTS, default=40, show_default=True, help="how many accounts the company has")
@click.option("--cluster", is_flag=True, help="on a standalone Spark cluster of this machine")
@click.option("--unit-tests", is_flag=True, help="run dbt's unit tests on both engines, too")
def parity(accounts: int, cluster: bool, unit_tests: bool) -> int:
    """Prove that Spark and DuckDB make the same marts of a small demo."""
    from orchestration.parity.report import prove_parity  # noqa: PLC0415
    from orchestration.runs.daily import last_published  # noqa: PLC0415

    check_engine("spark")
    data = os.environ.get("ONBOARDING_DATA_DIR") or PROJECT_ROOT / "data" / "parity"
    workspace = Workspace(PROJECT_ROOT, Path(data).resolve())
    if code := _build_demo(workspace, accounts, seed=7):
        return code
    last = last_published(workspace)
    return 0 if last and prove_parity(workspace, last, on_cluster=cluster, unit_tests=unit_tests) else 1


@click.command()
def unlock() -> int:
    """Recover from runs that were killed, and from a lost pointer to the published snapshot."""
    from orchestration.publishing.snapshot.store import repair_current  # noqa: PLC0415
    from orchestration.runs.recover import recover_killed_runs  # noqa: PLC0415

    workspace = current_workspace()
    recovered = recover_killed_runs(workspace)
    click.echo(f"{recovered} run(s) that were killed are now marked as failed; their slots are free")
    with run_lock(workspace.data_dir):
        repaired = repair_current(workspace.published)
    if repaired:
        click.echo(f"{workspace.published / 'current'} leads to {repaired.folder.name} again")
    return 0


def _build_demo(workspace: Workspace, accounts: int, seed: int) -> int:
    from orchestration.demo.write import write_demo  # noqa: PLC0415
    from orchestration.transform.definitions.check import check_definitions  # noqa: PLC0415

    check_definitions(workspace.root / "seeds")
    company = workspace.data_dir / "company"
    before = _made_at(company)
    # a process of its own gives its memory back before the run begins
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        truth = json.loads(process.submit(write_demo, company, accounts, seed, report).result().read_text())
    if _made_at(company) != before:  # another company: what was made from the one before is not about it
        for made in (workspace.lake, workspace.published):
            shutil.rmtree(made, ignore_errors=True)
        workspace.warehouse.unlink(missing_ok=True)
    last = dt.date.fromisoformat(truth["last_day"])
    from orchestration.runs.daily import last_published, run_days  # noqa: PLC0415

    if (last_published(workspace) or dt.date.min) >= last:
        report(f"demo company: scored and published up to {last} already")
        return 0
    return run_days(workspace, None, last)


def _made_at(company: Path) -> int | None:
    truth = company / "truth.json"
    return truth.stat().st_mtime_ns if truth.exists() else None


def _summary(workspace: Workspace) -> int:
    from orchestration.publishing.exports.run_summary import print_summary  # noqa: PLC0415

    print_summary(workspace)
    return 0


COMMANDS = (demo, run, backfill, rebuild, remap, forget, parity, unlock)
