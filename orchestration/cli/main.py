"""The command line: `python -m orchestration <command>`, behind the Makefile.

Belongs here: the group, exit codes, one clear line for a mistake. Does not belong here: commands (build.py, show.py).
"""

import os
import signal
import sys

import click

from orchestration.cli import build, show
from orchestration.common.errors import UserError, of_the_disk


@click.group(name="onboarding-health-index")
def commands() -> None:
    """Onboarding Health Index: pull, build, publish and show."""


for command in (*build.COMMANDS, *show.COMMANDS):
    commands.add_command(command)


def main(arguments: list[str]) -> int:
    """Run one command; return 0 when it is done, 1 when it is not, 2 for wrong arguments, 130 when stopped."""
    os.umask(0o027)  # data are for this user, and to be read by a group
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # asked to end, as by Ctrl-C
    # click's own `main` takes every EOFError for Ctrl-D, and is silent about a pipe that broke
    try:
        with commands.make_context("python -m orchestration", list(arguments)) as context:
            return int(commands.invoke(context) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        print("stopped; what was committed stays, start again to go on", file=sys.stderr)
        return 130
    except Exception as error:
        said = _in_one_line(error)
        if said is None:
            raise
        print(f"error: {said}", file=sys.stderr)
        return error.exit_code if isinstance(error, click.ClickException) else 1


def _in_one_line(error: Exception) -> str | None:
    """What people can do something about; None for a fault of the program, whose traceback is wanted."""
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, click.ClickException):
        return f"{error.format_message()} (see --help)"
    known = f"{type(error).__name__}: {error}" if isinstance(error, OSError | EOFError) else None
    return of_the_disk(error) or known
