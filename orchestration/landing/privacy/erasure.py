"""What is left of a table when one person or account is taken out of it, and the list of those that were.

Belongs here: which rows go and which values are emptied, for pulls to come as for what is there; tombstones.
Does not belong here: rewriting files (forget.py), hiding what nobody asked to forget (pseudonymise.py, scrubbing.py).
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from orchestration.common.atomic_files import write_json
from orchestration.common.sql_text import quoted

Kind = Literal["user", "account"]
_IDS: dict[Kind, tuple[str, ...]] = {"user": ("user_id", "alias_user_id"), "account": ("account_id", "alias_id")}
_MENTIONS = ("parent_account_id",)
# texts in which somebody may be named, beside keys of rows that failed a check
FREE_TEXTS = ("comment", "subject", "text", "annotation", "properties", "reason", "sample_keys", "detail", "observed")
_SAID_BY_A_PERSON = ("properties", "comment", "subject", "text", "annotation")


@dataclass(frozen=True)
class Erasure:
    """`touched` is the SQL condition of the rows it is about, `left` the statement that yields what is left."""

    touched: str
    left: str


def erasure(
    table: str, name: str, columns: Iterable[str], kind: Kind, is_forgotten: Callable[[str], str]
) -> Erasure | None:
    """How a person or an account is taken out of `table`; None when it has no column for them.

    Rows about an account go; of a person only the rows of `users` and `user_aliases` go, other rows stay for their
    account's sake, with the person and free texts emptied. `is_forgotten` gives the condition on a column.
    """
    present = set(columns)
    ids = [is_forgotten(column) for column in _IDS[kind] if column in present]
    if not ids:
        return None
    about = f"coalesce({' or '.join(ids)}, false)"
    mentions = {column: is_forgotten(column) for column in _MENTIONS if column in present and kind == "account"}
    touched = " or ".join([about, *mentions.values()])
    if kind == "account" or name in ("users", "user_aliases"):
        emptied, where = mentions, f" where not {about}"
    else:
        emptied = {column: about for column in (*_IDS[kind], *_SAID_BY_A_PERSON) if column in present}
        where = ""
    changed = ", ".join(
        f'case when {when} then null else "{column}" end as "{column}"' for column, when in emptied.items()
    )
    return Erasure(touched, f"select *{f' replace ({changed})' if changed else ''} from {table}{where}")


def tombstones(lake: Path) -> list[dict[str, str]]:
    """Who was forgotten: kind, token (never the plain value), day, and whether everything is done."""
    path = tombstone_file(lake)
    return list(json.loads(path.read_text())) if path.exists() else []


def write_tombstones(lake: Path, stones: list[dict[str, str]]) -> None:
    """Replace the list."""
    write_json(tombstone_file(lake), stones)


def hold_back(connection: duckdb.DuckDBPyConnection, lake: Path, entity: str, columns: Iterable[str]) -> None:
    """Take those who were forgotten out of `_typed`: they do not come back with the next pull."""
    tokens: dict[Kind, list[str]] = {"user": [], "account": []}
    for stone in tombstones(lake):
        tokens["user" if stone["kind"] == "user" else "account"].append(quoted(stone["token"]))
    for kind, listed in tokens.items():
        condition = f'pseudonym("{{}}") in ({", ".join(listed)})'
        taken = erasure("_typed", entity, columns, kind, condition.format) if listed else None
        if taken:
            connection.execute(f"create or replace table _typed as {taken.left}")


def tombstone_file(lake: Path) -> Path:
    """Where a lake keeps who was forgotten, as keyed tokens."""
    return lake / "_forgotten.json"
