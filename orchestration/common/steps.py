"""What steps of Dagster share: the run lock as a resource, and mistakes of users as failures in one line.

Belongs here: Dagster's side of what every room needs. Does not belong here: the lock (run_lock.py), assets.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from orchestration.common.errors import UserError
from orchestration.common.run_lock import run_lock


@contextmanager
def user_errors_as_failures() -> Iterator[None]:
    """Fail the step with the message of a UserError and nothing else; to try again would not help."""
    try:
        yield
    except UserError as error:
        raise dg.Failure(str(error), allow_retries=False) from None


class RunLock(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Held by every run, however it was started: one writer at a time on one data folder."""

    data_dir: str

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["RunLock"]:
        """Take the lock for the whole run."""
        with user_errors_as_failures(), run_lock(Path(self.data_dir)):
            yield self
