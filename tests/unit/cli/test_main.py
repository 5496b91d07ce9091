"""The command line: exit codes, and one line that says why something was not done."""

import os
from collections.abc import Iterator

import click
import pytest

from orchestration.cli.main import commands, main
from orchestration.common.errors import UserError


@pytest.fixture
def failing() -> Iterator[list[BaseException]]:
    """A command `fail` that raises what the test puts into the list."""
    raised: list[BaseException] = []

    @commands.command()
    def fail() -> None:
        raise raised[0]

    yield raised
    del commands.commands["fail"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (UserError("sources.yml: no such file"), "error: sources.yml: no such file\n"),
        (EOFError("Compressed file ended"), "error: EOFError: Compressed file ended\n"),
        (BrokenPipeError(32, "Broken pipe"), "error: BrokenPipeError: [Errno 32] Broken pipe\n"),
        (
            OSError(28, "No space left on device", "lake"),
            "error: lake: the disk is full; free some space and start again: what was committed stays\n",
        ),
        (click.UsageError("no such day"), "error: no such day (see --help)\n"),
        (KeyboardInterrupt(), "stopped; what was committed stays, start again to go on\n"),
    ],
)
def test_only_who_was_interrupted_reads_that_it_was_stopped(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str], error: BaseException, said: str
):
    """Regression: a truncated file was reported as an interruption, a broken pipe not at all."""
    failing.append(error)
    assert main(["fail"]) == {click.UsageError: 2, KeyboardInterrupt: 130}.get(type(error), 1)
    assert capsys.readouterr().err == said


def test_without_a_command_the_commands_are_listed(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("Usage: python -m orchestration ")
    assert main(["--help"]) == 0
    assert main(["no-such-command"]) == 2
    assert capsys.readouterr().err == "error: No such command 'no-such-command'. (see --help)\n"


def test_what_a_command_writes_is_for_this_user_and_the_group_of_the_folder():
    before = os.umask(0o022)
    try:
        main(["--help"])
        assert os.umask(0o022) == 0o027
    finally:
        os.umask(before)
