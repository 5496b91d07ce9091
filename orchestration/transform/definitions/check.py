"""Whether a workspace's definitions may be used: asked before anything runs, answered by file and line.

Belongs here: gathering the faults. Does not belong here: what is a fault (rubrics.py, playbook.py).
"""

from pathlib import Path

from orchestration.common.errors import UserError
from orchestration.transform.definitions.playbook import playbook_faults
from orchestration.transform.definitions.rubrics import rubric_faults
from orchestration.transform.definitions.seed_rows import read_rows


def check_definitions(seeds: Path) -> None:
    """Raise UserError naming the first ten faults in a folder of seeds, one line each."""
    tables = {path.stem: read_rows(path) for path in sorted(seeds.glob("*.csv"))}
    faults = [*rubric_faults(tables), *playbook_faults(tables)]
    if faults:
        more = [f"and {len(faults) - 10} more"] if len(faults) > 10 else []
        raise UserError("\n".join([*faults[:10], *more]))
