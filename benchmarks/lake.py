"""A generated lake of any size: ten thousand accounts unless asked, one year, realistic skew.

Belongs here: what the generated telemetry looks like. Does not belong here: measuring it (measure.py).

Few accounts make most events (weight 1/rank^0.9), two actions make two thirds of them, one event in a hundred comes
one to five days late and one in a thousand is sent again. Six accounts in seven signed up before the year, so that
the thirtieth day and the last one have about the same work. Everything follows from hashes: two runs are alike.
"""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import duckdb

from orchestration.landing.config.contract import LAKE_ENTITIES, lake_columns
from orchestration.landing.lake.commit import LakeFile, Manifest, commit, new_pull, write_empty_entities

N_ACCOUNTS = 10_000
N_DAYS = 365
FIRST_DAY = dt.date(2025, 7, 1)
LAST_DAY = FIRST_DAY + dt.timedelta(N_DAYS - 1)

# event name, product line, share in a hundred
ACTIONS = [
    ("Dashboard Viewed", "app", 48),
    ("Report Created", "app", 16),
    ("API Synced", "platform", 13),
    ("Report Shared", "app", 7),
    ("Data Exported", "app", 5),
    ("Automation Built", "platform", 3),
    ("report.created.weekly", "app", 2),
    ("Theme Customised", "app", 2),
    ("Workspace Configured", "app", 1),
    ("Data Imported", "app", 1),
    ("Teammate Invited", "app", 1),
    ("Integration Connected", "platform", 1),
]

_COMPANY = """
create temp table company as
select
    number,
    printf('account-%0{n_digits}d', number) as account_id,
    date '{first_day}' + cast(
        case when number % 7 = 0 then hash(number, 'start') % 330 else -1 - hash(number, 'start') % 180 end as integer
    ) as started,
    1 / pow(1 + hash(number, 'rank') % {n_accounts}, 0.9) as weight,
    1 + cast(20 / pow(1 + hash(number, 'rank') % {n_accounts}, 0.3) as integer) as n_users,
    case when hash(number, 'rank') % {n_accounts} < 1000 then 'large' when number % 3 = 0 then 'medium' else 'small' end
        as company_size
from range({n_accounts}) as numbers (number);

-- an account owns as many of the slots as it has weight, so that a random slot is a random event's account
create temp table slots as
select row_number() over () - 1 as slot, owned.number, owned.account_id, owned.started, owned.n_users
from (
    select *, unnest(range(cast(ceil(weight / (select sum(weight) from company) * 500000) as bigint))) from company
) as owned;

create temp table action_slots as
select row_number() over () - 1 as slot, event_name, product_line
from (
    select event_name, product_line, unnest(range(share))
    from (values {actions}) as actions (event_name, product_line, share)
);
"""

# events that happened on day `happened` and whose number is below `n`, with the account each belongs to
_EVENTS = """
select
    md5(concat(happened, '-', event_number)) as event_id,
    slots.account_id,
    action_slots.event_name,
    cast(happened as timestamp) + to_microseconds(cast(28800000000 + hash(happened, event_number, 'time') % 43200000000
        as bigint)) as occurred_at,
    md5(concat(slots.account_id, '-', cast(floor(slots.n_users * pow((hash(happened, event_number, 'user') % 1000) / 1000.0, 2))
        as integer))) as user_id,
    action_slots.product_line,
    null as app_version, null as received_at, null as n, null as properties, 'telemetry' as source_id,
    date '{known_on}' as known_on
from (
    select
        event_number,
        date '{known_on}' - cast(
            case when {again} then 2 when hash(event_number, 'late') % 100 = 0 then 1 + hash(event_number, 'days') % 5 else 0 end
        as integer) as happened
    from range({n}) as numbers (event_number)
    where not {again} or (event_number % 1000 = 7 and hash(event_number, 'late') % 100 <> 0)
)
join slots on slots.slot = hash(happened, event_number, 'account') % {n_slots}
join action_slots on action_slots.slot = hash(happened, event_number, 'action') % {n_actions}
where slots.started <= happened
"""

_ENTITIES = {
    "accounts": """
        select account_id, started as signed_up_at, started as onboarding_started_at, account_id as account_name,
            started as updated_at, 'standard' as plan_tier, 'industry-' || number % 12 as industry, company_size,
            'region-' || number % 4 as region, 'direct' as purchase_channel,
            case when company_size = 'large' then 'assisted' else 'automated' end as onboarding_mode,
            'csm-' || number % 40 as csm_id, false as is_internal, started as attributes_known_on, started as known_on
        from company""",
    "subscriptions": """
        select account_id as subscription_id, account_id, started as valid_from, 'active' as status,
            started as updated_at, 100.0 + number % 900 as mrr, started as known_on
        from company
        union all
        select account_id, account_id, started + 200, 'churned', started + 200, 0.0, started + 200
        from company where number % 7 = 0""",
    "tickets": """
        select concat('ticket-', number, '-', ticket) as ticket_id, account_id, opened as created_at,
            opened as updated_at, 'open' as status, 'how_to' as theme, cast(opened as date) as known_on
        from (select *, started + cast(hash(number, ticket) % 180 as integer) as opened
            from company, range(4) as tickets (ticket))""",
    "survey_responses": """
        select concat('answer-', number, '-', answer) as response_id, account_id, 'relationship' as survey_id,
            'nps' as question, cast(hash(number, answer) % 11 as double) as score, answered as responded_at,
            cast(answered as date) as known_on
        from (select *, started + cast(30 + answer * 90 as integer) as answered
            from company, range(3) as answers (answer))""",
}


