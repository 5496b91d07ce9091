"""One run at a time per data folder, with a lock that a killed process cannot leave behind.

Belongs here: the lock file. Does not belong here: Dagster's own bookkeeping (cli.py heals it).
"""

import datetime as dt
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.common.errors import UserError


@contextmanager
def run_lock(data_dir: Path) -> Iterator[None]:
    """Hold `data_dir`/run.lock; the kernel releases it when this process ends, however it ends.

    Raises UserError at once, naming the holder, when another process has it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / "run.lock"
    with path.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "unknown process"
            raise UserError(
                f"another run is working on {data_dir} ({holder}); wait for it to end or stop it, then try again"
            ) from None
        handle.truncate(0)
        handle.write(f"process {os.getpid()}, since {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC")
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)
