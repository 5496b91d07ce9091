"""What commands share: days as arguments, and the workspace that they are about.

Belongs here: checks before a command begins. Does not belong here: commands (build.py, show.py).
"""

import datetime as dt
import os

import click

from orchestration.common.errors import UserError
from orchestration.common.workspace import Workspace, current_workspace
from orchestration.landing.config.source import SourcesFile
from orchestration.landing.config.sources_file import load_sources
from orchestration.transform.engines import check_engine

ACCOUNTS = click.IntRange(min=1)
PORT = click.IntRange(min=1, max=65535)


class Day(click.ParamType[dt.date]):
    """A day as YYYY-MM-DD."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Return the day, or fail naming what was expected."""
        try:
            return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"'{value}' is not a day; expected YYYY-MM-DD", param, ctx)


DAY = Day()


def configured() -> Workspace:
    """The workspace, after its sources.yml was found to be in order."""
    workspace = current_workspace()
    check_engine(workspace.engine)
    sources_of(workspace)
    return workspace


def built() -> Workspace:
    """The workspace, after it was found to have a warehouse."""
    workspace = current_workspace()
    check_engine(workspace.engine)
    if not workspace.marts.exists():
        raise UserError(f"{workspace.marts}: no warehouse there yet; run `make demo` first")
    return workspace


def sources_of(workspace: Workspace) -> SourcesFile:
    """Its sources.yml, checked."""
    return load_sources(workspace.sources_file, {**os.environ, **workspace.environment()})
