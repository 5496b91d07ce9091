"""What a person sees while work runs: short lines on standard output, a bar where dbt counts its steps.

Belongs here: presentation of progress. Does not belong here: results (publishing/attention.py).
"""

import io
import re
import sys

_STEP = re.compile(r"(\d+) of (\d+) (\w+) (.*?)\s*\.*\s*\[")
_FAILED = ("ERROR", "FAIL", "WARN")


def report(line: str) -> None:
    """Print one line at once, also when output goes to a file."""
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


class DbtProgress(io.TextIOBase):
    """Takes dbt's log and shows every tenth of the way, and every step that did not go well."""

    def __init__(self, out: io.TextIOBase) -> None:
        self._out = out
        self._shown = 0

    def write(self, text: str) -> int:
        """Accept a piece of dbt's log; return its length, as streams do."""
        for line in text.splitlines():
            match = _STEP.search(line)
            if not match or match[3] == "START" or "hook: " in line:
                continue
            done, total = int(match[1]), int(match[2])
            if match[3] in _FAILED:
                self._out.write(f"  dbt    {match[3].lower()}: {match[4]}\n")
            elif done * 10 // total > self._shown:
                self._shown = done * 10 // total
                self._out.write(f"  dbt    {done} of {total} models, seeds and tests\n")
            self._out.flush()
        return len(text)
