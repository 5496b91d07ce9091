"""What every source sent on a day, by name of event: late, of nobody, impossible, silent and renamed.

Belongs here: counts of one day, made of landed rows. Does not belong here: what is usual (profiles.py), what is found
in the counts and which events came twice (models/intermediate/activity).
"""

import datetime as dt
from pathlib import Path

import duckdb

from orchestration.common.sql_text import quoted
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.contract import ENTITIES
from orchestration.landing.lake.commit import LakeFile
from orchestration.quality.batches import lake_rows, landed_rows
from orchestration.quality.log_files import write_days

ALL_EVENTS = "(all)"
_WEEKS, _NAMES_DAYS, _NEW_DAYS, _FEWEST_REGULAR = 3, 28, 7, 3
_LANDED = (
    *("source_id", "event_name", "known_on", "occurred_at", "app_version"),
    *("is_account_known", "hours_since_sign_up", "days_since_end"),
)


def write_event_audit(workspace: Workspace, window: Window, folder: Path) -> list[LakeFile]:
    """Audit the days of a window into one file of the lake: one row per source, day and name, and one for all names.

    Regular accounts sent events of the name on the same weekday of each of the three weeks before; the silent ones of
    them sent none. A name that is not older than a week was `renamed_from` another one when half of the regular
    accounts of that one or more send it, and hardly any sends the other. `app_version` is that of most rows.
    """
    first, last = window.first or dt.date.min, window.last
    with duckdb.connect() as connection:
        connection.execute(_COUNTED.format(rows=landed_rows(workspace, ENTITIES["events"], window, _LANDED)))
        connection.execute(_PRESENT.format(rows=_rows_of(workspace, window, 7 * _WEEKS), days=_compared_days(window)))
        connection.execute(_REGULAR.format(first=first, last=last))
        connection.execute(_RENAMED.format(rows=_rows_of(workspace, window, _NAMES_DAYS), first=first, last=last))
        connection.execute(_AUDITED.format(pull=quoted(folder.name)))
        order = "source_id, event_name, known_on"
        return write_days(connection, "audited", order, "event_audit", folder, workspace.lake, str(last))


def _rows_of(workspace: Workspace, window: Window, days_before: int) -> str:
    since = str(window.first - dt.timedelta(days_before)) if window.first else ""
    return lake_rows(workspace, "events", str(window.last), since)


def _compared_days(window: Window) -> str:
    """SQL of the days that a day is compared with: of one day, only the same weekday is read."""
    if window.first != window.last:
        return "true"
    days = (window.last - dt.timedelta(7 * week) for week in range(_WEEKS + 1))
    return f"known_on in ({', '.join(quoted(day) for day in days)})"


_COUNTED = f"""
create table counted as
with landed as ({{rows}}),
versions as (
    select source_id, known_on, app_version, count(*) as n
    from landed where app_version is not null group by source_id, known_on, app_version
)
select landed.source_id, coalesce(landed.event_name, '{ALL_EVENTS}') as event_name, landed.known_on,
    count(*) as n_received,
    count(*) filter (cast(occurred_at as date) < landed.known_on - 1) as n_late,
    count(*) filter (not is_account_known) as n_unknown_account,
    count(*) filter (hours_since_sign_up < -24) as n_before_sign_up,
    count(*) filter (days_since_end > 30) as n_after_end,
    count(distinct account_id) as n_accounts,
    case when landed.event_name is null then (
        select max_by(app_version, (n, app_version)) from versions
        where versions.source_id = landed.source_id and versions.known_on = landed.known_on
    ) end as app_version
from landed
group by grouping sets ((landed.source_id, landed.known_on, landed.event_name), (landed.source_id, landed.known_on))
"""

_PRESENT = f"""
create table present as
with named as (
    select distinct source_id, event_name, account_id, known_on from {{rows}} where {{days}}
)
from named union all select distinct source_id, '{ALL_EVENTS}', account_id, known_on from named
"""

_REGULAR = f"""
create table regular as
with repeated as (
    select source_id, event_name, account_id, cast(known_on + interval (7 * week) day as date) as known_on
    from present, unnest(range(1, {_WEEKS + 1})) as weeks (week)
),
usual as (
    select source_id, event_name, account_id, known_on from repeated
    where known_on between '{{first}}' and '{{last}}'
    group by all having count(*) = {_WEEKS}
)
select usual.*, present.account_id is null as is_silent
from usual left join present using (source_id, event_name, account_id, known_on)
"""

_RENAMED = f"""
create table renamed as
with names as (
    select distinct source_id, event_name, known_on from {{rows}}
),
young as (
    select names.source_id, names.event_name, names.known_on
    from names
    join names as earlier
        on names.source_id = earlier.source_id
        and earlier.known_on between names.known_on - {_NAMES_DAYS} and names.known_on - {_NEW_DAYS}
    where names.known_on between '{{first}}' and '{{last}}'
    group by all
    having not bool_or(names.event_name = earlier.event_name)
),
moved as (
    select young.source_id, young.event_name, young.known_on, regular.event_name as earlier_name,
        count(present.account_id) as n_moved, count(*) as n_regular
    from young
    join regular on young.source_id = regular.source_id and young.known_on = regular.known_on
        and regular.event_name not in (young.event_name, '{ALL_EVENTS}')
    left join present on young.source_id = present.source_id and young.event_name = present.event_name
        and young.known_on = present.known_on and regular.account_id = present.account_id
    group by all
    having count(*) >= {_FEWEST_REGULAR} and n_moved >= n_regular / 2
        and count(*) filter (not regular.is_silent) <= n_regular / 10
)
select source_id, event_name, known_on,
    max_by(earlier_name, (n_moved / n_regular, -levenshtein(event_name, earlier_name), earlier_name)) as renamed_from
from moved group by source_id, event_name, known_on
"""

_AUDITED = """
create table audited as
with of_regulars as (
    select source_id, event_name, known_on, count(*) as n_regular_accounts,
        count(*) filter (is_silent) as n_silent_accounts
    from regular group by source_id, event_name, known_on
)
select source_id, event_name, {pull} as pull_id, known_on, coalesce(n_received, 0) as n_received,
    coalesce(n_late, 0) as n_late, coalesce(n_unknown_account, 0) as n_unknown_account,
    coalesce(n_before_sign_up, 0) as n_before_sign_up, coalesce(n_after_end, 0) as n_after_end,
    coalesce(n_accounts, 0) as n_accounts, coalesce(n_regular_accounts, 0) as n_regular_accounts,
    coalesce(n_silent_accounts, 0) as n_silent_accounts, app_version, renamed_from
from counted
full join of_regulars using (source_id, event_name, known_on)
left join renamed using (source_id, event_name, known_on)
"""
