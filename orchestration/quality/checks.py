"""The landing border's expectations as blocking asset checks of the lake.

Belongs here: judging all suites of a window, and the Dagster side of it. Does not belong here: how rows are judged
(judge.py), which rows (batches.py, profiles.py), what is kept (history.py).
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import dagster as dg
import duckdb

from orchestration.common.partitions import DAILY, window_of
from orchestration.common.progress import report
from orchestration.common.steps import user_errors_as_failures
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.assets import entity_key
from orchestration.landing.config.contract import ENTITIES
from orchestration.landing.config.source import SourcesFile
from orchestration.landing.lake.failed_pulls import FailedPull, failed_pulls
from orchestration.quality.acknowledgements import acknowledged, unacknowledged
from orchestration.quality.batches import landed_rows, pull_rows, sample_keys
from orchestration.quality.history import keep_outcomes, keep_profiles
from orchestration.quality.judge import Judge, great_expectations
from orchestration.quality.profiles import day_rows, described_days
from orchestration.quality.suites import Check, Outcome, Rows, Suite, load_suites

PULLED = Check(
    key="pull_of_the_source",
    dimension="timeliness",
    severity="warning",
    rows="pulls",
    type="pull",
    kwargs={},
    why="What a source did not bring is missing from everything it feeds.",
)


def judge_landing(workspace: Workspace, sources: SourcesFile, window: Window, suites: Sequence[Suite]) -> list[Outcome]:
    """Judge what the sources brought in a window, and keep what was measured and said."""
    keep_profiles(workspace, window)
    used = {source.entity for source in sources.sources.values()}
    judged = [suite for suite in suites if suite.dataset in used]
    with tempfile.TemporaryDirectory(dir=workspace.data_dir) as folder:
        rows = Path(folder) / "rows.duckdb"
        with duckdb.connect(str(rows)) as connection:
            for suite in judged:
                for name, query in _queries(workspace, sources, window, suite).items():
                    connection.execute(f'create table "{suite.dataset} {name}" as {query}')
        described = described_days(workspace, window)
        with great_expectations(rows) as judge:
            outcomes = [one for suite in judged for one in _judged(window, suite, judge, described)]
    failed = [_not_pulled(one, sources, judged) for one in failed_pulls(workspace.lake, window.last)]
    datasets = {one.suite.dataset for one in failed}
    outcomes += [*failed, *(Outcome(suite, PULLED, "passed") for suite in judged if suite.dataset not in datasets)]
    keep_outcomes(workspace.lake, "landing", window, outcomes)
    return outcomes


def _not_pulled(failed: FailedPull, sources: SourcesFile, suites: Sequence[Suite]) -> Outcome:
    """A source that brought nothing because it failed: what it feeds is doubted."""
    entity = sources.sources[failed.source_id].entity
    suite = next((suite for suite in suites if suite.dataset == entity), None)
    suite = suite or Suite(border="landing", dataset=entity, owner="", steward="", description="", checks=())
    return Outcome(suite, PULLED, "failed", failed.reason, source_id=failed.source_id)


def _queries(workspace: Workspace, sources: SourcesFile, window: Window, suite: Suite) -> dict[Rows, str]:
    """SQL of the rows that the checks of a suite are judged on."""
    kinds: tuple[Rows, ...] = ("landed", "days")
    columns = {kind: [column for check in suite.of(kind) for column in check.columns] for kind in kinds}
    feeding = {name: source for name, source in sources.sources.items() if source.entity == suite.dataset}
    whole = [name for name, source in feeding.items() if source.is_a_current_state]
    return {
        "landed": landed_rows(workspace, ENTITIES[suite.dataset], window, columns["landed"]),
        "pulls": pull_rows(workspace, list(feeding), whole, window.last.isoformat()),
        "days": day_rows(workspace, suite.dataset, window, columns["days"]),
    }


def _judged(
    window: Window, suite: Suite, judge: Judge, described: dict[tuple[str, str, str], str]
) -> Iterator[Outcome]:
    keys: dict[Rows, list[str]] = {
        "landed": sample_keys(ENTITIES[suite.dataset]),
        "pulls": ["source_id"],
        "days": ["source_id", "known_on"],
    }
    for kind, named_by in keys.items():
        if not (checks := suite.of(kind)):
            continue
        for outcome in judge(suite, checks, f'select * from "{suite.dataset} {kind}"', named_by):
            if kind == "days":
                yield from _by_day(outcome, described, window)
            elif kind == "pulls" and outcome.status == "failed":
                yield from (replace(outcome, source_id=key, sample_keys=()) for key in outcome.sample_keys)
            elif outcome.status == "passed" and outcome.n_rows == 0:
                yield replace(outcome, status="learning", detail="there was nothing to judge")
            else:
                yield outcome


def _by_day(outcome: Outcome, described: dict[tuple[str, str, str], str], window: Window) -> Iterator[Outcome]:
    """One outcome per source and day that fails. Only the last day can stop a run: the others are past."""
    if outcome.status == "passed" and not outcome.n_rows:
        yield replace(outcome, status="learning", detail="no day to compare with yet")
        return
    if outcome.status != "failed":
        yield outcome
        return
    for key in outcome.sample_keys:
        source_id, day = key.rsplit(" ", 1)
        is_past = day < window.last.isoformat() and outcome.check.severity == "critical"
        yield replace(
            outcome,
            check=outcome.check.model_copy(update={"severity": "warning"}) if is_past else outcome.check,
            detail=described.get((source_id, day, outcome.check.columns[0]), outcome.detail),
            n_rows=None,
            n_failing=None,
            source_id=source_id,
            checked_date=day,
            sample_keys=(),
        )


def landing_checks(workspace: Workspace, sources: SourcesFile) -> dg.AssetChecksDefinition:
    """All suites in expectations/landing as one step: Great Expectations is loaded once."""
    suites = load_suites("landing", workspace)
    specs = [
        dg.AssetCheckSpec(
            check.key,
            asset=entity_key(suite.dataset),
            description=check.why,
            blocking=check.severity == "critical",
            metadata={"owner": suite.owner, "steward": suite.steward, "dimension": check.dimension},
            partitions_def=DAILY,
        )
        for suite in suites
        for check in suite.checks
    ]

    @dg.multi_asset_check(name="expectations", specs=specs, required_resource_keys={"run_lock"})
    def expectations(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        with user_errors_as_failures():
            outcomes = judge_landing(workspace, sources, window_of(context), suites)
            known = acknowledged(workspace, window_of(context).last)
        report_outcomes(outcomes, "lake")
        left = unacknowledged(outcomes, known)
        for suite in suites:
            for check in suite.checks:
                bad = [one for one in left if (one.suite, one.check.key) == (suite, check.key) and one.is_bad]
                yield dg.AssetCheckResult(
                    asset_key=entity_key(suite.dataset),
                    check_name=check.key,
                    passed=not bad,
                    severity=dg.AssetCheckSeverity.ERROR
                    if any(one.blocks for one in bad)
                    else dg.AssetCheckSeverity.WARN,
                    metadata={"detail": "; ".join(map(str, bad)) or "holds"}
                    | ({"reason": "; ".join(map(str, bad))} if any(one.blocks for one in bad) else {}),
                )

    return expectations


def report_outcomes(outcomes: Sequence[Outcome], where: str) -> None:
    """Print how many checks hold and which do not."""
    keys = {(one.suite.dataset, one.check.key) for one in outcomes}
    bad = [one for one in outcomes if one.is_bad]
    not_holding = {(one.suite.dataset, one.check.key) for one in bad}
    report(f"check  {where}: {len(keys - not_holding)} of {len(keys)} expectations hold")
    for outcome in bad[:_SHOWN]:
        report(f"check  {outcome.check.severity}: {outcome}")
    if len(bad) > _SHOWN:
        report(f"check  and {len(bad) - _SHOWN} more; `make quality` lists them")


_SHOWN = 10
