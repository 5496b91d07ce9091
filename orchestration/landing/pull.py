"""Land one source for a window of days: read, type, reject, deduplicate, pseudonymise, write, commit.

Belongs here: the order of these steps and their counts. Does not belong here: what each step means (files.py,
mapping.py, lake.py).
"""

import datetime as dt
import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import duckdb

from orchestration.common.errors import UserError
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.contract import ACCOUNT_ATTRIBUTES
from orchestration.landing.config.limits import limits_of
from orchestration.landing.config.source import Source, SourcesFile
from orchestration.landing.extract.bucket import Bucket
from orchestration.landing.extract.files import first_line
from orchestration.landing.extract.plan import Portion, dated_files, plan_portions
from orchestration.landing.lake.commit import Manifest, commit, committed, expire_rejects, new_pull, remove_orphans
from orchestration.landing.lake.pull_state import KNOWN, Pull
from orchestration.landing.lake.write import attribute_rows, lake_fields, write, write_log, write_rejects, write_tokens
from orchestration.landing.normalize import mapping
from orchestration.landing.normalize.deduplicate import (
    count,
    count_vanished,
    judge_against_lake,
    judge_duplicates,
    remember_keys,
)
from orchestration.landing.normalize.typed_rows import connect, read_typed
from orchestration.landing.privacy.erasure import hold_back
from orchestration.landing.privacy.pseudonymise import define_pseudonym, pseudonym_key
from orchestration.landing.privacy.scrubbing import scrub

_MEGABYTES_OF_PAGES = 300  # their portions are small
_COUNTS = ("received", "filtered", "rows", "landed", "identical", "superseded", "rejected", "outside_window")


def land(
    workspace: Workspace, sources: SourcesFile, source_id: str, window: Window, report: Callable[[str], None] = print
) -> Manifest:
    """Pull one source and commit it; nothing is visible before everything is written.

    Raises UserError (one line) on bad input, leaving what was committed before as it was.
    """
    remove_orphans(workspace.lake, source_id)
    manifest = write_pull(workspace, sources, source_id, window, report)
    commit(workspace.lake, [manifest])
    kept = dt.timedelta(sources.rejects_kept_days)
    expire_rejects(workspace.lake, source_id, _today() - kept)
    return manifest


def write_pull(
    workspace: Workspace,
    sources: SourcesFile,
    source_id: str,
    window: Window,
    report: Callable[[str], None] = print,
    received: Path | None = None,
    before: Sequence[Manifest] | None = None,
) -> Manifest:
    """Write the pull of one source without committing it; `received` is an earlier pull whose payload is read again.

    `before`: pulls that take the place of those committed, in the order of their days.

    Raises UserError (one line) on bad input, leaving nothing behind.
    """
    source = sources.sources[source_id]
    where = f"{workspace.sources_file} → sources.{source_id}"
    portions: list[Portion] = []
    missing_days: list[str] = []
    bucket = _bucket_of(workspace, where, source_id, source)
    if source.asked is None:
        portions, missing_days = plan_portions(where, source, workspace.root, window, bucket)
    folder = new_pull(workspace.lake, source_id)
    objects = bucket.folder if bucket else None
    pull = Pull(
        where,
        source_id,
        source,
        window,
        folder,
        workspace.lake,
        workspace.root,
        {*sources.pii, *(["alias_user_id"] if "user_id" in sources.pii else [])},
        limits_of(where, source, sources.clock, _today(), workspace.root / "seeds"),
        objects,
        sources.scrub,
        {"currency": sources.currency, "families": sources.families},
        earlier=_earlier_files(workspace.lake, source_id, source.entity, before),
    )
    connection = connect(folder / "spill", source.timezone or sources.timezone)
    try:
        if source.asked is not None:
            from orchestration.landing.extract.fetch import fetch_portions, received_portions  # noqa: PLC0415

            portions = received_portions(pull, received) if received else fetch_portions(pull)
            pull.in_portions = len(portions) > 1
            longest = max((portion.longest_line for portion in portions), default=0) // 1_000_000
            connection.execute(f"set memory_limit = '{_MEGABYTES_OF_PAGES + 30 * longest}MB'")  # a page is read whole
        define_pseudonym(connection, pseudonym_key(workspace.data_dir))
        for number, portion in enumerate(portions):
            with _at_hand(portion, bucket):
                _land_portion(connection, pull, portion, number)
            if len(portions) > 1:
                report(f"{source_id}: {number + 1} of {len(portions)} portions, {pull.counts['landed']:,} rows")
        count_vanished(connection, pull)
        write_log(connection, pull)
    except BaseException as error:
        connection.close()
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, duckdb.Error):  # such as a full disk: nothing was committed, and the other sources go on
            raise UserError(f"{where}: {first_line(error)}") from error
        raise
    connection.close()
    shutil.rmtree(folder / "spill", ignore_errors=True)
    manifest = Manifest(
        source_id=source_id,
        entity=source.entity,
        pull_id=folder.name,
        first_day=window.first.isoformat() if window.first else None,
        last_day=window.last.isoformat(),
        **{count: pull.counts[count] for count in _COUNTS},
        missing_days=missing_days,
        fingerprint=f"{pull.fingerprint:x}",
        files=pull.files,
        rejects=pull.rejects,
        stated=pull.stated,
        left_out=tuple(pull.left_out) if pull.counts["filtered"] == pull.counts["received"] else (),
    )
    if not manifest.balances:
        shutil.rmtree(folder)
        raise RuntimeError(f"{where}: rows do not reconcile, nothing was committed: {manifest}")
    return manifest


