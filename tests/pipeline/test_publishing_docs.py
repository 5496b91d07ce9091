"""Every snippet of docs/publishing.md, run as an analyst would, with pandas, Polars and Spark."""

import re
import subprocess

import duckdb
import pytest

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.publishing.snapshot.store import current_snapshot
from orchestration.transform.engines import java_problem

pytestmark = [pytest.mark.pipeline, pytest.mark.heavy]
PYTHON = PROJECT_ROOT / ".venv-spark" / "bin" / "python"
COUNTED = """
print(len(accounts), bands["n"].sum(), n_pandas, n_polars, scores.count())
"""


@pytest.mark.skipif(
    java_problem() is not None or not PYTHON.exists(), reason="needs Java and `make .venv-spark/.installed-bench`"
)
def test_every_way_of_reading_finds_the_same_rows(built: Workspace):
    blocks = re.findall(r"```python\n(.*?)```", (PROJECT_ROOT / "docs" / "publishing.md").read_text(), flags=re.S)
    blocks[0] = blocks[0].replace("data/demo/published", str(built.published))
    script = "\n".join(
        [*blocks[:3], "n_pandas = len(scores)", blocks[3], "n_polars = len(scores)", *blocks[4:], COUNTED]
    )
    done = subprocess.run([str(PYTHON), "-c", script], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    n_accounts, n_bands, n_pandas, n_polars, n_spark = map(int, done.stdout.split()[-5:])
    snapshot = current_snapshot(built.published)
    assert snapshot is not None
    rows = snapshot.manifest["rows"]
    assert (n_accounts, n_bands) == (rows["core.dim_accounts"], rows["scores.account_scores_current"])
    assert n_pandas == n_spark == rows["scores.fct_account_scores"]
    with duckdb.connect(str(snapshot.folder / "onboarding.duckdb"), read_only=True) as connection:
        published = connection.execute("select count(*) from scores.fct_account_scores where is_published").fetchone()
    assert published == (n_polars,)
