"""When a run begins, and who hears of one that failed or of a source that is late: schedule and sensors of Dagster.

Belongs here: what Dagster's daemon does by itself. Does not belong here: the runs (runs/), checks (quality/).
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import requests

from orchestration.common.errors import UserError
from orchestration.common.workspace import Workspace
from orchestration.landing.config.source import SourcesFile
from orchestration.landing.extract.files import first_line
from orchestration.landing.extract.plan import dated_files
from orchestration.landing.lake.commit import newest_day
from orchestration.publishing.snapshot.store import published_day

_HOUR = 5
_SECONDS = 600
_TIMEOUT = 10


def schedule_of(job: Any, timezone: str) -> dg.ScheduleDefinition:
    """Every morning at five, for the day that is over where the workspace is."""

    @dg.schedule(
        name="every_morning",
        job=job,
        cron_schedule=f"0 {_HOUR} * * *",
        execution_timezone=timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Pulls, scores and publishes the day before.",
    )
    def every_morning(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        now = context.scheduled_execution_time.astimezone(ZoneInfo(timezone))
        day = (now.date() - dt.timedelta(1)).isoformat()
        return dg.RunRequest(run_key=day, partition_key=day)

    return every_morning


def sensors_of(workspace: Workspace, sources: SourcesFile, job: Any, webhook: str | None) -> list[dg.SensorDefinition]:
    """A failed run and a late source are told; the files of the next day start its run."""
    return [_failed(workspace, webhook), _late(workspace, sources, webhook), _arrived(workspace, sources, job)]


def failure_message(workspace: Workspace, partition: str, step: str, cause: str) -> str:
    """What failed, for which day, why, and what to do, in one line."""
    after = f"`make run DATE={partition}` tries again; `make quality` lists checks that fail; the last snapshot stays"
    return f"{workspace.name}: {step} failed for {partition}: {cause}. {after}"


def late_sources(workspace: Workspace, sources: SourcesFile, today: dt.date) -> dict[str, str]:
    """Source → how late it is; only sources that say how often they bring something can be late."""
    late = {}
    for source_id, source in sources.sources.items():
        if source.expected_every_days is None:
            continue
        newest = newest_day(workspace.lake, source_id)
        behind = (today - dt.timedelta(1) - newest).days if newest else None
        if behind is None or behind > source.expected_every_days:
            since = f"brought {newest} last, {behind} days ago" if newest else "has brought nothing yet"
            late[source_id] = f"{source_id} {since}, expected every {source.expected_every_days} day(s)"
    return late


def next_day_with_files(workspace: Workspace, sources: SourcesFile) -> dt.date | None:
    """The day after the published one when every dated file source of events has its file; None otherwise."""
    published = published_day(workspace.published)
    if published is None:
        return None
    day = published + dt.timedelta(1)
    dated = [s for s in sources.sources.values() if s.entity == "events" and s.is_dated and s.asked is None]
    patterns = [pattern for source in dated if not source.in_bucket for pattern in source.named_paths.values()]
    if not patterns:
        return None
    has_all = all(day in dated_files(pattern, workspace.root).values() for pattern in patterns)
    return day if has_all and day < dt.datetime.now(dt.UTC).date() else None


def _failed(workspace: Workspace, webhook: str | None) -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="run_failed",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Says which step failed, for which day, why and what to do; ONBOARDING_WEBHOOK gets it as JSON.",
    )
    def run_failed(context: dg.RunFailureSensorContext) -> None:
        partition = context.dagster_run.tags.get("dagster/partition", "an unknown day")
        steps = [
            (event.step_key or "the run", event.step_failure_data.error_display_string)
            for event in context.get_step_failure_events()
        ]
        for step, error in steps or [("the run", context.failure_event.message or "no reason is known")]:
            lines = [line.strip() for line in str(error).splitlines() if line.strip()]
            tell(context.log, webhook, failure_message(workspace, partition, step, lines[0] if lines else "no reason"))

    return run_failed


def _late(workspace: Workspace, sources: SourcesFile, webhook: str | None) -> dg.SensorDefinition:
    @dg.sensor(
        name="source_late",
        minimum_interval_seconds=_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Says once a day which sources are late.",
    )
    def source_late(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        today = dt.datetime.now(dt.UTC).date()
        late = late_sources(workspace, sources, today)
        told: Mapping[str, str] = json.loads(context.cursor or "{}")
        for source_id, text in late.items():
            if told.get(source_id) != today.isoformat():
                tell(context.log, webhook, f"{workspace.name}: {text}")
        context.update_cursor(json.dumps(dict.fromkeys(late, today.isoformat())))
        return dg.SkipReason("; ".join(late.values()) or "no source is late")

    return source_late


def _arrived(workspace: Workspace, sources: SourcesFile, job: Any) -> dg.SensorDefinition:
    @dg.sensor(
        name="files_arrived",
        job=job,
        minimum_interval_seconds=_SECONDS,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Starts the run of the next day as soon as all its event files are there. Switch it on in place of "
        "the schedule.",
    )
    def files_arrived(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        try:
            day = next_day_with_files(workspace, sources)
        except UserError as error:
            return dg.SkipReason(first_line(error))
        if day is None:
            return dg.SkipReason("files of the next day are not all there")
        return dg.RunRequest(run_key=f"files of {day}", partition_key=day.isoformat())

    return files_arrived


def tell(log: Any, webhook: str | None, text: str) -> None:
    """Write a message to the log and, where one is configured, to a webhook; what cannot be sent is logged."""
    log.error(text)
    if webhook:
        try:
            requests.post(webhook, json={"text": text}, timeout=_TIMEOUT).raise_for_status()
        except requests.RequestException as error:
            log.error(f"the message could not be sent: {first_line(error)}")
