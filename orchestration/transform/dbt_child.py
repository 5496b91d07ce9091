"""dbt as the child of a run, that ends with it: `python -m orchestration.transform.dbt_child` takes dbt's arguments.

Belongs here: noticing that the run is gone. Does not belong here: which command (assets.py).
"""

import os
import shlex
import sys
import threading
import time
from pathlib import Path

from orchestration.common.workspace import PROJECT_ROOT

_SECONDS = 0.5


def executable(folder: Path) -> Path:
    """Write a command to `folder` that starts dbt so, and return its path: dagster-dbt takes one word."""
    path = folder / "dbt-child"
    line = f'exec {shlex.quote(sys.executable)} -m {__name__} "$@"'
    text = f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(PROJECT_ROOT))}${{PYTHONPATH:+:$PYTHONPATH}} {line}\n"
    if not path.exists() or path.read_text() != text:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o750)
    return path


def _end_with(parent: int) -> None:
    """End this process when `parent` is not its parent any more; what dbt had begun is unfinished (build_states.py)."""
    while os.getppid() == parent:
        time.sleep(_SECONDS)
    os._exit(1)


def main() -> None:
    """Run dbt's command line."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    from dbt.cli.main import cli  # noqa: PLC0415

    cli(prog_name="dbt")


if __name__ == "__main__":
    main()
