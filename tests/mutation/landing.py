"""`make mutate-landing`: plant single changes in the Python that normalizes records, and see which unit tests notice them.

Belongs here: running mutmut on a copy of the project, and what it found. Does not belong here: changes of SQL (judge.py).
"""

from orchestration.common.workspace import PROJECT_ROOT

_MUTATED = "orchestration/landing/normalize/*"
_SLOW = ("test_pull_kills", "test_injection", "test_bucket", "test_sql", "test_http_faults")
_TESTS = [
    f"--deselect={path.relative_to(PROJECT_ROOT)}" if path.stem in _SLOW else str(path.relative_to(PROJECT_ROOT))
    for path in sorted((PROJECT_ROOT / "tests" / "unit" / "landing").rglob("test_*.py"))
]
_NOTICED = {1, 3, 24, -24, 36, 152, 255, -11, -9}  # failed tests, timeouts and crashes, as mutmut numbers them
