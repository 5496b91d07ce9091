"""The slice in ClickHouse SQL, through chdb.

Belongs here: the slice as an engineer at home in ClickHouse would write it. Does not belong here: its definition
(slice.py).
"""

import sys
from pathlib import Path

from chdb.session import Session

from benchmarks.slice import ACTION_OF, CORE_ACTIONS, EVENT_FILES, HALF_LIFE, milestones, scored_days

_ROLL_UP = """
create table rollup engine = MergeTree order by (account_id, event_date) settings allow_nullable_key = 1 as
select account_id, user_id, event_name, product_line, toDate(occurred_at) as event_date, known_on,
    toInt64(count()) as n, min(occurred_at) as first_at
from file('{events}', Parquet)
where (event_id, known_on) not in (
    select late.event_id, late.known_on
    from (select event_id, known_on from file('{events}', Parquet)) as earlier
    join (select event_id, known_on from file('{events}', Parquet) where toDate(occurred_at) < known_on) as late
        on earlier.event_id = late.event_id
    where earlier.known_on < late.known_on and earlier.known_on >= late.known_on - 7
)
group by account_id, user_id, event_name, product_line, event_date, known_on
"""

_USES = """
create table uses engine = MergeTree order by (account_id, event_date) settings allow_nullable_key = 1 as
select rollup.account_id as account_id, user_id, transform(toString(event_name), {names}, {actions}, '') as action,
    event_date, known_on, n
from rollup join accounts on rollup.account_id = accounts.account_id
where event_date >= accounts.started
"""

_ATTAINED = """
select account_id, '{id}' as milestone_id, min(event_date) as met_on
from (
    select account_id, event_date,
        sum(sum(c.n)) over so_far as n, sum(sum(c.n_days)) over so_far as n_days, sum(sum(c.n_users)) over so_far as n_users
    from ({changes}) as c
    group by account_id, event_date
    window so_far as (partition by account_id order by event_date)
)
where n >= {min_count} and n_days >= {min_active_days} and n_users >= {min_users}
group by account_id
"""

_METRICS = """
select account_id, scored_on, pair.1 as metric_id, pair.2 as raw_value
from (
    select spine.account_id as account_id, spine.scored_on as scored_on, tenure,
        (1 - pow(0.5, least(tenure, 84) / {half_life})) / (1 - pow(0.5, 1 / {half_life})) as weighted,
        arrayJoin([
            ('active_days', ifNull(active, 0) / weighted), ('reports_created', 7 * ifNull(reports, 0) / weighted),
            ('core_use', 7 * ifNull(core, 0) / weighted), ('active_users', toFloat64(people.users)),
            ('days_since_use', toFloat64(if(sums.n_rows > 0 and latest < 56, latest, least(tenure, 56))))
        ]) as pair
    from (
        select account_id, arrayJoin({days}) as scored_on, dateDiff('day', started, scored_on) + 1 as tenure
        from accounts where started <= scored_on
    ) as spine
    left join (
        select account_id, scored_on, sum(core) as core, sum(reports) as reports, sum(weight) as active,
            min(age) as latest, count() as n_rows
        from (
            select account_id, scored_on, dateDiff('day', event_date, scored_on) as age,
                pow(0.5, age / {half_life}) as weight, sum(n_core) * weight as core, sum(n_reports) * weight as reports
            from (
                select account_id, event_date, known_on, sumIf(n, action in {core}) as n_core,
                    sumIf(n, action = 'create_report') as n_reports,
                    arrayJoin(arrayFilter(d -> d >= known_on and d >= event_date and d < event_date + 84, {days})) as scored_on
                from uses group by account_id, event_date, known_on
            ) group by account_id, event_date, scored_on
        ) group by account_id, scored_on
    ) as sums on spine.account_id = sums.account_id and spine.scored_on = sums.scored_on
    left join (
        select account_id, scored_on, uniqExact(user_id) as users
        from (
            select account_id, user_id, event_date,
                arrayJoin(arrayFilter(d -> d >= first_known and d >= event_date and d < event_date + 28, {days})) as scored_on
            from (select account_id, user_id, event_date, min(known_on) as first_known from uses group by all)
        ) group by account_id, scored_on
    ) as people on spine.account_id = people.account_id and spine.scored_on = people.scored_on
)
"""


def attained(milestone: dict[str, int | str | None]) -> str:
    """The query for one milestone: running sums of what enters its window and what leaves it."""
    within = milestone["within_days"]
    where = f"from uses where action = '{milestone['action']}'"
    days = f"(select account_id, event_date, sum(n) as n {where} group by account_id, event_date)"
    gaps = (
        "(select account_id, user_id, event_date, "
        "lagInFrame(toNullable(event_date)) over w as before, leadInFrame(toNullable(event_date)) over w as after "
        f"from (select distinct account_id, user_id, event_date {where}) "
        "window w as (partition by account_id, user_id order by event_date "
        "rows between unbounded preceding and unbounded following))"
    )
    is_new = f"before is null or event_date - before >= {within}" if within else "before is null"
    changes = [
        f"select account_id, event_date, n, 1 as n_days, 0 as n_users from {days}",
        f"select account_id, event_date, 0 as n, 0 as n_days, 1 as n_users from {gaps} where {is_new}",
    ]
    if within:
        changes += [
            f"select account_id, event_date + {within}, -n, -1, 0 from {days}",
            f"select account_id, event_date + {within}, 0, 0, -1 from {gaps} "
            f"where after is null or after - event_date >= {within}",
        ]
    return _ATTAINED.format(changes=" union all ".join(changes), **milestone)


def main(lake: Path, out: Path) -> None:
    """Compute the slice and write its three results."""
    session = Session()

    def run(sql: str) -> None:
        session.query(f"{sql} settings max_threads = 2, join_use_nulls = 0, use_hive_partitioning = 0")

    session.query("create database slice engine = Atomic")
    session.query("use slice")
    run(_ROLL_UP.format(events=lake / EVENT_FILES))
    accounts = lake / "accounts/*/accounts/*.parquet"
    run(
        "create table accounts engine = MergeTree order by account_id as select assumeNotNull(account_id) as account_id, "
        f"toDate(assumeNotNull(onboarding_started_at)) as started from file('{accounts}', Parquet)"
    )
    run(_USES.format(names=list(ACTION_OF), actions=list(ACTION_OF.values())))
    days = f"[{', '.join(f'''toDate('{day}')''' for day in scored_days())}]"
    metrics = _METRICS.format(half_life=HALF_LIFE, core=CORE_ACTIONS, days=days)
    results = {
        "rollup": "select * from rollup",
        "attainments": " union all ".join(attained(milestone) for milestone in milestones()),
        "metrics": metrics,
    }
    for name, query in results.items():
        (out / f"{name}.parquet").unlink(missing_ok=True)
        run(f"insert into function file('{out / name}.parquet', Parquet) {query}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
