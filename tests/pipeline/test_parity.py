"""The same models on Spark: `make parity` itself, on a company small enough for a laptop."""

import re
import subprocess

import pytest

from orchestration.common.workspace import PROJECT_ROOT
from orchestration.transform.engines import java_problem

pytestmark = [pytest.mark.pipeline, pytest.mark.heavy]


@pytest.mark.skipif(
    java_problem() is not None, reason=f"{java_problem()}; then `make parity` compares DuckDB and Spark"
)
def test_spark_makes_the_same_marts_all_at_once_and_day_by_day():
    done = subprocess.run(
        ["make", "parity", "ACCOUNTS=20"], check=False, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=2400
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    equal, compared = re.findall(r"(\d+) of (\d+) comparisons are equal", done.stdout)[-1]
    assert equal == compared
    assert int(compared) >= 66
