"""`make mutate`: plant single changes in the models' SQL and write which folders' unit tests notice them.

Belongs here: the report. Does not belong here: the changes (changes.py), judging them (judge.py).
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from tests.mutation.judge import Model, Verdict, judged, models_with_queries

PAGE = PROJECT_ROOT / "docs" / "mutation.md"
_INTRO = """# Planted faults

`make mutate` plants single changes in the SQL of each model that has a unit test, one at a time, and runs the model's unit tests
on them: a comparison turned, a constant moved, a join made inner or left, a filter or a partition key dropped, `min` for `max`,
an order reversed. A change is noticed when a test fails. Tests of the pipeline are not asked, so the share that `make test`
notices is larger. `make mutate MODELS="int_tasks"` lists what nobody noticed in a model.

"""


def main(arguments: Sequence[str]) -> int:
    """Judge the models named, or all of them; write the page when all were."""
    parser = argparse.ArgumentParser(prog="make mutate")
    parser.add_argument("data", type=Path, help="a data folder of a workspace that was built")
    parser.add_argument("--models", nargs="*", default=[], help="only these, with what nobody noticed")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        print("running dbt's unit tests once", flush=True)
        models = models_with_queries(Workspace(PROJECT_ROOT, options.data.resolve()), Path(folder))
        chosen = [model for model in models if not options.models or model.name in options.models]
        verdicts: list[Verdict] = []
        for number, model in enumerate(chosen, start=1):
            found = list(judged(model)) if model.queries else []
            verdicts += found
            noticed = sum(one.is_noticed for one in found)
            print(f"{number:4} of {len(chosen)}  {model.name:40} {noticed} of {len(found)} noticed", flush=True)
            if options.models:
                for one in found:
                    if not one.is_noticed:
                        change = one.change
                        print(f"      {change.place}: {change.kind}: {change.before} → {change.after}")
    if not options.models:
        PAGE.write_text(_INTRO + _table(verdicts) + _untested(models))
        print(f"written: {PAGE.relative_to(PROJECT_ROOT)}")
    return 0


def _table(verdicts: Sequence[Verdict]) -> str:
    lines = ["| folder | models | changes | noticed | share |", "|---|---:|---:|---:|---:|"]
    for folder in [*sorted({one.folder for one in verdicts}), "all"]:
        of_folder = [one for one in verdicts if folder in ("all", one.folder)]
        noticed, n = sum(one.is_noticed for one in of_folder), len(of_folder)
        n_models = len({one.model for one in of_folder})
        lines.append(f"| {folder} | {n_models} | {n:,} | {noticed:,} | {noticed / n:.0%} |".replace("%", " %"))
    return "\n".join(lines) + "\n"


def _untested(models: Sequence[Model]) -> str:
    without = [model for model in models if not model.queries and not model.folder.startswith("staging")]
    of_folder: dict[str, list[str]] = {}
    for model in without:
        of_folder.setdefault(model.folder, []).append(model.name)
    listed = "\n".join(f"- {folder}: {', '.join(names)}" for folder, names in sorted(of_folder.items()))
    return f"\n## Models without a unit test\n\n{len(without)} models, apart from staging, are reached by tests of the pipeline only.\n\n{listed}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
