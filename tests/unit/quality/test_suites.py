"""Expectations, judged by the real Great Expectations on DuckDB."""

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.common.errors import UserError
from orchestration.common.window import Window
from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.landing import assets
from orchestration.landing.config.contract import ENTITIES
from orchestration.quality.judge import great_expectations
from orchestration.quality.suites import Check, Outcome, Suite, load_suites


def suite(*checks: Check) -> Suite:
    return Suite(
        border="landing", dataset="numbers", owner="data", steward="lena.park", description="Numbers", checks=checks
    )


def check(key: str, kind: str, **kwargs: object) -> Check:
    return Check(
        key=key, dimension="validity", severity="critical", rows="landed", type=kind, kwargs=kwargs, why="because"
    )


def judge(judged: Suite, query: str, database: Path | None = None, keys: tuple[str, ...] = ()) -> list[Outcome]:
    with great_expectations(database) as judge_rows:
        return judge_rows(judged, judged.checks, query, keys)


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
    assert [(outcome.check.key, outcome.status) for outcome in outcomes] == [
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


def test_a_failing_row_is_named_by_its_key_and_never_by_its_value():
    rows = "select 'e' || range as event_id, 'ada@example.org' as user_id from range(10)"
    short = check("short", "expect_column_value_lengths_to_be_between", column="user_id", max_value=3)
    (found,) = judge(suite(short), rows, keys=("event_id",))
    assert found.sample_keys == ("e0", "e1", "e2", "e3", "e4")
    assert (found.n_rows, found.n_failing) == (10, 10)
    assert "ada" not in f"{found.detail}{found.sample_keys}"


def test_every_entity_that_lands_has_a_suite_with_owner_steward_volume_and_reasons():
    found = {one.dataset: one for one in load_suites("landing")}
    assert found.keys() == ENTITIES.keys()
    for name, one in found.items():
        assert one.owner, name
        assert one.steward, name
        assert any(item.dimension == "volume" for item in one.checks) or name == "fx_rates", name


def test_every_group_of_marts_that_is_published_has_a_suite_and_the_portfolio_has_one():
    groups = {one.dataset.split(".")[0] for one in load_suites("published")}
    assert groups == {"core", "milestones", "cohorts", "scores", "governance", "portfolio"}


def test_a_workspace_has_its_own_suite_in_place_of_the_shipped_one_and_keeps_the_others(tmp_path: Path):
    own = (PROJECT_ROOT / "expectations" / "landing" / "events.yml").read_text().replace("lena.park", "our.steward")
    (tmp_path / "expectations" / "landing").mkdir(parents=True)
    (tmp_path / "expectations" / "landing" / "events.yml").write_text(own)
    found = {one.dataset: one.steward for one in load_suites("landing", Workspace(tmp_path, tmp_path / "data"))}
    assert found["events"] == "our.steward"
    assert found["tickets"] == "tom.reed"
    assert found.keys() == ENTITIES.keys()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    severity: critical\n", "", "some_events_arrived → severity: Field required"),
        ("severity: critical", "severity: fatal", "some_events_arrived → severity: Input should be"),
        ("    rows: landed", "    rows: mart", "rows is mart, expected one of landed, days, pulls"),
        ("key: account_is_given", "key: some_events_arrived", "two checks have the key some_events_arrived"),
        ("owner: product-analytics", "owner: ''", "owner is empty"),
        ("dataset: events\n", "", "dataset: Field required"),
        ("dataset: events", "dataset: event", "not a suite: unknown dataset event; did you mean 'events'?"),
        ("    severity: critical", "    severty: critical", "some_events_arrived → severty: unknown key"),
        ("checks:", "check:", "check: unknown key"),
        ("  - key: some_events_arrived", "  - - key: some_events_arrived", "not a suite"),
        ("dataset: events", "- dataset", "not a suite"),
    ],
)
def test_a_suite_that_is_not_whole_is_refused_by_file_and_check(tmp_path: Path, old: str, new: str, said: str):
    text = (PROJECT_ROOT / "expectations" / "landing" / "events.yml").read_text()
    assert old in text
    (tmp_path / "expectations" / "landing").mkdir(parents=True)
    (tmp_path / "expectations" / "landing" / "events.yml").write_text(text.replace(old, new, 1))
    with pytest.raises(UserError) as error:
        load_suites("landing", Workspace(tmp_path, tmp_path / "data"))
    assert "events.yml: not a suite" in str(error.value)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "bad",
    [
        check("typo", "expect_column_values_to_be_betwen", column="n", min_value=1),
        check("extra", "expect_column_values_to_be_between", column="n", minimum=1),
        check("nothing", "expect_column_values_to_be_between", min_value=1),
    ],
    ids=lambda bad: bad.key,
)
def test_a_check_that_great_expectations_does_not_know_stops_the_suite_in_one_line(bad: Check):
    good = check("volume", "expect_table_row_count_to_be_between", min_value=1)
    with pytest.raises(UserError, match=rf"expectations/landing: numbers: {bad.key} is no check: ") as error:
        judge(suite(good, bad), "select 1 as n")
    assert "\n" not in str(error.value)


def test_no_rule_is_in_the_expectations_and_in_dbt_as_well(parsed: Workspace):
    """A column's range, its values and whether it is given are tested once."""
    nodes = json.loads((parsed.dbt_target / "manifest.json").read_text())["nodes"]
    kinds = {
        "expect_column_values_to_not_be_null": {"not_null", "complete"},
        "expect_column_values_to_be_between": {"between"},
        "expect_column_values_to_be_in_set": {"accepted_values"},
    }
    tested = {
        (f"{of['schema']}.{of['name']}", column, node["test_metadata"]["name"])
        for node in nodes.values()
        if (of := nodes.get(node.get("attached_node") or "")) and node.get("test_metadata")
        for column in [node["column_name"], *node["test_metadata"]["kwargs"].get("columns", [])]
    }
    twice = [
        (one.dataset, item.key)
        for one in load_suites("published")
        for item in one.checks
        for column in item.columns
        for kind in kinds.get(item.type, ())
        if (one.dataset, column, kind) in tested
    ]
    assert twice == []


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
