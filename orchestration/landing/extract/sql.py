"""Ask a database for a window and keep its rows as pages, as if it were an API.

Belongs here: connections, queries and messages of errors. Does not belong here: mapping.
"""

import datetime as dt
import json
import math
from typing import Any

import sqlalchemy
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from orchestration.common.errors import UserError
from orchestration.common.window import Window
from orchestration.landing.config.connectors import Sql, moments
from orchestration.landing.lake.payload import Payload

_ROWS_PER_PAGE = 5_000


def query(where: str, sql: Sql, window: Window, payload: Payload) -> list[str]:
    """Write the rows of a window into `payload`, streamed; return the names of their columns.

    Raises UserError (one line, without the address) when the database cannot be reached or refuses the query.
    """
    statement = sqlalchemy.text(sql.query)
    named = statement.compile().params
    asked = {name: _without_zone(value) for name, value in moments(window).items() if name in named}
    try:
        engine = sqlalchemy.create_engine(
            sql.url.get_secret_value(), hide_parameters=True, poolclass=sqlalchemy.NullPool
        )
        with engine.connect().execution_options(stream_results=True, max_row_buffer=_ROWS_PER_PAGE) as connection:
            rows = connection.execute(statement, asked)
            columns = list(rows.keys())
            payload.write(b"[]")
            while page := rows.fetchmany(_ROWS_PER_PAGE):
                records = [dict(zip(columns, map(_finite, row), strict=True)) for row in page]
                payload.write(json.dumps(records, default=_as_json, ensure_ascii=False, allow_nan=False).encode())
            connection.rollback()  # whatever the query did, it only read
    except (SQLAlchemyError, ImportError, UnicodeError) as error:
        raise UserError(f"{where}.sql: {_reason(error, sql)}") from None
    return columns


def _without_zone(moment: dt.datetime | dt.date) -> dt.datetime | dt.date:
    """UTC without saying so: most databases keep times without a zone."""
    return moment.replace(tzinfo=None) if isinstance(moment, dt.datetime) else moment


def _finite(value: Any) -> Any:
    """A number that JSON has no word for is a text, which landing judges as it judges any other."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _as_json(value: Any) -> Any:
    """Texts that landing reads back without loss: numbers in full, times with their zone."""
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


def _reason(error: Exception, sql: Sql) -> str:
    if isinstance(error, ImportError):
        return f"the driver of this database is not installed ({error.name}); `pip install` it too"
    if isinstance(error, NoSuchModuleError | ArgumentError):
        return "the address is not one that SQLAlchemy reads: dialect+driver://user:password@host/database"
    reason = " ".join(str(getattr(error, "orig", None) or error).split())[:200]
    address = sqlalchemy.make_url(sql.url.get_secret_value())
    for secret in (sql.url.get_secret_value(), address.password):
        reason = reason.replace(str(secret), "***") if secret else reason
    return f"{address.drivername} database {address.database}: {reason}"
