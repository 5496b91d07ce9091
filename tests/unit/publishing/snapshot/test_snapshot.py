"""The published snapshot: whole or not at all, readable by others, old ones pruned."""

import hashlib
import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from orchestration.common.errors import UserError
from orchestration.publishing.snapshot.parts import Mart
from orchestration.publishing.snapshot.store import Snapshot, current_snapshot, write_snapshot

MARTS = [Mart("core", "one"), Mart("scores", "two")]


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema core; create schema scores")
        connection.execute("create table core.one as select 1 as id; create view scores.two as select * from range(3)")
    return path


def publish(warehouse: Path, keep: int = 7, marts: list[Mart] = MARTS) -> Snapshot:
    return write_snapshot(warehouse, marts, warehouse.parent / "published", {"data_date": "2025-01-01"}, keep)


def test_a_snapshot_holds_every_mart_as_parquet_and_in_one_duckdb_file(warehouse: Path):
    snapshot = publish(warehouse)
    assert snapshot.manifest["rows"] == {"core.one": 1, "scores.two": 3}
    assert duckdb.execute(f"select count(*) from '{snapshot.folder}/scores/two.parquet'").fetchone() == (3,)
    with duckdb.connect(str(snapshot.folder / "onboarding.duckdb"), read_only=True) as connection:
        assert connection.execute("select id from core.one").fetchall() == [(1,)]


def test_the_duckdb_file_has_a_format_that_older_versions_read(warehouse: Path):
    header = (publish(warehouse).folder / "onboarding.duckdb").read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 64  # storage version of DuckDB 0.10 to 1.x


def test_current_is_switched_for_people_and_for_programs(warehouse: Path):
    root = warehouse.parent / "published"
    first, second = publish(warehouse), publish(warehouse)
    assert first.folder != second.folder
    assert (root / "current").resolve() == second.folder
    assert json.loads((root / "current.json").read_text())["snapshot_id"] == second.folder.name
    found = current_snapshot(root)
    assert found is not None
    assert found.folder == second.folder


def test_only_so_many_snapshots_are_kept(warehouse: Path):
    for _ in range(4):
        publish(warehouse, keep=2)
    assert len(list((warehouse.parent / "published" / "snapshots").iterdir())) == 2


def test_a_mart_that_cannot_be_read_leaves_current_as_it_was(warehouse: Path):
    before = publish(warehouse).folder
    with pytest.raises(UserError, match="is as it was"):
        publish(warehouse, marts=[*MARTS, Mart("core", "missing")])
    root = warehouse.parent / "published"
    assert (root / "current").resolve() == before
    assert not list(root.glob(".writing-*"))


def test_checksums_in_the_manifest_are_those_of_the_files(warehouse: Path):
    snapshot = publish(warehouse)
    for name, facts in snapshot.manifest["files"].items():
        assert hashlib.sha256((snapshot.folder / name).read_bytes()).hexdigest() == facts["sha256"]


DAYS = [Mart("scores", "by_day", "scored_on"), Mart("scores", "none_yet", "scored_on")]


@pytest.fixture
def days(tmp_path: Path) -> Path:
    """Three months of two rows a day, and a mart without rows."""
    path = tmp_path / "days.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create schema scores; create table scores.by_day as select (date '2025-01-01' + (i // 2)::int) as scored_on, "
            "i as value from range(180) as t(i); create table scores.none_yet as from scores.by_day limit 0"
        )
    return path


def test_a_mart_by_day_is_one_file_a_month_and_only_a_changed_month_is_written_again(days: Path):
    first = publish(days, marts=DAYS)
    months = [f"scores/by_day/2025-{month:02}.parquet" for month in (1, 2, 3)]
    assert [name for name in first.manifest["files"] if "by_day" in name] == months
    with duckdb.connect(str(days)) as connection:
        connection.execute("update scores.by_day set value = -1 where scored_on = '2025-02-14' and value % 2 = 0")
    second = publish(days, marts=DAYS)
    is_shared = [(first.folder / name).samefile(second.folder / name) for name in months]
    assert is_shared == [True, False, True]
    for snapshot, expected in ((first, 0), (second, 1)):
        found = duckdb.execute(
            f"select count(*), count_if(value = -1) from '{snapshot.folder}/scores/by_day/*.parquet'"
        )
        assert found.fetchone() == (180, expected)
    assert duckdb.execute(f"select count(*) from '{second.folder}/scores/none_yet/*.parquet'").fetchone() == (0,)


def test_rows_that_change_places_or_repeat_are_reported_apart(days: Path):
    first = publish(days, marts=DAYS)
    with duckdb.connect(str(days)) as connection:  # one row twice more: as an exclusive or it would vanish
        connection.execute(
            "insert into scores.by_day from scores.by_day limit 1; insert into scores.by_day from scores.by_day limit 1"
        )
    second = publish(days, marts=DAYS)
    assert second.manifest["rows"] == {"scores.by_day": 182, "scores.none_yet": 0}
    assert not (first.folder / "scores/by_day/2025-01.parquet").samefile(
        second.folder / "scores/by_day/2025-01.parquet"
    )
    with duckdb.connect(str(days)) as connection:
        connection.execute("alter table scores.by_day rename value to amount")
    third = publish(days, marts=DAYS)
    assert duckdb.execute(f"select count(amount) from '{third.folder}/scores/by_day/*.parquet'").fetchone() == (182,)


