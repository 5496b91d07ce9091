"""Columns of the tables on pages, from templates/tables.yml.

Belongs here: reading them. Does not belong here: their headings (templates/tables.yml), rows (pages/).
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.publishing.site.components.blocks import Column

_FILE = Path(__file__).parents[1] / "templates" / "tables.yml"


@cache
def _tables() -> dict[str, dict[str, list[list[Any]]]]:
    return dict(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def headed(page: str, table: str) -> list[Column]:
    """Columns of a table of a page, in order."""
    return [Column(*parts) for parts in _tables()[page][table]]
