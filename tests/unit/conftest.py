"""Fixtures of unit tests."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from tests.support.postgres_tools import Ask, engine, make_warehouse, running_server

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


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a PostgreSQL that all tests of a process share."""
    with running_server(tmp_path_factory.mktemp("postgres")) as address:
        yield address


@pytest.fixture
def address(postgres_server: str) -> str:
    """A database of the test's own, empty."""
    with engine(postgres_server).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sqlalchemy.text("drop database if exists of_the_test"))
        connection.execute(sqlalchemy.text("create database of_the_test"))
    return sqlalchemy.make_url(postgres_server).set(database="of_the_test").render_as_string(hide_password=False)


@pytest.fixture
def ask(address: str) -> Ask:
    """Ask as the owner, or as somebody else."""

    def asked(sql: str, role: str | None = None) -> list[tuple]:
        with engine(address).begin() as connection:
            if role:
                connection.execute(sqlalchemy.text(f"set local role {role}"))
            found = connection.execute(sqlalchemy.text(sql))
            return [tuple(row) for row in found] if found.returns_rows else []

    return asked


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """A warehouse to publish to PostgreSQL."""
    path = tmp_path / "warehouse.duckdb"
    make_warehouse(path)
    return path
