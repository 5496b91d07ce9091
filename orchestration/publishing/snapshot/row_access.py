"""Whose rows a customer-success manager sees: one rule for PostgreSQL and Superset.

Belongs here: the rule. Does not belong here: how it reaches an engine (postgres/schema.py, superset/access.py).
"""

from collections.abc import Collection


def own_rows(columns: Collection[str], is_mine: str, owners: str) -> str | None:
    """SQL condition on a mart with these columns: rows of own accounts, or in the own name; None when all are free.

    A row without an account is about several: it is seen by the CSM it names, or by everyone if it names nobody.

    `is_mine`: what follows a column that names a CSM, such as `= current_user`. `owners`: a table with account_id and
    csm_id.
    """
    owner = next((name for name in ("csm_id", "owner_id") if name in columns), None)
    if "account_id" in columns:
        of_several = f" and ({owner} is null or {owner} {is_mine})" if owner else ""
        is_own = f"account_id in (select account_id from {owners} where csm_id {is_mine})"
        return f"{is_own} or (account_id is null{of_several})"
    return f"{owner} {is_mine}" if owner else None
