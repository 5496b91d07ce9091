"""SQL of the rows that expectations at the border of landing are judged on.

Belongs here: landed rows with what is known of their account, key and references; pulls against the pulls before.
Does not belong here: days against their history (profiles.py), marts (published.py).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from orchestration.common.sql_text import listed_files, named, quoted
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.contract import PERSONAL, SEGMENT_COLUMNS, Entity, lake_columns
from orchestration.landing.lake.commit import committed_files
from orchestration.quality.measures import own_time

_REUSE_DAYS = 7  # as int_resent_events looks back
_REUSE_ROWS = 2_000_000  # beyond, a part of the keys is looked at: both rows of a key fall into the same part
_COMPARED_PULLS = 7
_NAMES_DAYS = 28
_FEWEST = 5  # of fewer rows a share says nothing
_TIMES_MRR = (
    "(case when landed.status in ('active', 'trialing', 'past_due') then landed.mrr / nullif(earlier.mrr, 0) end)"
)
_DAYS_MOVED = "(epoch(landed.signed_up_at - earlier.signed_up_at) / 86400)"


def _share(condition: str, of: str) -> str:
    return f"case when count({of}) over () >= {_FEWEST} then avg(({condition})::int) over () end"


_OF_ACCOUNT = {
    "is_account_known": "accounts_known.account_id is not null",
    "hours_since_sign_up": "epoch({time} - accounts_known.signed_up_at) / 3600",
}
_OF_EARLIER = {
    "is_account_same": "landed.account_id = earlier.account_id",
    "times_mrr_before": _TIMES_MRR,
    "share_prices_jumped": _share(f"{_TIMES_MRR} not between 0.2 and 5", _TIMES_MRR),
    "share_prices_lost": _share(f"{_TIMES_MRR} = 0", _TIMES_MRR),
    "times_rate_before": "landed.rate / nullif(earlier.rate, 0)",
    "days_sign_up_moved": _DAYS_MOVED,
    "share_sign_ups_moved": _share(f"{_DAYS_MOVED} not between -1 and 1", _DAYS_MOVED),
}
_OF_OTHERS = {
    "days_since_end": "epoch({time} - ends.ended_at) / 86400",
    "is_user_known": "case when n_users.n > 0 then users_known.user_id is not null or landed.user_id is null end",
    "is_key_unique": "reused.event_id is null",
    "is_currency_known": "landed.currency is null or rates.currency is not null",
    "is_event_name_seen": "names_seen.event_name is not null",
    "renews_after_days": "date_diff('day', cast(landed.valid_from as date), landed.renewal_date)",
    "is_csm_known": "landed.csm_id is null or csms.csm_id is not null",
    "is_play_known": "landed.play_id is null or plays.play_id is not null",
}


def lake_rows(workspace: Workspace, entity: str, until: str, since: str = "") -> str:
    """SQL for rows of an entity that became known from `since` to `until` (ISO 8601)."""
    files = [
        str(workspace.lake / file.path)
        for file in committed_files(workspace.lake, entity)
        if file.known_from <= until and file.known_to >= since
    ]
    empty = str(workspace.lake / "_empty" / f"{entity}.parquet")
    # of state entities a version may land twice, when a file is read again
    options = "union_by_name = true, hive_partitioning = false, filename = true"
    days = f"date '{since or '0001-01-01'}' and date '{until}'"
    return f"(select * from read_parquet({listed_files([empty, *files])}, {options}) where known_on between {days})"


def log_rows(lake: Path, log: str, until: str) -> str:
    """SQL for rows of a log that were known until a day (ISO 8601)."""
    files = [str(lake / file.path) for file in committed_files(lake, log) if file.known_from <= until]
    empty = str(lake / "_empty" / f"{log}.parquet")
    return f"read_parquet({listed_files([empty, *files])}, union_by_name = true, hive_partitioning = false)"


def landed_rows(workspace: Workspace, entity: Entity, window: Window, columns: Iterable[str]) -> str:
    """SQL for the rows of an entity that became known in a window: its key, and the columns that checks name.

    Beside the entity's own columns a check may name:
    `is_account_known`, `hours_since_sign_up`, `days_since_end` (of its last subscription; null while one runs),
    `is_user_known`, `is_csm_known`, `is_play_known`, `is_currency_known`, `renews_after_days`;
    `is_key_unique` (no other content under the same key on another day), `is_event_name_seen` (in the 28 days before),
    `is_<column>_seen` of segments (on any day before);
    against the version before: `is_account_same`, `times_mrr_before` (while it is paid), `times_rate_before`,
    `days_sign_up_moved`; and of all rows alike, where five or more have a version before, `share_prices_jumped` (to a
    fifth, or five times), `share_prices_lost`, `share_sign_ups_moved` (by more than a day).
    """
    first, last = window.first.isoformat() if window.first else "", window.last.isoformat()
    rows = lake_rows(workspace, entity.name, last, first)
    joins: list[str] = []
    wanted = set(columns)
    own = lake_columns(entity).keys()
    fields = [f"landed.{named(column)}" for column in sorted({*sample_keys(entity), *(wanted & own)})]
    for column in sorted(wanted - own):
        expression, join = _context(workspace, entity, column, first, last)
        fields.append(f"{expression} as {named(column)}")
        joins += [join] if join and join not in joins else []
    return f"select {', '.join(fields)} from {rows} as landed {' '.join(joins)}"


def sample_keys(entity: Entity) -> list[str]:
    """Columns that name a row to its owner, none of them about a person."""
    return [column for column in (*entity.key, "account_id") if column in entity.columns and column not in PERSONAL]


def _context(workspace: Workspace, entity: Entity, column: str, first: str, last: str) -> tuple[str, str]:
    """SQL of a column that is not the entity's own, and the join it needs."""
    time = f"landed.{own_time(entity)}"
    joins: dict[str, Callable[[], str]] = {
        **dict.fromkeys(_OF_ACCOUNT, lambda: _accounts(workspace, last)),
        **dict.fromkeys(_OF_EARLIER, lambda: _earlier(workspace, entity, first, last)),
        "days_since_end": lambda: _ends(workspace, last),
        "is_user_known": lambda: _users(workspace, last),
        "is_key_unique": lambda: _reused(workspace, first, last),
        "is_currency_known": lambda: _rates(workspace, last),
        "is_event_name_seen": lambda: _names(workspace, first, last),
        "renews_after_days": str,
        "is_csm_known": lambda: _seed(workspace, "csms", "csm_id"),
        "is_play_known": lambda: _seed(workspace, "plays", "play_id"),
    }
    if column in joins:
        expression = {**_OF_ACCOUNT, **_OF_EARLIER, **_OF_OTHERS}[column]
        return expression.format(time=time), joins[column]()
    of = column.removeprefix("is_").removesuffix("_seen")
    if column == f"is_{of}_seen" and of in SEGMENT_COLUMNS:
        return _seen(workspace, entity, of, first or "0001-01-01", last)
    return named(column), ""  # of no entity: the check is an error, and says so


