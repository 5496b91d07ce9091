"""The one exception that is meant for users: a mistake in what they gave us, reported in one line.

Belongs here: the error type and how near-miss names are suggested.
Does not belong here: catching it (cli.py and the assets do that).
"""

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """Bad input, a missing file or a busy resource. The message is one line: what, where, what was expected."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest of `known`, or an empty text."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""
