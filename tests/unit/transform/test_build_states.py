"""Whether a warehouse that several commands built is whole: nothing failed, missing, of another day, or out of order."""

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.common.errors import UserError
from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.transform.build_states import (
    begin_build,
    read_states,
    record_results,
    refuse_the_past,
    warehouse_problems,
)
from orchestration.transform.warehouse_file import open_warehouse

DAY = "2026-06-30"
STAGING, MART, TEST, BRIDGE = "model.p.stg_accounts", "model.p.dim_accounts", "test.p.grain.ab12", "model.p.bridge"
SEED = "seed.p.metrics"


def node(name: str, kind: str, parents: list[str], tags: tuple[str, ...] = ()) -> dict[str, object]:
    depends_on = {"nodes": parents} if kind != "seed" else {"macros": []}
    return {
        "name": name,
        "resource_type": kind,
        "depends_on": depends_on,
        "tags": list(tags),
        "config": {"enabled": True},
    }


MANIFEST = {
    "nodes": {
        STAGING: node("stg_accounts", "model", ["source.p.lake.accounts"]),
        MART: node("dim_accounts", "model", [STAGING]),
        TEST: node("grain", "test", [MART]),
        BRIDGE: node("bridge", "model", [], ("bridge",)),
        SEED: node("metrics", "seed", []),
        "analysis.p.one": node("one", "analysis", []),
    }
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(PROJECT_ROOT, tmp_path)


def run(workspace: Workspace, day: str, at: int, results: dict[str, str], begun: list[str] | None = None) -> None:
    """One dbt command that ended with these results, a second each from `at` o'clock on."""
    begin_build(workspace, begun if begun is not None else list(results), day)
    workspace.dbt_target.mkdir(exist_ok=True)
    found = [
        {
            "unique_id": one,
            "status": status,
            "timing": [] if status == "skipped" else [{"completed_at": f"2026-07-01T{at:02}:00:{second:02}Z"}],
        }
        for second, (one, status) in enumerate(results.items())
    ]
    document = {"metadata": {"generated_at": f"2026-07-01T{at:02}:59:00Z"}, "results": found}
    (workspace.dbt_target / "run_results.json").write_text(json.dumps(document))
    record_results(workspace, day)


def problems(workspace: Workspace, day: str = DAY) -> str:
    return "; ".join(warehouse_problems(read_states(workspace), MANIFEST, day))


GREEN = {SEED: "success", STAGING: "success", MART: "success", TEST: "pass"}


def test_a_whole_build_may_be_published_and_nothing_else_is_asked_of_bridges_and_analyses(workspace: Workspace):
    assert "did not finish stg_accounts, dim_accounts, grain and 1 more" in problems(workspace)
    run(workspace, DAY, 5, GREEN)
    assert problems(workspace) == ""


def test_what_failed_or_was_skipped_stays_so_until_it_is_built_whatever_passes_after_it(workspace: Workspace):
    """The publish gate once read dbt's last command only: one green model, and a failed build was published."""
    run(workspace, DAY, 5, {**GREEN, TEST: "fail"})
    run(workspace, DAY, 6, {STAGING: "success"})
    assert problems(workspace) == "dbt: grain did not pass"
    run(workspace, DAY, 7, {STAGING: "success", MART: "skipped", TEST: "skipped"})
    assert problems(workspace) == "dbt: dim_accounts, grain did not pass"
    run(workspace, DAY, 8, {MART: "success", TEST: "warn"})
    assert problems(workspace) == ""


def test_a_build_that_was_killed_leaves_what_it_had_begun_unfinished(workspace: Workspace):
    run(workspace, DAY, 5, GREEN)
    begin_build(workspace, [MART], DAY)
    (workspace.dbt_target / "run_results.json").unlink()
    record_results(workspace, DAY)
    assert "did not finish dim_accounts;" in problems(workspace)


def test_a_model_that_was_built_again_alone_is_newer_than_what_follows_from_it(workspace: Workspace):
    run(workspace, DAY, 5, GREEN)
    run(workspace, DAY, 6, {STAGING: "success"})
    assert problems(workspace) == "dim_accounts is older than what it is made of; build what follows as well"
    run(workspace, DAY, 7, {MART: "success"})
    assert "grain is older" in problems(workspace)  # it was not tested since
    run(workspace, DAY, 8, {TEST: "pass"})
    assert problems(workspace) == ""


def test_all_nodes_are_of_the_day_that_is_published(workspace: Workspace):
    run(workspace, "2026-06-29", 5, GREEN)
    assert "stg_accounts, dim_accounts, grain and 1 more is not built to it" in problems(workspace)
    run(workspace, DAY, 6, {SEED: "success", STAGING: "success", MART: "success"})
    assert "but grain is not built to it" in problems(workspace)
    assert problems(workspace, "2026-06-29") != ""


def test_no_node_goes_back_to_a_day_before_the_newest(workspace: Workspace):
    refuse_the_past(workspace, "2026-01-01")
    run(workspace, DAY, 5, GREEN)
    refuse_the_past(workspace, DAY)
    refuse_the_past(workspace, "2026-07-01")
    with pytest.raises(UserError, match="2026-06-29 is before 2026-06-30, to which the warehouse is built"):
        refuse_the_past(workspace, "2026-06-29")


def test_a_file_that_is_no_warehouse_is_put_aside_and_nothing_counts_as_built(workspace: Workspace):
    run(workspace, DAY, 5, GREEN)
    duckdb.connect(str(workspace.warehouse)).execute("create table one as select 1").close()
    assert open_warehouse(workspace)
    whole = workspace.warehouse.read_bytes()
    for broken in (b"", whole[:1000], whole[: len(whole) // 2], b"<html>" * 4000):
        run(workspace, DAY, 5, GREEN)
        workspace.warehouse.write_bytes(broken)
        assert not open_warehouse(workspace)
        assert read_states(workspace) == {}
        assert not workspace.warehouse.exists() or broken == b""
        duckdb.connect(str(workspace.warehouse)).close()


def test_a_warehouse_that_is_gone_has_nothing_built(workspace: Workspace):
    run(workspace, DAY, 5, GREEN)
    assert not open_warehouse(workspace)
    assert not read_states(workspace)
