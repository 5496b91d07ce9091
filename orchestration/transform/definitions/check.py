"""Whether a workspace's definitions may be used: asked before anything runs, answered by file and line.

Belongs here: gathering the faults. Does not belong here: what is a fault (seed_form.py, rubrics.py, playbook.py).
"""

from collections.abc import Iterable
from pathlib import Path

from orchestration.common.errors import UserError
from orchestration.common.seed_rows import Row, missing_defaults, read_table, seed_files
from orchestration.transform.definitions.playbook import playbook_faults
from orchestration.transform.definitions.rubrics import rubric_faults
from orchestration.transform.definitions.seed_form import cell_faults, column_faults


def check_definitions(seeds: Path) -> None:
    """Raise UserError naming the first ten faults in a folder of seeds, one line each."""
    found = {
        name: _with_defaults(name, *read_table(path, "" if path.parent == seeds else f"the shipped seeds/{path.name}"))
        for name, path in seed_files(seeds).items()
    }
    tables = {name: rows for name, (_, rows) in found.items()}
    _refuse(column_faults({name: header for name, (header, _) in found.items()}))
    _refuse(cell_faults(tables))
    _refuse([*rubric_faults(tables), *playbook_faults(tables)])


def _with_defaults(name: str, header: list[str], rows: list[Row]) -> tuple[list[str], list[Row]]:
    added = missing_defaults(name, header)
    return [*header, *added], [{**row, **added} for row in rows]


def _refuse(found: Iterable[str]) -> None:
    if faults := list(found):
        more = [f"and {len(faults) - 10} more"] if len(faults) > 10 else []
        raise UserError("\n".join([*faults[:10], *more]))
