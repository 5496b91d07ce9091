"""Land one source for a window of days: read, type, reject, deduplicate, pseudonymise, write, commit.

Belongs here: the order of these steps and their counts. Does not belong here: what each step means (files.py,
mapping.py, lake.py).
"""

import dataclasses
import datetime as dt
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb

from orchestration.errors import UserError
from orchestration.landing import mapping
from orchestration.landing.contract import ACCOUNT_ATTRIBUTES, Entity, lake_columns
from orchestration.landing.files import Chunk, Window, dated_files, first_line, plan_chunks, read_chunk
from orchestration.landing.form import Source, SourcesFile
from orchestration.landing.lake import LakeFile, Manifest, commit, new_pull
from orchestration.landing.pseudonymise import define_pseudonym, pseudonym_key
from orchestration.workspace import Workspace

_KNOWN = "_known_on"
_COUNTS = ("received", "filtered", "rows", "landed", "identical", "superseded", "rejected", "outside_window")


@dataclasses.dataclass
class _Pull:
    """What the steps of one pull share."""

    where: str
    source_id: str
    source: Source
    window: Window
    folder: Path
    lake: Path
    pii: set[str]
    counts: Counter[str] = dataclasses.field(default_factory=Counter)
    files: list[LakeFile] = dataclasses.field(default_factory=list)
    rejects: list[str] = dataclasses.field(default_factory=list)
    fingerprint: int = 0


def land(
    workspace: Workspace, sources: SourcesFile, source_id: str, window: Window, report: Callable[[str], None] = print
) -> Manifest:
    """Pull one source and commit it; nothing is visible before everything is written.

    Raises UserError (one line) on bad input, leaving what was committed before as it was.
    """
    source = sources.sources[source_id]
    where = f"{workspace.sources_file} → sources.{source_id}"
    chunks, missing_days = plan_chunks(where, source, workspace.root, window)
    folder = new_pull(workspace.lake, source_id)
    pull = _Pull(where, source_id, source, window, folder, workspace.lake, set(sources.pii))
    connection = _connect(folder / "spill", source.timezone or sources.timezone)
    try:
        define_pseudonym(connection, pseudonym_key(workspace.data_dir))
        for number, chunk in enumerate(chunks):
            _land_chunk(connection, pull, chunk, number)
            if len(chunks) > 1:
                report(f"{source_id}: {number + 1} of {len(chunks)} parts, {pull.counts['landed']:,} rows")
    except BaseException:
        connection.close()
        shutil.rmtree(folder, ignore_errors=True)
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
    )
    if not manifest.balances:
        shutil.rmtree(folder)
        raise RuntimeError(f"{where}: rows do not reconcile, nothing was committed: {manifest}")
    commit(workspace.lake, manifest)
    return manifest


def history_ends(workspace: Workspace, sources: SourcesFile) -> Window:
    """The days that the sources of events hold, which is the history a back-fill loads by default."""
    days: list[dt.date] = []
    for source_id, source in sources.sources.items():
        if source.entity != "events":
            continue
        where = f"{workspace.sources_file} → sources.{source_id}"
        if source.is_dated:
            for pattern in source.named_paths.values():
                days += [day for day in dated_files(pattern, workspace.root).values() if day]
            continue
        connection = _connect(None, source.timezone or sources.timezone)
        chunks, _ = plan_chunks(where, source, workspace.root, Window(None, dt.date.max))
        for chunk in chunks:
            _read_typed(connection, where, source, chunk)
            days += [
                day
                for row in connection.execute(f"select min({_KNOWN}), max({_KNOWN}) from _typed where _why is null").fetchall()
                for day in row
                if day
            ]
        connection.close()
    if not days:
        raise UserError(f"{workspace.sources_file}: no source of events holds any day; expected at least one file")
    return Window(min(days), max(days))


def _connect(spill: Path | None, timezone: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"memory_limit": "1GB", **({"temp_directory": str(spill)} if spill else {})})
    connection.execute(f"set timezone = '{timezone}'")
    return connection


