"""`make mutate`: plant single changes in the models' SQL and write which folders' unit tests notice them.

Belongs here: the report. Does not belong here: the changes (changes.py), judging them (judge.py).
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from tests.mutation.judge import Model, Verdict, judged, models_with_queries
from tests.mutation.landing import HEAD, PAGE

HARMLESS = Path(__file__).with_name("harmless.csv")
_INTRO = """# Planted faults

`make mutate` plants single changes in the SQL of each model, one at a time, and runs the model's unit tests on them: a comparison
turned, a constant moved, a join made inner or left, a filter or a partition key dropped, `min` for `max`, an order reversed. A
change is noticed when a test fails or the query does not run. Harmless is what no data can tell from the model as it is;
`tests/mutation/harmless.csv` says why of each. Tests of the pipeline are not asked, so `make test` notices more.
`make mutate MODELS="int_tasks"` lists what nobody noticed in a model. This page is written by `make mutate`.

"""


def main(arguments: Sequence[str]) -> int:
    """Judge the models named, or all of them; write the page when all were."""
    parser = argparse.ArgumentParser(prog="make mutate")
    parser.add_argument("data", type=Path, help="a data folder of a workspace that was built")
    parser.add_argument("--models", nargs="*", default=[], help="only these, with what nobody noticed")
    options = parser.parse_args(arguments)
    harmless = _harmless()
    with tempfile.TemporaryDirectory() as folder:
        print("running dbt's unit tests once", flush=True)
        workspace = Workspace(PROJECT_ROOT, options.data.resolve())
        if not workspace.warehouse.exists():
            print(f"error: {options.data} has no warehouse; run `make demo` first", file=sys.stderr)
            return 1
        models = models_with_queries(workspace, Path(folder), options.models)
        if unknown := set(options.models) - {model.name for model in models}:
            print(f"error: no model is called {', '.join(sorted(unknown))}", file=sys.stderr)
            return 1
        verdicts: list[Verdict] = []
        for number, model in enumerate(models, start=1):
            found = judged(model) if model.queries else []
            verdicts += found
            left = [one for one in found if not one.is_noticed and one.key not in harmless]
            print(f"{number:4} of {len(models)}  {model.name:40} {len(left)} of {len(found)} not noticed", flush=True)
            for one in left if options.models else []:
                print(f"      {one.change.place}: {one.change.kind}: {one.change.before} → {one.change.after}")
    survived = {one.key for one in verdicts if not one.is_noticed}
    judged_models = {model.name for model in models}
    for key in sorted(key for key in harmless if key[0] in judged_models and key not in survived):
        print(f"harmless.csv: not there or noticed by now: {', '.join(key)}")
    if not options.models:
        _, head, of_python = PAGE.read_text().partition(HEAD)
        PAGE.write_text(_INTRO + _table(verdicts, harmless) + _untested(models) + head + of_python)
        print(f"written: {PAGE.relative_to(PROJECT_ROOT)}")
    return 0


def _harmless() -> set[tuple[str, ...]]:
    with HARMLESS.open(newline="") as lines:
        return {tuple(row[name] for name in Verdict.KEY) for row in csv.DictReader(lines)}


def _table(verdicts: Sequence[Verdict], harmless: set[tuple[str, ...]]) -> str:
    head = ["folder", "models", "changes", "noticed", "harmless", "neither", "noticed of those that matter"]
    lines = [f"| {' | '.join(head)} |", "|---" + "|---:" * (len(head) - 1) + "|"]
    for folder in [*sorted({one.folder for one in verdicts}), "all"]:
        of_folder = [one for one in verdicts if folder in ("all", one.folder)]
        noticed = sum(one.is_noticed for one in of_folder)
        excused = sum(not one.is_noticed and one.key in harmless for one in of_folder)
        matter = len(of_folder) - excused
        numbers = [len({one.model for one in of_folder}), len(of_folder), noticed, excused, matter - noticed]
        cells = " | ".join(f"{number:,}" for number in numbers)
        lines.append(f"| {folder} | {cells} | {noticed / matter:.0%} |".replace("%", " %"))
    return "\n".join(lines) + "\n"


def _untested(models: Sequence[Model]) -> str:
    without = [model for model in models if not model.queries and not model.folder.startswith("staging")]
    of_folder: dict[str, list[str]] = {}
    for model in without:
        of_folder.setdefault(model.folder, []).append(model.name)
    listed = "\n".join(f"- {folder}: {', '.join(names)}" for folder, names in sorted(of_folder.items()))
    return (
        f"\n## Models without a unit test\n\n{len(without)} models, apart from staging, are reached by tests of the pipeline"
        f" only.\n\n{listed}\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
