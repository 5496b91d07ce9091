"""Write what a pull landed and what it rejected as Parquet files of the lake.

Belongs here: columns, sort order and files. Does not belong here: which rows (verdicts.py) or the commit (lake.py).
"""

from pathlib import Path

import duckdb

from orchestration.common.sql_text import quoted
from orchestration.landing.config.connectors import SCHEME
from orchestration.landing.config.contract import Entity, lake_columns
from orchestration.landing.config.logs import LOGS
from orchestration.landing.lake.commit import LakeFile
from orchestration.landing.lake.pull_state import KNOWN, Pull
from orchestration.landing.privacy.scrubbing import scrub


def lake_fields(pull: Pull, contract: Entity, columns: set[str], has_history: bool) -> tuple[str, str]:
    """Select list that gives every lake column its type, and the joins that give personal ones their pseudonyms."""
    special = {
        "source_id": f"'{pull.source_id}'",
        "known_on": KNOWN,
        "attributes_known_on": KNOWN if has_history else f"greatest({KNOWN}, date '{pull.window.last}')",
    }
    personal = sorted(pull.pii & columns)
    fields = []
    for column, kind in lake_columns(contract).items():
        value = special.get(column) or (f'"{column}"' if column in columns else "null")
        origin = contract.defaults.get(column)
        if column in personal:
            value = f"token_of_{column}.token"
        elif origin in personal and value != "null":
            value = f'case when {value} = "{origin}" then token_of_{origin}.token else {value} end'
        fields.append(f'cast({value} as {kind}) as "{column}"')
    joins = "".join(
        f' left join _tokens as token_of_{column} on "{column}" = token_of_{column}.plain' for column in personal
    )
    return ", ".join(fields), joins


def write_tokens(connection: duckdb.DuckDBPyConnection, pull: Pull, columns: set[str]) -> None:
    """Fill `_tokens`, the pseudonym of each personal value of the portion: hashed once, not in every row."""
    values = [f'select "{column}" as plain from _typed' for column in sorted(pull.pii & columns)]
    if values:
        connection.execute(
            "create or replace table _tokens as select plain, pseudonym(plain) as token "
            f"from (select distinct plain from ({' union all '.join(values)}))"
        )


def attribute_rows(pull: Pull, attributes: list[str], has_history: bool) -> str:
    """Long form of the accounts' attribute_… columns: one row per account, attribute and change."""
    flags = ", ".join(
        f"('{name}', {str(not has_history and name not in pull.source.immutable).lower()})" for name in attributes
    )
    account = "pseudonym(account_id)" if "account_id" in pull.pii else "account_id"
    listed = ", ".join(f'"{name}"' for name in attributes)
    known_on = f"case when flags.is_backfilled then greatest({KNOWN}, date '{pull.window.last}') else {KNOWN} end"
    landed = f"select account_id, updated_at, {KNOWN}, {listed} from _judged where _verdict = 'landed'"
    return (
        f"select {account} as account_id, right(attribute, -10) as attribute, value, updated_at, "
        f"{known_on} as attributes_known_on, '{pull.source_id}' as source_id, {KNOWN} as known_on "
        f"from (from ({landed}) unpivot include nulls (value for attribute in ({listed}))) "
        f"join (values {flags}) as flags (name, is_backfilled) on flags.name = attribute"
    )