def history_ends(workspace: Workspace, sources: SourcesFile) -> Window:
    """The days that the sources of events hold, which is the history a back-fill loads by default."""
    days: list[dt.date] = []
    for source_id, source in sources.sources.items():
        if source.entity != "events":
            continue
        where = f"{workspace.sources_file} → sources.{source_id}"
        if source.asked is not None:  # what it holds is only known by asking: until yesterday
            days += [source.asked.history_from, _today() - dt.timedelta(1)]
            continue
        bucket = _bucket_of(workspace, where, source_id, source)
        if source.is_dated:
            for pattern in source.named_paths.values():
                days += [day for day in dated_files(pattern, workspace.root, bucket=bucket).values() if day]
            continue
        connection = connect(None, source.timezone or sources.timezone)
        limits = limits_of(where, source, sources.clock, _today(), workspace.root / "seeds")
        portions, _ = plan_portions(where, source, workspace.root, Window(None, dt.date.max), bucket)
        for portion in portions:
            with _at_hand(portion, bucket):
                read_typed(connection, where, source, portion, limits, None)
            days += [
                day
                for row in connection.execute(
                    f"select min({KNOWN}), max({KNOWN}) from _typed where _why is null"
                ).fetchall()
                for day in row
                if day
            ]
        connection.close()
    if not days:
        raise UserError(f"{workspace.sources_file}: no source of events holds any day; expected at least one file")
    return Window(min(days), max(days))


def _bucket_of(workspace: Workspace, where: str, source_id: str, source: Source) -> Bucket | None:
    return Bucket(where, source.storage, workspace.data_dir / "objects" / source_id) if source.in_bucket else None


def _at_hand(portion: Portion, bucket: Bucket | None) -> AbstractContextManager[None]:
    return bucket.at_hand([path for paths in portion.files.values() for path in paths]) if bucket else nullcontext()


def _earlier_files(lake: Path, source_id: str, entity: str, before: Sequence[Manifest] | None) -> list[str]:
    """Files in which a source landed an entity before, the earliest first."""
    if before is None:
        states = [state for state in committed(lake) if state["source_id"] == source_id]
        found = [(file["entity"], file["path"]) for state in states for file in state["files"]]
    else:
        found = [(file.entity, file.path) for manifest in before for file in manifest.files]
    return [str(lake / path) for of, path in found if of == entity]


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def _land_portion(connection: duckdb.DuckDBPyConnection, pull: Pull, portion: Portion, number: int) -> None:
    columns, has_history = read_typed(
        connection, pull.where, pull.source, portion, pull.limits, pull.window, not pull.earlier
    )
    hold_back(connection, pull.lake, pull.source.entity, columns)
    if pull.scrub:
        scrub(connection, "_typed", columns & set(pull.scrub.columns), pull.scrub.phone_region)
    contract = pull.source.contract
    fields, joins = lake_fields(pull, contract, columns, has_history)
    write_tokens(connection, pull, columns)
    judge_duplicates(connection, pull, sorted(columns))
    # of attributes, which lie in an entity of their own, every pull lands all
    if pull.source.is_a_current_state and pull.window.first and columns <= {*contract.columns}:
        judge_against_lake(connection, pull, f"{fields} from _judged{joins}", has_history)
    count(connection, pull)
    remember_keys(connection, pull, f"select {fields} from _judged{joins}")
    if pull.counts["filtered"] == pull.counts["received"] and not pull.left_out:
        pull.left_out = mapping.left_out(connection, pull.source, pull.pii if pull.scrub is None else None)
    write(connection, pull, contract, f"select {fields} from _judged{joins} where _verdict = 'landed'", number)
    attributes = sorted(column for column in columns if column.startswith("attribute_"))
    if attributes:
        write(connection, pull, ACCOUNT_ATTRIBUTES, attribute_rows(pull, attributes, has_history), number)
    write_rejects(connection, pull, number)
