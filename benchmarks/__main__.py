"""Measure one size: `python -m benchmarks --events 5000000`; results go to benchmarks/results/.

Belongs here: what is measured, in which order. Does not belong here: how (measure.py), the work (slice_*.py, models/).
"""

import argparse
import datetime as dt
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.api import api
from benchmarks.lake import FIRST_DAY, LAST_DAY, make_lake
from benchmarks.landing import write_files
from benchmarks.measure import Measured, measure, median
from benchmarks.report import RESULTS, write_report
from benchmarks.scores import N_METRICS, count_contributions, seeds_of_many_metrics
from benchmarks.site import make_accounts, opening
from benchmarks.slice import differences, seeds_of_the_slice
from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.parity.builds import WITHOUT_TESTS, scenario
from orchestration.transform.project import project_dir

ENGINES = ("polars", "clickhouse", "pandas")
RUN_BUILD = ("--exclude-resource-type", "unit_test", "--exclude", "tag:bridge")  # what a daily run asks of dbt
SLICE = "+int_metric_window_values +int_milestone_crossings"


class Bench:
    """One size: its folder, what was measured so far."""

    def __init__(self, n_events: int, repeat: int, data: Path) -> None:
        self.n_events = n_events
        self.repeat = repeat
        self.folder = data / str(n_events)
        self.lake = make_lake(self.folder / "lake", n_events, _say)
        self.measured: dict[str, Measured] = {}
        self.layers: dict[str, float] = {}
        self.facts: dict[str, object] = {}

    def run(self, name: str, command: list[str], environment: dict[str, str] | None = None, repeat: int = 0) -> None:
        """Measure a command the asked number of times and keep the median."""
        settings = {**os.environ, "DO_NOT_TRACK": "1", **(environment or {})}
        log = self.folder / "logs" / f"{name.replace(' ', '-')}.log"
        runs = [measure(command, settings, log) for _ in range(repeat or self.repeat)]
        self.measured[name] = median(runs)
        _say(f"{name}: {self.measured[name].as_dict()}")

    def dbt(
        self,
        name: str,
        workspace: Workspace,
        first: str,
        last: str,
        *arguments: str,
        what: tuple[str, ...] = WITHOUT_TESTS,
        repeat: int = 0,
        memory: str = "5GB",
    ) -> None:
        """Measure a dbt build, without tests unless asked; no first day means from nothing."""
        environment = workspace.environment() | {
            "ONBOARDING_FROM": first,
            "ONBOARDING_TO": last,
            "ONBOARDING_MEMORY": memory,
        }
        project = str(project_dir(workspace))
        where = ["--project-dir", project, "--profiles-dir", project]
        fresh = [] if first else ["--full-refresh"]
        command = [str(Path(sys.executable).parent / "dbt"), "build", *what, *fresh, *where, *arguments]
        self.run(name, command, environment, repeat)

    def scenario(self, name: str, engine: str = "duckdb") -> Workspace:
        """A data folder of its own over the same lake."""
        return scenario(Workspace(PROJECT_ROOT, self.folder), name, engine)


def _scan(bench: Bench) -> None:
    bench.run("scan", [sys.executable, "-m", "benchmarks.scan", str(bench.lake)], repeat=max(3, bench.repeat))


def _full(bench: Bench) -> None:
    workspace = bench.scenario("full")
    bench.dbt("full build", workspace, "", str(LAST_DAY))
    layers: dict[str, float] = defaultdict(float)
    manifest = json.loads((workspace.dbt_target / "manifest.json").read_text())["nodes"]
    for result in json.loads((workspace.dbt_target / "run_results.json").read_text())["results"]:
        node = manifest.get(result["unique_id"])
        if node:
            layers["seeds" if node["resource_type"] == "seed" else node["schema"]] += result["execution_time"]
    bench.layers = {name: round(seconds, 1) for name, seconds in layers.items()}
    bench.facts["warehouse_bytes"] = workspace.warehouse.stat().st_size
    bench.facts["lake_bytes"] = sum(path.stat().st_size for path in bench.lake.rglob("*.parquet"))


def _daily(bench: Bench) -> None:
    for day in (30, 120, 365):  # on day 30 no window is full yet, on day 120 all are
        workspace = bench.scenario(f"day{day}")
        before, on = (str(FIRST_DAY + dt.timedelta(day - back)) for back in (2, 1))
        bench.dbt(f"history to day {day - 1}", workspace, "", before, repeat=1)
        bench.dbt(f"day {day}", workspace, on, on, repeat=3)


def _engines(bench: Bench) -> None:
    workspace = replace(bench.scenario("slice"), root=seeds_of_the_slice(bench.folder / "slice-workspace"))
    bench.dbt("slice ours", workspace, "", str(LAST_DAY), "--select", *SLICE.split())
    for engine in ENGINES:
        out = bench.folder / "slice" / engine
        out.mkdir(parents=True, exist_ok=True)
        bench.run(f"slice {engine}", [sys.executable, "-m", f"benchmarks.slice_{engine}", str(bench.lake), str(out)])
        found = differences(workspace.warehouse, out)
        bench.facts[f"differences_{engine}"] = found
        if any(found.values()):
            raise SystemExit(f"{engine} does not agree with our models: {found}")


