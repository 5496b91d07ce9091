"""Texts and names as SQL, quoted.

Belongs here: quoting. Does not belong here: statements.
"""


def quoted(text: object) -> str:
    """A text as SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def named(column: str) -> str:
    """A column's name as SQL identifier."""
    return '"' + column.replace('"', '""') + '"'


def listed(paths: list[str]) -> str:
    """File names as a list literal of SQL."""
    return f"[{', '.join(quoted(path) for path in paths)}]"