def _seen(workspace: Workspace, entity: Entity, column: str, first: str, last: str) -> tuple[str, str]:
    rows = lake_rows(workspace, entity.name, last)
    before = f"(select distinct {column} from {rows} where known_on < date '{first}')"
    return (
        f"case when exists (from {before}) then landed.{column} is null or seen_{column}.{column} is not null end",
        f"left join {before} as seen_{column} on landed.{column} = seen_{column}.{column}",
    )


def _users(workspace: Workspace, last: str) -> str:
    people = lake_rows(workspace, "users", last)
    return (
        f"left join (select distinct user_id from {people}) as users_known on landed.user_id = users_known.user_id "
        f"cross join (select count(*) as n from {people}) as n_users"
    )


def _accounts(workspace: Workspace, last: str) -> str:
    """Every id that an account has or had, with its first day."""
    first_day = "select account_id, min(signed_up_at) as signed_up_at from"
    own = f"{first_day} {lake_rows(workspace, 'accounts', last)} group by all"
    aliases = lake_rows(workspace, "account_aliases", last)
    other = f"select aliases.alias_id, own.signed_up_at from {aliases} as aliases join own using (account_id)"
    return (
        f"left join (with own as ({own}) {first_day} (from own union all {other}) group by all) as accounts_known "
        "on landed.account_id = accounts_known.account_id"
    )


def _ends(workspace: Workspace, last: str) -> str:
    """When the last subscription of an account ended; no row while one runs."""
    return (
        "left join (select account_id, max(valid_from) as ended_at from (select account_id, valid_from, status from "
        f"{lake_rows(workspace, 'subscriptions', last)} qualify row_number() over (partition by subscription_id "
        "order by valid_from desc, updated_at desc, filename desc) = 1) group by account_id "
        "having bool_and(status in ('churned', 'completed'))) as ends on landed.account_id = ends.account_id"
    )


