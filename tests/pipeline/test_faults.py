"""Failures every user meets: healed, or told in one line, and never a wrong number published."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.common.errors import UserError
from orchestration.common.run_lock import run_lock
from orchestration.common.window import Window
from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.publishing.snapshot.store import current_snapshot
from orchestration.runs.daily import run_days
from tests.conftest import BUILT_TO, NEXT_DAY
from tests.support.run_tools import command, published_day

pytestmark = pytest.mark.pipeline
Copy = Callable[[Workspace], Workspace]


def test_a_second_run_at_the_same_time_is_one_line_errors(built: Workspace):
    with run_lock(built.data_dir):
        second = command(built, "run", "--date", NEXT_DAY.isoformat())
        told, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert told.strip().startswith("error: another run is working on")
    assert len(told.strip().splitlines()) == 1


def test_a_warehouse_open_in_another_program_is_reported(built: Workspace, copy_of: Copy, capsys):
    workspace = copy_of(built)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, duckdb, time; c = duckdb.connect(sys.argv[1], read_only=True); "
            "print('open', flush=True); time.sleep(120)",
            str(workspace.warehouse),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert run_days(workspace, NEXT_DAY, NEXT_DAY) == 1
    finally:
        holder.kill()
        holder.wait()
    told = capsys.readouterr().err
    assert "the warehouse is open in another program" in told
    assert published_day(workspace) == BUILT_TO.isoformat()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["run", "--date", "2026-06-01"],
            "2026-06-01 is before 2026-06-26, which is published; to load it again: `make",
        ),
        (
            ["run", "--date", "2026-07-01"],
            "have not been run; do it with `make backfill FROM=2026-06-27 TO=2026-07-01`",
        ),
        (["backfill", "--to", "2026-06-01"], "2026-06-01 is before 2026-06-26"),
        (["backfill", "--from", "2026-07-05", "--to", "2026-07-01"], "FROM=2026-07-05 is after TO=2026-07-01"),
        (["run", "--date", "2999-01-01"], "have not been run"),
    ],
)
def test_days_that_leave_a_gap_or_go_back_are_refused_in_one_line(
    built: Workspace, words: list[str], told: str, capsys
):
    from orchestration.cli.main import main

    os.environ.update(built.environment())
    assert main(words) == 1
    error = capsys.readouterr().err.strip()
    assert told in error
    assert len(error.splitlines()) == 1
    assert published_day(built) == BUILT_TO.isoformat()


def test_a_gate_that_does_not_open_leaves_the_last_good_snapshot(
    built: Workspace, copy_of: Copy, monkeypatch, tmp_path: Path, capsys
):
    from orchestration.publishing.assets import publish

    workspace = copy_of(built)
    before = current_snapshot(workspace.published)
    stricter = tmp_path / "expectations"
    shutil.copytree(PROJECT_ROOT / "expectations", stricter)
    path = stricter / "published" / "account_scores_current.yml"
    text = path.read_text()
    assert "max_value: 95}\n" in text
    path.write_text(text.replace("max_value: 95}", "max_value: 20}").replace("severity: warning", "severity: critical"))
    monkeypatch.setattr(Workspace, "expectations", property(lambda workspace: stricter))
    with pytest.raises(UserError, match="last good snapshot stays: .*mean_score_is_plausible failed"):
        publish(workspace, Window(BUILT_TO, BUILT_TO))
    assert current_snapshot(workspace.published) == before


def test_a_broken_optional_source_and_a_failed_warning_stop_nothing_but_lower_confidence(
    built: Workspace, copy_of: Copy, monkeypatch, tmp_path: Path, capsys
):
    stricter = tmp_path / "expectations"
    shutil.copytree(PROJECT_ROOT / "expectations", stricter)
    path = stricter / "landing" / "events.yml"
    check = {"key": "a_count_is_told", "type": "expect_column_values_to_not_be_null", "kwargs": {"column": "n"}}
    suite = yaml.safe_load(path.read_text())
    suite["checks"].append(
        {**check, "severity": "warning", "why": "To see it fail.", "rows": "landed", "dimension": "validity"}
    )
    path.write_text(yaml.safe_dump(suite))
    monkeypatch.setattr(Workspace, "expectations", property(lambda workspace: stricter))
    workspace = copy_of(built)
    (workspace.data_dir / "company" / "tickets" / f"tickets_{NEXT_DAY}.json").unlink()
    assert run_days(workspace, NEXT_DAY, NEXT_DAY) == 1
    streams = capsys.readouterr()
    assert f"sources.help_desk.path: no file for {NEXT_DAY}" in streams.err
    assert len(streams.err.strip().splitlines()) == 1
    assert published_day(workspace) == NEXT_DAY.isoformat()
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        told = connection.execute(
            "select scored_on, bool_or(confidence = 'high'), coalesce(bool_and(contains(confidence_reason, 'events: a count is told failed on')), false) "
            f"from scores.fct_account_scores where scored_on >= date '{BUILT_TO}' and score is not null group by all "
            "order by all"
        ).fetchall()
    assert told == [(BUILT_TO, True, False), (NEXT_DAY, False, True)]


def test_a_broken_indispensable_source_stops_the_build_but_not_the_landing(built: Workspace, copy_of: Copy, capsys):
    workspace = copy_of(built)
    shutil.rmtree(workspace.data_dir / "company" / "app" / f"date={NEXT_DAY}")
    assert run_days(workspace, NEXT_DAY, NEXT_DAY) == 1
    streams = capsys.readouterr()
    assert f"sources.app_events.path: no file for {NEXT_DAY}" in streams.err
    assert "land   help_desk" in streams.out
    assert published_day(workspace) == BUILT_TO.isoformat()


def test_a_rubric_that_is_wrong_is_named_by_its_row_before_anything_is_run(built: Workspace, tmp_path: Path):
    root = tmp_path / "own"
    shutil.copytree(PROJECT_ROOT / "seeds", root / "seeds")
    shutil.copy(PROJECT_ROOT / "sources.yml", root / "sources.yml")
    rubric = root / "seeds" / "rubric.csv"
    rubric.write_text(rubric.read_text().replace("active_days,8", "active_days,9"))
    workspace = Workspace(root, tmp_path / "data")
    shutil.copytree(built.data_dir, workspace.data_dir, symlinks=True)
    with pytest.raises(UserError, match=r"seeds/rubric.csv line \d+: .* add up to 101, expected 100"):
        run_days(workspace, NEXT_DAY, NEXT_DAY)
    assert published_day(workspace) == BUILT_TO.isoformat()
