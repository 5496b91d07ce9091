"""Fixtures shared by all tests: small workspaces, made once and copied for tests that change them."""

import datetime as dt
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from tests.support.parse_tools import kept_parsed
from tests.support.warehouse_tools import ask

BUILT_TO = dt.date(2026, 6, 26)
NEXT_DAY = BUILT_TO + dt.timedelta(1)


# the longest first; what they share is made by the first of them, while the other process runs what needs none of it
LONGEST = ("test_parity.py", "test_daily_runs.py", "unit", "test_plays.py", "test_faults.py", "test_demo_run.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two processes take files in this order, and neither waits for the other."""

    def rank(item: pytest.Item) -> int:
        found = [number for number, name in enumerate(LONGEST) if name in item.path.parts]
        return found[0] if found else len(LONGEST)

    items.sort(key=rank)


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    """A run sets environment variables; no test sees another's."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first process which needs it makes; tests run in two, and both read it."""
    in_worker = "PYTEST_XDIST_WORKER" in os.environ
    folder = (factory.getbasetemp().parent if in_worker else factory.getbasetemp()) / name
    done = folder.with_name(f"{name}.done")
    with folder.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of a small demo company."""
    from orchestration.demo.write import write_demo

    def make(folder: Path) -> None:
        write_demo(folder / "company", accounts=50, seed=11, report=lambda line: None)

    return made_once(tmp_path_factory, "company", make) / "company"


def data_of(company: Path, data_dir: Path, parsed: Workspace) -> Workspace:
    """A workspace whose data folder holds a copy of the company and a key of its own, alike in all tests."""
    shutil.copytree(company, data_dir / "company")
    shutil.copytree(parsed.dbt_target, data_dir / "dbt")
    (data_dir / "pseudonym.key").write_text("a key for tests")
    return kept_parsed(Workspace(PROJECT_ROOT, data_dir))


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace of which nothing but dbt's manifest is made."""
    from orchestration.transform.project import current_manifest

    return _made(tmp_path_factory, "parsed", lambda folder: current_manifest(Workspace(PROJECT_ROOT, folder)))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, company: Path, parsed: Workspace) -> Workspace:
    """The small demo company, scored and published up to a Friday. Tests must not change it."""
    return _made(tmp_path_factory, "built", lambda folder: _run(data_of(company, folder, parsed), None, BUILT_TO))


@pytest.fixture(scope="session")
def built_next(tmp_path_factory: pytest.TempPathFactory, built: Workspace) -> Workspace:
    """The same after the following day, run by itself. Tests must not change it."""

    return _made(tmp_path_factory, "built_next", lambda folder: _run(copy_to(folder, built), NEXT_DAY, NEXT_DAY))


def _run(workspace: Workspace, first: dt.date | None, last: dt.date) -> None:
    from orchestration.runs.daily import run_days

    assert run_days(workspace, first, last) == 0


def _made(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Workspace:
    """A workspace made once; what runs write to the environment is taken back."""
    before = dict(os.environ)
    folder = made_once(factory, name, make)
    os.environ.clear()
    os.environ.update(before)
    return Workspace(PROJECT_ROOT, folder)


def copy_to(folder: Path, workspace: Workspace) -> Workspace:
    """The workspace with an own copy of its data in `folder`."""
    shutil.copytree(workspace.data_dir, folder, symlinks=True, dirs_exist_ok=True)
    return kept_parsed(Workspace(workspace.root, folder))


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Workspace], Workspace]:
    """Make an own copy of a workspace's data."""
    return partial(copy_to, tmp_path / "copy")


@pytest.fixture
def query(built: Workspace) -> Callable[[str], list[tuple]]:
    """Ask the built warehouse."""
    return partial(ask, built)
