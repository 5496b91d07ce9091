"""What says where data are, or makes pseudonyms, is lost: one line with the next step, and nothing begins anew in silence."""

import datetime as dt
import json
from pathlib import Path

import pytest

from orchestration.common.errors import UserError
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.lake.commit import committed, committed_files
from orchestration.publishing.snapshot.store import current_snapshot, repair_current
from tests.support.landing_tools import EVENTS, event, landed, lines, pull, refused

DAY = Window(dt.date(2025, 1, 2), dt.date(2025, 1, 2))


@pytest.fixture
def pulled(workspace: Workspace) -> Path:
    """The pointer of a source that has landed a day; files of the next day are there."""
    lines(workspace, "2025-01-01", event(1))
    pull(workspace, EVENTS, Window(None, dt.date(2025, 1, 1)))
    lines(workspace, "2025-01-02", event(2, time="2025-01-02T10:00:00Z"))
    return workspace.lake / "_committed" / "web.json"


@pytest.mark.parametrize("text", ["", "{", '{"source_id": "web"', "[]", "null", '{"source_id": "web", "pulls": []}'])
def test_a_broken_pointer_is_one_line_and_no_new_history(workspace: Workspace, pulled: Path, text: str):
    pulled.write_text(text)
    told = refused(workspace, EVENTS, DAY)
    assert f"{pulled} cannot be read" in told
    assert "`make backfill`" in told
    assert pulled.read_text() == text


def test_a_missing_pointer_is_one_line_and_no_new_history(workspace: Workspace, pulled: Path):
    pulled.unlink()
    assert f"{pulled} is missing" in refused(workspace, EVENTS, DAY)
    assert not pulled.exists()
    with pytest.raises(UserError, match="is missing"):
        list(committed(workspace.lake))


def test_what_the_line_asks_for_loads_the_source_again(workspace: Workspace, pulled: Path):
    pulled.unlink()
    (workspace.lake / "web").rename(workspace.root / "away")
    pull(workspace, EVENTS, Window(None, dt.date(2025, 1, 2)))
    assert landed(workspace, "events", "event_id") == [("e1",), ("e2",)]


def test_a_source_that_was_never_committed_is_no_lost_one(workspace: Workspace):
    (workspace.lake / "web" / "half").mkdir(parents=True)
    lines(workspace, "2025-01-01", event(1))
    pull(workspace, EVENTS, Window(None, dt.date(2025, 1, 1)))
    assert len(committed_files(workspace.lake, "events")) == 1


def test_a_lost_key_stops_instead_of_making_second_persons(workspace: Workspace, pulled: Path, monkeypatch):
    """With a new key the same person would have two tokens, and forgetting would look for the wrong one."""
    key = workspace.data_dir / "pseudonym.key"
    before = key.read_bytes()
    key.unlink()
    told = refused(workspace, EVENTS, DAY)
    assert f"{key} is missing" in told
    assert not key.exists()
    monkeypatch.setenv("ONBOARDING_PII_KEY", before.decode())
    pull(workspace, EVENTS, DAY)
    assert landed(workspace, "events", "count(distinct user_id)") == [(1,)]


def snapshots(root: Path, *names: str) -> None:
    for name in names:
        (root / "snapshots" / name).mkdir(parents=True)
        (root / "snapshots" / name / "manifest.json").write_text(json.dumps({"data_date": name}))


@pytest.mark.parametrize(
    ("pointer", "how"),
    [
        (None, "is missing"),
        ("", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"path": "x"}', "cannot be read"),
        ('{"snapshot_id": "2026-01-03"}', "names a snapshot that is gone"),
    ],
)
def test_a_lost_pointer_to_what_is_published_is_one_line_and_unlock_repairs_it(
    tmp_path: Path, pointer: str | None, how: str
):
    """Taken for nothing published, the next run would begin a new history."""
    snapshots(tmp_path, "2026-01-01", "2026-01-02")
    if pointer is not None:
        (tmp_path / "current.json").write_text(pointer)
    with pytest.raises(UserError) as error:
        current_snapshot(tmp_path)
    assert how in str(error.value)
    assert "`make unlock` points it to 2026-01-02" in str(error.value)
    repaired = repair_current(tmp_path)
    assert repaired is not None
    assert repaired.folder.name == "2026-01-02"
    found = current_snapshot(tmp_path)
    assert found is not None
    assert found.folder.name == "2026-01-02"
    assert (tmp_path / "current").resolve() == found.folder.resolve()
    assert repair_current(tmp_path) is None


def test_nothing_published_is_no_lost_pointer_and_a_snapshot_without_a_manifest_is_none(tmp_path: Path):
    assert current_snapshot(tmp_path) is None
    (tmp_path / "snapshots" / "half").mkdir(parents=True)
    assert current_snapshot(tmp_path) is None


SUBSCRIPTIONS = """
sources:
  billing: {entity: subscriptions, path: a.csv, columns: {subscription_id: id, account_id: org, valid_from: start}}
"""


@pytest.mark.parametrize(
    ("rows", "vanished"),
    [
        (["1,a,2025-01-01", "2,a,2025-01-01", "3,a,2025-01-02"], 0),
        (["1,a,2025-01-02"], 1),  # 1 in another version; 2 is gone
        ([], 2),
        (["1,a,2025-01-01", "2,,2025-01-01"], 0),  # a row that cannot be used is there all the same
    ],
)
def test_what_a_file_of_everything_held_and_holds_no_more_is_counted(
    workspace: Workspace, rows: list[str], vanished: int
):
    path = workspace.root / "a.csv"
    path.write_text("id,org,start,status\n1,a,2025-01-01,active\n2,a,2025-01-01,active\n")
    pull(workspace, SUBSCRIPTIONS, Window(None, dt.date(2025, 1, 1)))
    path.write_text("".join(f"{line}\n" for line in ["id,org,start,status", *(f"{row},active" for row in rows)]))
    pull(workspace, SUBSCRIPTIONS, DAY)
    counted = landed(workspace, "pulls", "last_date::varchar, n_vanished")
    assert counted == [("2025-01-01", 0), ("2025-01-02", vanished)]
