"""The proof from start to end: make a small company, build it on two engines, compare every mart, print a table.

Belongs here: which builds are compared. Does not belong here: how (builds.py, compare.py).
"""

import datetime as dt

from rich.console import Console
from rich.table import Table

from orchestration.common.workspace import Workspace
from orchestration.parity.builds import CODE_ONLY, WITHOUT_TESTS, BuildWindow, build, grains, scenario
from orchestration.parity.cluster import loopback_cluster
from orchestration.parity.compare import Difference, compare_marts


def prove_parity(workspace: Workspace, last: dt.date, *, on_cluster: bool, unit_tests: bool) -> bool:
    """Compare Spark with DuckDB on the lake of `workspace`, which DuckDB has built up to `last`; True when equal.

    On this machine: a history all at once (with every unit test, when asked), then the days that follow with one run
    twice. On a loopback cluster: all at once. Raises UserError when Spark cannot run or a build fails.
    """
    at_once = [BuildWindow("", last.isoformat())]
    build(workspace, at_once, {}, () if unit_tests else WITHOUT_TESTS)
    if on_cluster:
        spark = scenario(workspace, "cluster", "spark")
        with loopback_cluster(spark.data_dir / "spark" / "cluster") as master:
            build(spark, at_once, {"ONBOARDING_SPARK_MASTER": master}, WITHOUT_TESTS)
        return _print({"on a cluster": compare_marts(workspace.marts, spark.marts, grains(spark))})
    daily = {engine: scenario(workspace, "daily", engine) for engine in ("duckdb", "spark")}
    two, end = ((last - dt.timedelta(back)).isoformat() for back in (2, 0))
    build(daily["duckdb"], [BuildWindow("", two)], {}, WITHOUT_TESTS)
    build(daily["spark"], [BuildWindow("", two)], {}, CODE_ONLY if unit_tests else WITHOUT_TESTS)
    keys = grains(daily["spark"])
    of_history = compare_marts(daily["duckdb"].marts, daily["spark"].marts, keys)
    for made in daily.values():
        build(made, [BuildWindow(two, end)], {}, WITHOUT_TESTS)
    return _print(
        {
            "all at once": of_history,
            "day by day": compare_marts(daily["duckdb"].marts, daily["spark"].marts, keys),
            "day by day on Spark, all at once on DuckDB": compare_marts(
                workspace.marts, daily["spark"].marts, keys, days_of_left_only=keys
            ),
        }
    )


def _print(comparisons: dict[str, list[Difference]]) -> bool:
    console = Console(width=None if Console().is_terminal else 140)
    table = Table(title="DuckDB and Spark, mart by mart")
    table.add_column("mart")
    table.add_column("rows", justify="right")
    for name in comparisons:
        table.add_column(name)
    for found in zip(*comparisons.values(), strict=True):
        verdicts = ["equal" if one.is_equal else "DIFFERENT" for one in found]
        table.add_row(found[0].mart, f"{found[0].n_left:,}", *verdicts)
    console.print(table)
    unequal = [(name, one) for name, found in comparisons.items() for one in found if not one.is_equal]
    for name, one in unequal:
        console.print(f"{name}: {one.mart}: {one}", soft_wrap=True)
    n_compared = sum(len(found) for found in comparisons.values())
    console.print(f"{n_compared - len(unequal)} of {n_compared} comparisons are equal")
    return not unequal
