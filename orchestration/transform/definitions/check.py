"""Whether a workspace's definitions may be used: asked before anything runs, answered by file and line.

Belongs here: gathering the faults. Does not belong here: what is a fault (rubrics.py, playbook.py).
"""

from pathlib import Path

from orchestration.common.errors import UserError
from orchestration.transform.definitions.playbook import playbook_faults
from orchestration.transform.definitions.rubrics import rubric_faults
from orchestration.transform.definitions.seed_rows import read_rows, seed_files


def check_definitions(seeds: Path) -> None:
    """Raise UserError naming the first ten faults in a folder of seeds, one line each."""
    tables = {name: read_rows(path) for name, path in seed_files(seeds).items()}
    faults = [*rubric_faults(tables), *playbook_faults(tables)]
    if faults:
        more = [f"and {len(faults) - 10} more"] if len(faults) > 10 else []
        raise UserError("\n".join([*faults[:10], *more]))
