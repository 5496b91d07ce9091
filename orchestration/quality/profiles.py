"""What the rows of a source look like day by day, and how far a day is from the days before it.

Belongs here: measures of days, kept in the lake; the usual value and the deviation of a day (docs/quality.md says how
they are made). Does not belong here: which measures (measures.py), how far is too far (expectations/landing).
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from orchestration.common.seed_rows import read_rows, seed_files
from orchestration.common.sql_text import named, quoted
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.contract import ENTITIES, Entity
from orchestration.landing.config.logs import LOGS
from orchestration.landing.lake.commit import LakeFile
from orchestration.quality.batches import lake_rows, log_rows
from orchestration.quality.log_files import write_days
from orchestration.quality.measures import DERIVED, DRIFT, EVENT, in_words, measures_of

HISTORY_DAYS, LEARNING_DAYS, LEAST_DAYS = 56, 28, 8
_WORTH_WORDS = 3  # deviations below are never told


def write_profiles(workspace: Workspace, window: Window, folder: Path) -> list[LakeFile]:
    """Measure every day of a window into one file of the lake, beside how far it is from the days before.

    Days are those on which rows became known; measured again, they take the place of what was measured before.
    """
    first, last = _days(window)
    fields = ", ".join(f'"{name}" {kind}' for name, kind in LOGS["profiles"].items())
    with duckdb.connect() as connection:
        connection.execute(f"create table measured ({fields})")
        for entity in ENTITIES.values():
            connection.execute(_measured(workspace, entity, window, folder.name))
        connection.execute(_named_events(workspace, window, folder.name))
        connection.execute(
            f"create table history as from measured union all from {_newest(workspace, last)} "
            f"where known_on < date '{first}' and measure not in ({', '.join(map(quoted, DERIVED))})"
        )
        connection.execute(_DEVIATIONS.format(first=first, last=last, pull=quoted(folder.name)))
        order = "source_id, measure, known_on"
        return write_days(connection, "judged", order, "profiles", folder, workspace.lake, last)


def day_rows(workspace: Workspace, dataset: str, window: Window, columns: Iterable[str]) -> str:
    """SQL for the days of a window: one row per source_id and known_on, with the deviation of each measure as a column.

    A deviation is null where a source is being learned or has no such row on the day.
    """
    first, last = _days(window)
    fields = "".join(
        f", max(deviation) filter (measure = {quoted(column)}) as {named(column)}" for column in sorted(set(columns))
    )
    return (
        f"select source_id, known_on{fields} from {_newest(workspace, last)} where dataset = {quoted(dataset)} "
        f"and known_on between date '{first}' and date '{last}' group by source_id, known_on"
    )


def described_days(workspace: Workspace, window: Window) -> dict[tuple[str, str, str], str]:
    """What was measured and what is usual, in words, by source_id, day (ISO 8601) and measure."""
    first, last = _days(window)
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select source_id, known_on::varchar, measure, value, usual from {_newest(workspace, last)} "
            f"where known_on between date '{first}' and date '{last}' "
            f"and (abs(deviation) > {_WORTH_WORDS} or measure = '{DRIFT}')"
        ).fetchall()
    return {(source, day, measure): in_words(measure, value, usual) for source, day, measure, value, usual in rows}


def _days(window: Window) -> tuple[str, str]:
    return window.first.isoformat() if window.first else "0001-01-01", window.last.isoformat()


def _newest(workspace: Workspace, last: str) -> str:
    return (
        f"(select * from {log_rows(workspace.lake, 'profiles', last)} "
        "qualify pull_id = max(pull_id) over (partition by source_id, known_on))"
    )


def _measured(workspace: Workspace, entity: Entity, window: Window, pull: str) -> str:
    first, last = _days(window)
    answers = "question" in entity.columns
    questions = read_rows(seed_files(workspace.root / "seeds")["survey_questions"]) if answers else []
    measures = measures_of(entity, [row["question"] for row in questions])
    listed = ", ".join(
        f"{value} as {named(name)}, {count or 'null'} as {named('n of ' + name)}"
        for name, (value, count) in measures.items()
    )
    values = ", ".join(f"({quoted(name)}, {named(name)}::double, {named('n of ' + name)}::bigint)" for name in measures)
    return (
        f"insert into measured with days as (select source_id, known_on, {listed} from "
        f"{lake_rows(workspace, entity.name, last, first)} group by source_id, known_on) "
        f"select {quoted(entity.name)}, source_id, each.measure, {quoted(pull)}, known_on, each.value, null, null, "
        f"each.n from days, lateral (values {values}) as each (measure, value, n) where each.value is not null"
    )


def _named_events(workspace: Workspace, window: Window, pull: str) -> str:
    first, last = _days(window)
    return (
        f"insert into measured select 'events', source_id, {quoted(EVENT)} || event_name, {quoted(pull)}, known_on, "
        f"count(*), null, null, null from {lake_rows(workspace, 'events', last, first)} group by all"
    )


_BEFORE = "range between interval {} days preceding and interval {} day preceding"
_DEVIATIONS = f"""
create table judged as
with spans as (
    select source_id, dataset, measure, bool_and(n is null) as is_count,
        case when starts_with(measure, '{EVENT}') then min(known_on)
            else min(min(known_on)) over (partition by source_id) end as first_on
    from history group by source_id, dataset, measure
),
days as (
    select *, unnest(generate_series(
        greatest(first_on, date '{{last}}' - {HISTORY_DAYS * 3} - (date '{{last}}' - date '{{first}}')::int),
        date '{{last}}'::timestamp, interval 1 day
    ))::date as known_on
    from spans
),
daily as (
    select days.*, history.n, history.pull_id,
        case when days.is_count then coalesce(history.value, 0) else history.value end as value
    from days left join history using (source_id, dataset, measure, known_on)
),
weekly as (
    select * replace (concat(measure, '_week') as measure, null as pull_id,
        sum(value) over (partition by source_id, measure order by known_on rows 6 preceding) as value)
    from daily where measure in ('n_rows', 'n_new')
),
drifting as (
    select * replace ('{DRIFT}' as measure, count(*) over month as n, null as pull_id,
        avg(value) over month - avg(value) over month_before as value)
    from daily where measure = 'rows_per_account'
    window month as (partition by source_id order by known_on
            range between interval 27 days preceding and current row),
        month_before as (partition by source_id order by known_on {_BEFORE.format(55, 28)})
),
levels as (
    select *, median(case when is_count then value end) over four_weeks as median_level,
        avg(case when is_count then value end) over four_weeks as mean_level
    from (from daily union all by name from weekly union all by name from drifting)
    window four_weeks as (partition by source_id, measure order by known_on {_BEFORE.format(28, 1)})
),
shaped as (
    select *, case when not is_count then 1.0 when median_level > 0 then median_level else mean_level end as level
    from levels
),
usual_days as (
    select *, level * median(value / nullif(level, 0)) over same_days as usual,
        greatest(least(n, sum(n) over all_days), 1) as n_fewest, sum(n) over all_days as n_history
    from shaped
    window same_days as (
            partition by source_id, measure, dayofweek(known_on) order by known_on {_BEFORE.format(HISTORY_DAYS, 1)}
        ),
        all_days as (partition by source_id, measure order by known_on {_BEFORE.format(HISTORY_DAYS, 1)})
),
differences as (
    select *, count(value) over history as n_before,
        case when is_count then 2 * (sqrt(value + 0.375) - sqrt(greatest(usual, 0) + 0.375)) else value - usual end
            as difference,
        case when is_count then 1.0
            when starts_with(measure, 'filled_') or starts_with(measure, 'share_')
                then sqrt(greatest(usual * (1 - usual), 0.25 / n_fewest)
                    * (1 / greatest(n, 1) + 1 / greatest(n_history, 1)))
            else greatest(0.25 / sqrt(n_fewest), coalesce(stddev_pop(value) over history, 0) / 2) end as by_chance
    from usual_days
    window history as (partition by source_id, measure order by known_on {_BEFORE.format(HISTORY_DAYS, 1)})
),
spreads as (
    select *, 1.4826 * median(abs(difference)) over (
        partition by source_id, measure order by known_on {_BEFORE.format(HISTORY_DAYS, 1)}
    ) as spread
    from differences
)
select dataset, source_id, measure, coalesce(pull_id, {{pull}}) as pull_id, known_on, value, usual,
    case when measure = '{DRIFT}' then case when known_on - first_on >= {HISTORY_DAYS} then value end
        when known_on - first_on >= {LEARNING_DAYS} and n_before >= {LEAST_DAYS}
            then difference / greatest(spread, by_chance) end as deviation,
    n
from spreads where known_on >= date '{{first}}' and value is not null
    -- a name that nobody sends and nobody expects is forgotten
    and not (starts_with(measure, '{EVENT}') and value = 0 and coalesce(usual, 0) < 0.01)
"""
