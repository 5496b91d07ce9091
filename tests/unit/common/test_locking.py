"""One run at a time; a killed one leaves no lock behind."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.common.errors import UserError
from orchestration.common.run_lock import run_lock
from orchestration.common.workspace import PROJECT_ROOT

HOLD = """
import sys, time
from pathlib import Path
from orchestration.common.run_lock import run_lock
with run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_reported_who_holds_the_lock_and_a_killed_one_frees_it(tmp_path: Path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, cwd=PROJECT_ROOT, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        with pytest.raises(UserError, match=f"another run is working on .*process {holder.pid}"), run_lock(tmp_path):
            pass
    finally:
        holder.kill()
        holder.wait()
    with run_lock(tmp_path):
        pass


def test_the_lock_is_free_after_an_error_inside_it(tmp_path: Path):
    with pytest.raises(ValueError, match="x"), run_lock(tmp_path):
        raise ValueError("x")
    with run_lock(tmp_path):
        pass