def _read_typed(connection: duckdb.DuckDBPyConnection, where: str, source: Source, chunk: Chunk) -> tuple[set[str], bool]:
    """Fill `_typed`: typed rows with _known_on; return its canonical columns, and whether changes carry their time."""
    read_chunk(connection, where, source, chunk)
    record = mapping.record_columns(connection)
    items = mapping.mappings(where, source, record)
    condition = f" where {source.where}" if source.where else ""
    try:
        connection.execute(f"create or replace temp view _used as select * from _records{condition}")
        rows = mapping.typed_rows(source, items, record)
        described = connection.execute(f"describe {rows}").fetchall()
        columns = {row[0] for row in described if row[0][0] != "_"} - {"file_date"}
        known_on = mapping.known_on(source, columns)
        connection.execute(
            f"create or replace temp table _typed as select * replace (coalesce(_why, case when {_KNOWN} is null then "
            f"'no day on which it became known' end) as _why) from (select *, {known_on} as {_KNOWN} from ({rows}))"
        )
    except duckdb.Error as error:
        blamed = mapping.blame(connection, where, source, record)
        raise (blamed or UserError(f"{where}: {first_line(error)}")) from None
    return columns, source.is_dated or any("updated_at" in item.columns for item in items)


def _land_chunk(connection: duckdb.DuckDBPyConnection, pull: _Pull, chunk: Chunk, number: int) -> None:
    columns, has_history = _read_typed(connection, pull.where, pull.source, chunk)
    _judge_duplicates(connection, pull, sorted(columns))
    _count(connection, pull)
    contract = pull.source.contract
    fields = _lake_fields(pull, contract, columns, has_history)
    rows = f"select {fields} from _judged where _verdict = 'landed'"
    _write(connection, pull, contract, rows, number)
    attributes = sorted(column for column in columns if column.startswith("attribute_"))
    if attributes:
        _write(connection, pull, ACCOUNT_ATTRIBUTES, _attribute_rows(pull, attributes, has_history), number)
    _write_rejects(connection, pull, number)


def _judge_duplicates(connection: duckdb.DuckDBPyConnection, pull: _Pull, columns: list[str]) -> None:
    """Fill `_judged`: every row with a verdict. Only keys that occur twice are sorted, most rows never are."""
    contract = pull.source.contract
    key = ", ".join(f'"{column}"' for column in contract.key)
    if pull.source.key_columns and not pull.source.rows and contract.name != "events":
        key = "_record_key"
        listed = ", ".join(f'"{column}"' for column in pull.source.key_columns)
        connection.execute(
            f"create or replace temp table _keyed as select _typed.*, hash({listed}) as _record_key "
            f"from _typed join (select _row, {listed} from _records) using (_row)"
        )
    else:
        connection.execute("create or replace temp view _keyed as select * from _typed")
    content = ", ".join(f'"{column}"' for column in columns)
    window = f"(partition by {_KNOWN}, {key} order by _row desc, _item desc)"
    newer = "'superseded'" if contract.is_changing else "'conflict'"
    connection.execute(
        f"""
        create or replace temp table _judged as
        with readable as (
            select *, ({_in_window(pull.window)}) as _in_window from _keyed where _why is null
        ),
        twice as (
            select {_KNOWN}, {key} from readable where _in_window group by all having count(*) > 1
        ),
        compared as (
            select readable.*, hash({content}) as _content from readable semi join twice using ({_KNOWN}, {key})
            where _in_window
        ),
        judged as (
            select * exclude (_content), case when row_number() over {window} = 1 then 'landed'
                when row_number() over (partition by {_KNOWN}, {key}, _content order by _row desc, _item desc) > 1
                or _content = first_value(_content) over {window} then 'identical' else {newer} end as _verdict
            from compared
        )
        select * from judged
        union all by name
        select *, 'landed' as _verdict from readable anti join twice using ({_KNOWN}, {key}) where _in_window
        union all by name
        select *, 'outside_window' as _verdict from readable where not _in_window
        union all by name
        select *, true as _in_window, 'rejected' as _verdict from _keyed where _why is not null
        """
    )
    connection.execute(
        "update _judged set _verdict = 'rejected', _why = 'same key as another event, other content' "
        "where _verdict = 'conflict'"
    )


def _in_window(window: Window) -> str:
    first = f"{_KNOWN} >= date '{window.first}' and " if window.first else ""
    return f"{first}{_KNOWN} <= date '{window.last}'"


def _count(connection: duckdb.DuckDBPyConnection, pull: _Pull) -> None:
    def one(statement: str) -> int:
        row = connection.execute(statement).fetchone()
        return int(row[0]) if row else 0

    records, used, malformed = (one(f"select count(*) from {t}") for t in ("_records", "_used", "_malformed"))
    verdicts = dict(connection.execute("select _verdict, count(*) from _judged group by 1").fetchall())
    pull.counts.update(verdicts)
    pull.counts["received"] += records + malformed
    pull.counts["filtered"] += records - used
    pull.counts["rows"] += sum(verdicts.values()) + malformed
    pull.counts["rejected"] += malformed


