"""Judge again what a daily run of a workspace judged, for what its checks cost: `python -m benchmarks.checks <data> <day>`.

Belongs here: both borders, with the import of Great Expectations. Does not belong here: measuring (measure.py).
"""

import datetime as dt
import os
import sys
from pathlib import Path

from orchestration.common.window import Window
from orchestration.common.workspace import PROJECT_ROOT, Workspace


def judge(data: Path, day: dt.date) -> int:
    """Judge the landing of a day and the marts as they would be published; return the number of results."""
    from orchestration.landing.config.sources_file import load_sources  # noqa: PLC0415
    from orchestration.publishing.snapshot.store import DATABASE, published_snapshot  # noqa: PLC0415
    from orchestration.quality.checks import judge_landing  # noqa: PLC0415
    from orchestration.quality.published import judge_published  # noqa: PLC0415
    from orchestration.quality.suites import load_suites  # noqa: PLC0415

    workspace = Workspace(PROJECT_ROOT, data)
    os.environ |= workspace.environment()
    sources = load_sources(workspace.sources_file, {**os.environ})
    landed = judge_landing(workspace, sources, Window(day, day), load_suites("landing", workspace))
    return len(landed) + len(judge_published(workspace, published_snapshot(workspace.published).folder / DATABASE))


if __name__ == "__main__":
    print(judge(Path(sys.argv[1]), dt.date.fromisoformat(sys.argv[2])))
