"""Results of expectations, kept in the lake, so that the warehouse knows which scores have data-quality issues.

Belongs here: writing outcomes as committed files. Does not belong here: judging (suites.py), what follows (models/).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from orchestration.landing.config.contract import LOGS
from orchestration.landing.lake.commit import LakeFile, Manifest, commit, new_pull, remove_orphans
from orchestration.quality.suites import Outcome


def keep_outcomes(lake: Path, dataset: str, last: dt.date, outcomes: Sequence[Outcome]) -> None:
    """Commit one row per check, known from day `last` on; the same results again write no new file."""
    day = last.isoformat()
    source_id = f"_checks_{dataset}"
    remove_orphans(lake, source_id)
    folder = new_pull(lake, source_id)
    rows = [(each.dataset, each.key, each.severity, each.status, each.detail, folder.name, day) for each in outcomes]
    path = folder / "checks" / "checks-00000.parquet"
    path.parent.mkdir()
    with duckdb.connect() as connection:
        fields = ", ".join(f'"{name}" {kind}' for name, kind in LOGS["checks"].items())
        connection.execute(f"create table checks ({fields})")
        connection.executemany(f"insert into checks values ({', '.join('?' * len(LOGS['checks']))})", rows)
        connection.execute(f"copy checks to '{path}' (format parquet)")
    said = [(each.key, each.severity, each.status, each.detail) for each in outcomes]
    n_rows = len(rows)
    manifest = Manifest(
        source_id=source_id,
        entity="checks",
        pull_id=folder.name,
        first_day=day,
        last_day=day,
        received=n_rows,
        filtered=0,
        rows=n_rows,
        landed=n_rows,
        identical=0,
        superseded=0,
        rejected=0,
        outside_window=0,
        missing_days=[],
        fingerprint=hashlib.sha256(json.dumps(said).encode()).hexdigest(),
        files=[LakeFile("checks", str(path.relative_to(lake)), day, day, n_rows)],
        rejects=[],
    )
    commit(lake, [manifest])