def write(connection: duckdb.DuckDBPyConnection, pull: Pull, entity: Entity, rows: str, number: int) -> None:
    """Write rows as Parquet sorted for look-ups by account: events one file per day known, the rest one file."""
    connection.execute(f"create or replace table _good as {rows}")
    known = connection.execute(
        "select known_on, count(*), sum(hash(_good)::hugeint) from _good group by 1 order by 1"
    ).fetchall()
    if not known:
        return
    pull.fingerprint = (pull.fingerprint + sum(int(row[2]) for row in known)) % 2**128
    folder = pull.folder / entity.name  # Spark names folders, not files
    folder.mkdir(exist_ok=True)
    order = ["account_id" if "account_id" in entity.columns else entity.key[0]]
    order += ["occurred_at"] if entity.name == "events" else []
    if entity.name != "events":
        name = f"{entity.name}-{number:05}.parquet"
        connection.execute(f"copy (from _good order by {', '.join(order)}) to {quoted(folder / name)} (format parquet)")
        spans = [(folder / name, str(known[0][0]), str(known[-1][0]), int(sum(row[1] for row in known)))]
    else:
        written = connection.execute(
            f"copy (from _good order by known_on, {', '.join(order)}) to {quoted(folder)} (format parquet, "
            "compression zstd, compression_level 1, partition_by (known_on), write_partition_columns true, "
            f"overwrite_or_ignore true, filename_pattern 'events-{number:05}-{{i}}', return_stats true)"
        ).fetchall()
        spans = []
        for path, n_rows, *_ in written:
            day = Path(path).parent.name.removeprefix("known_on=")
            spans.append((Path(path), day, day, int(n_rows)))
    for path, first, last, n_rows in spans:
        pull.files.append(LakeFile(entity.name, str(path.relative_to(pull.lake)), first, last, n_rows))


def write_log(connection: duckdb.DuckDBPyConnection, pull: Pull) -> None:
    """Keep what the pull did as one row, from which the warehouse computes freshness and reconciliation."""
    own = [file for file in pull.files if file.entity == pull.source.entity]
    newest = max((file.known_to for file in own), default=None)
    first = str(pull.window.first) if pull.window.first else min((file.known_from for file in own), default=None)
    values = {
        "source_id": pull.source_id,
        "entity": pull.source.entity,
        "pull_id": pull.folder.name,
        "first_date": first,
        "last_date": str(pull.window.last),
        "newest_date": newest,
        **pull.stated,
        "expected_every_days": pull.source.expected_every_days,
        "max_rejected_ratio": pull.source.max_rejected_ratio,
    }
    values |= {name: pull.counts[name.removeprefix("n_")] for name in LOGS["pulls"] if name.startswith("n_")}
    fields = ", ".join(
        f'cast({"null" if values[name] is None else quoted(values[name])} as {kind}) as "{name}"'
        for name, kind in LOGS["pulls"].items()
    )
    path = pull.folder / "pulls" / "pulls-00000.parquet"
    path.parent.mkdir()
    connection.execute(f"copy (select {fields}) to {quoted(path)} (format parquet)")
    last = str(pull.window.last)
    pull.files.append(LakeFile("pulls", str(path.relative_to(pull.lake)), first or last, last, 1))


def write_rejects(connection: duckdb.DuckDBPyConnection, pull: Pull, number: int) -> None:
    """Keep what did not land: reason, origin and the record as received, for the owner of the source to fix."""
    has_line = any(row[0] == "_line" for row in connection.execute("describe _records").fetchall())
    hidden = '{"_row": null, "filename": null, "file_date": null, "_unreadable": null}'
    raw = "_lines.line" if has_line else f"json_merge_patch(to_json(records), '{hidden}')::varchar"
    # a file is told by its name below the workspace, an object by its address: no path of the machine is published
    at, address = (f"{pull.objects}/", SCHEME) if pull.objects else (f"{pull.root}/", "")
    lines = "join _lines on _lines.rowid = records._line " if has_line else ""
    connection.execute(
        f"create or replace table _rejects as select '{pull.source_id}' as source_id, '{pull.folder.name}' as "
        f"pull_id, reason, replace(origin, {quoted(at)}, '{address}') as origin, raw "
        "from (select reason, origin, raw from _malformed union all "
        f"select _judged._why, _judged._origin, {raw} from _judged join _records as records using (_row) {lines}"
        "where _judged._verdict = 'rejected')"
    )
    if pull.scrub:
        scrub(connection, "_rejects", ("reason", "raw"), pull.scrub.phone_region)
    row = connection.execute("select count(*), sum(hash(reason, origin, raw)::hugeint) from _rejects").fetchone()
    if row and row[0]:
        pull.fingerprint = (pull.fingerprint + int(row[1])) % 2**128
        path = pull.folder / "rejects" / f"rejects-{number:05}.parquet"
        path.parent.mkdir(mode=0o700, exist_ok=True)  # records as received
        connection.execute(f"copy _rejects to {quoted(path)} (format parquet)")
        pull.rejects.append(str(path.relative_to(pull.lake)))
