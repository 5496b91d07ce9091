"""What must hold before anything is published: dbt's last build passed, and the published border's expectations hold.

Belongs here: reasons not to publish. Does not belong here: the expectations (expectations/) or writing (snapshot.py).
"""

import json
from collections.abc import Iterable
from pathlib import Path

from orchestration.quality.suites import Outcome

_BAD = {"error", "fail", "runtime error", "skipped"}


def build_problems(dbt_target: Path) -> list[str]:
    """Name what went wrong in dbt's last command; publishing in a run of its own must not forget it."""
    path = dbt_target / "run_results.json"
    if not path.exists():
        return ["dbt did not finish a build of the warehouse; run `make run` first"]
    results = json.loads(path.read_text())["results"]
    failed = [result["unique_id"].split(".", 2)[-1] for result in results if result["status"] in _BAD]
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
