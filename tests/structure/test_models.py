"""Conventions of the models, checked on dbt's manifest."""

import json
import re
from pathlib import Path

import pytest
import yaml

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.landing.config.contract import PERSONAL
from orchestration.publishing.exports.workbook import SHEETS
from orchestration.publishing.site.personal_columns import OF_MARTS
from orchestration.publishing.superset.definitions import DashboardsFile
from orchestration.transform.diagrams import models_page
from orchestration.transform.project import is_mart

LAYERS = ["staging", "intermediate", "marts"]
PREFIXES = {"staging": r"stg_\w+", "intermediate": r"int_\w+", "marts": r"(dim|fct)_\w+|\w+_current"}
# from left to right; a folder reads only folders before it
FOLDERS = ["accounts", "activity", "milestones", "metrics", "scores", "journeys", "plays", "cohorts", "outcomes"]
MARTS = ["core", "milestones", "cohorts", "scores", "outcomes", "governance"]
SOURCE_OF_KNOWLEDGE = {"as_of", "known", "definition"}
# what was known on the last day of a build, and the dated marts that write nothing but that day
OF_THE_LAST_DAY = {"fct_recommended_plays"}


@pytest.fixture(scope="module")
def manifest(parsed: Workspace) -> dict:
    return json.loads((parsed.dbt_target / "manifest.json").read_text())


@pytest.fixture(scope="module")
def models(manifest: dict) -> list[dict]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def path_of(model: dict) -> Path:
    return PROJECT_ROOT / model["original_file_path"]


def test_a_name_tells_the_layer_and_the_folder_is_the_schema(models: list[dict]):
    """A step of a mart (int_) lies beside it in a folder of its own and is not published."""
    for model in models:
        layer, folder = model["fqn"][1:3]
        is_step = layer == "marts" and not is_mart(model)
        assert re.fullmatch(PREFIXES["intermediate" if is_step else layer], model["name"]), model["name"]
        assert model["schema"] == ("intermediate" if is_step else folder if layer == "marts" else layer)
        assert layer != "marts" or folder in MARTS
        assert not is_step or len(model["fqn"]) == 5, model["name"]


def test_yml_sits_beside_each_model_and_describes_every_column(models: list[dict]):
    for model in models:
        assert path_of(model).with_suffix(".yml").exists(), model["name"]
        assert model["description"].startswith("One row per "), model["name"]
        undescribed = [name for name, column in model["columns"].items() if not column["description"]]
        assert not undescribed, (model["name"], undescribed)


def test_every_mart_has_an_enforced_contract_but_the_one_whose_columns_are_rows_of_seeds(models: list[dict]):
    without = {m["name"] for m in models if is_mart(m) and not m["config"]["contract"]["enforced"]}
    assert without == {"fct_account_features"}


def test_a_model_says_why_and_its_grain_and_fits_on_a_page(models: list[dict]):
    for model in models:
        lines = path_of(model).read_text().splitlines()
        assert re.match(r"-- .+\.$", lines[0]), model["name"]
        assert re.match(r"-- Grain: one row per .+\.$", lines[1]), model["name"]
        assert len(lines) <= 120, (model["name"], len(lines))
        assert lines[-1] == "select * from final", model["name"]


def test_the_grain_in_the_comment_is_tested(manifest: dict, models: list[dict]):
    """Very large models are exempt: their grain follows from a group by."""
    exempt = {
        "stg_events",
        "int_event_days",
        "int_action_days",
        "int_metric_observations",
        "int_metric_distinct_spans",
        "int_metric_people",
        "int_milestone_user_days",
        "int_milestone_event_days",
        "int_milestone_reread_events",
    }
    tested = {
        test["attached_node"]: set(test["test_metadata"]["kwargs"]["columns"])
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test" and (test.get("test_metadata") or {}).get("name") == "unique_grain"
    }
    for model in models:
        if model["name"] in exempt:
            continue
        grain = path_of(model).read_text().splitlines()[1].removeprefix("-- Grain: one row per ").rstrip(".")
        assert tested[model["unique_id"]] == set(re.split(r", | and ", grain)), model["name"]


def test_a_unit_test_gives_the_models_own_rows_in_sql(manifest: dict):
    """dbt takes the types of other rows from the table, which a fresh warehouse does not have yet."""
    own_rows = [
        (name, given["format"])
        for name, test in manifest["unit_tests"].items()
        for given in test["given"]
        if given["input"] == "this"
    ]
    assert own_rows
    assert [name for name, form in own_rows if form != "sql"] == []


