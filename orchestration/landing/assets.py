"""Sources and entities as Dagster assets: a broken source is reported, the others land.

Belongs here: the step that pulls, its retries and its checks. Does not belong here: how a pull works (pull.py).
"""

import datetime as dt
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration.common.errors import UserError
from orchestration.common.partitions import DAILY, window_of
from orchestration.common.progress import report
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.backfill import land_by_request
from orchestration.landing.config.contract import ENTITIES, INDISPENSABLE, LAKE_ENTITIES
from orchestration.landing.config.logs import LOGS
from orchestration.landing.config.source import Source, SourcesFile
from orchestration.landing.lake.commit import LakeFile, Manifest, committed_files, newest_day, write_empty_entities
from orchestration.landing.lake.failed_pulls import FailedPull, forget_failure, note_failure

_TRIES = 3
_FEW = 20  # records of which none may be selected, by chance
BALANCE = "every_record_accounted_for"
SHARE = "rejects_within_their_share"
NEWEST = "newest_day_as_expected"
SELECTED = "some_records_are_selected"
CHECKS = {
    BALANCE: "received = filtered + used, rows = landed + identical + superseded + rejected + outside the window",
    SHARE: "rejected rows are at most max_rejected_ratio of the rows that are of the days asked for",
    NEWEST: "the newest day is at most expected_every_days old",
    SELECTED: "of twenty records or more, `where` and the conditions of `rows` leave at least one",
}


def source_key(source_id: str) -> dg.AssetKey:
    """Asset of one source: its pulls."""
    return dg.AssetKey(["landing", source_id])


def entity_key(entity: str) -> dg.AssetKey:
    """Asset of one entity of the lake: what the warehouse may read of it, from all its sources."""
    return dg.AssetKey(["lake", entity])


