"""Where dbt runs for a workspace."""

from pathlib import Path

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.transform.project import shell_environment


def test_a_shell_gets_the_seeds_of_its_workspace_and_a_target_of_its_own(seeds: Path, tmp_path: Path):
    """Regression: dbt by hand used the project's own seeds, and its results were taken for those of the last run."""
    workspace = Workspace(tmp_path, tmp_path / "data")
    environment = shell_environment(workspace)
    project = Path(environment["DBT_PROJECT_DIR"])
    assert environment["DBT_PROFILES_DIR"] == str(project)
    assert (project / "seeds" / "rubric.csv").resolve() == (seeds / "rubric.csv").resolve()
    assert (project / "dbt_project.yml").samefile(PROJECT_ROOT / "dbt_project.yml")
    assert Path(environment["DBT_TARGET_PATH"]) != workspace.dbt_target
    assert environment["ONBOARDING_DATA_DIR"] == str(workspace.data_dir)
