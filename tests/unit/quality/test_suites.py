"""Expectations, judged by the real Great Expectations on DuckDB."""

from pathlib import Path

import duckdb
import pytest

from orchestration.common.errors import UserError
from orchestration.common.window import Window
from orchestration.landing import assets
from orchestration.quality import suites
from orchestration.quality.suites import Check, Suite, judge, load_suites


def suite(*checks: Check) -> Suite:
    return Suite("landing", "numbers", "lena.park", "Numbers", checks)


def check(key: str, kind: str, **kwargs: object) -> Check:
    return Check(key, kind, dict(kwargs), "critical", "because")


def test_a_check_holds_fails_or_cannot_be_judged_and_each_is_reported_apart():
    outcomes = judge(
        suite(
            check("small", "expect_column_values_to_be_between", column="n", max_value=10),
            check("tiny", "expect_column_values_to_be_between", column="n", max_value=4),
            check("none_missing", "expect_column_values_to_not_be_null", column="n"),
            check("other_column", "expect_column_values_to_not_be_null", column="nope"),
            check("volume", "expect_table_row_count_to_be_between", min_value=1),
            check("letters", "expect_column_values_to_match_regex", column="t", regex="^[a-z]+$"),
        ),
        "select range as n, 'abc' as t from range(10) union all select null, 'a1'",
    )
    assert [(outcome.key, outcome.status) for outcome in outcomes] == [
        ("small", "passed"),
        ("tiny", "failed"),
        ("none_missing", "failed"),
        ("other_column", "error"),
        ("volume", "passed"),
        ("letters", "failed"),
    ]


def test_a_warehouse_is_judged_read_only(tmp_path: Path):
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema scores; create table scores.s as select 50.0 as score")
    good = check("in_range", "expect_column_values_to_be_between", column="score", min_value=0, max_value=100)
    assert [outcome.status for outcome in judge(suite(good), "select * from scores.s", path)] == ["passed"]
    evil = check("evil", "unexpected_rows_expectation", unexpected_rows_query="drop table scores.s")
    judge(suite(evil), "select * from scores.s", path)
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("select count(*) from scores.s").fetchone() == (1,)


def test_every_suite_has_a_steward_a_volume_check_and_a_reason_for_each_check():
    for found in (*load_suites("landing"), *load_suites("published")):
        assert found.steward
        assert any(item.type.startswith("expect_table_row_count") for item in found.checks)
        assert all(item.why for item in found.checks)


def test_an_incomplete_suite_is_reported(tmp_path: Path, monkeypatch):
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "x.yml").write_text("dataset: x\nchecks: [{key: a}]\n")
    monkeypatch.setattr(suites, "EXPECTATIONS", tmp_path)
    with pytest.raises(UserError, match=r"x\.yml: not a suite"):
        load_suites("landing")


def test_a_pull_is_tried_again_when_the_outside_world_stumbles_but_not_when_the_input_is_wrong(monkeypatch):
    tries: list[int] = []

    def stumble(*arguments: object) -> str:
        tries.append(1)
        if len(tries) < 3:
            raise OSError("network is down")
        return "landed"

    monkeypatch.setattr(assets.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(assets, "land_by_request", stumble)
    window = Window(None, None)  # type: ignore[arg-type]
    assert assets.pull_with_retries(None, None, "web", window) == "landed"  # type: ignore[arg-type]

    def wrong(*arguments: object) -> str:
        tries.append(1)
        raise UserError("no such column")

    tries.clear()
    monkeypatch.setattr(assets, "land_by_request", wrong)
    with pytest.raises(UserError, match="no such column"):
        assets.pull_with_retries(None, None, "web", window)  # type: ignore[arg-type]
    assert len(tries) == 1