def _earlier(workspace: Workspace, entity: Entity, first: str, last: str) -> str:
    """The version of the same thing that was known before; none in a first load."""
    identity = [column for column in entity.key if column not in ("updated_at", "valid_from")]
    on = " and ".join(f"landed.{named(column)} = earlier.{named(column)}" for column in identity)
    # a file that is read again brings its history with it: only what is not older follows on what was known
    version = next((column for column in ("valid_from", "updated_at") if column in entity.columns), None)
    on += f" and landed.{version} >= earlier.{version}" if version else ""
    since = f"known_on < date '{first}'" if first else "false"
    newest = f"partition by {', '.join(map(named, identity))} order by known_on desc, filename desc"
    return (
        f"left join (select * from {lake_rows(workspace, entity.name, last)} where {since} "
        f"qualify row_number() over ({newest}) = 1) as earlier on {on}"
    )


def _reused(workspace: Workspace, first: str, last: str) -> str:
    """Ids of events that stand for other content on another day."""
    since = f"strftime(date '{first}' - {_REUSE_DAYS}, '%Y-%m-%d')" if first else "''"
    rows = lake_rows(workspace, "events", last)
    n = sum(file.rows for file in committed_files(workspace.lake, "events") if file.known_from >= first)
    part = f" and hash(event_id) % {n // _REUSE_ROWS + 1} = 0" if n > _REUSE_ROWS else ""
    return (
        f"left join (select event_id from {rows} where strftime(known_on, '%Y-%m-%d') >= {since}{part} "
        "group by event_id having count(distinct known_on) > 1 "
        "and count(distinct (source_id, account_id, event_name, occurred_at)) > 1) "
        "as reused on landed.event_id = reused.event_id"
    )


def _names(workspace: Workspace, first: str, last: str) -> str:
    """Names of events of the four weeks before; in a first load all of them."""
    since = (dt.date.fromisoformat(first) - dt.timedelta(_NAMES_DAYS)).isoformat() if first else ""
    before = f"where known_on < date '{first}'" if first else ""
    rows = f"select distinct event_name from {lake_rows(workspace, 'events', last, since)} {before}"
    return f"left join ({rows}) as names_seen on landed.event_name = names_seen.event_name"


def _rates(workspace: Workspace, last: str) -> str:
    seed = workspace.root / "seeds" / "fx_rates.csv"
    given = f"select currency from read_csv({quoted(seed)}, all_varchar = true) union " if seed.exists() else ""
    reporting = f"select currency from {log_rows(workspace.lake, 'pulls', last)}"
    return (
        f"left join ({given}select currency from {lake_rows(workspace, 'fx_rates', last)} union {reporting}) as rates "
        "on upper(trim(landed.currency)) = rates.currency"
    )


def _seed(workspace: Workspace, seed: str, column: str) -> str:
    path = workspace.root / "seeds" / f"{seed}.csv"
    return (
        f"left join (select distinct {column} from read_csv({quoted(path)}, all_varchar = true)) as {seed} "
        f"on landed.{column} = {seed}.{column}"
    )


def pull_rows(workspace: Workspace, sources: Sequence[str], states: Sequence[str], last: str) -> str:
    """SQL for what the newest pull of each source did: one row per source_id.

    `received_ratio` (of the most that one of the seven pulls before received, of sources whose file holds
    everything: `states`), `vanished_ratio` (keys that landed before and are not there, of these and all received).
    """
    whole = ", ".join(map(quoted, states)) or "null"
    received = "n_received / nullif(max(n_received) over before, 0)"
    before = f"partition by source_id order by pull_id rows between {_COMPARED_PULLS} preceding and 1 preceding"
    return (
        f"select source_id, case when source_id in ({whole}) then {received} end as received_ratio, "
        "n_vanished / nullif(n_vanished + n_received, 0) as vanished_ratio "
        f"from {log_rows(workspace.lake, 'pulls', last)} where last_date <= date '{last}' "
        f"and source_id in ({', '.join(map(quoted, sources)) or 'null'}) "
        f"window before as ({before}) "
        "qualify row_number() over (partition by source_id order by pull_id desc) = 1"
    )
