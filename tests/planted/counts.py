"""Questions asked of a built demo company whose truth is known.

Belongs here: running the queries beside it. Does not belong here: building companies, the page (__main__.py).
"""

from pathlib import Path

import duckdb
import pandas as pd

from orchestration.common.workspace import Workspace


def alerts(workspace: Workspace) -> pd.DataFrame:
    """Columns truth (index), n_planted, n_found, median_days: incidents found, and alerts that are about one."""
    return _asked(workspace, "alerts")


def effects(workspace: Workspace) -> pd.DataFrame:
    """Columns truth (index), planted, found, found_low, found_high, verdict: plays and the back-test."""
    return _asked(workspace, "effects")


def _asked(workspace: Workspace, name: str) -> pd.DataFrame:
    sql = Path(__file__).with_name(f"{name}.sql").read_text()
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        connection.execute("set variable truth = ?", [str(workspace.data_dir / "company" / "truth.json")])
        return connection.execute(sql).df().set_index("truth")
