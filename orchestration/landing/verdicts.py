"""Judge every typed row of a pull: landed, identical, superseded, rejected or outside the window.

Belongs here: duplicates, and the counts that must reconcile. Does not belong here: typing (mapping.py) or writing
(writing.py).
"""

import duckdb

from orchestration.landing.plan import Window
from orchestration.landing.state import KNOWN, Pull


def judge_duplicates(connection: duckdb.DuckDBPyConnection, pull: Pull, columns: list[str]) -> None:
    """Fill `_judged`: every row with a verdict. Only keys that occur twice are sorted, most rows never are."""
    contract = pull.source.contract
    key = ", ".join(f'"{column}"' for column in contract.key)
    if pull.source.key_columns and not pull.source.rows and contract.name != "events":
        key = "_record_key"
        listed = ", ".join(f'"{column}" as _key_{n}' for n, column in enumerate(pull.source.key_columns))
        hashed = ", ".join(f"_key_{n}" for n in range(len(pull.source.key_columns)))
        connection.execute(
            f"create or replace temp table _keyed as select _typed.*, hash({hashed}) as _record_key "
            f"from _typed join (select _row, {listed} from _records) using (_row)"
        )
    else:
        connection.execute("create or replace temp view _keyed as select * from _typed")
    content = ", ".join(f'"{column}"' for column in columns)
    window = f"(partition by {KNOWN}, {key} order by _row desc, _item desc)"
    newer = "'superseded'" if contract.is_changing else "'conflict'"
    connection.execute(
        f"""
        create or replace temp table _judged as
        with readable as (
            select *, ({_in_window(pull.window)}) as _in_window from _keyed where _why is null
        ),
        twice as (
            select {KNOWN}, {key} from readable where _in_window group by all having count(*) > 1
        ),
        compared as (
            select readable.*, hash({content}) as _content from readable semi join twice using ({KNOWN}, {key})
            where _in_window
        ),
        judged as (
            select * exclude (_content), case when row_number() over {window} = 1 then 'landed'
                when row_number() over (partition by {KNOWN}, {key}, _content order by _row desc, _item desc) > 1
                or _content = first_value(_content) over {window} then 'identical' else {newer} end as _verdict
            from compared
        )
        select * from judged
        union all by name
        select *, 'landed' as _verdict from readable anti join twice using ({KNOWN}, {key}) where _in_window
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
