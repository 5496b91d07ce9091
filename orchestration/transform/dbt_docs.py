"""Documentation of the warehouse by dbt, and metrics through MetricFlow.

Belongs here: running those tools. Does not belong here: what they show (models/).
"""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from orchestration.common.errors import UserError
from orchestration.common.progress import report
from orchestration.common.workspace import Workspace
from orchestration.transform.project import current_manifest, metricflow_dir, project_dir


def write_docs(workspace: Workspace) -> Path:
    """Write dbt's documentation (models, columns, lineage, metrics, exposures) as one page that needs no server.

    Raises UserError with dbt's last words when it could not.
    """
    where = str(project_dir(workspace))
    report("docs   dbt reads the warehouse (half a minute)")
    command = [_tool("dbt"), "docs", "generate", "--static", "--project-dir", where, "--profiles-dir", where]
    page = workspace.data_dir / "docs" / "index.html"
    # a target of its own: the publish gate reads the results of the last build in the other one
    target = page.parent / "dbt"
    environment = {**os.environ, **workspace.environment(), "DBT_TARGET_PATH": str(target)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=where)
    if done.returncode:
        lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise UserError(f"no documentation: {' '.join(lines[-4:])}")
    return (target / "static_index.html").replace(page)


def query_metrics(workspace: Workspace, names: Sequence[str], by: str = "", csv: Path | None = None) -> int:
    """Ask MetricFlow for metrics, cut by dimensions; without names list what there is. Returns its exit code.

    Raises UserError when MetricFlow is not installed.
    """
    if importlib.util.find_spec("dbt_metricflow") is None:
        raise UserError("MetricFlow is not installed here; `make metrics` installs it")
    current_manifest(workspace)
    where = metricflow_dir(workspace)
    question = ["query", "--metrics", ",".join(names)] if names else ["list", "metrics"]
    question += ["--group-by", by, "--order", by] if by else []
    question += ["--csv", str(csv.absolute())] if csv else []
    environment = {**os.environ, **workspace.environment(), "DBT_PROFILES_DIR": str(where)}
    return subprocess.run([_tool("mf"), *question], env=environment, check=False, cwd=where).returncode


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)  # also when the environment is not activated
