"""Dagster's event log in SQLite with connections that are kept: a run of this project writes some 1,600 events.

Belongs here: how the database files are opened. Does not belong here: what is stored, and where (Dagster's own class).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import sqlalchemy
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData


class KeptEventLog(SqliteEventLogStorage):
    """As Dagster's default, but it opens and compiles once what the default does for every event.

    Measured on a daily run of 50 accounts: docs/scale.md. It leans on `_connect` of the locked version of Dagster;
    tests/unit/runs/test_event_log.py fails when that changes.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, sqlalchemy.Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """As the default, which names its own class."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        with self._db_lock:
            if shard not in self._engines:
                engine = sqlalchemy.create_engine(
                    self.conn_string_for_shard(shard), connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
                )
                # with a write-ahead log, what is lost with the machine's power is at most the last events
                sqlalchemy.event.listen(engine, "connect", _relax)
                if shard not in self._initialized_dbs:
                    self._initdb(engine)
                    self._initialized_dbs.add(shard)
                self._engines[shard] = engine
            with self._engines[shard].connect() as connection, connection.begin():
                yield connection

    def dispose(self) -> None:
        """Close what was kept."""
        super().dispose()
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


def _relax(connection: Any, _: Any) -> None:
    connection.execute("pragma synchronous = normal")
