"""Results as JSON, a table and a picture, with the facts of the machine.

Belongs here: presentation and ratios. Does not belong here: measuring.
"""

import datetime as dt
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path

import matplotlib as mpl
import psutil

from benchmarks.measure import Measured

mpl.use("svg")
import matplotlib.pyplot as plt

RESULTS = Path(__file__).parent / "results"


def write_report(
    out: Path,
    parts: list[str],
    n_events: int,
    repeat: int,
    measured: dict[str, Measured],
    layers: dict[str, float],
    facts: dict[str, object],
) -> Path:
    """Write <n>m-events.json, .md and .svg into `out`, named by `parts` if it is not all; return the table's path."""
    out.mkdir(parents=True, exist_ok=True)
    name = "-".join([f"{n_events / 1_000_000:g}m-events", *parts])
    machine = {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "system": platform.system(),
        "python": platform.python_version(),
        **{package: version(package) for package in ("duckdb", "dbt-core", "polars", "chdb", "pandas", "pyspark")},
    }
    everything = {
        "n_events": n_events,
        "repeat": repeat,
        "machine": machine,
        "measured": {step: one.as_dict() for step, one in measured.items()},
        "layers": layers,
        "facts": facts,
        "ratios": _ratios(measured),
    }
    (out / f"{name}.json").write_text(json.dumps(everything, indent=1) + "\n")
    table = out / f"{name}.md"
    table.write_text(_table(n_events, repeat, measured, layers, everything["ratios"], machine, facts))
    _plot(measured, n_events, out / f"{name}.svg")
    return table


def _ratios(measured: dict[str, Measured]) -> dict[str, float]:
    """The ratios that targets are set for, where both sides were measured in this run."""
    pairs = {
        "full build ÷ scan (wall)": ("full build", "scan", "wall_seconds"),
        "day 365 ÷ day 30 (CPU)": ("day 365", "day 30", "cpu_seconds"),
        "day 365 ÷ day 120 (CPU)": ("day 365", "day 120", "cpu_seconds"),
        "full build ÷ day 365 (CPU)": ("full build", "day 365", "cpu_seconds"),
        "run with nothing new ÷ its dbt build (CPU)": ("run with nothing new", "dbt build of it", "cpu_seconds"),
        "checks ÷ daily run of the demo (CPU)": ("its checks", "daily run with checks", "cpu_seconds"),
        "site of 12 × the accounts ÷ site of the demo (CPU)": ("site × 12", "site × 1", "cpu_seconds"),
        "site ÷ run of the demo (CPU)": ("site × 1", "demo of 600 accounts", "cpu_seconds"),
        "full build on Spark ÷ on DuckDB (wall)": ("full build on Spark", "full build", "wall_seconds"),
        "scores, 100,000 accounts × 5 Sundays ÷ 10,000 × 52 (CPU)": (
            "100,000 accounts × 25 metrics: scores",
            "10,000 accounts × 25 metrics: scores",
            "cpu_seconds",
        ),
        "landing, rows per second, ours ÷ plain": ("landing plain", "landing ours", "wall_seconds"),
        "API, rows per CPU second, ours ÷ dlt": ("API dlt", "API ours", "cpu_seconds"),
        **{
            f"slice, {engine} ÷ ours (wall)": (f"slice {engine}", "slice ours", "wall_seconds")
            for engine in ("polars", "clickhouse", "pandas")
        },
    }
    return {
        label: round(getattr(measured[one], figure) / getattr(measured[other], figure), 2)
        for label, (one, other, figure) in pairs.items()
        if one in measured and other in measured
    }


def _table(
    n_events: int,
    repeat: int,
    measured: dict[str, Measured],
    layers: dict[str, float],
    ratios: dict[str, float],
    machine: dict[str, object],
    facts: dict[str, object],
) -> str:
    lines = [
        f"# {n_events:,} events, 10,000 accounts, one year",
        "",
        ", ".join(f"{key} {value}" for key, value in machine.items())
        + f"; median of {repeat}, of 3 for scan, days, landing and what has nothing new.",
        "",
        "| step | wall s | CPU s | peak GB |",
        "|---|---:|---:|---:|",
    ]
    for step, one in measured.items():
        lines.append(f"| {step} | {one.wall_seconds:.1f} | {one.cpu_seconds:.1f} | {one.peak_gigabytes:.2f} |")
    if ratios:
        lines += ["", "| ratio | |", "|---|---:|", *(f"| {label} | {value} |" for label, value in ratios.items())]
    sizes = {name: size for name, size in facts.items() if isinstance(size, int)}
    if sizes:
        lines += ["", "| size | |", "|---|---:|", *(f"| {name} | {size:,} |" for name, size in sizes.items())]
    if layers:
        lines += ["", "| layer of the full build | seconds (two models at a time) |", "|---|---:|"]
        lines += [f"| {layer} | {seconds} |" for layer, seconds in sorted(layers.items(), key=lambda item: -item[1])]
    return "\n".join(lines) + "\n"


def _plot(measured: dict[str, Measured], n_events: int, path: Path) -> None:
    mpl.rcParams["svg.hashsalt"] = "benchmarks"
    steps = list(measured)[::-1]
    figure, axes = plt.subplots(figsize=(8, 0.42 * len(steps) + 1.2))
    seconds = [measured[step].wall_seconds for step in steps]
    bars = axes.barh(steps, seconds, color=["#2563eb" if "scan" not in step else "#9ca3af" for step in steps])
    axes.bar_label(bars, [f" {value:.1f} s" for value in seconds])
    axes.set_xscale("log")
    axes.set_xlim(right=max(seconds) * 3)
    axes.set_xlabel("wall time, seconds (logarithmic)")
    axes.set_title(f"{n_events:,} events", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
