"""Every entry of examples/connectors has a page that shows it, says what it does, as tested, and what it does not."""

import ast
import re
from pathlib import Path

from orchestration.common.workspace import PROJECT_ROOT
from tests.support.vendor_tools import FOLDER


def test_every_entry_has_a_page_that_shows_it_and_a_test_here():
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*vendors.py"))
    for entry in FOLDER.glob("*.yml"):
        page = PROJECT_ROOT / "docs" / "connectors" / f"{entry.stem}.md"
        assert list((PROJECT_ROOT / "tests" / "schemas").glob(f"{entry.stem}*.json")) or entry.stem == "rudderstack"
        assert f"examples/connectors/{entry.name}" in page.read_text(), entry.name
        assert f'"{entry.stem}"' in tests, entry.name


def shown_by_tests() -> dict[str, set[str]]:
    """Vendor → what tests marked with `does` show."""
    found: dict[str, set[str]] = {}
    for path in Path(__file__).parent.glob("test_*vendors.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "does":
                vendor, *labels = (ast.literal_eval(argument) for argument in node.args)
                found.setdefault(vendor, set()).update(labels)
    return found


def test_a_page_says_that_an_entry_does_what_a_test_shows_and_what_it_does_not():
    shown = shown_by_tests()
    for entry in FOLDER.glob("*.yml"):
        page = (PROJECT_ROOT / "docs" / "connectors" / f"{entry.stem}.md").read_text()
        _, does, does_not = re.split("^## What it does(?: not do)?$", page, flags=re.M)
        lines = re.findall(r"^- (.+)$", does, flags=re.M)
        labels = [re.match(r"\*\*(.+?)\*\*", line) for line in lines]
        assert all(labels), (entry.stem, lines)
        assert {label[1] for label in labels if label} == shown.get(entry.stem), entry.stem
        assert re.findall(r"^- It does not \w+", does_not, flags=re.M), entry.stem
