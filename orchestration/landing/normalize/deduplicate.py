"""Judge every typed row of a pull: landed, identical, superseded, rejected or outside the window.

Belongs here: duplicates, and the counts that must reconcile. Does not belong here: typing (mapping.py) or writing
(writing.py).
"""

import duckdb

from orchestration.common.sql_text import listed_files, named
from orchestration.common.window import Window
from orchestration.landing.lake.pull_state import KNOWN, Pull

_CONFLICT = "same key as another event, other content"


def judge_duplicates(connection: duckdb.DuckDBPyConnection, pull: Pull, columns: list[str]) -> None:
    """Make the view `_judged`: every row with a verdict. Only keys that occur twice are sorted, most rows never are."""
    contract = pull.source.contract
    key = ", ".join(f'"{column}"' for column in contract.key)
    if pull.source.key_columns and not pull.source.rows and contract.name != "events":
        key = "_record_key"
        listed = ", ".join(f"{named(column)} as _key_{n}" for n, column in enumerate(pull.source.key_columns))
        hashed = ", ".join(f"_key_{n}" for n in range(len(pull.source.key_columns)))
        connection.execute(
            f"create or replace temp table _keyed as select _typed.*, hash({hashed}) as _record_key "
            f"from _typed join (select _row, {listed} from _records) using (_row)"
        )
    else:
        connection.execute("create or replace temp view _keyed as select * from _typed")
    # an event sent again is the same event, whenever it was received
    content = ", ".join(f'"{column}"' for column in columns if contract.is_changing or column != "received_at")
    # of rows with one key that became known on one day the latest counts, by its own time, else by its place
    own_time = "".join(f'"{column}" desc nulls last, ' for column in contract.known_at if column in columns)
    newest_first = f"{own_time}_row desc, _item desc"
    window = f"(partition by {KNOWN}, {key} order by {newest_first})"
    in_window = _in_window(pull.window)
    newer, why = ("'superseded'", "null") if contract.is_changing else ("'rejected'", f"'{_CONFLICT}'")
    connection.execute(
        f"""
        create or replace table _repeated as
        with readable as (
            select * from _keyed where _why is null and {in_window}
        ),
        twice as (
            select {KNOWN}, {key} from readable group by all having count(*) > 1
        ),
        compared as (
            select readable.*, hash({content}) as _content from readable semi join twice using ({KNOWN}, {key})
        )
        select _row, _item, case when row_number() over {window} = 1 then 'landed'
            when row_number() over (partition by {KNOWN}, {key}, _content order by {newest_first}) > 1
            or _content = first_value(_content) over {window} then 'identical' else {newer} end as _verdict
        from compared
        """
    )
    if pull.in_portions:
        _judge_against_earlier_portions(connection, f"{KNOWN}, {key}", content, in_window, contract.is_changing)
    connection.execute(
        f"""
        create or replace temp view _judged as
        select _keyed.* replace (
            coalesce(_why, case when _repeated._verdict = 'rejected' then {why} end) as _why
        ), case when _why is not null then 'rejected' when not ({in_window}) then 'outside_window'
            else coalesce(_repeated._verdict, 'landed') end as _verdict
        from _keyed left join _repeated using (_row, _item)
        """
    )


def _judge_against_earlier_portions(
    connection: duckdb.DuckDBPyConnection, key: str, content: str, in_window: str, is_changing: bool
) -> None:
    """Tell what an earlier portion of the same pull landed already; of each row only two hashes are remembered."""
    connection.execute("create table if not exists _seen (_key ubigint, _content ubigint)")
    other = "landed" if is_changing else "rejected"  # a newer version lands next to the older one
    connection.execute(
        f"""
        create or replace table _again as
        with hashed as (
            select _row, _item, hash({key}) as _key, hash({content}) as _content from _keyed
            where _why is null and {in_window}
        )
        select _row, _item, any_value(hashed._key) as _key, any_value(hashed._content) as _content,
            case when bool_or(_seen._content = hashed._content) then 'identical'
                when count(_seen._key) > 0 then '{other}' else 'landed' end as _verdict
        from hashed left join _seen using (_key) group by _row, _item
        """
    )
    connection.execute(
        """
        delete from _again where exists (
            from _repeated where _repeated._row = _again._row and _repeated._item = _again._item
            and _repeated._verdict <> 'landed'
        );
        delete from _repeated where _verdict = 'landed';
        insert into _repeated select _row, _item, _verdict from _again where _verdict <> 'landed';
        insert into _seen select _key, _content from _again where _verdict = 'landed'
        """
    )


