"""Whose rows a customer-success manager sees: one rule for PostgreSQL and Superset.

Belongs here: the rule. Does not belong here: how it reaches an engine (postgres/schema.py, superset/access.py).
"""

from collections.abc import Collection


def own_rows(columns: Collection[str], is_mine: str, books: str) -> str | None:
    """SQL condition on a mart with these columns: rows of own accounts, or in the own name; None when all are free.

    `is_mine`: what follows a column that names a CSM, such as `= current_user`. `books`: a table with account_id and
    csm_id.
    """
    if "account_id" in columns:
        return f"account_id is null or account_id in (select account_id from {books} where csm_id {is_mine})"
    for name in ("csm_id", "owner_id"):
        if name in columns:
            return f"{name} {is_mine}"
    return None
