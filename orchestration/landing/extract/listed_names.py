"""Names of columns in a message.

Belongs here: which may be shown. Does not belong here: reading names (readers.py), what is wrong with them.
"""

import re
from collections.abc import Sequence

_MOST = 20
_NAME = re.compile(r"[^\W\d][\w .:/()#%&-]{0,60}")


def are_names(names: Sequence[str]) -> bool:
    """Whether the names of columns can be names, and no record."""
    return all(_NAME.fullmatch(name) for name in names)


def listed_names(names: Sequence[str]) -> str:
    """Names of columns, or how many where they look like a record: the first line of a file without a header."""
    if are_names(names):
        return ", ".join(names[:_MOST])
    return f"{len(names)}, whose names look like a record and are not shown: is there a first line with names?"
