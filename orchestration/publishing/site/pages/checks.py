"""What the checks of data quality said of the day of the snapshot: which fail, since when, whose they are.

Belongs here: sections of the page Data and checks. Does not belong here: freshness and rejects (governance.py).
"""

from collections.abc import Iterator

from orchestration.publishing.site.components.blocks import Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Facts, Row
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import counted, plural

say = prose("checks")
_RESULTS = "governance.fct_quality_results"
_NEWEST = f"checked_on = (select max(checked_on) from {_RESULTS})"
_FAILING = f"{_NEWEST} and status in ('failed', 'error')"
# the last run of a day: results of runs before it that day were judged again
_TODAY = (
    f"select * from {_RESULTS} where {_NEWEST} qualify row_number() over (partition by dataset, check_key "
    "order by run_id desc) = 1"
)


def failing(facts: Facts) -> list[Row]:
    """Checks that do not hold, what stops a run first."""
    return facts.rows(
        f"select * from ({_TODAY}) where status in ('failed', 'error') order by is_acknowledged, case severity "
        "when 'critical' then 1 when 'warning' then 2 else 3 end, failing_since, dataset, check_key"
    )


def sections(facts: Facts) -> Iterator[Section]:
    """Which checks fail, and how many hold of what."""
    rows = failing(facts)
    yield Section(
        "Which checks fail?",
        say.checks_fail(
            n=counted(len(rows), _RESULTS, _FAILING), checks=plural(len(rows), "check fails", "checks fail")
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
        "select dataset, steward, count(*) as n, count(*) filter (status = 'passed') as n_passed, count(*) filter "
        "(status in ('failed', 'error')) as n_failed, count(*) filter (status = 'learning') as n_learning "
        f"from ({_TODAY}) group by all order by n_failed desc, dataset, steward"
    )
    n = sum(row["n"] for row in counts)
    yield Section(
        "How many checks hold?",
        say.checks_were_asked(n=counted(n, _RESULTS, _NEWEST), n_passed=sum(row["n_passed"] for row in counts)),
        table=Table("datasets", "By data set.", headed("governance", "datasets"), counts, (), 12),
    )