def pull_with_retries(workspace: Workspace, sources: SourcesFile, source_id: str, window: Window) -> Manifest:
    """Land one source, trying again when the outside world stumbled, never when the input is wrong.

    Raises UserError when the last try failed too.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            return land_by_request(workspace, sources, source_id, window, report)
        except OSError as error:
            if attempt == _TRIES:
                raise UserError(f"sources.{source_id}: {error} (tried {_TRIES} times)") from error
            time.sleep(2**attempt)
    raise AssertionError("unreachable")


def landing_assets(workspace: Workspace, sources: SourcesFile, owners: Mapping[str, str]) -> dg.AssetsDefinition:
    """One step with one asset per source and one per entity.

    `owners`: entity → who mends it.

    It is one step so that a source that fails leaves only its own asset unmaterialised: steps of their own would make
    Dagster skip the whole warehouse when an optional source is down. Any part of it can be run by itself.
    """
    entities = {name: [s for s, source in sources.sources.items() if source.entity == name] for name in ENTITIES}
    entities["account_attributes"] = entities["accounts"]
    source_specs = [
        dg.AssetSpec(
            source_key(source_id),
            group_name="landing",
            description=source.description or f"Pulls that feed {source.entity}",
            kinds={"parquet"},
            owners=_owners(owners, source.entity),
            tags={"entity": source.entity},
            freshness_policy=_freshness(source),
            partitions_def=DAILY,
            skippable=True,
        )
        for source_id, source in sources.sources.items()
    ]
    entity_specs = [
        dg.AssetSpec(
            entity_key(entity),
            deps=[source_key(source_id) for source_id in entities.get(entity, list(sources.sources))],
            group_name="lake",
            description=f"What the warehouse may read of {entity}",
            kinds={"parquet"},
            owners=_owners(owners, "accounts" if entity == "account_attributes" else entity),
            partitions_def=DAILY,
            skippable=True,
        )
        for entity in (*LAKE_ENTITIES, *LOGS)
    ]

    @dg.multi_asset(
        name="landing",
        specs=[*source_specs, *entity_specs],
        check_specs=[
            dg.AssetCheckSpec(check, asset=source_key(source_id), description=description)
            for source_id in sources.sources
            for check, description in CHECKS.items()
        ],
        backfill_policy=dg.BackfillPolicy.single_run(),
        required_resource_keys={"run_lock"},
        can_subset=True,
    )
    def landing(context: dg.AssetExecutionContext) -> Iterator[Any]:
        window = window_of(context)
        write_empty_entities(workspace.lake)
        broken: list[str] = []
        for source_id, source in sources.sources.items():
            if source_key(source_id) not in context.selected_asset_keys:
                continue
            started = time.monotonic()
            try:
                manifest = pull_with_retries(workspace, sources, source_id, window)
            except UserError as error:
                report(f"land   {source_id}: {error}")
                note_failure(workspace.lake, FailedPull(source_id, window.last.isoformat(), str(error)))
                yield from (_checked(source_id, check, False, {"reason": str(error)}) for check in CHECKS)
                if source.entity in INDISPENSABLE:
                    broken.append(str(error))
                continue
            forget_failure(workspace.lake, source_id)
            report(_landed_line(manifest))
            yield dg.MaterializeResult(
                asset_key=source_key(source_id), metadata=_metadata(workspace, manifest, started)
            )
            yield from judge_source(workspace, source, manifest)
        if broken:
            raise dg.Failure("; ".join(broken), allow_retries=False)
        for entity in (*LAKE_ENTITIES, *LOGS):
            if entity_key(entity) in context.selected_asset_keys:
                files = committed_files(workspace.lake, entity)
                yield dg.MaterializeResult(
                    asset_key=entity_key(entity),
                    metadata={"dagster/row_count": sum(file.rows for file in files), "bytes": _bytes(workspace, files)},
                )

    return landing


def _owners(owners: Mapping[str, str], entity: str) -> list[str]:
    return [f"team:{owners.get(entity) or 'data-platform'}"]


def _freshness(source: Source) -> dg.FreshnessPolicy | None:
    """A pull is due every day; what a source should bring, and how often, is a check."""
    if source.expected_every_days is None:
        return None
    return dg.FreshnessPolicy.time_window(fail_window=dt.timedelta(days=source.expected_every_days + 1))


def judge_source(workspace: Workspace, source: Source, manifest: Manifest) -> Iterator[dg.AssetCheckResult]:
    """Results of the checks of a source after a pull."""
    brought = manifest.rows - manifest.outside_window  # a file of all years would hide a bad day
    ratio = manifest.rejected / brought if brought else 0.0
    day = newest_day(workspace.lake, manifest.source_id)
    behind = (dt.date.fromisoformat(manifest.last_day) - day).days if day else -1
    every = source.expected_every_days
    is_in_time = every is None or (day is not None and behind <= every)
    is_within = ratio <= source.max_rejected_ratio
    if not is_within:
        report(f"land   {manifest.source_id}: {ratio:.1%} rejected, expected at most {source.max_rejected_ratio:.1%}")
    if not is_in_time:
        report(f"land   {manifest.source_id}: its newest day is {day or 'none'}, expected every {every} day(s)")
    is_selecting = manifest.received < _FEW or manifest.filtered < manifest.received
    if not is_selecting:
        seen = f", such as {'; '.join(manifest.left_out)}" if manifest.left_out else ""
        report(f"land   {manifest.source_id}: `where` or `rows` left none of {manifest.received:,} records{seen}")
    yield _checked(manifest.source_id, BALANCE, manifest.balances, _counts(manifest))
    yield _checked(
        manifest.source_id, SELECTED, is_selecting, _counts(manifest) | {"left_out": "; ".join(manifest.left_out)}
    )
    yield _checked(manifest.source_id, SHARE, is_within, {"rejected_ratio": ratio})
    yield _checked(manifest.source_id, NEWEST, is_in_time, {"newest_date": str(day), "days_behind": behind})


def _checked(source_id: str, check: str, passed: bool, facts: Mapping[str, Any]) -> dg.AssetCheckResult:
    """A result; what is late is a warning, what is lost or unreadable an error."""
    severity = dg.AssetCheckSeverity.WARN if check == NEWEST else dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckResult(
        asset_key=source_key(source_id), check_name=check, passed=passed, severity=severity, metadata=facts
    )


def _counts(manifest: Manifest) -> dict[str, int]:
    names = ("received", "filtered", "rows", "landed", "identical", "superseded", "rejected", "outside_window")
    return {name: getattr(manifest, name) for name in names}


def _metadata(workspace: Workspace, manifest: Manifest, started: float) -> dict[str, int | float | str]:
    """Numbers that Dagster draws over time, and what a person looks for."""
    return {
        **_counts(manifest),
        "bytes": _bytes(workspace, manifest.files),
        "seconds": round(time.monotonic() - started, 2),
        "pull_id": manifest.pull_id,
        "missing_days": ", ".join(manifest.missing_days[:20]) or "none",
    }


def _bytes(workspace: Workspace, files: Iterable[LakeFile]) -> int:
    return sum(path.stat().st_size for file in files if (path := workspace.lake / file.path).exists())


def _landed_line(manifest: Manifest) -> str:
    extras = [f"{getattr(manifest, name):,} {name}" for name in ("identical", "rejected") if getattr(manifest, name)]
    if manifest.missing_days:
        extras.append(f"no file for {', '.join(manifest.missing_days[:3])}")
    return f"land   {manifest.source_id}: {manifest.landed:,} rows{' (' + ', '.join(extras) + ')' if extras else ''}"