def judge_against_lake(connection: duckdb.DuckDBPyConnection, pull: Pull, landing: str, has_own_times: bool) -> None:
    """Take for outside the window what a daily pull of the same file landed before, whatever it is now known on.

    Without a time of change of its own a row is compared with the newest version: it may become what it was before.
    """
    contract = pull.source.contract
    if not pull.earlier:
        return
    content = f"hash({', '.join(named(column) for column in contract.columns)})"
    landed = f"read_parquet({listed_files(pull.earlier)}, union_by_name = true, filename = true)"
    identity = ", ".join(named(column) for column in contract.key if column != "updated_at")
    newest = (
        ""
        if has_own_times
        else f"qualify rank() over (partition by {identity} order by known_on desc, filename desc) = 1"
    )
    connection.execute(
        f"""
        create or replace table _before as
        with there as (
            select {content} as _content from {landed} {newest}
        ),
        offered as (
            select _row, _item, {content} as _content from (select _row, _item, {landing} where _verdict = 'landed')
        )
        select _row, _item from offered semi join there using (_content);
        delete from _repeated where exists (
            from _before where _before._row = _repeated._row and _before._item = _repeated._item
        );
        insert into _repeated select _row, _item, 'outside_window' from _before
        """
    )


def remember_keys(connection: duckdb.DuckDBPyConnection, pull: Pull, rows: str) -> None:
    """Keep the keys in a file that holds everything: of `rows`, as the lake has them."""
    if not _holds_everything(pull):
        return
    connection.execute("create table if not exists _keys (_key ubigint)")
    connection.execute(f"insert into _keys select distinct hash({_identity(pull)}) from ({rows})")


def count_vanished(connection: duckdb.DuckDBPyConnection, pull: Pull) -> None:
    """Count what landed before, was not deleted, and is no longer in a file that holds everything."""
    if not _holds_everything(pull):
        return
    connection.execute("create table if not exists _keys (_key ubigint)")
    landed = f"read_parquet({listed_files(pull.earlier)}, union_by_name = true, filename = true)"
    row = connection.execute(
        f"""
        select count(*) from (
            select hash({_identity(pull)}) as _key, deleted_at from {landed}
            qualify row_number() over (partition by {_identity(pull)} order by known_on desc, filename desc) = 1
        ) anti join _keys using (_key) where deleted_at is null
        """
    ).fetchone()
    pull.counts["vanished"] = int(row[0]) if row else 0


def _holds_everything(pull: Pull) -> bool:
    """Whether what landed before should be there again."""
    return pull.source.is_a_current_state and bool(pull.earlier)


def _identity(pull: Pull) -> str:
    """What tells one thing from another, whatever its version."""
    return ", ".join(named(column) for column in pull.source.contract.key if column not in ("updated_at", "valid_from"))


def _in_window(window: Window) -> str:
    first = f"{KNOWN} >= date '{window.first}' and " if window.first else ""
    return f"{first}{KNOWN} <= date '{window.last}'"


def count(connection: duckdb.DuckDBPyConnection, pull: Pull) -> None:
    """Add this portion's counts to the pull's."""

    def one(statement: str) -> int:
        row = connection.execute(statement).fetchone()
        return int(row[0]) if row else 0

    records, malformed = (one(f"select count(*) from {table}") for table in ("_records", "_malformed"))
    used = one("select count(distinct _row) from _judged")  # a record to which no item of `rows` applies is filtered
    verdicts = dict(connection.execute("select _verdict, count(*) from _judged group by 1").fetchall())
    pull.counts.update(verdicts)
    pull.counts["received"] += records + malformed
    pull.counts["filtered"] += records - used
    pull.counts["rows"] += sum(verdicts.values()) + malformed
    pull.counts["rejected"] += malformed
