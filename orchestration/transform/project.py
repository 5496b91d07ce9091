"""The dbt project, its manifest (made again only when one of its files is another) and results of its last command.

Belongs here: where dbt's files are, whether its manifest is current, which nodes failed.
Does not belong here: running models (assets.py).
"""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from orchestration.common.errors import UserError
from orchestration.common.seed_rows import completed, seed_files
from orchestration.common.workspace import PROJECT_ROOT, Workspace

_BAD = {"error", "fail", "runtime error", "skipped"}
_FILES = ("dbt_project.yml", "profiles.yml")
_FOLDERS = ("models", "dbt_project")


def project_dir(workspace: Workspace) -> Path:
    """Folder to run dbt in: the repository, or for another workspace a view of it with that workspace's seeds.

    The view is made of links, and of copies of seeds that lack columns which came later. Pointing `seed-paths`
    elsewhere instead would make dbt overwrite those seeds.
    """
    return PROJECT_ROOT if workspace.root == PROJECT_ROOT else _view(workspace, "project")


def shell_environment(workspace: Workspace) -> dict[str, str]:
    """What a person's shell needs to run dbt on the workspace: its seeds, and a target that no run reads."""
    where, target = str(project_dir(workspace)), workspace.data_dir / "dbt-shell"
    own = {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target / "logs")}
    return workspace.environment() | own | {"DBT_PROJECT_DIR": where, "DBT_PROFILES_DIR": where}


def metricflow_dir(workspace: Workspace) -> Path:
    """Folder to run MetricFlow in, which looks for dbt's manifest in `target` below it and nowhere else."""
    return _view(workspace, "metricflow", {"target": workspace.dbt_target})


def _view(workspace: Workspace, name: str, more: Mapping[str, Path] = MappingProxyType({})) -> Path:
    view = workspace.data_dir / name
    view.mkdir(parents=True, exist_ok=True)
    seeds = seed_files(workspace.root / "seeds")
    if (view / "seeds").is_symlink():
        (view / "seeds").unlink()
    (view / "seeds").mkdir(exist_ok=True)
    for link in (view / "seeds").iterdir():
        if link.stem not in seeds:
            link.unlink()
    links = {file: PROJECT_ROOT / file for file in (*_FILES, *_FOLDERS)} | dict(more)
    for seed, path in seeds.items():
        if (text := completed(path)) is None:
            links[f"seeds/{seed}.csv"] = path
        elif (copy := view / "seeds" / path.name).is_symlink() or not copy.exists() or copy.read_text() != text:
            copy.unlink(missing_ok=True)
            copy.write_text(text)
    for file, target in links.items():
        link = view / file
        if not link.is_symlink() or link.readlink() != target:
            link.unlink(missing_ok=True)
            link.symlink_to(target)
    return view


def current_manifest(workspace: Workspace) -> Path:
    """Return the path of an up-to-date manifest.json, parsing the project when a file changed.

    Raises UserError with dbt's own message when the project does not parse.
    """
    manifest = workspace.dbt_target / "manifest.json"
    seeds = workspace.root / "seeds"
    files = [PROJECT_ROOT / name for name in _FILES]
    files += [path for name in _FOLDERS for path in (PROJECT_ROOT / name).rglob("*") if path.is_file()]
    files += seed_files(seeds).values()
    made_of, digest = workspace.dbt_target / "manifest.made_of", _digest(files)
    if made_of.exists() and made_of.read_text() == digest and _is_whole(manifest):
        return manifest
    made_of.unlink(missing_ok=True)
    workspace.dbt_target.mkdir(parents=True, exist_ok=True)
    where = str(project_dir(workspace))
    command = [
        str(Path(sys.executable).parent / "dbt"),
        "--quiet",
        "parse",
        "--project-dir",
        where,
        "--profiles-dir",
        where,
    ]
    environment = {**os.environ, **workspace.environment()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=where)
    if done.returncode:
        lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise UserError(f"the dbt project does not parse: {' '.join(lines[-6:])}")
    made_of.write_text(digest)
    return manifest


def _digest(files: Iterable[Path]) -> str:
    """What a manifest is made of, whenever its files were written."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{'/'.join(path.parts[-4:])} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _is_whole(manifest: Path) -> bool:
    """dbt writes it anew with every command, and a full disk cuts it off."""
    try:
        return "nodes" in json.loads(manifest.read_text())
    except (OSError, ValueError):
        return False


def is_mart(node: Mapping[str, Any]) -> bool:
    """Whether a node of the manifest is published: a model under models/marts that is no step of another one."""
    is_under_marts = node.get("resource_type") == "model" and node["fqn"][1] == "marts"
    return is_under_marts and node["schema"] != "intermediate"


def failing_rows(workspace: Workspace, status: str = "fail", most: int = 2) -> list[str]:
    """Up to `most` rows of each test that failed (or warned) in dbt's last command, a line per test."""
    results = _results(workspace.dbt_target) if workspace.engine == "duckdb" else None
    lines: list[str] = []
    # examples only: a warehouse that another program has open does not hide which test it was
    with contextlib.suppress(duckdb.Error), duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        for result in results or []:
            if result["status"] != status or not result.get("compiled_code"):
                continue
            found = connection.execute(f"select * from ({result['compiled_code']}) limit {most}")
            names = [column[0] for column in found.description or []]
            rows = [
                ", ".join(
                    f"{name} {str(value)[:60]}" for name, value in zip(names, row, strict=True) if value is not None
                )
                for row in found.fetchall()
            ]
            lines.append(f"{result['unique_id'].split('.')[2]}: {'; '.join(rows)}")
    return lines


def failed_nodes(dbt_target: Path) -> dict[str, str] | None:
    """Nodes that did not pass in dbt's last command, each with its message in one line; None when none finished."""
    results = _results(dbt_target)
    if results is None:
        return None
    return {
        result["unique_id"].split(".", 2)[-1]: " ".join(str(result.get("message")).split())
        for result in results
        if result["status"] in _BAD
    }


def _results(dbt_target: Path) -> list[dict[str, Any]] | None:
    """Results of dbt's last command, one per node; None when none finished."""
    path = dbt_target / "run_results.json"
    return list(json.loads(path.read_text())["results"]) if path.exists() else None
