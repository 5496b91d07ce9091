"""The project as it is in git, for tests about its files."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

from orchestration.common.workspace import PROJECT_ROOT


def tracked(*patterns: str) -> list[Path]:
    """Files that git tracks: what lies about in a clone (logs, notes) is nobody's business."""
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    return [PROJECT_ROOT / line for line in listed.stdout.splitlines() if (PROJECT_ROOT / line).exists()]


def modules() -> dict[str, Path]:
    """Dotted name → file of every module of orchestration that runs in the project's own environment."""
    files = [path for path in tracked("orchestration/**/*.py", "orchestration/*.py") if "server" not in path.parts]
    return {
        ".".join(path.relative_to(PROJECT_ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files
    }


def imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """Modules of the project that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [full if (full := f"{node.module}.{one.name}") in known else node.module for one in node.names]
        elif isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        yield from (name for name in names if name in known)
