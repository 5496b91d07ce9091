"""Scores of record: written once, held against every later build, restated only on a steward's word."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.common.errors import UserError
from orchestration.common.workspace import Workspace
from orchestration.publishing.snapshot.ledger import permit_once, record_scores

SUNDAY, LAST = dt.date(2026, 6, 7), dt.date(2026, 6, 14)
Build = Callable[..., None]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with one steward and an empty lake."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "stewards.csv").write_text("dataset,owner,steward,team\nscores,cs,maya.ortiz,cs\n")
    restate(tmp_path)
    (tmp_path / "data" / "lake" / "_committed").mkdir(parents=True)
    (tmp_path / "data" / "lake" / "_committed" / "usage.json").write_text(
        '{"source_id": "usage", "pulls": [], "files": []}'
    )
    return Workspace(tmp_path, tmp_path / "data")


def restate(root: Path, *lines: str) -> None:
    (root / "seeds" / "restatements.csv").write_text("\n".join(["from_date,to_date,reason,approved_by", *lines]) + "\n")


@pytest.fixture
def build(workspace: Workspace) -> Build:
    """Make a warehouse whose published scores are these, account to score, on both Sundays."""

    def built(version: int = 1, **scores: float | None) -> None:
        workspace.warehouse.unlink(missing_ok=True)
        with duckdb.connect(str(workspace.warehouse)) as connection:
            connection.execute(
                "create schema scores; create table scores.fct_account_scores (account_id varchar, scored_on date, "
                "rubric_version integer, score decimal(9, 4), band varchar, is_published boolean)"
            )
            for account, score in scores.items():
                for day in (SUNDAY, LAST):
                    row = [account, day, version, score, "steady"]
                    connection.execute("insert into scores.fct_account_scores values (?, ?, ?, ?, ?, true)", row)
                    row = [account, day, version + 1, 1.0, "critical"]
                    connection.execute("insert into scores.fct_account_scores values (?, ?, ?, ?, ?, false)", row)

    return built


def record(workspace: Workspace) -> int:
    return record_scores(workspace, None, LAST, "1.0+abc")


def ledger(workspace: Workspace, columns: str) -> list[tuple]:
    files = f"{workspace.lake}/_ledger/scores/*.parquet"
    return duckdb.execute(f"select {columns} from read_parquet('{files}') order by all").fetchall()


def test_published_scores_are_recorded_once_with_code_and_inputs(workspace: Workspace, build: Build):
    build(a=61.5, b=None)
    assert record(workspace) == 4
    assert record(workspace) == 0
    rows = ledger(workspace, "account_id, score, restatement_no, code_version, inputs")
    assert [row[:3] for row in rows] == [("a", 61.5, 0), ("a", 61.5, 0), ("b", None, 0), ("b", None, 0)]
    ((code, inputs),) = {row[3:] for row in rows}
    assert code == "1.0+abc"
    manifest = json.loads((workspace.lake / "_ledger" / "inputs" / f"{inputs}.json").read_text())
    assert [state["source_id"] for state in manifest] == ["usage"]


def test_a_build_that_disagrees_is_refused_and_nothing_is_written(workspace: Workspace, build: Build):
    build(a=61.5, b=70)
    record(workspace)
    build(a=61.5, b=71)
    with pytest.raises(UserError, match=r"2 scores from 2026-06-07 to 2026-06-14 .*account b on 2026-06-07: 70.* 71"):
        record(workspace)
    assert len(ledger(workspace, "account_id")) == 4
    assert list((workspace.lake / "_ledger" / "scores").glob(".*")) == []


def test_a_score_that_vanished_and_one_of_another_version_disagree_too(workspace: Workspace, build: Build):
    build(a=61.5, b=70)
    record(workspace)
    build(a=61.5)
    with pytest.raises(UserError, match="account b"):
        record(workspace)
    build(version=2, a=61.5, b=70)
    with pytest.raises(UserError, match="4 scores"):
        record(workspace)


def test_the_rounding_of_another_engine_is_no_disagreement(workspace: Workspace, build: Build):
    build(a=61.5)
    record(workspace)
    build(a=61.5004)
    assert record(workspace) == 0


def test_a_restatement_on_a_stewards_word_stands_beside_what_was_published(workspace: Workspace, build: Build):
    build(a=61.5)
    record(workspace)
    build(a=65)
    restate(workspace.root, "2026-06-07,2026-06-07,Wrong unit of imports,maya.ortiz")
    with pytest.raises(UserError, match="1 scores from 2026-06-14"):
        record(workspace)
    restate(workspace.root, "2026-06-01,2026-06-30,Wrong unit of imports,maya.ortiz")
    assert record(workspace) == 2
    assert record(workspace) == 0
    assert ledger(workspace, "restatement_no, score, reason, approved_by")[-1] == (
        1,
        65,
        "Wrong unit of imports",
        "maya.ortiz",
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2026-06-01,2026-06-30,,maya.ortiz", "line 2: expected a reason"),
        ("2026-06-01,2026-06-30,Because,somebody", "in approved_by one of maya.ortiz"),
        ("June,2026-06-30,Because,maya.ortiz", "line 2: .* expected days like"),
    ],
)
def test_a_restatement_that_lacks_something_is_named_by_its_line(
    workspace: Workspace, build: Build, line: str, expected: str
):
    build(a=61.5)
    restate(workspace.root, line)
    with pytest.raises(UserError, match=expected):
        record(workspace)


def test_forgetting_somebody_permits_one_restatement(workspace: Workspace, build: Build):
    build(a=61.5, b=70)
    record(workspace)
    build(a=62)
    permit_once(workspace.lake, "somebody was forgotten on request")
    record(workspace)
    build(a=63)
    with pytest.raises(UserError, match="account a"):
        record(workspace)
