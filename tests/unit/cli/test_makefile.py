"""What somebody types for a variable of make arrives as it is."""

import os
import subprocess
from pathlib import Path

import pytest

from orchestration.common.workspace import PROJECT_ROOT


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """An environment whose Python prints its arguments, and the workspace."""
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python"
    python.write_text('#!/bin/sh\nshift 2\nprintf "%s\\n" "$@" "workspace $ONBOARDING_WORKSPACE"\n')
    python.chmod(0o755)
    for name in (".installed", ".installed-dev"):
        (tmp_path / name).touch()
    return tmp_path


def made(venv: Path, *words: str, **environment: str) -> list[str]:
    command = ["make", "-s", "-o", f"{venv}/.installed", "-o", f"{venv}/.installed-dev", f"VENV={venv}", *words]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ONBOARDING", "MAKE"))}
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=kept | environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "typed", ["a$b", "a$$b", 'it\'s "x"', "$(id)", "`id`", "$(shell id)", "a b; id", "a\\b", "#a", "ü*"]
)
def test_an_id_arrives_as_typed(venv: Path, typed: str):
    assert made(venv, "forget", f"USER={typed}")[:3] == ["forget", "--user", typed]
    assert made(venv, "forget", f"ACCOUNT={typed}")[:3] == ["forget", "--account", typed]
    assert made(venv, "remap", f"SOURCE={typed}")[:3] == ["remap", "--source", typed]
    assert made(venv, "run", f"WORKSPACE={typed}")[-1] == f"workspace {typed}"
    assert made(venv, "run", WORKSPACE=typed)[-1] == f"workspace {typed}"


def test_nobody_is_forgotten_because_of_who_is_logged_in(venv: Path):
    assert made(venv, "forget", USER="root") == ["forget", "workspace "]


def test_what_is_not_given_is_left_to_its_default_and_metrics_are_several_words(venv: Path):
    assert made(venv, "run") == ["run", "workspace "]
    assert made(venv, "backfill", "FROM=2026-01-01") == ["backfill", "--from", "2026-01-01", "workspace "]
    asked = made(venv, "metrics", "METRICS=mrr nps", "BY=account__region")
    assert asked == ["metrics", "mrr", "nps", "--by", "account__region", "workspace "]
