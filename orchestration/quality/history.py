"""What checks said and what was measured, kept in the lake, so that the warehouse knows which scores to doubt.

Belongs here: writing outcomes and profiles as committed files. Does not belong here: judging (judge.py), measuring
(profiles.py), what follows (models/).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from orchestration.common.sql_text import quoted
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.logs import LOGS
from orchestration.landing.lake.commit import LakeFile, Manifest, commit, new_pull, remove_orphans
from orchestration.quality.batches import log_rows
from orchestration.quality.event_audit import write_event_audit
from orchestration.quality.profiles import write_profiles
from orchestration.quality.suites import Outcome

# no source of sources.yml has a dot in its name; Spark does not see files whose name begins with `_`
_LOG = "log."
_SEVERITIES = ("critical", "warning", "info")
_SHOWN, _KEYS_LENGTH = 3, 300
_IN_FORCE_DAYS = 7  # as int_check_findings_in_force looks back


def keep_profiles(workspace: Workspace, window: Window) -> None:
    """Measure the days of a window, audit their events, and commit both."""
    source_id = f"{_LOG}profiles"
    remove_orphans(workspace.lake, source_id)
    folder = new_pull(workspace.lake, source_id)
    files = [*write_profiles(workspace, window, folder), *write_event_audit(workspace, window, folder)]
    _commit(workspace.lake, source_id, "profiles", folder, window, files, folder.name)


def keep_outcomes(lake: Path, border: str, window: Window, outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    """Commit one row per check and run, and one per finding; the same results again write no new file.

    Returns the rows of the log `checks`.
    """
    source_id, day = f"{_LOG}checks_{border}", window.last.isoformat()
    remove_orphans(lake, source_id)
    folder = new_pull(lake, source_id)
    found = [one for one in outcomes if one.is_bad]
    since = _failing_since(lake, border, day)
    rows = [_check_row(border, key, group, folder.name, window, since) for key, group in _grouped(outcomes).items()]
    details: list[dict[str, object]] = [
        {
            "dataset": one.suite.dataset,
            "check_key": one.check.key,
            "severity": one.check.severity,
            "status": one.status,
            "detail": one.detail,
            "pull_id": folder.name,
            "source_id": one.source_id,
            "checked_date": one.checked_date or day,
            "last_date": day,
        }
        for one in found
    ]
    files = [_write_log(lake, folder, "checks", rows, day), _write_log(lake, folder, "findings", details, day)]
    said = [[str(value) for name, value in row.items() if name != "pull_id"] for row in [*rows, *details]]
    fingerprint = hashlib.sha256(json.dumps(said).encode()).hexdigest()
    _commit(lake, source_id, "checks", folder, window, files, fingerprint)
    return rows


def _grouped(outcomes: Sequence[Outcome]) -> dict[tuple[str, str], list[Outcome]]:
    grouped: dict[tuple[str, str], list[Outcome]] = {}
    for one in outcomes:
        grouped.setdefault((one.suite.dataset, one.check.key), []).append(one)
    return grouped


def _check_row(
    border: str,
    key: tuple[str, str],
    group: Sequence[Outcome],
    run_id: str,
    window: Window,
    since: dict[tuple[str, str], str],
) -> dict[str, object]:
    """One row of the log `checks`: the worst of what was found, newest first."""
    day = window.last.isoformat()
    week = (window.last - dt.timedelta(_IN_FORCE_DAYS - 1)).isoformat()
    found = sorted((one for one in group if one.is_bad), key=lambda one: one.checked_date or day, reverse=True)
    bad = [one for one in found if (one.checked_date or day) >= week]
    shown = bad or found or list(group)
    check, suite = shown[0].check, shown[0].suite
    texts = [" ".join(filter(None, (one.source_id, one.checked_date, one.detail))) for one in shown]
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return {
        "dataset": suite.dataset,
        "check_key": check.key,
        "severity": min((one.check.severity for one in shown), key=_SEVERITIES.index),
        "status": _status(group, bad),
        "detail": ("before: " if found and not bad else "") + "; ".join(texts[:_SHOWN]) + more,
        "pull_id": run_id,
        "last_date": day,
        "first_date": window.first.isoformat() if window.first else "0001-01-01",
        "border": border,
        "dimension": check.dimension,
        "owner": suite.owner,
        "steward": suite.steward,
        "why": check.why,
        "expected": check.expected,
        "sample_keys": ", ".join(key for one in shown for key in one.sample_keys)[:_KEYS_LENGTH] or None,
        "n_rows": shown[0].n_rows,
        "n_failing": sum(1 if one.n_failing is None else one.n_failing for one in bad),
        "failing_since": min(since.get(key, day), *(one.checked_date or day for one in bad)) if bad else None,
    }


def _status(group: Sequence[Outcome], bad: Sequence[Outcome]) -> str:
    """How a check is now: what was wrong on days before is a finding of those days."""
    if bad:
        return "error" if any(one.status == "error" for one in bad) else "failed"
    return "passed" if any(one.is_bad for one in group) else group[0].status


def _failing_since(lake: Path, border: str, day: str) -> dict[tuple[str, str], str]:
    """Since when checks fail that failed in the run before, of an earlier day."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"with newest as (select * from {log_rows(lake, 'checks', day)} where border = ? and last_date < ? "
            "qualify row_number() over (partition by dataset, check_key, last_date order by pull_id desc) = 1), "
            "before as (select *, max(last_date) over (partition by dataset) as previous_date from newest) "
            "select dataset, check_key, failing_since::varchar from before where last_date = previous_date "
            "and failing_since is not null",
            [border, day],
        ).fetchall()
    return {(dataset, key): since for dataset, key, since in rows}


def _write_log(lake: Path, folder: Path, log: str, rows: Sequence[Mapping[str, object]], day: str) -> LakeFile:
    path = folder / log / f"{log}-00000.parquet"
    path.parent.mkdir()
    names = list(LOGS[log])
    fields = ", ".join(f'"{name}" {kind}' for name, kind in LOGS[log].items())
    with duckdb.connect() as connection:
        connection.execute(f"create table log ({fields})")
        if rows:
            marks = ", ".join("?" * len(names))
            connection.executemany(f"insert into log values ({marks})", [[row[name] for name in names] for row in rows])
        connection.execute(f"copy log to {quoted(path)} (format parquet)")
    return LakeFile(log, str(path.relative_to(lake)), day, day, len(rows))


def _commit(
    lake: Path, source_id: str, entity: str, folder: Path, window: Window, files: list[LakeFile], fingerprint: str
) -> None:
    n_rows = sum(file.rows for file in files if file.entity == entity)
    manifest = Manifest(
        source_id=source_id,
        entity=entity,
        pull_id=folder.name,
        first_day=window.first.isoformat() if window.first else None,
        last_day=window.last.isoformat(),
        received=n_rows,
        filtered=0,
        rows=n_rows,
        landed=n_rows,
        identical=0,
        superseded=0,
        rejected=0,
        outside_window=0,
        missing_days=[],
        fingerprint=fingerprint,
        files=files,
        rejects=[],
    )
    commit(lake, [manifest])
