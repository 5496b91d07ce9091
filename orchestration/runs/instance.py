"""The Dagster instance of a workspace.

Belongs here: where it is. Does not belong here: its settings (dagster.yaml), runs (daily.py).
"""

from pathlib import Path

from orchestration.common.workspace import PROJECT_ROOT, Workspace


def instance_home(workspace: Workspace) -> Path:
    """Folder of this workspace's Dagster instance, configured by the repository's dagster.yaml."""
    home = workspace.data_dir / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    link = home / "dagster.yaml"
    if not link.is_symlink() or link.readlink() != PROJECT_ROOT / "dagster.yaml":
        link.unlink(missing_ok=True)
        link.symlink_to(PROJECT_ROOT / "dagster.yaml")
    return home
