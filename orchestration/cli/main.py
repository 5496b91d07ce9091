"""The command line: `python -m orchestration <command>`, behind the Makefile.

Belongs here: the group, exit codes, one clear line for a mistake. Does not belong here: commands (build.py, show.py).
"""

import sys

import click

from orchestration.cli import build, show
from orchestration.common.errors import UserError


@click.group(name="onboarding-health-index")
def commands() -> None:
    """Onboarding Health Index: pull, build, publish and show."""


for command in (*build.COMMANDS, *show.COMMANDS):
    commands.add_command(command)


def main(arguments: list[str]) -> int:
    """Run one command; return its exit code (0 done, 1 not done and the reason printed, 2 wrong arguments)."""
    # click's own `main` takes every EOFError for Ctrl-D, and is silent about a pipe that broke
    try:
        with commands.make_context("python -m orchestration", list(arguments)) as context:
            return int(commands.invoke(context) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (UserError, OSError, EOFError) as error:
        kind = "" if isinstance(error, UserError) else f"{type(error).__name__}: "
        print(f"error: {kind}{error}", file=sys.stderr)
        return 1
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        print(f"error: {error.format_message()} (see --help)", file=sys.stderr)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        print("stopped; what was committed stays, start again to go on", file=sys.stderr)
        return 1
