"""What counts as a difference between two builds, and what is said when an engine cannot run."""

from pathlib import Path

import duckdb
import pytest

from orchestration.common.errors import UserError
from orchestration.parity.compare import Difference, compare_marts
from orchestration.transform.engines import check_engine, java_problem

ROWS = "(1, date '2026-01-04', 'a', 0.5::double, 1.2345::decimal(9, 4)), (2, date '2026-01-05', null, null, null)"


def mart(path: Path, rows: str, order: str = "id") -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema scores")
        connection.execute(
            f"create table scores.one as from (values {rows}) as v (id, scored_on, t, f, d) order by {order}"
        )
    return path


def compared(tmp_path: Path, left: str, right: str, days_of_left_only: tuple[str, ...] = ()) -> Difference:
    files = mart(tmp_path / "left.duckdb", left), mart(tmp_path / "right.duckdb", right)
    return compare_marts(*files, {"scores.one": ["id", "scored_on"]}, days_of_left_only)[0]


def test_the_same_rows_in_another_order_are_equal(tmp_path: Path):
    files = mart(tmp_path / "left.duckdb", ROWS), mart(tmp_path / "right.duckdb", ROWS, "id desc")
    assert compare_marts(*files, {"scores.one": ["id", "scored_on"]})[0].is_equal


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("'a'", "'b'", "t: 1 rows, e.g. a against b"),
        ("0.5::double", "0.500000002::double", "f: 1 rows"),
        ("0.5::double", "null::double", "f: 1 rows, e.g. 0.5 against None"),
        ("1.2345", "1.2347", "d: 1 rows"),
        ("(1, date", "(3, date", "2 keys on one side only"),
        ("'a'", "7", "columns or types differ"),
    ],
)
def test_a_changed_value_key_or_type_is_a_difference(tmp_path: Path, old: str, new: str, told: str):
    found = compared(tmp_path, ROWS, ROWS.replace(old, new))
    assert not found.is_equal
    assert told in str(found)


def test_floats_may_differ_in_the_tenth_digit_and_decimals_by_one_unit(tmp_path: Path):
    near = ROWS.replace("0.5::double", "0.5000000001::double").replace("1.2345", "1.2346")
    assert compared(tmp_path, ROWS, near).is_equal


def test_a_missing_row_is_a_difference(tmp_path: Path):
    assert "1 keys on one side only" in str(compared(tmp_path, ROWS, ROWS.split("), (", maxsplit=1)[0] + ")"))


def test_days_that_only_daily_runs_score_are_left_out_where_asked(tmp_path: Path):
    more = f"{ROWS}, (1, date '2026-01-06', 'a', 0.5::double, 1.2345::decimal(9, 4))"
    assert compared(tmp_path, ROWS, more, ("scores.one",)).is_equal
    (tmp_path / "again").mkdir()
    assert not compared(tmp_path / "again", ROWS, more).is_equal


def test_a_target_that_does_not_exist_is_reported_with_those_that_do():
    with pytest.raises(UserError, match="target 'sparc' does not exist; expected one of duckdb, spark"):
        check_engine("sparc")


def test_missing_or_old_java_is_reported_with_the_package_to_install(tmp_path: Path):
    assert "there is no Java on this machine; install Java 17" in (java_problem({"PATH": str(tmp_path)}) or "")
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old.chmod(0o755)
    assert "is Java 11; install Java 17" in (java_problem({"JAVA_HOME": str(tmp_path)}) or "")