def test_arrows_point_forward(manifest: dict, models: list[dict]):
    for model in models:
        for parent_id in model["depends_on"]["nodes"]:
            parent = manifest["nodes"].get(parent_id)
            if parent and parent["resource_type"] == "model":
                assert LAYERS.index(parent["fqn"][1]) <= LAYERS.index(model["fqn"][1]), (model["name"], parent["name"])


def test_a_model_reads_by_ref_and_source_only(models: list[dict]):
    """A table named by hand is an arrow that neither dbt nor these tests see."""
    schemas = "|".join(["staging", "intermediate", "definitions", "lake", *MARTS])
    for model in models:
        sql = re.sub(r"--.*", "", path_of(model).read_text())
        assert not re.search(rf'(?i)\b(?:from|join)\s+(?:\w+\.)?"?(?:{schemas})"?\.', sql), model["name"]


def test_a_step_of_a_mart_is_read_in_its_folder_only(manifest: dict, models: list[dict]):
    steps = {m["unique_id"]: m["fqn"][:-1] for m in models if m["fqn"][1] == "marts" and not is_mart(m)}
    for model in models:
        for parent in steps.keys() & set(model["depends_on"]["nodes"]):
            assert model["fqn"][:-1] == steps[parent], (model["name"], parent)


def test_a_folder_of_intermediate_models_reads_only_folders_before_it(manifest: dict, models: list[dict]):
    for model in models:
        for parent_id in model["depends_on"]["nodes"]:
            parent = manifest["nodes"].get(parent_id, {"fqn": ["", ""]})
            if model["fqn"][1] == parent["fqn"][1] == "intermediate":
                assert FOLDERS.index(parent["fqn"][2]) <= FOLDERS.index(model["fqn"][2]), (
                    model["name"],
                    parent["name"],
                )


def test_a_folder_says_what_others_may_read_and_dbt_refuses_the_rest(manifest: dict, models: list[dict]):
    """dbt raises on a ref to a private model of another group; the charter of each group names the others."""
    readers: dict[str, set[str]] = {model["unique_id"]: set() for model in models}
    for node in manifest["nodes"].values():
        for parent in set(node["depends_on"].get("nodes", [])) & readers.keys():
            if node["resource_type"] == "model" or node.get("attached_node") is None:
                readers[parent].add("/".join(node["fqn"][1:-1]))
    for folder in FOLDERS:
        inside = [model for model in models if model["fqn"][1:3] == ["intermediate", folder]]
        charter = manifest["groups"][f"group.onboarding_health_index.{folder}"]["description"]
        shown = {model["name"] for model in inside if model["access"] == "protected"}
        assert {model["group"] for model in inside} == {folder}
        assert {model["access"] for model in inside} <= {"protected", "private"}
        assert shown == {m["name"] for m in inside if readers[m["unique_id"]] - {f"intermediate/{folder}"}}, folder
        assert set(re.findall(r"int_\w+", charter)) == (shown if len(shown) < len(inside) else set()), folder


def test_only_staging_and_governance_read_the_lake(models: list[dict]):
    for model in models:
        reads = {parent.split(".")[-1] for parent in model["depends_on"]["nodes"] if parent.startswith("source.")}
        if model["fqn"][1] != "staging" and "governance" not in model["fqn"]:
            assert reads <= {"build_window"}, model["name"]


def test_events_are_read_once_with_two_exceptions(models: list[dict]):
    readers = {m["name"] for m in models if any(p.endswith(".stg_events") for p in m["depends_on"]["nodes"])}
    assert readers == {"int_event_days", "int_resent_events", "int_milestone_reread_events"}


def test_a_dated_model_reads_only_dated_models(manifest: dict, models: list[dict]):
    """Law 7: whatever carries an as-of day reads what was known by that day, or definitions; never today's tables."""
    time = {model["unique_id"]: model["config"]["meta"].get("time") for model in models}
    assert set(time.values()) <= SOURCE_OF_KNOWLEDGE | {"today", "last_day"}
    for model in models:
        if time[model["unique_id"]] in ("as_of", "known", "last_day"):
            is_of_the_last_day = model["name"] in OF_THE_LAST_DAY or time[model["unique_id"]] == "last_day"
            allowed = SOURCE_OF_KNOWLEDGE | ({"last_day"} if is_of_the_last_day else set())
            for parent in model["depends_on"]["nodes"]:
                if parent in time:
                    assert time[parent] in allowed, (model["name"], parent)


