"""What commands share: numbers as arguments, and the workspace that they are about.

Belongs here: checks before a command begins. Does not belong here: commands (cli.py, cli_reading.py).
"""

import argparse
import os

from orchestration.common.errors import UserError
from orchestration.common.workspace import Workspace, current_workspace
from orchestration.landing.config.sources_file import SourcesFile, load_sources
from orchestration.transform.engines import check_engine


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


def positive(text: str) -> int:
    """A whole number above 0; for argparse."""
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number above 0")
    return int(text)
