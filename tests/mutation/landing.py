"""`make mutate-landing`: plant single changes in the Python that reads records, with mutmut, and write who noticed.

Belongs here: choosing mutants at random, running mutmut on a copy, the table. Does not belong here: mutants of SQL
(changes.py), the tests that judge (tests/unit/landing).
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestration.common.workspace import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "mutation.md"
HEAD = "\n## Python that reads records\n"
_COPIED = ("README.md", "CHANGELOG.md", "Makefile", "dagster.yaml", "dbt_project.yml", "profiles.yml", "sources.yml")
_FOLDERS = ("docs", "dbt_project", "models", "expectations", "seeds", "examples")
# what takes long, and tells of disks, servers and kills rather than of rules
_SLOW = "not spilling and not does_not_answer and not without_room and not kill and not dies and not postgresql"
_NOT_NOTICED = {0, 5, 33, None}  # survived, no test reaches it, not judged
_INTRO = """
`make mutate-landing` plants changes in `orchestration/landing/normalize` with mutmut and judges a random sample by the tests of
`tests/unit/landing`. Texts are changed, too, in letters that no rule depends on; what nobody noticed is printed. This part is
written by `make mutate-landing`.
"""
_CONFIG = f"""
[tool.mutmut]
source_paths = ["orchestration"]
only_mutate = ["orchestration/landing/normalize/*"]
also_copy = {json.dumps([*_COPIED, *_FOLDERS])}
pytest_add_cli_args = ["-p", "no:cacheprovider", "-k", "{_SLOW}"]
pytest_add_cli_args_test_selection = ["tests/unit/landing"]
process_isolation = "forkserver"
"""  # DuckDB's threads do not survive a fork of their process


def main(arguments: Sequence[str]) -> int:
    """Judge a random sample of the mutants, list what survived and write the table."""
    parser = argparse.ArgumentParser(prog="make mutate-landing")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        subprocess.run(["git", "clone", "--quiet", str(PROJECT_ROOT), str(copy)], check=True)
        for changed in _changed():
            shutil.copy(PROJECT_ROOT / changed, copy / changed)
        with (copy / "pyproject.toml").open("a") as config:
            config.write(_CONFIG)
        _mutmut(
            copy, "run", "--max-children", "1", "none of them"
        )  # makes them, and finds that there is none of this name
        names = sorted(_exit_codes(copy))
        chosen = random.Random(options.seed).sample(names, min(options.sample, len(names)))
        print(f"{len(chosen)} of {len(names)} changes, chosen at random", flush=True)
        _mutmut(copy, "run", "--max-children", "1", *chosen)
        codes = {name: code for name, code in _exit_codes(copy).items() if name in set(chosen)}
        for name in sorted(name for name, code in codes.items() if code in _NOT_NOTICED):
            shown = _mutmut(copy, "show", name)
            changed_lines = [line for line in shown.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
            print(name.rsplit(".", 1)[-1], *changed_lines, sep="\n    ", flush=True)
    _write(codes, len(names))
    return 0


def _changed() -> list[str]:
    listed = ["git", "-C", str(PROJECT_ROOT), "diff", "--name-only", "--diff-filter=d", "HEAD"]
    return subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()


def _mutmut(copy: Path, *words: str) -> str:
    command = [str(Path(sys.executable).with_name("mutmut")), *words]
    return subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False).stdout


def _exit_codes(copy: Path) -> dict[str, int | None]:
    """Mutant → exit code of its tests as mutmut keeps it."""
    codes: dict[str, int | None] = {}
    for path in copy.rglob("mutants/**/*.meta"):
        codes |= json.loads(path.read_text())["exit_code_by_key"]
    return codes


def _write(codes: Mapping[str, int | None], n_all: int) -> None:
    of_file: dict[str, Counter[str]] = {}
    for name, code in codes.items():
        counts = of_file.setdefault(name.split(".")[3], Counter())
        counts["changes"] += 1
        counts["noticed"] += code not in _NOT_NOTICED
    lines = ["| file | changes | noticed | share |", "|---|---:|---:|---:|"]
    total = sum(of_file.values(), Counter[str]())
    for file, counts in [*sorted(of_file.items()), ("all", total)]:
        share = f"{counts['noticed'] / counts['changes']:.0%}".replace("%", " %")
        lines.append(f"| {file} | {counts['changes']} | {counts['noticed']} | {share} |")
    before = PAGE.read_text().split(HEAD)[0].rstrip("\n") + "\n"
    told = f"{len(codes)} of {n_all} changes were judged."
    PAGE.write_text(f"{before}{HEAD}{_INTRO}\n{told}\n\n" + "\n".join(lines) + "\n")
    print(f"written: {PAGE.relative_to(PROJECT_ROOT)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
