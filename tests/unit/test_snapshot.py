"""The published snapshot: whole or not at all, readable by others, old ones pruned."""

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import UserError
from orchestration.publishing.gate import build_problems, expectation_problems
from orchestration.publishing.snapshot import Mart, Snapshot, current_snapshot, write_snapshot
from orchestration.quality.suites import Outcome

MARTS = [Mart("core", "one"), Mart("scores", "two")]


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema core; create schema scores")
        connection.execute("create table core.one as select 1 as id; create view scores.two as select * from range(3)")
    return path


def publish(warehouse: Path, keep: int = 7, marts: list[Mart] = MARTS) -> Snapshot:
    return write_snapshot(warehouse, marts, warehouse.parent / "published", {"data_date": "2025-01-01"}, keep)


def test_a_snapshot_holds_every_mart_as_parquet_and_in_one_duckdb_file(warehouse: Path):
    snapshot = publish(warehouse)
    assert snapshot.manifest["rows"] == {"core.one": 1, "scores.two": 3}
    assert duckdb.execute(f"select count(*) from '{snapshot.folder}/scores/two.parquet'").fetchone() == (3,)
    with duckdb.connect(str(snapshot.folder / "onboarding.duckdb"), read_only=True) as connection:
        assert connection.execute("select id from core.one").fetchall() == [(1,)]


def test_the_duckdb_file_has_a_format_that_older_versions_read(warehouse: Path):
    header = (publish(warehouse).folder / "onboarding.duckdb").read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 64  # storage version of DuckDB 0.10 to 1.x


def test_current_is_switched_for_people_and_for_programs(warehouse: Path):
    root = warehouse.parent / "published"
    first, second = publish(warehouse), publish(warehouse)
    assert first.folder != second.folder
    assert (root / "current").resolve() == second.folder
    assert json.loads((root / "current.json").read_text())["snapshot_id"] == second.folder.name
    found = current_snapshot(root)
    assert found is not None
    assert found.folder == second.folder


def test_only_so_many_snapshots_are_kept(warehouse: Path):
    for _ in range(4):
        publish(warehouse, keep=2)
    assert len(list((warehouse.parent / "published" / "snapshots").iterdir())) == 2


def test_a_mart_that_cannot_be_read_leaves_current_as_it_was(warehouse: Path):
    before = publish(warehouse).folder
    with pytest.raises(UserError, match="is as it was"):
        publish(warehouse, marts=[*MARTS, Mart("core", "missing")])
    root = warehouse.parent / "published"
    assert (root / "current").resolve() == before
    assert not list(root.glob(".writing-*"))


def test_checksums_in_the_manifest_are_those_of_the_files(warehouse: Path):
    import hashlib

    snapshot = publish(warehouse)
    for name, facts in snapshot.manifest["files"].items():
        assert hashlib.sha256((snapshot.folder / name).read_bytes()).hexdigest() == facts["sha256"]


def test_a_build_that_failed_is_remembered_by_the_gate(tmp_path: Path):
    assert "make run" in build_problems(tmp_path)[0]
    results = [
        {"unique_id": "test.project.scores_add_up", "status": "fail"},
        {"unique_id": "model.p.a", "status": "success"},
    ]
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}))
    assert build_problems(tmp_path) == ["dbt: scores_add_up did not pass"]
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results[1:]}))
    assert build_problems(tmp_path) == []


def test_only_critical_expectations_hold_the_gate():
    outcomes = [
        Outcome("d", "fine", "critical", "passed", ""),
        Outcome("d", "odd", "warning", "failed", "3 rows"),
        Outcome("d", "bad", "critical", "failed", "4 rows"),
        Outcome("d", "broken", "critical", "error", "no such column"),
    ]
    assert expectation_problems(outcomes) == ["d: bad failed (4 rows)", "d: broken error (no such column)"]
