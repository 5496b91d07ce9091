"""Conventions of the tree, checked on the files that git tracks."""

import ast
import re
from pathlib import Path

from orchestration.common.workspace import PROJECT_ROOT
from tests.support.hooks import secret_faults, yaml_faults
from tests.support.tree import tracked


def test_the_top_level_holds_only_what_a_visitor_expects():
    expected = {
        "orchestration",
        "dbt_project",
        "models",
        "expectations",
        "seeds",
        "tests",
        "dagster.yaml",
        "pyproject.toml",
        "README.md",
        "dbt_project.yml",
        "profiles.yml",
        "sources.yml",
        "Makefile",
        "requirements.txt",
        "requirements-dev.txt",
        "requirements-spark.txt",
        "requirements-bench.txt",
        "requirements-tableau.txt",
        ".ci",
        "docs",
        "benchmarks",
        "examples",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        ".gitignore",
        ".sqlfluff",
        ".editorconfig",
        ".pre-commit-config.yaml",
        ".github",
        "SECURITY.md",
    }
    assert {path.relative_to(PROJECT_ROOT).parts[0] for path in tracked()} <= expected


def test_dialects_stop_at_the_macros():
    forbidden = re.compile(
        r"date_diff\(|datediff\(|epoch_us|unnest\(|generate_series|list_|struct_pack|::|qualify", re.I
    )
    for path in tracked("models/**/*.sql", "dbt_project/tests/*.sql"):
        found = forbidden.findall(path.read_text())
        assert not found, (path.name, found)


def test_a_bridge_says_why_it_exists_and_has_both_sides():
    for path in tracked("dbt_project/macros/*.sql"):
        text = path.read_text()
        assert re.match(r"\{# .+", text), path.name
        for bridge in re.findall(r"adapter\.dispatch\('(\w+)'\)", text):
            assert f"macro default__{bridge}(" in text, path.name
            assert f"macro spark__{bridge}(" in text, path.name


def test_every_bridge_that_is_an_expression_has_a_test_that_runs_on_both_engines():
    """The others (files, partitions, seeds, exports) are what `make parity` itself goes through."""
    tests = "".join(path.read_text() for path in tracked("dbt_project/tests/bridges/*.sql"))
    through_parity = {"attach_files", "committed_files", "clear_window", "clear_days", "export_marts"}
    for path in tracked("dbt_project/macros/*.sql"):
        for bridge in re.findall(r"adapter\.dispatch\('(\w+)'\)", path.read_text()):
            assert bridge in through_parity or f"{bridge}(" in tests, bridge


def test_dbt_is_the_only_writer_of_the_warehouse():
    for path in tracked("orchestration/**/*.py"):
        for call in re.findall(r"connect\([^)]*warehouse[^)]*\)?[^\n]*", path.read_text()):
            assert "read_only=True" in call, (path.name, call)
        for call in re.findall(r"attach '\{warehouse\}'[^\"]*", path.read_text()):
            assert "read_only" in call, (path.name, call)


def test_python_files_have_a_charter_and_fit_on_a_few_pages():
    for path in tracked("orchestration/**/*.py"):
        text = path.read_text()
        assert len(text.splitlines()) <= 250, path
        docstring = ast.get_docstring(ast.parse(text)) or ""
        assert docstring, path
        if path.name not in ("__init__.py", "__main__.py", "definitions.py"):
            assert "Does not belong here" in docstring, path


def test_nothing_of_one_machine_is_in_the_tree():
    for path in tracked():
        if path.suffix in (".png", ".svg") or path == Path(__file__):
            continue
        text = path.read_text(errors="ignore")
        assert "--index-url" not in text or path.name in ("pyproject.toml", "Makefile"), path
        assert not re.search(r"https?://(pypi|files\.pythonhosted)", text), path
        assert f"{PROJECT_ROOT}/" not in text, path
        assert Path.home() == Path("/") or f"{Path.home()}/" not in text, path


def test_every_capability_is_accounted_for():
    text = (PROJECT_ROOT / "docs/capabilities.md").read_text()
    numbers = [int(found) for found in re.findall(r"^\| (\d+) \|", text, flags=re.M)]
    assert numbers == list(range(1, 115))


def test_the_readme_names_no_command_that_does_not_exist():
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT_ROOT / "Makefile").read_text(), flags=re.M))
    for path in (PROJECT_ROOT / "README.md", PROJECT_ROOT / "CONTRIBUTING.md", *(PROJECT_ROOT / "docs").glob("*.md")):
        named = set(re.findall(r"(?:`|^ {0,4})make ([a-z-]+)", path.read_text(), flags=re.M))
        assert named <= targets, (path.name, named - targets)


def test_yaml_parses_and_no_file_holds_a_secret():
    for path in tracked():
        if path.suffix in (".yml", ".yaml") and "superset/server" not in str(path):
            assert yaml_faults(path) == []
        if path.suffix not in (".png", ".svg") and not path.name.startswith(("requirements", "package-lock")):
            assert secret_faults(path) == []


def test_what_looks_like_a_secret_is_named_without_repeating_it(tmp_path: Path):
    (tmp_path / "settings.yml").write_text("fine: 1\nkey: AKIA" + "A1B2C3D4E5F6G7H8\n")
    (fault,) = secret_faults(tmp_path / "settings.yml")
    assert fault.endswith("line 2: AWS access key")
    (tmp_path / "broken.yml").write_text("a: [1,\n")
    assert len(yaml_faults(tmp_path / "broken.yml")) == 1


def test_the_index_lists_every_decision_by_its_title():
    folder = PROJECT_ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    for path in sorted(folder.glob("0*.md")):
        title = path.read_text().splitlines()[0]
        assert title.startswith(f"# {int(path.name[:4])}. "), path.name
        assert f"| [{path.name[:4]}]({path.name}) | {title.split('. ', 1)[1]} |" in index, path.name


def test_unit_tests_mirror_the_packages_and_helpers_are_in_one_place():
    for path in tracked("tests/unit/**/*.py"):
        folder = path.parent.relative_to(PROJECT_ROOT / "tests" / "unit")
        assert (PROJECT_ROOT / "orchestration" / folder).is_dir(), path
        assert path.name.startswith(("test_", "__init__", "conftest")), f"{path}: helpers belong into tests/support"
