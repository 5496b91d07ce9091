"""Files of definitions that are malformed: one line names the file, where it is wrong and what was expected."""

import re
from pathlib import Path

import pytest

from orchestration.common.errors import UserError
from orchestration.common.seed_rows import INHERITED, OPTIONAL, read_rows
from orchestration.common.workspace import Workspace
from orchestration.transform.definitions.check import check_definitions
from orchestration.transform.definitions.seed_form import declared_types
from orchestration.transform.project import project_dir
from tests.unit.conftest import Edit


def assert_refused(seeds: Path, expected: str) -> None:
    with pytest.raises(UserError, match=re.escape(expected)) as error:
        check_definitions(seeds)
    assert all(line.startswith(("seeds/", "the shipped seeds/", "and ")) for line in str(error.value).splitlines())


@pytest.mark.parametrize("name", sorted(declared_types()))
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "seeds/{name}.csv line 1: lacks {first}"),
        (b"id,profile\n1,2\n", "seeds/{name}.csv line 1: lacks {first}"),
        (b"{header}\na,b\n", "seeds/{name}.csv line 2: 2 cells, expected {n} as in the first line"),
        (b"{header}\n\xff\xfe\n", "seeds/{name}.csv: byte {at} is not UTF-8, expected a CSV file in UTF-8"),
        (b'{header}\n"a\n', "seeds/{name}.csv line 2: unexpected end of data, expected CSV"),
    ],
)
def test_any_file_that_is_malformed_is_named(seeds: Path, name: str, content: bytes, expected: str):
    header = ",".join(declared_types()[name])
    (seeds / f"{name}.csv").write_bytes(content.replace(b"{header}", header.encode()))
    first, n = header.split(",")[0], header.count(",") + 1
    assert_refused(seeds, expected.format(name=name, first=first, n=n, at=len(header) + 2))


@pytest.mark.parametrize("name", sorted(declared_types()))
def test_what_is_no_file_is_named(seeds: Path, name: str):
    path = seeds / f"{name}.csv"
    path.unlink()
    path.mkdir()
    assert_refused(seeds, f"seeds/{name}.csv: expected a file")
    path.rmdir()
    path.symlink_to("nowhere.csv")
    assert_refused(seeds, f"seeds/{name}.csv: expected a file")
    path.unlink()
    if name not in INHERITED + OPTIONAL:
        assert_refused(seeds, f"seeds/{name}.csv is missing, expected a file with the columns")


def test_a_column_that_came_later_has_its_default_in_a_workspace_without_it(seeds: Path, tmp_path: Path):
    """Regression: every new column made the workspaces of before unusable."""
    path = seeds / "milestones.csv"
    rows = [{**row} for row in read_rows(path)]
    kept = [column for column in rows[0] if column not in ("is_optional", "line", "file")]
    path.write_text("\n".join([",".join(kept), *(",".join(f'"{row[column]}"' for column in kept) for row in rows)]))
    check_definitions(seeds)
    workspace = Workspace(seeds.parent, tmp_path / "data", "duckdb")
    read = read_rows(project_dir(workspace) / "seeds" / "milestones.csv")
    assert {row["is_optional"] for row in read} == {"false"} and len(read) == len(rows)
    assert [row["rationale"] for row in read] == [row["rationale"] for row in rows]
    path.write_text(path.read_text().replace("milestone_id,", "milestone,", 1))
    assert_refused(seeds, "seeds/milestones.csv line 1: lacks milestone_id and has milestone, expected milestone_id")


@pytest.mark.parametrize("name", ["diagnoses", "milestones", "stages", "metrics", "rubric", "plays", "stewards"])
def test_a_list_without_rows_that_everything_rests_on_is_refused(seeds: Path, name: str):
    """Regression: with no diagnosis, every journey was lost, and nothing said so."""
    path = seeds / f"{name}.csv"
    path.write_text(path.read_text().splitlines()[0] + "\n")
    with pytest.raises(UserError):
        check_definitions(seeds)


def test_a_column_by_its_old_name_is_shown_beside_the_new_one(seeds: Path, edit: Edit):
    edit("rubric", "rubric_version,lifecycle_phase", "version,profile")
    assert_refused(
        seeds,
        "seeds/rubric.csv line 1: lacks rubric_version, lifecycle_phase and has version, profile, expected "
        "rubric_version, lifecycle_phase, metric_id, weight, rationale",
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("diagnoses", "silent,2,", "silent,second,", "line 3: priority second, expected a whole number"),
        ("diagnoses", "silent,2,", "silent,,", "line 3: priority of silent is empty, expected when it is tried"),
        ("diagnosis_rules", "at_least,14", "at_least,--1", "line 3: value --1, expected a whole number"),
        ("diagnosis_rules", "at_least,14", "at_least,99999999999", "line 3: value 99999999999, expected a whole"),
        ("survey_questions", "product,2,", "product,low,", "line 3: friction_at_most low, expected a number"),
        ("survey_questions", "product,2,", "product,nan,", "line 3: friction_at_most nan, expected a number"),
        ("survey_questions", "product,2,", "product,,", "line 3: expected both friction_cause and friction_at_most"),
        ("rubric_versions", "2025-01-01", "01.01.2025", "line 2: effective_from 01.01.2025, expected a day like"),
        ("milestones", ",true,", ",yes,", "line 2: is_step yes, expected true or false"),
    ],
)
def test_a_cell_of_the_wrong_kind_is_named(seeds: Path, edit: Edit, name: str, old: str, new: str, expected: str):
    edit(name, old, new)
    assert_refused(seeds, f"seeds/{name}.csv {expected}")


def test_a_fault_of_rules_that_a_workspace_inherits_names_the_shipped_file(seeds: Path):
    (seeds / "diagnosis_rules.csv").unlink()
    text = (seeds / "diagnoses.csv").read_text()
    (seeds / "diagnoses.csv").write_text(text.replace("silent,2,", "quiet,2,"))
    assert_refused(seeds, "the shipped seeds/diagnosis_rules.csv line 3: diagnosis silent, expected one of")


def test_a_row_is_named_by_the_line_it_begins_at(tmp_path: Path):
    (tmp_path / "a.csv").write_text('id,text\n1,"two\nlines"\n\n2,b\n')
    assert [(row["line"], row["text"]) for row in read_rows(tmp_path / "a.csv")] == [("2", "two\nlines"), ("5", "b")]
