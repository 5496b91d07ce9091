"""What must hold before anything is published: the warehouse is whole, and the expectations at its border hold.

Belongs here: reasons not to publish. Does not belong here: the expectations (expectations/) or writing (snapshot.py).
"""

import datetime as dt
import json
from collections.abc import Iterable

from orchestration.common.workspace import Workspace
from orchestration.quality.suites import Outcome
from orchestration.transform.build_states import read_states, warehouse_problems


def build_problems(workspace: Workspace, day: dt.date) -> list[str]:
    """What keeps the warehouse from being whole as of `day`, whichever commands built it."""
    manifest = json.loads((workspace.dbt_target / "manifest.json").read_text())
    return warehouse_problems(read_states(workspace), manifest, day.isoformat())


def expectation_problems(outcomes: Iterable[Outcome]) -> list[str]:
    """Critical expectations that did not hold or could not be checked."""
    return [str(outcome) for outcome in outcomes if outcome.blocks]
