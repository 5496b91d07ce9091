"""Every command of the README, typed in a fresh clone, as a newcomer would."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import duckdb
import pytest

from orchestration.common.workspace import PROJECT_ROOT
from orchestration.publishing.site.print_pdf import find_browser

pytestmark = [pytest.mark.pipeline, pytest.mark.heavy]
ENVIRONMENT = Path(sys.executable).parents[1]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("newcomer") / "clone"
    subprocess.run(["git", "clone", "--quiet", str(PROJECT_ROOT), str(folder)], check=True)
    return folder


def make(clone: Path, *words: str) -> str:
    """Run make in the clone with this environment's packages, and with none of this process's settings."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("ONBOARDING", "DAGSTER", "DBT"))
    }
    command = [
        "make",
        f"VENV={ENVIRONMENT}",
        "-o",
        f"{ENVIRONMENT}/.installed",
        "-o",
        f"{ENVIRONMENT}/.installed-dev",
        *words,
    ]
    done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_demo_runs_in_a_fresh_clone_and_a_second_time_reuses_everything(clone: Path):
    printed = make(clone, "demo", "ACCOUNTS=25")
    for words in (
        "Accounts that need attention on 2026-06-30",
        "Accounts per band",
        "data/demo/published/current",
        "data/demo/published/site/index.html",
        "make run",
    ):
        assert words in printed
    files = [path for path in (clone / "data" / "demo").rglob("*") if not path.is_symlink()]
    assert [path for path in files if path.stat().st_mode & 0o007] == []  # nobody else reads them
    started = time.monotonic()
    again = make(clone, "demo", "ACCOUNTS=25")
    assert "scored and published up to 2026-06-30 already" in again
    assert time.monotonic() - started < 20
    status = subprocess.run(["git", "status", "--short"], cwd=clone, capture_output=True, text=True, check=True)
    assert status.stdout == ""


def test_the_query_of_the_readme_runs_on_the_snapshot(clone: Path):
    readme = (clone / "README.md").read_text()
    found = re.search(r"```sql\n(.*?)```", readme, flags=re.S)
    assert found
    with duckdb.connect(str(clone / "data/demo/published/current/onboarding.duckdb"), read_only=True) as connection:
        assert connection.execute(found[1]).fetchall()
        for table in re.findall(r"`((?:core|scores|milestones|governance)\.\w+)`", readme):
            assert connection.execute(f"select count(*) from {table}").fetchone() != (0,), table


def test_run_pulls_the_following_day(clone: Path):
    assert "Accounts that need attention on 2026-07-01" in make(clone, "run")


def test_help_lists_the_commands_and_unlock_heals(clone: Path):
    listed = make(clone, "help")
    for target in ("demo", "run", "backfill", "dev", "unlock", "lint", "test", "test-all", "lock", "clean"):
        assert re.search(rf"^ *{target} ", listed, flags=re.M), target
    assert "now marked as failed" in make(clone, "unlock")


def test_documents_are_written_where_they_say(clone: Path):
    for words in (["docs"], ["review"]) if find_browser() else (["docs"],):
        told = re.search(r"^written: (.+)$", make(clone, *words), flags=re.M)
        assert told
        assert Path(told[1]).stat().st_size > 10_000
    assert "mrr_at_risk" in make(clone, "metrics")
    assert re.search(
        r"\d", make(clone, "metrics", "METRICS=mrr_at_risk", "BY=account__region").split("mrr_at_risk")[-1]
    )


@pytest.mark.parametrize(
    ("target", "page", "holds"),
    [
        ("dev", "server_info", b"dagster_webserver_version"),
        ("site", "index.html", b"Onboarding health"),
        ("superset", "health", b"OK"),
    ],
)
def test_a_server_opens_on_loopback_and_ends_when_it_is_reported(clone: Path, target: str, page: str, holds: bytes):
    environment = ENVIRONMENT.with_name(".venv-superset")
    if target == "superset" and not (clone / ".venv-superset").exists():
        (clone / ".venv-superset").symlink_to(environment)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ready = [f"{ENVIRONMENT}/.installed", f"{environment}/.installed"]
    server = subprocess.Popen(
        ["make", f"VENV={ENVIRONMENT}", *(word for file in ready for word in ("-o", file)), target, f"PORT={port}"],
        cwd=clone,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    address = None
    deadline = time.monotonic() + 240
    try:
        assert server.stdout is not None
        for line in server.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                address = found[0]
                break
            assert time.monotonic() < deadline, line
        assert address
        answer = b""
        while not answer and time.monotonic() < deadline:
            try:
                answer = urllib.request.urlopen(f"{address}/{page}", timeout=30).read()
            except OSError:
                time.sleep(1)  # the address is announced before the server listens
        assert holds in answer
    finally:
        # a shell's background job ignores SIGINT, and so would the server it starts
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    with pytest.raises(OSError):
        for _ in range(60):  # make has ended before the server it started, which closes what it has open
            urllib.request.urlopen(f"{address}/{page}", timeout=5)
            time.sleep(0.5)
