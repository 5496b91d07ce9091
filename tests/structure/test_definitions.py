"""Dagster's side of the house: what is wired, and that settings keep data at home."""

import csv

import pytest
import yaml

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.definitions import DAILY_JOB, build_defs


@pytest.fixture(scope="module")
def defs(parsed: Workspace):
    return build_defs(parsed)


@pytest.fixture(scope="module")
def graph(defs):
    return defs.resolve_asset_graph()


def test_the_definitions_load_with_one_asset_per_source_and_model(graph):
    keys = {key.to_user_string() for key in graph.get_all_asset_keys()}
    assert {"landing/app_events", "lake/events", "core/dim_accounts", "scores/fct_account_scores"} <= keys
    assert {"publishing/snapshot", "definitions/rubric"} <= keys


def test_folder_is_group(graph):
    for key in graph.get_all_asset_keys():
        group = graph.get(key).group_name
        if key.path[0] == "intermediate":
            (path,) = (PROJECT_ROOT / "models").rglob(f"{key.path[1]}.sql")
            layer, folder = path.relative_to(PROJECT_ROOT / "models").parts[:2]
            assert group == (f"intermediate_{folder}" if layer == "intermediate" else folder), key
        else:
            assert group == key.path[0], key


def test_data_flows_from_the_source_to_the_snapshot(graph):
    from dagster import AssetKey

    def above(key: AssetKey) -> set[AssetKey]:
        parents = graph.get(key).parent_keys
        return set(parents).union(*(above(parent) for parent in parents)) if parents else set()

    ancestors = above(AssetKey(["publishing", "snapshot"]))
    assert AssetKey(["landing", "app_events"]) in ancestors
    assert AssetKey(["definitions", "rubric"]) in ancestors


def test_readers_of_the_marts_are_nodes_downstream_of_them(graph):
    from dagster import AssetKey

    workbooks = graph.get(AssetKey(["exposures", "worklist_and_portfolio_workbooks"]))
    assert AssetKey(["scores", "fct_recommended_plays"]) in workbooks.parent_keys
    assert workbooks.owners == ["team:customer-success"]
    assert not workbooks.is_executable


def test_checks_of_dbt_landing_and_both_borders_are_asset_checks(graph):
    names = {f"{key.asset_key.to_user_string()}:{key.name}" for key in graph.asset_check_keys}
    assert "landing/app_events:every_record_accounted_for" in names
    assert "lake/events:some_events_arrived" in names
    assert "publishing/snapshot:portfolio_mrr_is_no_other_unit" in names
    assert "scores/fct_account_scores:one_row_per_account_id_and_scored_on_and_rubric_version" in names
    assert "scores/account_scores_current:score_is_between_0_and_100" in names


def test_a_daily_schedule_stands_ready(defs):
    schedule = next(iter(defs.schedules or []))
    assert schedule.job.name == DAILY_JOB


def test_telemetry_is_off():
    assert yaml.safe_load((PROJECT_ROOT / "dagster.yaml").read_text())["telemetry"] == {"enabled": False}
    flags = yaml.safe_load((PROJECT_ROOT / "dbt_project.yml").read_text())["flags"]
    assert flags["send_anonymous_usage_stats"] is False


def test_every_change_that_is_called_harmless_is_of_a_model_and_says_why():
    with (PROJECT_ROOT / "tests" / "mutation" / "harmless.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    models = {path.stem for path in (PROJECT_ROOT / "models").rglob("*.sql")}
    assert {row["model"] for row in rows} <= models
    assert all(len(row["why"].split()) >= 4 for row in rows)
    keys = [tuple(row[name] for name in ("model", "place", "kind", "before", "after")) for row in rows]
    assert len(keys) == len(set(keys))
