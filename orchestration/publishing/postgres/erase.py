"""Write PostgreSQL's tables anew, after a publication without somebody: a deleted row stays in its page until then.

Belongs here: that. Does not belong here: which rows a publication deletes (load.py).
"""

from orchestration.common.sql_text import named
from orchestration.publishing.postgres.load import connected
from orchestration.publishing.postgres.schema import STORE


def rewrite_tables(address: str) -> None:
    """Leave nothing of deleted rows in the tables of the store. Readers wait while a table is written.

    The write-ahead log and backups are the database's own. Raises UserError (one line, without the password).
    """
    with connected(address) as cursor:
        tables = cursor.execute(f"select tablename from pg_tables where schemaname = '{STORE}'").fetchall()
        for (table,) in tables:
            cursor.execute(f"vacuum (full, analyze) {STORE}.{named(table)}")
        cursor.execute("vacuum full pg_catalog.pg_statistic")  # holds frequent values; skipped where it is not ours
