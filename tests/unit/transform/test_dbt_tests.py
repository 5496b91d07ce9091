"""What is said of dbt's tests, of who answers for them, and rows of marts."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration.common.workspace import Workspace
from orchestration.transform.dbt_tests import arguments_of, name_of, reason_of
from orchestration.transform.row_counts import row_counts
from orchestration.transform.stewards import steward_of


def node(kind: str = "", sql: str = "select 1", **arguments: object) -> dict[str, Any]:
    metadata = {"name": kind, "kwargs": {"model": "{{ get_where_subquery(ref('m')) }}", **arguments}} if kind else None
    return {"name": "dbt_s_own_name", "test_metadata": metadata, "raw_code": sql, "description": ""}


@pytest.mark.parametrize(
    ("test", "name"),
    [
        (node("unique_grain", columns=["account_id", "scored_on"]), "one_row_per_account_id_and_scored_on"),
        (node("unique_grain", columns=["a", "b", "c", "d"]), "grain_is_unique"),
        (node("complete", columns=["a"]), "a_is_given"),
        (node("between", column_name="score", low=-0.5, high=100), "score_is_between_minus_0_5_and_100"),
        (node("relationships", column_name="csm_id", to="ref('csms')", field="csm_id"), "csm_id_is_in_csms"),
        (node(), "dbt_s_own_name"),
    ],
)
def test_a_test_is_called_by_what_it_says_of_its_model(test: Mapping[str, Any], name: str):
    assert name_of(test) == name


def test_arguments_are_told_in_words_and_the_model_is_not():
    assert arguments_of(node("between", column_name="score", low=0, high=100)) == {
        "column": "score",
        "low": "0",
        "high": "100",
    }
    assert arguments_of(node("relationships", column_name="a", to="ref('csms')"))["to"] == "csms"
    assert arguments_of(node("accepted_values", column_name="a", values=["x", "y"]))["values"] == "x, y"
    assert arguments_of(node()) == {}


def test_a_reason_is_the_whole_comment_with_which_the_sql_begins():
    """Regression: of a comment of two lines the first was published, which ended in the middle."""
    assert reason_of(node(sql="\n-- Two tables:\n-- they agree.\n\nselect 1 -- never")) == "Two tables: they agree."
    assert reason_of(node("not_null", column_name="a")).startswith("What is missing")


def test_who_answers_is_the_nearest_and_in_the_end_the_one_who_answers_for_all():
    stewards = {"scores": {"owner": "cs"}, "events": {"owner": "product"}, "all": {"owner": "data"}}
    assert steward_of({"name": "stg_events", "fqn": ["p", "staging", "stg_events"]}, stewards)["owner"] == "product"
    assert steward_of({"name": "fct_x", "fqn": ["p", "marts", "scores", "fct_x"]}, stewards)["owner"] == "cs"
    assert steward_of({"name": "int_x", "fqn": ["p", "intermediate", "int_x"]}, stewards)["owner"] == "data"
    assert steward_of({"name": "int_x", "fqn": ["p", "int_x"]}, {}) == {}


def test_rows_are_told_of_tables_that_were_asked_for_and_nothing_of_views_or_of_no_warehouse(workspace: Workspace):
    asked = {dg.AssetKey(["core", name]) for name in ("t", "v")}
    assert list(row_counts(workspace, asked)) == []
    workspace.warehouse.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(workspace.warehouse)) as connection:
        connection.execute(
            "create schema core; create table core.t as from range(7); create table core.other as from range(2)"
        )
        connection.execute("create view core.v as from core.t")
    (told,) = row_counts(workspace, asked)
    assert (told.asset_key.path, told.metadata["dagster/row_count"].value) == (["core", "t"], 7)
