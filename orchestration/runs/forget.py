"""Take a person or an account out of everything we keep: the one exception to a lake that never changes.

Belongs here: which files are rewritten, in which order, and what a second try after a kill does. Does not belong here:
which rows go (landing/erasure.py). Files that sources bring are the company's own and are not touched.
"""

import datetime as dt
import gzip
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb

from orchestration.common.atomic_files import replace_file, write_json
from orchestration.common.errors import UserError
from orchestration.common.progress import report
from orchestration.common.run_lock import run_lock
from orchestration.common.sql_text import listed_files, quoted
from orchestration.common.workspace import Workspace
from orchestration.landing.lake.commit import committed, committed_files
from orchestration.landing.lake.payload import as_line
from orchestration.landing.privacy.erasure import (
    FREE_TEXTS,
    Kind,
    erasure,
    tombstone_file,
    tombstones,
    write_tombstones,
)
from orchestration.landing.privacy.pseudonymise import pseudonym, pseudonym_key
from orchestration.publishing.postgres.erase import rewrite_tables
from orchestration.publishing.site.build import remove_site
from orchestration.publishing.snapshot.ledger import permit_once
from orchestration.publishing.snapshot.store import RowsLeft, rewrite_snapshots
from orchestration.runs.daily import last_published, rebuild
from orchestration.runs.forget_traces import remove_traces

_SHORTEST_NUMBER = 6


def forget(workspace: Workspace, kind: Kind, value: str) -> int:
    """Forget a person or an account by its plain id; return an exit code.

    A tombstone comes first, so that whatever a kill leaves undone is done by the next try, and no pull brings it back.
    Raises UserError when another run is working.
    """
    if not value.strip():
        raise UserError(f"forget: expected the id of the {kind} as its source writes it")
    key = pseudonym_key(workspace.data_dir)
    with run_lock(workspace.data_dir):
        values = [value.strip(), *(_aliases(workspace.lake, value, key) if kind == "account" else [])]
        tokens = [pseudonym(one, key) for one in values]
        today = f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"
        stones = {stone["token"]: stone for stone in tombstones(workspace.lake)}
        is_unfinished = any(stones.get(token, {}).get("is_done") == "no" for token in tokens)
        stones |= {token: {"kind": kind, "token": token, "forgotten_on": today, "is_done": "no"} for token in tokens}
        write_tombstones(workspace.lake, list(stones.values()))
        listed = ", ".join(quoted(one) for one in [*(one.lower() for one in values), *tokens])

        def rows_left(connection: duckdb.DuckDBPyConnection, table: str, name: str) -> str | None:
            columns = [str(row[0]) for row in connection.execute(f"describe from {table}").fetchall()]
            taken = erasure(table, name, columns, kind, lambda column: f'lower(trim("{column}")) in ({listed})')
            left = taken.left if taken and _has_any(connection, table, taken.touched) else None
            texts = {
                column: f'regexp_matches("{column}", {quoted(telling)})' for column in columns if column in FREE_TEXTS
            }
            if not texts or not _has_any(connection, table, " or ".join(texts.values())):
                return left
            emptied = ", ".join(
                f'case when {named} then null else "{column}" end as "{column}"' for column, named in texts.items()
            )
            return f"select * replace ({emptied}) from ({left or f'select * from {table}'})"

        pattern = _mention([*values, *tokens])
        telling = _mention([*(one for one in values if _tells(one)), *tokens])
        n_tables = _rewrite_tables(workspace.lake, rows_left)
        n_tables += sum(
            _rewrite(path, "scores", rows_left) for path in sorted(workspace.lake.glob("_ledger/scores/*.parquet"))
        )
        n_received = _rewrite_payloads(workspace.lake, pattern) + _rewrite_rejects(workspace.lake, pattern)
        n_snapshots = rewrite_snapshots(workspace.published, rows_left)
        report(f"forgotten in {n_tables} files of the lake, {n_received} files as received, {n_snapshots} snapshots")
        has_changed = bool(n_tables or n_received or n_snapshots or is_unfinished)
        if has_changed:
            permit_once(workspace.lake, "somebody was forgotten on request")
            workspace.warehouse.unlink(missing_ok=True)
            shutil.rmtree(workspace.workbooks, ignore_errors=True)
            remove_site(workspace.site)
            for pages in (workspace.published / "reviews", workspace.data_dir / "site-sql"):
                shutil.rmtree(pages, ignore_errors=True)
            workspace.extract.unlink(missing_ok=True)
            shutil.rmtree(workspace.data_dir / "spark", ignore_errors=True)
    code = rebuild(workspace) if has_changed and last_published(workspace) else 0
    if code == 0:
        if (address := os.environ.get("ONBOARDING_POSTGRES")) and has_changed:
            rewrite_tables(address)
            print("taken out of PostgreSQL; its write-ahead log and its backups are not ours to change")
        for path in remove_traces(workspace, telling):
            if path != tombstone_file(workspace.lake):
                print(f"still named in {path}: it is not ours to change, or holds it by chance")
        if not all(map(_tells, values)):
            print(f"{value.strip()} is a short number: texts and logs hold it by chance and were not searched for it")
        done = {"is_done": "yes"}
        stones |= {token: {**stones[token], **done} for token in tokens}
        write_tombstones(workspace.lake, list(stones.values()))
        print(f"{kind} forgotten" if has_changed else f"nothing of this {kind} was found; no pull will bring it")
    return code


