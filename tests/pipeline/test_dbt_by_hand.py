"""dbt as people run it themselves: one model, and the unit tests of all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.transform.project import shell_environment
from tests.conftest import BUILT_TO, copy_to

pytestmark = pytest.mark.pipeline


def dbt(workspace: Workspace, *words: str) -> subprocess.CompletedProcess[str]:
    """Run dbt as a person would, with what `python -m orchestration env` prints."""
    environment = {**os.environ, **shell_environment(workspace)}
    command = [str(Path(sys.executable).parent / "dbt"), "--quiet", *words]
    return subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def by_hand(built: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy on which people run dbt themselves; it is parsed once."""
    return copy_to(tmp_path_factory.mktemp("by_hand"), built)


def test_a_model_built_by_hand_keeps_its_history(by_hand: Workspace):
    """Regression: dbt by hand took all days for its window, while working tables held those of the last run only."""
    with duckdb.connect(str(by_hand.warehouse)) as connection:  # as after the daily run of the last day
        connection.execute(
            f"create or replace view lake.build_window as select date '{BUILT_TO}' as first_day, date '{BUILT_TO}' as last_day;"
            f"delete from intermediate.int_account_spine where scored_on < '{BUILT_TO}'"
        )
        before = connection.execute("from milestones.fct_onboarding_journeys order by all").fetchall()
    done = dbt(by_hand, "run", "--select", "fct_onboarding_journeys")
    assert done.returncode == 0, done.stdout
    refused = dbt(by_hand, "run", "--full-refresh", "--select", "fct_onboarding_journeys")
    assert refused.returncode != 0
    assert "would lose the history" in refused.stdout
    assert "`make rebuild` builds all of it" in refused.stdout
    with duckdb.connect(str(by_hand.warehouse), read_only=True) as connection:
        assert connection.execute("from milestones.fct_onboarding_journeys order by all").fetchall() == before
        assert len({row[1] for row in before}) > 2


def test_every_unit_test_of_the_models_runs_and_passes(by_hand: Workspace):
    """Regression: `dbt build` runs a unit test only together with its model, so that none of them ran."""
    assert dbt(by_hand, "test", "--select", "test_type:unit").returncode == 0
    target = Path(shell_environment(by_hand)["DBT_TARGET_PATH"])
    results = json.loads((target / "run_results.json").read_text())["results"]
    results = [result for result in results if not result["unique_id"].startswith("operation.")]
    manifest = json.loads((target / "manifest.json").read_text())
    in_files = sum(
        len(yaml.safe_load(path.read_text()).get("unit_tests") or [])
        for path in (PROJECT_ROOT / "models").rglob("*.yml")
    )
    assert {result["unique_id"] for result in results} == manifest["unit_tests"].keys()
    assert {result["status"] for result in results} == {"pass"}
    assert len(results) == in_files > 0
