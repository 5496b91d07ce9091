"""The benchmark runs, and other engines agree with our models on its slice of the work. Speed is never tested."""

import json
import subprocess
from pathlib import Path

import pytest

from orchestration.common.workspace import PROJECT_ROOT

pytestmark = [pytest.mark.pipeline, pytest.mark.heavy]


def test_polars_clickhouse_and_pandas_end_in_the_same_rows_as_our_models(tmp_path: Path):
    command = ["make", "bench", "SIZE=200000", "PARTS=full engines", f"OUT={tmp_path}"]
    done = subprocess.run(command, check=False, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    facts = json.loads((tmp_path / "0.2m-events-full-engines.json").read_text())["facts"]
    for engine in ("polars", "clickhouse", "pandas"):
        assert facts[f"differences_{engine}"] == {"rollup": 0, "attainments": 0, "metrics": 0}
    assert "full build ÷ scan" in (tmp_path / "0.2m-events-full-engines.md").read_text()
    assert (tmp_path / "0.2m-events-full-engines.svg").stat().st_size > 1000
