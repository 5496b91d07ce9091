"""What becomes of corrupted input, one corruption at a time, and of clean days: the tables of docs/quality.md."""

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.demo.write import write_demo
from tests.corruptions.changes import CORRUPTIONS
from tests.corruptions.company import as_of
from tests.corruptions.judge import Verdict, landed, prepare, run_landing, verdict
from tests.support.docs_tables import assert_documented

pytestmark = pytest.mark.heavy
DAY = dt.date(2026, 6, 16)
CLEAN_DAYS = 30


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of sixty accounts."""
    folder = tmp_path_factory.mktemp("company") / "files"
    write_demo(folder, accounts=60, seed=7, report=lambda line: None)
    return folder


def _verdicts(company: Path, prepared: dict[int, Workspace], folder: Path, part: int, parts: int) -> list[Verdict]:
    """Every `parts`-th corruption, in a process of its own: Great Expectations keeps what it has seen."""
    chosen = CORRUPTIONS[part::parts]
    clean = Workspace(prepared[1].root, folder / "clean")
    shutil.copytree(prepared[1].data_dir, clean.data_dir)
    as_of(company, clean.data_dir / "company", DAY)
    as_it_is = landed(run_landing(clean, Window(DAY, DAY))[0])
    return [
        verdict(prepared[one.days], company, folder / f"try{number}", one, DAY, as_it_is)
        for number, one in enumerate(chosen)
    ]


@pytest.fixture(scope="module")
def verdicts(company: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Verdict]:
    folder = tmp_path_factory.mktemp("corruptions")
    prepared = {
        days: prepare(company, folder / f"before{days}", DAY, days) for days in {one.days for one in CORRUPTIONS}
    }
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        parts = [processes.submit(_verdicts, company, prepared, folder / str(n), n, 6) for n in range(6)]
        found = [one for part in parts for one in part.result()]
    order = {one.name: number for number, one in enumerate(CORRUPTIONS)}
    return sorted(found, key=lambda one: order[one.corruption])


def test_of_eighty_corruptions_nineteen_in_twenty_are_stopped_or_marked_and_the_others_change_nothing(
    verdicts: list[Verdict],
):
    counts = Counter(one.outcome for one in verdicts)
    print(dict(counts))
    assert len(verdicts) >= 60
    assert not [one.corruption for one in verdicts if one.outcome == "silent"]
    assert counts["stopped"] + counts["marked"] >= 0.95 * (len(verdicts) - counts["harmless"])
    assert_documented(
        "corruptions",
        ("what goes wrong", "what becomes of it", "caught by"),
        ((one.corruption, one.outcome, ", ".join(one.caught_by[:3]).replace("_", " ")) for one in verdicts),
        page="quality.md",
    )


def warnings_of(company: Path, workspace: Workspace, first: dt.date, n_days: int) -> list[str]:
    """What is warned of on clean days, of which none may stop a run; five days in a process of their own."""
    told: list[str] = []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        for start in range(0, n_days, 5):
            days = [first + dt.timedelta(number) for number in range(start, min(start + 5, n_days))]
            told += processes.submit(_warnings, company, workspace, days).result()
    return told


def _warnings(company: Path, workspace: Workspace, days: list[dt.date]) -> list[str]:
    told = []
    for day in days:
        as_of(company, workspace.data_dir / "company", day)
        _, found = run_landing(workspace, Window(day, day))
        assert not [one for one in found if one[0] == "critical"], (day, found)
        told += [f"{day} {one[2]}" for one in found if one[0] == "warning"]
    return told


def test_clean_days_stop_nothing_and_warn_at_most_once_a_week(company: Path, tmp_path: Path):
    first = DAY - dt.timedelta(CLEAN_DAYS - 1)
    workspace = prepare(company, tmp_path / "clean", first)
    told = warnings_of(company, workspace, first, CLEAN_DAYS)
    print(f"{len(told)} warnings on {CLEAN_DAYS} clean days: {told}")
    assert len(told) <= CLEAN_DAYS / 7


def test_a_company_of_thirty_accounts_is_never_stopped(tmp_path: Path, made: Callable[[int, int], Path]):
    small, first = made(30, 3), DAY - dt.timedelta(7)
    warnings_of(small, prepare(small, tmp_path / "small", first), first, 7)


@pytest.fixture
def made(tmp_path: Path) -> Callable[[int, int], Path]:
    def make(accounts: int, seed: int) -> Path:
        write_demo(tmp_path / "made", accounts=accounts, seed=seed, report=lambda line: None)
        return tmp_path / "made"

    return make
