"""Where else somebody who was forgotten is named: logs and run history, which go, and files that are listed.

Belongs here: traces outside of tables. Does not belong here: tables and what sources sent (forget.py).
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from orchestration.common.workspace import Workspace
from orchestration.runs.instance import instance_home

_CHUNK = 8_000_000
_LOGS = ("dbt", "dbt-shell")


def remove_traces(workspace: Workspace, pattern: str) -> list[Path]:
    """Remove logs of dbt and runs of Dagster that name somebody; return the files below the data folder that still do.

    `pattern`: what a text looks like that names them. Files of sources are the company's own: they are listed.
    """
    mention = re.compile(pattern.encode())
    for folder in _LOGS:
        for path in _naming(workspace.data_dir / folder, mention):
            path.unlink(missing_ok=True)
    _delete_runs(workspace, mention)
    return list(_naming(workspace.data_dir, mention))


def _delete_runs(workspace: Workspace, mention: re.Pattern[bytes]) -> None:
    """Delete the runs whose events or output name somebody, and what the index of all runs keeps of them."""
    home = instance_home(workspace)
    named = list(_naming(home, mention))
    if not named:
        return
    os.environ["DAGSTER_HOME"] = str(home)
    import dagster as dg  # noqa: PLC0415

    with dg.DagsterInstance.get() as instance:
        for run in instance.get_runs():
            if any(run.run_id in part for path in named for part in (path.stem, *path.parts)):
                instance.delete_run(run.run_id)
    for path in _naming(home / "storage", mention):  # output of a run that is gone
        path.unlink()
    _forget_deleted_rows(home)


def _forget_deleted_rows(home: Path) -> None:
    """SQLite leaves what was deleted in its pages until they are written anew."""
    for path in home.rglob("*.db"):
        with sqlite3.connect(path) as connection:
            connection.execute("vacuum")
        connection.close()


def _naming(folder: Path, mention: re.Pattern[bytes]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and _names(path, mention):
            yield path


def _names(path: Path, mention: re.Pattern[bytes]) -> bool:
    with path.open("rb") as file:
        before = b""
        while chunk := file.read(_CHUNK):
            if mention.search(before + chunk):
                return True
            before = chunk[-1000:]
    return False