def test_marts_of_today_are_read_by_bi_only(models: list[dict]):
    today = {model["unique_id"] for model in models if model["config"]["meta"].get("time") == "today"}
    for model in models:
        if model["unique_id"] not in today:
            assert not today & set(model["depends_on"]["nodes"]), model["name"]


def texts_of_dashboards() -> dict[str, str]:
    """Dashboard of Superset → the marts and queries that its charts are drawn from."""
    folder = PROJECT_ROOT / "orchestration" / "publishing" / "superset"
    form = DashboardsFile(**yaml.safe_load((folder / "dashboards.yml").read_text()))
    queries = {path.stem: path.read_text() for path in (folder / "datasets").glob("*.sql")}
    names = {slug: [form.charts[chart].dataset for chart in one.charts] for slug, one in form.dashboards.items()}
    return {slug: "\n".join(queries.get(name, name) for name in of_one) for slug, of_one in names.items()}


def test_an_exposure_has_an_owner_and_a_page_and_names_the_marts_that_it_reads(manifest: dict):
    readers = {
        "worklist_and_portfolio_workbooks": "".join(sheet.query for sheet in SHEETS),
        "attention_table": (PROJECT_ROOT / "orchestration" / "publishing" / "exports" / "run_summary.py").read_text(),
        "thirty_questions": (PROJECT_ROOT / "docs" / "questions.md").read_text(),
    }
    readers |= {slug.replace("-", "_"): text for slug, text in texts_of_dashboards().items()}
    site = PROJECT_ROOT / "orchestration" / "publishing" / "site"
    readers["onboarding_site"] = "".join(
        path.read_text() for path in [*site.rglob("*.py"), *site.rglob("*.sql"), *site.rglob("*.html")]
    )
    exposures = {exposure["name"]: exposure for exposure in manifest["exposures"].values()}
    assert exposures.keys() == readers.keys()
    for name, text in readers.items():
        read = set(re.findall(rf"\b(?:{'|'.join(MARTS)})\.((?:dim|fct)_\w+|\w+_current)\b", text))
        named = {one.rsplit(".", 1)[-1] for one in exposures[name]["depends_on"]["nodes"]}
        assert named == read, name
        assert exposures[name]["owner"]["name"], name
        assert (PROJECT_ROOT / exposures[name]["url"].split("#")[0]).exists(), name


def test_the_pictures_of_the_models_are_those_of_the_manifest(manifest: dict):
    page = models_page(manifest)
    assert (PROJECT_ROOT / "docs" / "models.md").read_text() == page, "run `python -m orchestration diagrams`"
    assert "intermediate_metrics -->|1| intermediate_scores" in page
    assert "dim_accounts ||--o{ fct_tickets : account_id" in page


def test_a_mart_exists_when_the_table_of_questions_names_it(manifest: dict):
    """README names every published mart, and no other."""
    named = re.findall(rf"`((?:{'|'.join(MARTS)})\.\w+)`", (PROJECT_ROOT / "README.md").read_text())
    marts = {f"{node['schema']}.{node['name']}" for node in manifest["nodes"].values() if is_mart(node)}
    assert set(named) == marts


def test_docs_name_no_model_that_does_not_exist(models: list[dict]):
    """The glossary and records of decisions also name what was before."""
    names = {model["name"] for model in models}
    pages = [*(PROJECT_ROOT / "docs").glob("*.md"), PROJECT_ROOT / "README.md", PROJECT_ROOT / "CONTRIBUTING.md"]
    for path in pages:
        if path.name != "glossary.md":
            found = set(re.findall(r"\b(?:fct|dim|int|stg)_[a-z0-9]\w*\b", path.read_text()))
            assert found <= names, (path.name, found - names)


def test_a_column_of_a_mart_with_a_personal_name_is_hidden_or_known_to_be_a_plain_word(models: list[dict]):
    plain = {("scores.fct_alerts", "subject")}
    named = {
        (f"{model['schema']}.{model['name']}", column)
        for model in models
        if is_mart(model)
        for column in model["columns"]
        if column in {*PERSONAL, "annotation"}
    }
    assert named == plain | {(mart, column) for mart, columns in OF_MARTS.items() for column in columns}
