"""The commands people type (through make), from demo to forget.

Belongs here: arguments, one clear line for a mistake, exit codes. Does not belong here: the work (runs.py and others).
"""

import argparse
import datetime as dt
import json
import os
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from orchestration.cli.options import configured, positive, sources_of
from orchestration.cli.show import READING, add_reading
from orchestration.common.errors import UserError
from orchestration.common.progress import report
from orchestration.common.run_lock import run_lock
from orchestration.common.workspace import PROJECT_ROOT, Workspace, current_workspace
from orchestration.landing.config.sources_file import SourcesFile
from orchestration.transform.engines import check_engine

SCHEMA = PROJECT_ROOT / "docs" / "sources.schema.json"


def main(arguments: list[str]) -> int:
    """Run one command; return its exit code (0 done, 1 not done and said why, 2 wrong arguments)."""
    parser = argparse.ArgumentParser(prog="onboarding-health-index", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="make the demo company and score it")
    demo.add_argument("--accounts", type=positive, default=600)
    demo.add_argument("--seed", type=int, default=7)
    run = commands.add_parser("run", help="pull, score and publish one day")
    run.add_argument("--date", type=_day, help="default: the day after the last one, at most yesterday")
    backfill = commands.add_parser("backfill", help="pull, score and publish a range of days")
    backfill.add_argument("--from", dest="first", type=_day, help="default: as far back as the sources go")
    backfill.add_argument("--to", dest="last", type=_day, help="default: the last day the sources hold")
    commands.add_parser("rebuild", help="build the warehouse again from the lake, without asking any source")
    remap = commands.add_parser("remap", help="map again what a source has brought, and build the warehouse again")
    remap.add_argument("--source", required=True)
    forget = commands.add_parser("forget", help="remove a person or an account everywhere, for good")
    who = forget.add_mutually_exclusive_group(required=True)
    who.add_argument("--user")
    who.add_argument("--account")
    parity = commands.add_parser("parity", help="prove that Spark and DuckDB make the same marts of a small demo")
    parity.add_argument("--accounts", type=positive, default=40)
    parity.add_argument("--cluster", action="store_true", help="on a standalone Spark cluster of this machine")
    commands.add_parser("attention", help="print the accounts that need attention")
    add_reading(commands)
    commands.add_parser("dev", help="open Dagster's UI")
    commands.add_parser("unlock", help="heal what a killed run left behind")
    commands.add_parser("schema", help="write the JSON schema of sources.yml")
    options = parser.parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; what was committed stays, start again to go on", file=sys.stderr)
        return 1


def _demo(options: argparse.Namespace) -> int:
    workspace = current_workspace()
    check_engine(workspace.engine)
    if code := _build_demo(workspace, options.accounts, options.seed):
        return code
    _attention(options)
    print("\nNext: `make dev` opens the asset graph, `make run` pulls and scores the following day.")
    return 0


def _build_demo(workspace: Workspace, accounts: int, seed: int) -> int:
    from orchestration.demo.write import write_demo  # noqa: PLC0415

    company = workspace.data_dir / "company"
    arguments = (company, accounts, seed, report)
    before = _made_at(company)
    # a process of its own gives its memory back before the run begins
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        truth = json.loads(process.submit(write_demo, *arguments).result().read_text())
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


def _run(options: argparse.Namespace) -> int:
    from orchestration.runs.daily import next_day, run_days  # noqa: PLC0415

    workspace = configured()
    day = options.date or next_day(workspace)
    return run_days(workspace, day, day) or _attention(options)


def _backfill(options: argparse.Namespace) -> int:
    from orchestration.landing.pull import history_ends  # noqa: PLC0415
    from orchestration.runs.daily import run_days  # noqa: PLC0415

    workspace = configured()
    last = options.last or history_ends(workspace, sources_of(workspace)).last
    if options.first and options.first > last:
        raise UserError(f"FROM={options.first} lies after TO={last}")
    return run_days(workspace, options.first, last) or _attention(options)


def _rebuild(options: argparse.Namespace) -> int:
    from orchestration.runs.daily import rebuild  # noqa: PLC0415

    return rebuild(configured()) or _attention(options)


def _remap(options: argparse.Namespace) -> int:
    from orchestration.landing.remap import remap  # noqa: PLC0415
    from orchestration.runs.daily import rebuild  # noqa: PLC0415

    workspace = configured()
    with run_lock(workspace.data_dir):
        manifests = remap(workspace, sources_of(workspace), options.source, report)
    rows, rejected = (sum(getattr(manifest, name) for manifest in manifests) for name in ("landed", "rejected"))
    report(f"{options.source}: {rows:,} rows mapped again ({rejected:,} rejected)")
    return rebuild(workspace) or _attention(options)


def _forget(options: argparse.Namespace) -> int:
    from orchestration.runs.forget import forget  # noqa: PLC0415

    return forget(configured(), "user" if options.user else "account", options.user or options.account)


def _parity(options: argparse.Namespace) -> int:
    from orchestration.parity.report import prove_parity  # noqa: PLC0415
    from orchestration.runs.daily import last_published  # noqa: PLC0415

    check_engine("spark")
    data = os.environ.get("ONBOARDING_DATA_DIR") or PROJECT_ROOT / "data" / "parity"
    workspace = Workspace(PROJECT_ROOT, Path(data).resolve())
    if code := _build_demo(workspace, options.accounts, seed=7):
        return code
    last = last_published(workspace)
    return 0 if last and prove_parity(workspace, last, on_cluster=options.cluster) else 1


def _attention(options: argparse.Namespace) -> int:
    from orchestration.publishing.exports.run_summary import print_attention  # noqa: PLC0415

    print_attention(current_workspace())
    return 0


def _dev(options: argparse.Namespace) -> int:
    from orchestration.runs.daily import instance_home  # noqa: PLC0415

    workspace = configured()
    environment = {**os.environ, **workspace.environment(), "DAGSTER_HOME": str(instance_home(workspace))}
    dagster = str(Path(sys.executable).parent / "dagster")
    os.chdir(PROJECT_ROOT)
    os.execve(dagster, [dagster, "dev", "--host", "127.0.0.1", "-m", "orchestration.definitions"], environment)


def _unlock(options: argparse.Namespace) -> int:
    from orchestration.runs.daily import heal  # noqa: PLC0415

    healed = heal(current_workspace())
    print(f"{healed} run(s) that were killed are now marked as failed; their slots are free")
    return 0


def _schema(options: argparse.Namespace) -> int:
    SCHEMA.write_text(json.dumps(SourcesFile.model_json_schema(), indent=1) + "\n")
    print(f"written: {SCHEMA.relative_to(PROJECT_ROOT)}")
    return 0


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a day; expected YYYY-MM-DD") from None


_COMMANDS = {
    **READING,
    "demo": _demo,
    "run": _run,
    "backfill": _backfill,
    "rebuild": _rebuild,
    "remap": _remap,
    "forget": _forget,
    "parity": _parity,
    "attention": _attention,
    "dev": _dev,
    "unlock": _unlock,
    "schema": _schema,
}
