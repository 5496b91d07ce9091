"""The slice in Polars, streaming where it can.

Belongs here: the slice as an engineer at home in Polars would write it. Does not belong here: its definition (slice.py).
"""

import sys
from pathlib import Path

import polars as pl

from benchmarks.slice import ACTION_OF, CORE_ACTIONS, EVENT_FILES, HALF_LIFE, KEY, milestones, scored_days


def roll_up(lake: Path) -> pl.DataFrame:
    """Rows and first time per key, without what was sent again."""
    events = pl.scan_parquet(str(lake / EVENT_FILES), hive_partitioning=False).with_columns(
        event_date=pl.col("occurred_at").dt.date()
    )
    late = events.filter(pl.col("event_date") < pl.col("known_on")).select("event_id", "known_on")
    earlier = events.select("event_id", earlier_on="known_on")
    resent = (
        late.join(earlier, on="event_id")
        .filter(
            (pl.col("earlier_on") < pl.col("known_on"))
            & (pl.col("earlier_on") >= pl.col("known_on") - pl.duration(days=7))
        )
        .select("event_id", "known_on")
        .unique()
        .collect(engine="streaming")
    )
    return (
        events.join(resent.lazy(), on=["event_id", "known_on"], how="anti")
        .group_by(KEY)
        .agg(n=pl.len().cast(pl.Int64), first_at=pl.col("occurred_at").min())
        .collect(engine="streaming")
    )


def attainments(uses: pl.DataFrame) -> pl.DataFrame:
    """First day on which each milestone is met."""
    found = []
    for milestone in milestones():
        of_action = uses.filter(pl.col("action") == milestone["action"])
        within = milestone["within_days"]
        days = of_action.group_by("account_id", "event_date").agg(n=pl.col("n").sum(), n_days=pl.lit(1))
        changes = [days.with_columns(n_users=pl.lit(0))]
        if within:
            leaving = pl.col("event_date") + pl.duration(days=within)
            changes.append(days.select("account_id", event_date=leaving, n=-pl.col("n"), n_days=-1, n_users=0))
        people = (
            of_action.select("account_id", "user_id", "event_date").unique().sort("account_id", "user_id", "event_date")
        )
        gap = pl.col("event_date").diff().over("account_id", "user_id").dt.total_days()
        is_new = gap.is_null() | (gap >= within) if within else gap.is_null()
        changes.append(people.filter(is_new).select("account_id", "event_date", n=0, n_days=0, n_users=1))
        if within:
            until = pl.col("event_date").diff(-1).over("account_id", "user_id").dt.total_days().abs()
            gone = people.filter(until.is_null() | (until >= within))
            changes.append(gone.select("account_id", event_date=leaving, n=0, n_days=0, n_users=-1))
        typed = [
            change.select("account_id", "event_date", *(pl.col(c).cast(pl.Int64) for c in ("n", "n_days", "n_users")))
            for change in changes
        ]
        running = (
            pl.concat(typed)
            .group_by("account_id", "event_date")
            .sum()
            .sort("account_id", "event_date")
            .with_columns(pl.col("n", "n_days", "n_users").cum_sum().over("account_id"))
        )
        met = running.filter(
            (pl.col("n") >= milestone["min_count"])
            & (pl.col("n_users") >= milestone["min_users"])
            & (pl.col("n_days") >= milestone["min_active_days"])
        )
        first = met.group_by("account_id").agg(met_on=pl.col("event_date").min())
        found.append(first.select("account_id", milestone_id=pl.lit(milestone["id"]), met_on="met_on"))
    return pl.concat(found)


def metrics(uses: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """Five metrics of every account on every scored day."""
    is_core = pl.col("action").is_in(CORE_ACTIONS)
    is_report = pl.col("action") == "create_report"
    # late rows count from the day they are known on: a day's total is kept by that day
    days = uses.group_by("account_id", "event_date", "known_on").agg(
        n_core=pl.col("n").filter(is_core).sum(), n_reports=pl.col("n").filter(is_report).sum()
    )
    people = uses.group_by("account_id", "user_id", "event_date").agg(known_on=pl.col("known_on").min())
    found = []
    for day in scored_days():
        known = (pl.col("known_on") <= day) & (pl.col("event_date") <= day)
        age = (pl.lit(day) - pl.col("event_date")).dt.total_days()
        of_day = days.filter(known & (age < 84)).with_columns(age=age, weight=0.5 ** (age / HALF_LIFE))
        sums = of_day.group_by("account_id").agg(
            core=(pl.col("n_core") * pl.col("weight")).sum(),
            reports=(pl.col("n_reports") * pl.col("weight")).sum(),
            latest=pl.col("age").min(),
        )
        active = of_day.unique(["account_id", "age"]).group_by("account_id").agg(active=pl.col("weight").sum())
        users = people.filter(known & (age < 28)).group_by("account_id").agg(users=pl.col("user_id").n_unique())
        tenure = (pl.lit(day) - pl.col("started")).dt.total_days() + 1
        observed = pl.min_horizontal("tenure", 84)
        weighted = (1 - 0.5 ** (observed / HALF_LIFE)) / (1 - 0.5 ** (1 / HALF_LIFE))
        found.append(
            accounts.filter(pl.col("started") <= day)
            .with_columns(tenure=tenure)
            .join(sums, on="account_id", how="left")
            .join(active, on="account_id", how="left")
            .join(users, on="account_id", how="left")
            .select(
                "account_id",
                scored_on=pl.lit(day),
                active_days=pl.col("active").fill_null(0) / weighted,
                reports_created=7 * pl.col("reports").fill_null(0) / weighted,
                core_use=7 * pl.col("core").fill_null(0) / weighted,
                active_users=pl.col("users").fill_null(0).cast(pl.Float64),
                days_since_use=pl.when(pl.col("latest") < 56)
                .then(pl.col("latest"))
                .otherwise(pl.min_horizontal("tenure", 56))
                .cast(pl.Float64),
            )
            .unpivot(index=["account_id", "scored_on"], variable_name="metric_id", value_name="raw_value")
        )
    return pl.concat(found)


def main(lake: Path, out: Path) -> None:
    """Compute the slice and write its three results."""
    rolled = roll_up(lake)
    rolled.write_parquet(out / "rollup.parquet")
    accounts = pl.read_parquet(str(lake / "accounts/*/accounts/*.parquet")).select(
        "account_id", started=pl.col("onboarding_started_at").dt.date()
    )
    uses = (
        rolled.with_columns(action=pl.col("event_name").replace_strict(ACTION_OF))
        .join(accounts, on="account_id")
        .filter(pl.col("event_date") >= pl.col("started"))
    )
    attainments(uses).write_parquet(out / "attainments.parquet")
    metrics(uses, accounts).write_parquet(out / "metrics.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
