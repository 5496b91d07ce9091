"""Fixtures of unit tests."""

from pathlib import Path

import pytest

from orchestration.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, tmp_path / "data")