def _aliases(lake: Path, account: str, key: bytes) -> list[str]:
    """Other ids that an account had."""
    files = [str(lake / file.path) for file in committed_files(lake, "account_aliases")]
    if not files:
        return []
    is_it = f"lower(trim(account_id)) in ({quoted(account.strip().lower())}, {quoted(pseudonym(account, key))})"
    found = duckdb.execute(
        f"select distinct alias_id from read_parquet({listed_files(files)}) where {is_it}"
    ).fetchall()
    return [str(row[0]) for row in found]


def _tells(value: str) -> bool:
    """Whether a word of a text is this id: a short number is some other number nearly everywhere."""
    return not value.isdecimal() or len(value) >= _SHORTEST_NUMBER


def _mention(values: list[str]) -> str:
    """Pattern of a text that names one of the values, for Python and for DuckDB alike."""
    return rf"(?i)(^|[^\w.@+-])({'|'.join(re.escape(value) for value in values)})($|[^\w@+-])"


def _has_any(connection: duckdb.DuckDBPyConnection, table: str, condition: str) -> bool:
    return connection.execute(f"select 1 from {table} where {condition} limit 1").fetchone() is not None


def _rewrite_tables(lake: Path, rows_left: RowsLeft) -> int:
    """Rewrite the files of every pull, current or not, and update the number of rows in the pointers."""
    n_rewritten = 0
    for path in sorted(lake.glob("[!_]*/*/**/*.parquet")):
        name = path.relative_to(lake).parts[2]
        if name not in ("rejects", "pulls"):
            n_rewritten += _rewrite(path, name, rows_left)
    for state in committed(lake):
        for file in state["files"]:
            file["rows"] = duckdb.execute(f"select count(*) from {_table(lake / file['path'])}").fetchall()[0][0]
        write_json(lake / "_committed" / f"{state['source_id']}.json", state)
    return n_rewritten


def _rewrite_rejects(lake: Path, pattern: str) -> int:
    def rows_left(connection: duckdb.DuckDBPyConnection, table: str, name: str) -> str | None:
        named = f"regexp_matches(concat_ws(' ', reason, raw), {quoted(pattern)})"
        return f"select * from {table} where not {named}" if _has_any(connection, table, named) else None

    return sum(_rewrite(path, "rejects", rows_left) for path in sorted(lake.glob("[!_]*/*/rejects/*.parquet")))


def _rewrite(path: Path, name: str, rows_left: RowsLeft) -> bool:
    """Replace a Parquet file by what is left of it; False when that is all of it."""
    with duckdb.connect() as connection:
        left = rows_left(connection, _table(path), name)
        if left is None:
            return False
        temporary = path.with_suffix(".forgetting")
        connection.execute(f"copy ({left}) to {quoted(temporary)} (format parquet, compression zstd)")
    replace_file(temporary, path)
    return True


def _table(path: Path) -> str:
    return f"read_parquet({listed_files([str(path)])}, hive_partitioning = false)"


def _rewrite_payloads(lake: Path, pattern: str) -> int:
    """Take out every record that names the value anywhere: of what is as received nobody knows which field is which."""
    mention = re.compile(pattern)
    n_rewritten = 0
    for path in sorted(lake.glob("[!_]*/*/payload/*.gz")):
        temporary = path.with_suffix(".forgetting")
        has_changed = False
        with gzip.open(path, "rt", encoding="utf-8") as old, gzip.open(temporary, "wt", 1, encoding="utf-8") as new:
            for line in old:
                if mention.search(line):
                    has_changed = True
                    left = None if path.name.startswith("jsonl") else _records_left(json.loads(line), mention)
                    new.write("" if left is None else as_line(left) + "\n")
                else:
                    new.write(line)
        if has_changed:
            replace_file(temporary, path)
            n_rewritten += 1
        temporary.unlink(missing_ok=True)
    return n_rewritten


def _records_left(page: Any, mention: re.Pattern[str]) -> Any:
    if isinstance(page, list):
        return [item for item in page if not mention.search(json.dumps(item, ensure_ascii=False))]
    if isinstance(page, dict):
        return {key: _records_left(value, mention) for key, value in page.items()}
    return page
