"""sources.yml: every mistake gets one line that names the place and what was expected."""

import json
from pathlib import Path

import pytest

from orchestration.cli.main import main
from orchestration.cli.show import SCHEMA
from orchestration.common.errors import UserError
from orchestration.common.workspace import PROJECT_ROOT
from orchestration.landing.config.source import SourcesFile
from orchestration.landing.config.sources_file import load_sources

GOOD = "sources:\n  web:\n    entity: events\n    path: e.csv\n"


def problem(tmp_path: Path, text: str) -> str:
    path = tmp_path / "sources.yml"
    path.write_text(text)
    with pytest.raises(UserError) as error:
        load_sources(path, {})
    message = str(error.value)
    assert "\n" not in message
    assert str(path) in message
    return message


def test_the_demo_and_the_example_are_in_order():
    for path in (PROJECT_ROOT / "sources.yml", PROJECT_ROOT / "examples/oulad/sources.yml"):
        assert load_sources(path, {}).sources


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "at least one entry under 'sources'"),
        ("sources: {web: [", "not readable as YAML"),
        (GOOD + "    colums: {}\n", "web.colums: unknown key; did you mean 'columns'?"),
        (GOOD.replace("events", "event"), "unknown entity 'event'; did you mean 'events'?"),
        (
            "sources:\n  web:\n    entity: events\n",
            "web: expected one of `path` (files), `http` (an API) and `sql` (a database)",
        ),
        (GOOD + "    format: xml\n", "'xml' is not one of"),
        (
            GOOD + "    columns: {acount_id: id}\n",
            "columns.acount_id: not a column of events; did you mean 'account_id'?",
        ),
        (GOOD + "    columns: {account_id: 'id +'}\n", "columns.account_id: not readable as SQL"),
        (GOOD + "    columns: {account_id: 'a); drop table x; select (1'}\n", "one SQL expression"),
        (GOOD + "    where: 'and x'\n", "web.where: not readable as SQL"),
        (GOOD + "    query: delete from record\n", "web.query: expected one SQL expression"),
        (GOOD + "    timezone: Europe/Atlantis\n", "unknown time zone 'Europe/Atlantis'"),
        (GOOD.replace("e.csv", "${FOLDER}/e.csv"), "environment variable FOLDER is not set"),
        (GOOD.replace("e.csv", "{a: a.csv, b: b.csv}"), "web.query: required when `path` names several files"),
        (GOOD.replace("web", "Web Site"), "lower case letters"),
        ("pii: [nobody]\n" + GOOD, "pii: unknown canonical column 'nobody'"),
        (GOOD + "    columns: {occurred_at: on}\n", "columns.occurred_at: YAML reads on, off, yes and no"),
        ("pii: [n]\n" + GOOD, "pii: 'n' is no text"),
        (GOOD + "    timezone: America\n", "unknown time zone 'America'"),
        (GOOD + "    event_time: when\n", "web.event_time: not a column of events"),
    ],
)
def test_a_mistake_is_one_line_errors(tmp_path: Path, text: str, told: str):
    assert told in problem(tmp_path, text)


def test_values_from_the_environment_replace_their_names(tmp_path: Path):
    path = tmp_path / "sources.yml"
    path.write_text(GOOD.replace("e.csv", "${FOLDER:-here}/${FILE}"))
    assert load_sources(path, {"FILE": "e.csv"}).sources["web"].path == "here/e.csv"
    assert load_sources(path, {"FILE": "e.csv", "FOLDER": "there"}).sources["web"].path == "there/e.csv"


def test_the_published_schema_is_that_of_the_form():
    assert json.loads(SCHEMA.read_text()) == SourcesFile.model_json_schema()


def test_the_command_line_ends_with_one_line_and_not_zero(tmp_path: Path, monkeypatch, capsys):
    (tmp_path / "sources.yml").write_text(GOOD + "    colums: {}\n")
    monkeypatch.setenv("ONBOARDING_WORKSPACE", str(tmp_path))
    assert main(["backfill"]) == 1
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("error: ")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run", "--date", "soon"], "'--date': 'soon' is not a day; expected YYYY-MM-DD"),
        (["demo", "--accounts", "-1"], "-1 is not in the range x>=1"),
        (["forget"], "expected either --user or --account"),
        (["forget", "--user", "a", "--account", "b"], "expected either --user or --account"),
        (["frobnicate"], "No such command 'frobnicate'"),
    ],
)
def test_wrong_arguments_are_reported_in_one_line(words: list[str], expected: str, capsys):
    assert main(words) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert line.startswith("error: ")
    assert expected in line


def test_a_workspace_without_sources_is_reported(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("ONBOARDING_WORKSPACE", str(tmp_path))
    assert main(["run"]) == 1
    assert "no sources.yml there" in capsys.readouterr().err