def make_lake(lake: Path, n_events: int, report: Callable[[str], None], n_accounts: int = N_ACCOUNTS) -> Path:
    """Write and commit about `n_events` events of `n_accounts` over N_DAYS days; a lake that exists is kept."""
    done = lake / "generated.json"
    asked = {"n_events": n_events, "n_accounts": n_accounts}
    if done.exists() and json.loads(done.read_text()) == asked:
        return lake
    write_empty_entities(lake)
    with duckdb.connect(config={"memory_limit": "4GB", "threads": 2}) as connection:
        company = {"first_day": FIRST_DAY, "n_accounts": n_accounts, "n_digits": len(str(n_accounts - 1)) + 1}
        connection.execute(_COMPANY.format(actions=", ".join(str(action) for action in ACTIONS), **company))
        for entity, rows in _ENTITIES.items():
            _write_entity(connection, lake, entity, f"select * from ({rows}) where known_on <= date '{LAST_DAY}'")
        _write_events(connection, lake, n_events, report)
    done.write_text(json.dumps(asked))
    return lake


def _write_entity(connection: duckdb.DuckDBPyConnection, lake: Path, entity: str, rows: str) -> None:
    pull = new_pull(lake, entity)
    known = {row[0] for row in connection.execute(f"describe {rows}").fetchall()} | {"source_id"}
    fields = ", ".join(
        f"cast({column if column in known else 'null'} as {kind}) as {column}"
        for column, kind in lake_columns(LAKE_ENTITIES[entity]).items()
    )
    path = pull / entity / f"{entity}-00000.parquet"
    path.parent.mkdir()
    connection.execute(
        f"copy (select {fields} from (select *, '{entity}' as source_id from ({rows})) order by account_id) "
        f"to '{path}' (format parquet)"
    )
    n_rows = connection.execute(f"select count(*) from '{path}'").fetchall()[0][0]
    _commit(lake, pull, entity, [LakeFile(entity, _below(path, lake), str(FIRST_DAY), str(LAST_DAY), n_rows)])


def _write_events(
    connection: duckdb.DuckDBPyConnection, lake: Path, n_events: int, report: Callable[[str], None]
) -> None:
    pull = new_pull(lake, "telemetry")
    sizes = {
        name: connection.execute(f"select count(*) from {name}").fetchall()[0][0] for name in ("slots", "action_slots")
    }
    share = connection.execute(
        f"select sum(least(date '{LAST_DAY}' - started + 1, {N_DAYS})) / (count(*) * {N_DAYS}.0) from slots"
    ).fetchall()[0][0]
    per_day = int(n_events / N_DAYS / share)
    files = []
    for number in range(N_DAYS):
        known_on = FIRST_DAY + dt.timedelta(number)
        path = pull / "events" / f"known_on={known_on}" / "events-00000.parquet"
        path.parent.mkdir(parents=True)
        facts = {"known_on": known_on, "n": per_day, "n_slots": sizes["slots"], "n_actions": sizes["action_slots"]}
        rows = " union all ".join(f"({_EVENTS.format(again=again, **facts)})" for again in ("false", "true"))
        columns = lake_columns(LAKE_ENTITIES["events"])
        fields = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in columns.items())
        written = connection.execute(
            f"copy (select {fields} from ({rows}) order by account_id, occurred_at) to '{path}' "
            "(format parquet, compression zstd)"
        ).fetchall()
        files.append(LakeFile("events", _below(path, lake), str(known_on), str(known_on), int(written[0][0])))
        if number % 73 == 72:
            report(f"{sum(file.rows for file in files):,} events generated")
    _commit(lake, pull, "events", files)


def _commit(lake: Path, pull: Path, entity: str, files: list[LakeFile]) -> None:
    n_rows = sum(file.rows for file in files)
    commit(
        lake,
        [
            Manifest(
                pull.parent.name,
                entity,
                pull.name,
                str(FIRST_DAY),
                str(LAST_DAY),
                n_rows,
                0,
                n_rows,
                n_rows,
                0,
                0,
                0,
                0,
                [],
                "generated",
                files,
                [],
            )
        ],
    )


def _below(path: Path, lake: Path) -> str:
    return str(path.relative_to(lake))
