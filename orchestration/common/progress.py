"""What a person sees while work runs: short lines on standard output, one for every tenth of what dbt has to do.

Belongs here: presentation of progress. Does not belong here: results (publishing/exports/run_summary.py).
"""

import sys
from collections.abc import Mapping
from typing import Any, TextIO

RESULTS = {
    "LogModelResult",
    "LogSeedResult",
    "LogTestResult",
    "LogNodeNoOpResult",
    "LogSkipBecauseError",
    "SkippingDetails",
}
_BAD = {"error", "fail", "warn"}


def report(line: str) -> None:
    """Print one line at once, also when output goes to a file."""
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


class DbtProgress:
    """Takes dbt's structured events and shows every tenth of the way, and every node that did not go well."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._done = 0
        self._shown = 0

    def show(self, event: Mapping[str, Any]) -> None:
        """Take one event: `info` (name, level) and `data`, as dbt writes them."""
        if event["info"]["name"] not in RESULTS:
            return
        data = event["data"]
        self._done += 1
        total = int(data.get("total") or data.get("num_models") or 0)
        if str(data.get("status", "")).split(" ")[0].lower() in _BAD:
            self._write(f"{event['info']['level']}: {data.get('description') or data.get('name')}")
        elif total and self._done * 10 // total > self._shown:
            self._shown = self._done * 10 // total
            self._write(f"{self._done} of {total} models, seeds and tests")

    def _write(self, line: str) -> None:
        self._out.write(f"  dbt    {line}\n")
        self._out.flush()
