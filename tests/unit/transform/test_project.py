"""Where dbt runs for a workspace."""

import json
from pathlib import Path

import duckdb

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.transform.project import current_manifest, failing_rows, shell_environment
from tests.conftest import copy_to


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


def test_a_test_that_failed_shows_two_of_its_rows_and_a_busy_warehouse_none(tmp_path: Path):
    workspace = Workspace(tmp_path, tmp_path)
    workspace.dbt_target.mkdir(parents=True)
    code = "select account_id, null as note from accounts order by account_id"
    results = [
        {"unique_id": "test.project.accounts_have_a_row.1", "status": "fail", "compiled_code": code},
        {"unique_id": "test.project.passes.2", "status": "pass", "compiled_code": code},
        {"unique_id": "model.project.dim_accounts", "status": "skipped", "compiled_code": None},
    ]
    (workspace.dbt_target / "run_results.json").write_text(json.dumps({"results": results}))
    assert failing_rows(workspace) == []  # there is no warehouse
    with duckdb.connect(str(workspace.warehouse)) as connection:
        connection.execute("create table accounts as from (values ('a'), ('b'), ('c')) as t(account_id)")
    assert failing_rows(workspace) == ["accounts_have_a_row: account_id a; account_id b"]


def test_a_manifest_that_was_cut_off_or_is_of_other_files_is_made_again(parsed: Workspace, tmp_path: Path):
    """A full disk cuts it off; a copied data folder has one that is newer than the models, and of others."""
    workspace = copy_to(tmp_path / "copy", parsed)
    manifest = workspace.dbt_target / "manifest.json"
    whole = manifest.read_text()
    made = manifest.stat().st_mtime_ns
    assert current_manifest(workspace) == manifest
    assert manifest.stat().st_mtime_ns == made
    manifest.write_text(whole[: len(whole) // 2])
    assert "nodes" in json.loads(current_manifest(workspace).read_text())
    (workspace.dbt_target / "manifest.made_of").write_text("other files")
    manifest.write_text('{"nodes": {}}')
    assert json.loads(current_manifest(workspace).read_text())["nodes"]
