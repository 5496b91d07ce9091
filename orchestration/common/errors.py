"""The one exception that is meant for users: a mistake in what they gave us, reported in one line.

Belongs here: the error type, what a disk that is full or read-only says, how near-miss names are suggested.
Does not belong here: catching it (cli.py and the assets do that).
"""

import difflib
import re
from collections.abc import Iterable


class UserError(Exception):
    """Bad input, a missing file or a busy resource. The message is one line: what, where, what was expected."""


_OF_THE_DISK = {
    "the disk is full; free some space and start again: what was committed stays": (
        *("No space left on device", "disk is full", "database or disk is full", "Disk quota exceeded"),
    ),
    "it cannot be written; give this user the right to, or name another folder in ONBOARDING_DATA_DIR": (
        *("Read-only file system", "Permission denied", "readonly database", "unable to open database file"),
    ),
}


def of_the_disk(error: BaseException | str | None) -> str | None:
    """What to do about a disk that is full or may not be written, as one line; None when it is something else."""
    texts: list[str] = [error] if isinstance(error, str) else []
    while isinstance(error, BaseException):
        texts.append(str(error))
        error = error.__cause__ or error.__context__
    text = " ".join(texts)
    for advice, signs in _OF_THE_DISK.items():
        if sign := next((sign for sign in signs if sign in text), None):
            place = re.search(r"""['"]([^'"\n]+)['"]""", text)
            return f"{place.group(1) if place else sign}: {advice}"
    return None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest of `known`, or an empty text."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""
