"""Run the unit and structure tests of what has changed: `make test-fast`, the inner loop.

A changed test file is run itself. A changed module runs the tests that import it, directly or through other modules.
Files that are no modules run the tests that read them, by folder (TESTS_OF).
"""

import subprocess
import sys
from pathlib import Path

from orchestration.common.workspace import PROJECT_ROOT
from tests.support.tree import imported, modules, tracked

ALWAYS = ("tests/structure/test_tree.py", "tests/structure/test_imports.py")
OF_MODELS = "tests/structure/test_models.py"
SITE = "orchestration/publishing/site/"
TESTS_OF = {
    "models/": (OF_MODELS,),
    "dbt_project": (OF_MODELS,),
    "expectations/": (OF_MODELS,),
    "docs/": (OF_MODELS,),
    "README.md": (OF_MODELS,),
    "seeds/": (OF_MODELS, "tests/unit/transform"),
    "examples/": ("tests/unit/landing/extract/test_vendors.py", "tests/unit/landing/extract/test_telemetry_vendors.py"),
    SITE: (OF_MODELS, "tests/unit/publishing/site"),
}


def changed_files(base: str) -> list[str]:
    """Paths that differ from `base`, files that git does not track yet among them."""
    differing = ["git", "diff", "--name-only", "--diff-filter=d", base]
    listed = [differing, ["git", "ls-files", "--others", "--exclude-standard"]]
    runs = [subprocess.run(words, cwd=PROJECT_ROOT, capture_output=True, text=True, check=True) for words in listed]
    return sorted({line for run in runs for line in run.stdout.splitlines()})


def reached(path: Path, known: dict[str, Path]) -> set[str]:
    """Modules that a file imports, and those that they import."""
    found: set[str] = set()
    waiting = [path]
    while waiting:
        for name in imported(waiting.pop(), known):
            if name not in found:
                found.add(name)
                waiting.append(known[name])
    return found


def tests_of(changed: list[str]) -> list[str]:
    """Test files to run, sorted."""
    known = modules()
    names = {str(path.relative_to(PROJECT_ROOT)): name for name, path in known.items()}
    touched = {names[path] for path in changed if path in names}
    wanted = {path for path in changed if path.startswith("tests/unit/") and "/test_" in path} | set(ALWAYS)
    for folder, tests in TESTS_OF.items():
        if any(path.startswith(folder) for path in changed):
            wanted |= set(tests)
    for path in tracked("tests/unit/**/test_*.py"):
        if touched & reached(path, known):
            wanted.add(str(path.relative_to(PROJECT_ROOT)))
    return sorted(wanted)


if __name__ == "__main__":
    files = tests_of(changed_files(sys.argv[1] if len(sys.argv) > 1 else "HEAD"))
    print("tests of what has changed:", *files)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "-m", "not heavy", *files]
    sys.exit(subprocess.run(command, cwd=PROJECT_ROOT, check=False).returncode)
