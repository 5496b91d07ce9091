"""Texts and names as SQL, quoted.

Belongs here: quoting. Does not belong here: statements.
"""

import re


def quoted(text: object) -> str:
    """A text as SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def named(column: str) -> str:
    """A column's name as SQL identifier."""
    return '"' + column.replace('"', '""') + '"'


def listed(texts: list[str]) -> str:
    """Texts as a list literal of SQL."""
    return f"[{', '.join(quoted(text) for text in texts)}]"


def listed_files(paths: list[str]) -> str:
    """Names of files as a list literal of SQL, in which brackets, stars and question marks are no pattern."""
    return listed([re.sub(r"[*?[]", r"[\g<0>]", path) for path in paths])
