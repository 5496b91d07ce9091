"""What the checks of data quality said of the day of the snapshot: which fail, since when, whose they are.

Belongs here: sections of the page Data and checks. Does not belong here: freshness and rejects (governance.py).
"""

from collections.abc import Iterator

from orchestration.publishing.site.charts.figures import Line, line_chart
from orchestration.publishing.site.components.blocks import Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts, Row
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import Figure, counted, plural
from orchestration.publishing.site.pages.shared import incidents

say = prose("checks")
_RESULTS = "governance.fct_quality_results"
_NEWEST = f"checked_on = (select max(checked_on) from {_RESULTS})"
_FAILING = "status in ('failed', 'error')"
# the last run of a day: results of runs before it that day were judged again
_TODAY = (
    f"select * from {_RESULTS} where {_NEWEST} qualify row_number() over (partition by dataset, check_key "
    "order by run_id desc) = 1"
)


def failing(facts: Facts) -> list[Row]:
    """Checks that do not hold, what stops a run first."""
    return facts.rows(
        f"select * from ({_TODAY}) where {_FAILING} order by is_acknowledged, case severity "
        "when 'critical' then 1 when 'warning' then 2 else 3 end, failing_since, dataset, check_key"
    )


def telling(facts: Facts) -> Figure | None:
    """How many checks fail that lower confidence or stop a run, and that nobody has acknowledged; None when none do."""
    n = sum(row["severity"] != "info" and not row["is_acknowledged"] for row in failing(facts))
    return counted(n, f"({_TODAY})", f"{_FAILING} and severity <> 'info' and not is_acknowledged") if n else None


def every_check(facts: Facts) -> Section:
    """All checks of the day with what they expect, whose they are and why, without a word from outside."""
    rows = facts.rows(f"select * from ({_TODAY}) order by dataset, dimension, check_key")
    return Section(
        "Every check",
        say.every_check(n=counted(len(rows), f"({_TODAY})")),
        table=Table("every_check", "By data set.", headed("governance", "every_check"), rows, (), 50),
    )


def sections(facts: Facts) -> Iterator[Section]:
    """Which checks fail, and how many hold of what."""
    rows = failing(facts)
    yield Section(
        "Which checks fail?",
        say.checks_fail(
            n=counted(len(rows), f"({_TODAY})", _FAILING), checks=plural(len(rows), "check fails", "checks fail")
        ),
        table=Table(
            "checks",
            "What stops a run first; acknowledged ones last.",
            headed("governance", "checks"),
            rows,
            (),
            20,
            "All checks hold.",
        ),
    )
    counts = facts.rows(
        "select dataset, max(steward) as steward, count(*) as n, count(*) filter (status = 'passed') as n_passed, "
        f"count(*) filter ({_FAILING}) as n_failed, count(*) filter (status = 'learning') as n_learning "
        f"from ({_TODAY}) group by dataset order by n_failed desc, dataset"
    )
    n, n_passed = (sum(row[name] for row in counts) for name in ("n", "n_passed"))
    yield Section(
        "How many checks hold?",
        say.checks_were_asked(
            n=counted(n, f"({_TODAY})"),
            n_passed=counted(n_passed, f"({_TODAY})", "status = 'passed'"),
            n_learning=counted(sum(row["n_learning"] for row in counts), f"({_TODAY})", "status = 'learning'"),
        ),
        table=Table("datasets", "By data set.", headed("governance", "datasets"), counts, (), 12),
    )
    yield from _by_week(facts)
    yield incidents.section(facts)


def _by_week(facts: Facts) -> Iterator[Section]:
    """The share of results that hold, week by week."""
    mart = "governance.fct_quality_trends"
    rows = facts.rows(
        f"select week_date, sum(n_passed) / nullif(sum(n_results - n_learning), 0) as passed_ratio from {mart} "
        "group by week_date having sum(n_results - n_learning) > 0 order by week_date"
    )
    if len(rows) < 2:
        return
    ratios = [float(row["passed_ratio"]) for row in rows]
    last, name = rows[-1], "share of results that hold"
    chart = line_chart(
        [row["week_date"] for row in rows], [Line(name, ratios)], "ratio", "Results that hold, week by week"
    )
    of_week = f"week_date = date '{last['week_date']}'"
    yield Section(
        "Do more checks hold than before?",
        say.checks_by_week(
            ratio=counted(ratios[-1], mart, of_week, "sum(n_passed) / sum(n_results - n_learning)", "ratio"),
            week=counted(last["week_date"], mart, of_week, "max(week_date)", "day"),
        ),
        chart,
    )