def _lake_fields(pull: _Pull, contract: Entity, columns: set[str], has_history: bool) -> str:
    """Select list that gives every lake column its type, pseudonyms where asked for."""
    special = {
        "source_id": f"'{pull.source_id}'",
        "known_on": _KNOWN,
        "attributes_known_on": _KNOWN if has_history else f"greatest({_KNOWN}, date '{pull.window.last}')",
    }
    fields = []
    for column, kind in lake_columns(contract).items():
        value = special.get(column) or (f'"{column}"' if column in columns else "null")
        if column in pull.pii and value != "null":
            value = f"pseudonym({value})"
        fields.append(f'cast({value} as {kind}) as "{column}"')
    return ", ".join(fields)


def _attribute_rows(pull: _Pull, attributes: list[str], has_history: bool) -> str:
    """Long form of the accounts' attribute_… columns: one row per account, attribute and change."""
    flags = ", ".join(
        f"('{name}', {str(not has_history and name not in pull.source.immutable).lower()})" for name in attributes
    )
    account = "pseudonym(account_id)" if "account_id" in pull.pii else "account_id"
    listed = ", ".join(f'"{name}"' for name in attributes)
    return (
        f"select {account} as account_id, right(attribute, -10) as attribute, value, updated_at, case when "
        f"flags.is_backfilled then greatest({_KNOWN}, date '{pull.window.last}') else {_KNOWN} end as "
        f"attributes_known_on, '{pull.source_id}' as source_id, {_KNOWN} as known_on from (unpivot (select account_id, updated_at, {_KNOWN}, "
        f"{listed} from _judged where _verdict = 'landed') on {listed} into name attribute value value) "
        f"join (values {flags}) as flags (name, is_backfilled) on flags.name = attribute"
    )


def _write(connection: duckdb.DuckDBPyConnection, pull: _Pull, entity: Entity, rows: str, number: int) -> None:
    """Write rows as Parquet sorted for look-ups by account: events one file per day known, the rest one file."""
    connection.execute(f"create or replace temp table _good as {rows}")
    known = connection.execute(
        "select known_on, count(*), sum(hash(_good)::hugeint) from _good group by 1 order by 1"
    ).fetchall()
    if not known:
        return
    pull.fingerprint = (pull.fingerprint + sum(int(row[2]) for row in known)) % 2**128
    order = ["account_id", *(["occurred_at"] if entity.name == "events" else [])]
    if entity.name != "events":
        name = f"{entity.name}-{number:05}.parquet"
        connection.execute(f"copy (from _good order by {', '.join(order)}) to '{pull.folder / name}' (format parquet)")
        spans = [(pull.folder / name, known[0][0], known[-1][0], sum(row[1] for row in known))]
    else:
        written = connection.execute(
            f"copy (from _good order by known_on, {', '.join(order)}) to '{pull.folder}' (format parquet, compression "
            "zstd, partition_by (known_on), write_partition_columns true, overwrite_or_ignore true, "
            f"filename_pattern 'events-{number:05}-{{i}}', return_stats true)"
        ).fetchall()
        spans = [(Path(row[0]), *(Path(row[0]).parent.name.removeprefix("known_on="),) * 2, row[1]) for row in written]
    for path, first, last, rows in spans:
        pull.files.append(LakeFile(entity.name, str(path.relative_to(pull.lake)), str(first), str(last), rows))


def _write_rejects(connection: duckdb.DuckDBPyConnection, pull: _Pull, number: int) -> None:
    """Keep what did not land: reason, origin and the record as received, for the owner of the source to mend."""
    has_line = any(row[0] == "_line" for row in connection.execute("describe _records").fetchall())
    hidden = '{"_row": null, "filename": null, "file_date": null, "_unreadable": null}'
    raw = "_lines.line" if has_line else f"json_merge_patch(to_json(records), '{hidden}')::varchar"
    lines = "join _lines on _lines.rowid = records._line " if has_line else ""
    connection.execute(
        f"create or replace temp table _rejects as select '{pull.source_id}' as source_id, '{pull.folder.name}' as "
        "pull_id, reason, origin, raw from (select reason, origin, raw from _malformed union all "
        f"select _judged._why, _judged._origin, {raw} from _judged join _records as records using (_row) {lines}"
        "where _judged._verdict = 'rejected')"
    )
    row = connection.execute("select count(*) from _rejects").fetchone()
    if row and row[0]:
        path = pull.folder / f"rejects-{number:05}.parquet"
        connection.execute(f"copy _rejects to '{path}' (format parquet)")
        pull.rejects.append(str(path.relative_to(pull.lake)))
