"""In which currency the amounts of a snapshot are.

Belongs here: reading and naming it. Does not belong here: converting amounts (models/), showing them (site/content).
"""

import duckdb

_NONE = "XXX"  # ISO 4217: no currency


def currency_of(connection: duckdb.DuckDBPyConnection) -> str:
    """Reporting currency of the snapshot's marts, such as EUR; empty when amounts have none."""
    row = connection.execute("select max(currency) from core.dim_accounts where currency <> ?", [_NONE]).fetchone()
    return str(row[0] or "") if row else ""


def in_currency(heading: str, currency: str) -> str:
    """A heading of amounts with their currency."""
    return f"{heading} ({currency})" if currency else heading
