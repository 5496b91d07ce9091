"""A read-only SQLAlchemy dialect that lets Great Expectations push its SQL into DuckDB.

Belongs here: just what Great Expectations needs (run a select, list columns). Great Expectations 1.24 has no DuckDB
back end, and duckdb-engine's last release predates SQLAlchemy 2.1 (docs/decisions/0006).
Does not belong here: expectations (suites.py). Connections are read-only, since an expectation may hold any SQL.
"""

import types
from typing import Any

import duckdb
from sqlalchemy import pool, text
from sqlalchemy import types as sql_types
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGCompiler, PGDialect
from sqlalchemy.engine import reflection

_TYPES: dict[str, Any] = {
    "BOOLEAN": sql_types.BOOLEAN,
    "INTEGER": sql_types.INTEGER,
    "BIGINT": sql_types.BIGINT,
    "HUGEINT": sql_types.BIGINT,
    "DOUBLE": sql_types.DOUBLE,
    "VARCHAR": sql_types.VARCHAR,
    "DATE": sql_types.DATE,
    "TIMESTAMP": sql_types.TIMESTAMP,
}


class _Cursor:
    """Rows are fetched at once: Great Expectations reads them after it has given the connection back."""

    rowcount, arraysize = -1, 1

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.description: Any = None
        self._connection = connection
        self._rows: list[Any] = []

    def execute(self, statement: str, parameters: Any = ()) -> None:
        done = self._connection.execute(statement, parameters or None)
        self.description = done.description
        self._rows = done.fetchall() if done.description else []

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[Any]:
        head, self._rows = self._rows[:size], self._rows[size:]
        return head

    def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    def close(self) -> None:
        self._rows = []


class _Connection:
    """No pooling and read-only: an idle context never holds the lock that dbt needs."""

    def __init__(self, path: str) -> None:
        in_memory = path in ("", ":memory:")
        self._connection = duckdb.connect(path or ":memory:", read_only=not in_memory)

    def cursor(self) -> _Cursor:
        return _Cursor(self._connection)

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None:
        self._connection.close()


_ERRORS = ("InterfaceError", "DatabaseError", "DataError", "OperationalError", "IntegrityError", "InternalError")
_DBAPI = types.SimpleNamespace(
    apilevel="2.0",
    threadsafety=1,
    paramstyle="numeric_dollar",
    connect=_Connection,
    Binary=bytes,
    Error=duckdb.Error,
    **{name: getattr(duckdb, name, duckdb.Error) for name in (*_ERRORS, "ProgrammingError", "NotSupportedError")},
)


class _Compiler(PGCompiler):
    """DuckDB speaks PostgreSQL's SQL, but its `~` means that the whole text matches."""

    def visit_custom_op_binary(self, element: Any, operator: Any, **kw: Any) -> str:
        if operator.opstring not in ("~", "!~"):
            return str(super().visit_custom_op_binary(element, operator, **kw))
        left, right = self.process(element.left, **kw), self.process(element.right, **kw)
        return f"{'NOT ' if operator.opstring == '!~' else ''}regexp_matches({left}, {right})"


class DuckDBForExpectations(PGDialect):
    """`duckdbgx:///path` or `duckdbgx:///:memory:`; Great Expectations chooses its SQL by the name postgresql."""

    name = "postgresql"
    driver = "duckdbgx"
    statement_compiler = _Compiler
    supports_statement_cache = False
    supports_native_enum = False

    @classmethod
    def import_dbapi(cls) -> Any:
        """DuckDB's module in the shape SQLAlchemy expects."""
        return _DBAPI

    @classmethod
    def get_pool_class(cls, url: Any) -> Any:
        """One connection per use for files, one kept for memory."""
        in_memory = url.database in (None, "", ":memory:")
        return pool.SingletonThreadPool if in_memory else pool.NullPool

    def create_connect_args(self, url: Any) -> Any:
        """Path of the database."""
        return [url.database or ""], {}

    def initialize(self, connection: Any) -> None:
        """Nothing to ask the server for."""
        self.server_version_info = (16, 0)
        self.default_schema_name = "main"

    def on_connect(self) -> None:
        """Nothing to set."""

    def get_isolation_level_values(self, dbapi_connection: Any) -> list[str]:
        """DuckDB commits each statement."""
        return ["AUTOCOMMIT"]

    def has_table(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> bool:
        """True when the table has columns."""
        return bool(self.get_columns(connection, table_name, schema))

    @reflection.cache
    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> list[Any]:
        """Columns from DuckDB's own catalogue, not PostgreSQL's."""
        rows = connection.execute(
            text(
                "select column_name, data_type, is_nullable from duckdb_columns() where table_name = :table_name "
                "and schema_name = :schema and database_name = current_database() order by column_index"
            ),
            {"table_name": str(table_name), "schema": schema or self.default_schema_name},
        )
        return [
            {"name": name, "nullable": nullable, "default": None, "type": _TYPES.get(kind, sql_types.NUMERIC)()}
            for name, kind, nullable in rows
        ]

    def get_pk_constraint(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        """No keys are declared."""
        return {"constrained_columns": [], "name": None}

    def get_foreign_keys(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> list[Any]:
        """No keys are declared."""
        return []


def register() -> None:
    """Make `duckdbgx://` known to SQLAlchemy."""
    registry.register("duckdbgx", __name__, "DuckDBForExpectations")
