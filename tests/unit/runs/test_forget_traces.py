"""Logs and run history that name somebody who was forgotten go; the rest stays, and what cannot go is listed."""

import os
from pathlib import Path

import dagster as dg
import pytest

from orchestration.common.workspace import Workspace
from orchestration.runs.forget import _mention
from orchestration.runs.forget_traces import remove_traces
from orchestration.runs.instance import instance_home

SOMEBODY = "ada.lovelace@example.org"


def run_saying(workspace: Workspace, text: str) -> str:
    """A run of Dagster whose log and failure say something."""
    os.environ["DAGSTER_HOME"] = str(instance_home(workspace))

    @dg.op
    def say(context: dg.OpExecutionContext) -> None:
        context.log.info(text)
        raise dg.Failure(text)

    @dg.job
    def saying() -> None:
        say()

    with dg.DagsterInstance.get() as instance:
        return saying.execute_in_process(instance=instance, raise_on_error=False).run_id


def runs(workspace: Workspace) -> set[str]:
    os.environ["DAGSTER_HOME"] = str(instance_home(workspace))
    with dg.DagsterInstance.get() as instance:
        return {run.run_id for run in instance.get_runs()}


def files_naming(workspace: Workspace, text: str) -> list[str]:
    return [
        str(path.relative_to(workspace.data_dir))
        for path in workspace.data_dir.rglob("*")
        if path.is_file() and not path.is_symlink() and text.encode() in path.read_bytes()
    ]


@pytest.fixture
def traced(workspace: Workspace) -> tuple[Workspace, str, str]:
    """Two runs, one of which names somebody, logs of dbt alike, and a file that a source brought."""
    naming, other = run_saying(workspace, f"row of {SOMEBODY} failed"), run_saying(workspace, "row of somebody failed")
    for folder, text in (
        ("dbt/logs", SOMEBODY),
        ("dbt", "nobody"),
        ("company", f"{SOMEBODY},1"),
        ("dbt-shell", SOMEBODY),
    ):
        (workspace.data_dir / folder).mkdir(parents=True, exist_ok=True)
        (workspace.data_dir / folder / "a.log").write_text(f"said: {text}\n")
    return workspace, naming, other


def test_no_byte_below_the_data_folder_names_them_but_in_files_of_sources_which_are_listed(
    traced: tuple[Workspace, str, str],
):
    workspace, _, other = traced
    assert len(files_naming(workspace, SOMEBODY)) > 3
    left = remove_traces(workspace, _mention([SOMEBODY]))
    assert [path.relative_to(workspace.data_dir) for path in left] == [Path("company/a.log")]
    assert files_naming(workspace, SOMEBODY) == ["company/a.log"]
    assert runs(workspace) == {other}
    assert (workspace.data_dir / "dbt" / "a.log").exists()


def test_a_name_within_another_is_not_meant(traced: tuple[Workspace, str, str]):
    workspace, naming, other = traced
    assert remove_traces(workspace, _mention(["lovelace"])) == []
    assert runs(workspace) == {naming, other}