def test_where_files_cannot_be_linked_they_are_copied(days: Path, monkeypatch: pytest.MonkeyPatch):
    first = publish(days, marts=DAYS)

    def no_links(*_: object) -> None:
        raise OSError("not supported")

    monkeypatch.setattr("os.link", no_links)
    second = publish(days, marts=DAYS)
    assert second.manifest["files"].keys() == first.manifest["files"].keys()
    assert duckdb.execute(f"select count(*) from '{second.folder}/scores/by_day/*.parquet'").fetchone() == (180,)


KILLED = """
import os, sys
from pathlib import Path
from orchestration.common import atomic_files
from orchestration.publishing.snapshot import parts, store
steps = int(sys.argv[2])
def counted(real):
    def step(*given, **named):
        global steps
        steps -= 1
        if steps < 0:
            os.kill(os.getpid(), 9)
        return real(*given, **named)
    return step
for module in (atomic_files, parts, store):
    for name in ("flush", "replace_file", "write_json", "checked", "write_parts", "_link", "_switch"):
        if hasattr(module, name):
            setattr(module, name, counted(getattr(module, name)))
Path.rename = counted(Path.rename); Path.replace = counted(Path.replace); Path.symlink_to = counted(Path.symlink_to)
folder = Path(sys.argv[1])
marts = [parts.Mart("core", "one"), parts.Mart("scores", "two")]
store.write_snapshot(folder / "warehouse.duckdb", marts, folder / "published", {"data_date": "2025-01-01"}, 2)
"""


def test_a_kill_at_any_step_leaves_a_whole_snapshot_and_the_next_publication_heals(warehouse: Path):
    root = warehouse.parent / "published"
    before = publish(warehouse).folder.name
    n_kills = 0
    for step in range(60):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(warehouse.parent), str(step)],
            check=False,
            capture_output=True,
            text=True,
        )
        found = current_snapshot(root)
        assert found is not None
        for name, facts in found.manifest["files"].items():
            assert hashlib.sha256((found.folder / name).read_bytes()).hexdigest() == facts["sha256"], (step, name)
        assert (root / "current").resolve().is_dir()
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr
        n_kills += 1
    assert n_kills > 15
    assert found.folder.name != before
    publish(warehouse, keep=2)
    assert len(list((root / "snapshots").iterdir())) == 2
    assert not list(root.glob(".writing-*"))


def test_a_full_disk_leaves_current_as_it_was(days: Path):
    before = publish(days, marts=DAYS)
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); from pathlib import Path; "
        "from orchestration.publishing.snapshot.parts import Mart; from orchestration.publishing.snapshot.store import write_snapshot; "
        "folder = Path(sys.argv[1]); write_snapshot(folder / 'days.duckdb', [Mart('scores', 'by_day', 'scored_on')], "
        "folder / 'published', {'data_date': '2025-01-02'})"
    )
    with duckdb.connect(str(days)) as connection:
        connection.execute(
            "insert into scores.by_day select date '2025-05-01', hash(i) >> 1 from range(200_000) as t(i)"
        )
    done = subprocess.run(
        [sys.executable, "-c", limited, str(days.parent)], check=False, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "is as it was" in done.stderr
    assert current_snapshot(days.parent / "published") == before
    assert not list((days.parent / "published").glob(".writing-*"))


def test_readers_who_resolve_current_once_see_one_snapshot_while_others_are_published(warehouse: Path):
    """Each publication raises both marts by one; whoever reads both finds them alike."""
    root = warehouse.parent / "published"
    marts = [Mart("core", "one"), Mart("core", "also_one")]
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table core.also_one as from core.one")
    publish(warehouse, marts=marts)
    seen: list[tuple[int, int, int]] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            found = current_snapshot(root)
            assert found is not None
            with (
                duckdb.connect() as parquet,
                duckdb.connect(str(found.folder / "onboarding.duckdb"), read_only=True) as file,
            ):
                values = [
                    parquet.execute(f"from '{found.folder}/core/{name}.parquet'").fetchall()[0][0]
                    for name in ("one", "also_one")
                ]
                seen.append((*values, file.execute("select id from core.one").fetchall()[0][0]))

    with ThreadPoolExecutor(3) as readers:
        reading = [readers.submit(read) for _ in range(3)]
        for _ in range(12):
            with duckdb.connect(str(warehouse)) as connection:
                connection.execute("update core.one set id = id + 1; update core.also_one set id = id + 1")
            publish(warehouse, keep=3, marts=marts)
        is_over.set()
        for one in reading:
            one.result(timeout=30)
    assert len(seen) > 30
    assert {len(set(values)) for values in seen} == {1}
    assert len({values[0] for values in seen}) > 3
