"""`make planted`: build the demo company with five seeds, and write what was planted and found in each.

Belongs here: the builds and the page. Does not belong here: the questions (counts.py, *.sql).
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.publishing.assets import code_version
from tests.planted import counts

PAGE = PROJECT_ROOT / "docs" / "planted-truths.md"
SEEDS = (7, 11, 23, 42, 101)
_INTRO = """# Planted truths

`make planted` builds the demo company (600 accounts) with five seeds and asks what the product finds of what was planted in
them (`truth.json`, written beside the company's files). Written by that command; seeds {seeds},
code {code}.

## Alerts

Found within eight weeks (for all accounts: within two; decline before churn: in the sixty days before or the week after), of the
accounts that are old enough to have limits. Days: the median of the seeds' medians. Alerts raised at random would be about an
incident as often as the last row says.

"""

_EFFECTS = """
## Plays and prediction

Ratios are of churn rates over 180 days with and without the play; 1 is no effect; intervals are 90 %. A planted hazard ratio of
0.5 makes a ratio of rates of 0.6 (seen in 20,000 accounts), because those at most risk leave first; the experiment compares those
whom the play was meant for, done or not. What is planted for the AUC is that of the true health, which nobody can see.

"""


def main() -> int:
    """Build, ask and write the page; the builds take some two minutes each."""
    alerts: dict[int, pd.DataFrame] = {}
    effects: dict[int, pd.DataFrame] = {}
    for seed in SEEDS:
        folder = Path(tempfile.mkdtemp(prefix="planted-"))
        print(f"seed {seed}", flush=True)
        command = [sys.executable, "-m", "orchestration", "demo", "--seed", str(seed)]
        environment = {**os.environ, "ONBOARDING_DATA_DIR": str(folder)}
        subprocess.run(command, cwd=PROJECT_ROOT, env=environment, check=True)
        built = Workspace(PROJECT_ROOT, folder)
        alerts[seed], effects[seed] = counts.alerts(built), counts.effects(built)
        shutil.rmtree(folder)
    PAGE.write_text(page(alerts, effects))
    print(f"written: {PAGE.relative_to(PROJECT_ROOT)}")
    return 0


def page(alerts: dict[int, pd.DataFrame], effects: dict[int, pd.DataFrame]) -> str:
    """The page: one table of alerts, one of plays and prediction, a column per seed."""
    every = pd.concat(alerts.values())
    head = "".join(f" | seed {seed}" for seed in alerts)
    lines = [f"| planted{head} | all | median days |", "|---" + "|---:" * (len(alerts) + 2) + "|"]
    for truth, of_truth in every.groupby(level=0, sort=False):
        cells = [_share(table.loc[truth]) if truth in table.index else "–" for table in alerts.values()]
        days = of_truth.median_days.median()
        median = f"{days:.0f}" if pd.notna(days) else ""
        lines.append(f"| {truth} | {' | '.join(cells)} | {_share(of_truth.sum(numeric_only=True))} | {median} |")
    said = [f"| truth | planted{head} |", "|---" + "|---:" * (len(effects) + 1) + "|"]
    for truth in pd.concat(effects.values()).index.unique():
        rows = [table.loc[truth] if truth in table.index else None for table in effects.values()]
        planted = dict.fromkeys(f"{row.planted:.2f}" for row in rows if row is not None)
        cells = ["–" if row is None else _estimate(row) for row in rows]
        said.append(f"| {truth} | {' to '.join((min(planted), max(planted))[: len(planted)])} | {' | '.join(cells)} |")
    return (
        _INTRO.format(seeds=", ".join(map(str, SEEDS)), code=code_version())
        + "\n".join(lines)
        + "\n"
        + _EFFECTS
        + "\n".join(said)
        + "\n"
    )


def _share(row: pd.Series) -> str:
    return f"{row.n_found:.0f} of {row.n_planted:.0f}"


def _estimate(row: pd.Series) -> str:
    if pd.isna(row.found):
        return str(row.verdict)
    return f"{row.found:.2f} ({row.found_low:.2f} to {row.found_high:.2f}), {str(row.verdict).replace('_', ' ')}"


if __name__ == "__main__":
    sys.exit(main())
