"""Every question of docs/questions.md, asked of the demo's snapshot: in DuckDB, and word for word in PostgreSQL."""

import re
from pathlib import Path

import duckdb
import pytest

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.publishing.postgres.load import publish_to_postgres
from orchestration.publishing.snapshot.store import current_snapshot
from tests.support.postgres_tools import engine, running_server

pytestmark = pytest.mark.pipeline
QUESTIONS = re.findall(
    r"### (\d+)\. (.*?)\n```sql\n(.*?)```", (PROJECT_ROOT / "docs" / "questions.md").read_text(), flags=re.S
)


@pytest.fixture(scope="module")
def answers(built: Workspace) -> dict[int, int]:
    """Question → rows that the snapshot answers."""
    snapshot = current_snapshot(built.published)
    assert snapshot is not None
    with duckdb.connect(str(snapshot.folder / "onboarding.duckdb"), read_only=True) as connection:
        return {int(number): len(connection.execute(query).fetchall()) for number, _, query in QUESTIONS}


def test_there_are_thirty_one_and_a_small_company_answers_nearly_all(answers: dict[int, int]):
    assert list(answers) == list(range(1, 32))
    without = [number for number, n_rows in answers.items() if not n_rows]
    assert len(without) <= 5, without


def test_postgresql_gives_the_same_number_of_rows_to_the_same_words(
    built: Workspace, answers: dict[int, int], tmp_path: Path
):
    with running_server(tmp_path / "postgres") as address:
        publish_to_postgres(address, built.published)
        with engine(address).connect() as connection:
            found = {int(number): len(connection.exec_driver_sql(query).fetchall()) for number, _, query in QUESTIONS}
    assert found == answers
