"""Fixtures of unit tests."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.workspace import PROJECT_ROOT, Workspace

Edit = Callable[[str, str, str], None]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, tmp_path / "data")


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the project's seeds."""
    return Path(shutil.copytree(PROJECT_ROOT / "seeds", tmp_path / "seeds"))


@pytest.fixture
def edit(seeds: Path) -> Edit:
    """Replace a text that is there once or more."""

    def replaced(name: str, old: str, new: str) -> None:
        text = (seeds / f"{name}.csv").read_text()
        assert old in text
        (seeds / f"{name}.csv").write_text(text.replace(old, new, 1))

    return replaced
