"""Whether there is a warehouse to go on with.

Belongs here: the file of DuckDB. Does not belong here: what is built in it (build_states.py).
"""

import duckdb

from orchestration.common.progress import report
from orchestration.common.workspace import Workspace
from orchestration.transform.build_states import forget_builds, read_states


def open_warehouse(workspace: Workspace) -> bool:
    """Whether the warehouse can be gone on with; otherwise nothing counts as built, and all history is to be built.

    A file that DuckDB cannot read is put aside: the lake has everything that was in it. One that another program has
    open is left alone.
    """
    if workspace.engine == "duckdb" and not _is_readable(workspace):
        forget_builds(workspace)
    return bool(read_states(workspace))


def _is_readable(workspace: Workspace) -> bool:
    path = workspace.warehouse
    if not path.exists():
        return False
    try:
        duckdb.connect(str(path)).close()
    except duckdb.IOException as error:
        if "lock" in str(error):
            return True  # dbt says so
    except duckdb.Error:
        pass
    else:
        return True
    broken = path.with_name(f"{path.name}.broken")
    path.replace(broken)
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    report(f"the warehouse cannot be read and is built again from the lake; the file is kept as {broken}")
    return False
