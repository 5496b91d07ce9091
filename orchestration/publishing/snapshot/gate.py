"""What must hold before anything is published: dbt's last build passed, and the published border's expectations hold.

Belongs here: reasons not to publish. Does not belong here: the expectations (expectations/) or writing (snapshot.py).
"""

from collections.abc import Iterable
from pathlib import Path

from orchestration.quality.suites import Outcome
from orchestration.transform.project import failed_nodes


def build_problems(dbt_target: Path) -> list[str]:
    """Name what went wrong in dbt's last command; publishing in a run of its own must not forget it."""
    nodes = failed_nodes(dbt_target)
    if nodes is None:
        return ["dbt did not finish a build of the warehouse; run `make run` first"]
    failed = list(nodes)
    if not failed:
        return []
    more = f" and {len(failed) - 3} more" if len(failed) > 3 else ""
    return [f"dbt: {', '.join(failed[:3])}{more} did not pass"]


def expectation_problems(outcomes: Iterable[Outcome]) -> list[str]:
    """Critical expectations that did not hold or could not be checked."""
    return [
        f"{outcome.dataset}: {outcome.key} {outcome.status} ({outcome.detail})"
        for outcome in outcomes
        if outcome.status != "passed" and outcome.severity == "critical"
    ]