def _scores(bench: Bench) -> None:
    """What scores cost: a year of ten thousand accounts, and five Sundays of a hundred thousand, about as many rows.

    A year of a hundred thousand accounts is loaded in several windows: at once it would spill tens of gigabytes.
    """
    root = seeds_of_many_metrics(bench.folder / "scores-workspace")
    for n_accounts, last in ((10_000, LAST_DAY), (100_000, FIRST_DAY + dt.timedelta(34))):
        name = f"{n_accounts:,} accounts × {N_METRICS} metrics"
        lake = make_lake(bench.folder / f"accounts-{n_accounts}" / "lake", bench.n_events, _say, n_accounts)
        workspace = replace(scenario(Workspace(PROJECT_ROOT, lake.parent), "scores", "duckdb"), root=root)
        for what, chosen in (
            ("raw values", ["--select", "+int_metric_window_values"]),
            ("scores", ["--select", "+marts.scores", "--exclude", "+int_metric_window_values"]),
        ):
            bench.dbt(f"{name}: {what}", workspace, "", str(last), *chosen, memory="10GB")
        bench.facts[f"contributions of {n_accounts:,} accounts"] = count_contributions(workspace.warehouse)


def _landing(bench: Bench) -> None:
    root = bench.folder / "landing"
    bench.facts["landing_rows"] = write_files(
        bench.lake, root, n_days=min(90, max(1, 2_000_000 * 365 // bench.n_events))
    )
    for way in ("plain", "ours"):
        bench.run(f"landing {way}", [sys.executable, "-m", "benchmarks.landing", way, str(root)], repeat=3)


def _api(bench: Bench) -> None:
    root = bench.folder / "api"
    bench.facts["api_records"] = n_records = min(1_000_000, bench.n_events)
    with api(n_records) as url:
        for way in ("dlt", "ours"):
            bench.run(f"API {way}", [sys.executable, "-m", "benchmarks.api", way, str(root / way), url])


def _rerun(bench: Bench) -> None:
    """A daily run of the demo company in which nothing changed, and the bare dbt build that it contains."""
    root = bench.folder / "rerun"
    workspace = Workspace(PROJECT_ROOT, root)
    asked = [sys.executable, "-m", "orchestration"]
    environment = workspace.environment() | {"ONBOARDING_WORKSPACE": ""}
    bench.run("demo", [*asked, "demo", "--accounts", "50"], environment, repeat=1)
    last = json.loads((root / "company" / "truth.json").read_text())["last_day"]
    bench.run("run with nothing new", [*asked, "run", "--date", last], environment, repeat=3)
    bench.dbt("dbt build of it", workspace, last, last, what=RUN_BUILD, repeat=3)


def _checks(bench: Bench) -> None:
    """A daily run of the demo company, and its checks alone: the audit of events, days, both borders."""
    root = bench.folder / "checks"
    environment = Workspace(PROJECT_ROOT, root).environment() | {"ONBOARDING_WORKSPACE": ""}
    asked = [sys.executable, "-m", "orchestration"]
    bench.run("demo for checks", [*asked, "demo"], environment, repeat=1)
    last = dt.date.fromisoformat(json.loads((root / "company" / "truth.json").read_text())["last_day"])
    day = str(last + dt.timedelta(1))
    bench.run("daily run with checks", [*asked, "run", "--date", day], environment, repeat=1)
    bench.run("its checks", [sys.executable, "-m", "benchmarks.checks", str(root), day], environment, repeat=3)


def _spark(bench: Bench) -> None:
    bench.dbt("full build on Spark", bench.scenario("spark", "spark"), "", str(LAST_DAY), repeat=1)


def _site(bench: Bench) -> None:
    """The site of the demo's accounts, and of twelve times as many; how long a browser takes for its pages."""
    workspace = Workspace(PROJECT_ROOT, bench.folder / "site")
    environment = workspace.environment() | {"ONBOARDING_WORKSPACE": ""}
    bench.run("demo of 600 accounts", [sys.executable, "-m", "orchestration", "demo"], environment, repeat=1)
    for times in (1, 12):
        folder = bench.folder / "site" / f"times-{times}"
        make_accounts(workspace.published, folder, times)
        bench.run(f"site × {times}", [sys.executable, "-m", "benchmarks.site", "build", str(folder)])
        built = json.loads((folder / "built.json").read_text())
        bench.facts |= {f"site × {times}: {name}": value for name, value in built.items()}
        bench.facts |= {f"site × {times}: ms to open {kind}": value for kind, value in opening(folder).items()}


PARTS: dict[str, Callable[[Bench], None]] = {
    "scan": _scan,
    "full": _full,
    "daily": _daily,
    "engines": _engines,
    "scores": _scores,
    "landing": _landing,
    "api": _api,
    "rerun": _rerun,
    "checks": _checks,
    "site": _site,
    "spark": _spark,
}


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


def main() -> None:
    """Measure the parts asked for, in one run, and write them side by side."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--repeat", type=int, default=1, help="runs of each, of which the median is taken")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    options = parser.parse_args()
    bench = Bench(options.events, options.repeat, PROJECT_ROOT / "data" / "bench")
    for part in ("scan", *(part for part in options.parts if part != "scan")):
        PARTS[part](bench)
    named = [] if set(options.parts) >= set(PARTS) - {"spark"} else [part for part in options.parts if part != "scan"]
    table = write_report(options.out, named, bench.n_events, bench.repeat, bench.measured, bench.layers, bench.facts)
    print(f"written: {table}")


if __name__ == "__main__":
    main()
