"""The slice in pandas: the roll-up a file at a time, the rest on the rolled-up rows.

Belongs here: the slice as an engineer at home in pandas would write it. Does not belong here: its definition (slice.py).
"""

import sys
from pathlib import Path

import pandas as pd

from benchmarks.slice import ACTION_OF, CORE_ACTIONS, EVENT_FILES, HALF_LIFE, KEY, milestones, scored_days

COLUMNS = ["event_id", "account_id", "user_id", "event_name", "product_line", "occurred_at", "known_on"]


def roll_up(lake: Path) -> pd.DataFrame:
    """Rows and first time per key, without what was sent again: a day known is a file, so days roll up one by one."""
    rolled = []
    seen: list[set[str]] = []  # ids of the seven days before
    for path in sorted(lake.glob(EVENT_FILES)):
        events = pd.read_parquet(path, columns=COLUMNS)
        events["known_on"] = pd.to_datetime(events["known_on"])
        events["event_date"] = events["occurred_at"].dt.normalize()
        late = events.loc[events["event_date"] < events["known_on"], "event_id"]
        again = late[[any(event_id in day for day in seen) for event_id in late]]
        seen = [*seen, set(events["event_id"])][-7:]
        events = events.drop(again.index)
        rolled.append(
            events.groupby(KEY, observed=True, sort=False)
            .agg(n=("event_id", "size"), first_at=("occurred_at", "min"))
            .reset_index()
        )
    result = pd.concat(rolled, ignore_index=True)
    for column in ("account_id", "user_id", "event_name", "product_line"):
        result[column] = result[column].astype("category")
    return result


def attainments(uses: pd.DataFrame) -> pd.DataFrame:
    """First day on which each milestone is met."""
    found = []
    for milestone in milestones():
        of_action = uses[uses["action"] == milestone["action"]]
        within = milestone["within_days"]
        days = of_action.groupby(["account_id", "event_date"], observed=True)["n"].sum().reset_index()
        days = days.assign(n_days=1, n_users=0)
        people = of_action[["account_id", "user_id", "event_date"]].drop_duplicates()
        people = people.sort_values(["account_id", "user_id", "event_date"])
        of_person = people.groupby(["account_id", "user_id"], observed=True)["event_date"]
        gap = of_person.diff().dt.days
        is_new = gap.isna() | (gap >= within) if within else gap.isna()
        changes = [days, people.loc[is_new, ["account_id", "event_date"]].assign(n=0, n_days=0, n_users=1)]
        if within:
            window = pd.Timedelta(days=within)
            leaving = days.assign(event_date=days["event_date"] + window, n=-days["n"], n_days=-1)
            until = -of_person.diff(-1).dt.days
            gone = people.loc[until.isna() | (until >= within), ["account_id", "event_date"]]
            changes += [leaving, gone.assign(event_date=gone["event_date"] + window, n=0, n_days=0, n_users=-1)]
        daily = pd.concat(changes).groupby(["account_id", "event_date"], observed=True).sum().sort_index()
        running = daily.groupby(level=0, observed=True).cumsum()
        met = running[
            (running["n"] >= milestone["min_count"])
            & (running["n_users"] >= milestone["min_users"])
            & (running["n_days"] >= milestone["min_active_days"])
        ].reset_index()
        first = met.groupby("account_id", observed=True)["event_date"].min().rename("met_on").reset_index()
        found.append(first.assign(milestone_id=milestone["id"]))
    return pd.concat(found, ignore_index=True)


def metrics(uses: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """Five metrics of every account on every scored day."""
    weighed = uses.assign(
        n_core=uses["n"].where(uses["action"].isin(CORE_ACTIONS), 0),
        n_reports=uses["n"].where(uses["action"] == "create_report", 0),
    )
    days = weighed.groupby(["account_id", "event_date", "known_on"], observed=True)[["n_core", "n_reports"]].sum()
    days = days.reset_index()
    people = uses.groupby(["account_id", "user_id", "event_date"], observed=True)["known_on"].min().reset_index()
    found = []
    for day in map(pd.Timestamp, scored_days()):
        of_day = days[(days["known_on"] <= day) & (days["event_date"] <= day)]
        of_day = of_day.assign(age=(day - of_day["event_date"]).dt.days)
        of_day = of_day[of_day["age"] < 84]
        weight = 0.5 ** (of_day["age"] / HALF_LIFE)
        of_day = of_day.assign(core=of_day["n_core"] * weight, reports=of_day["n_reports"] * weight, active=weight)
        by_account = of_day.groupby("account_id", observed=True)
        active = of_day.drop_duplicates(["account_id", "age"]).groupby("account_id", observed=True)["active"].sum()
        recent = people[
            (people["known_on"] <= day)
            & (people["event_date"] <= day)
            & (people["event_date"] > day - pd.Timedelta("28D"))
        ]
        rows = accounts[accounts["started"] <= day].set_index("account_id")
        tenure = (day - rows["started"]).dt.days + 1
        weighted = (1 - 0.5 ** (tenure.clip(upper=84) / HALF_LIFE)) / (1 - 0.5 ** (1 / HALF_LIFE))
        latest = by_account["age"].min().reindex(rows.index)
        values = pd.DataFrame(
            {
                "active_days": active.reindex(rows.index).fillna(0) / weighted,
                "reports_created": 7 * by_account["reports"].sum().reindex(rows.index).fillna(0) / weighted,
                "core_use": 7 * by_account["core"].sum().reindex(rows.index).fillna(0) / weighted,
                "active_users": recent.groupby("account_id", observed=True)["user_id"]
                .nunique()
                .reindex(rows.index)
                .fillna(0),
                "days_since_use": latest.where(latest < 56, tenure.clip(upper=56)).astype(float),
            }
        )
        tall = values.reset_index().melt(id_vars="account_id", var_name="metric_id", value_name="raw_value")
        found.append(tall.assign(scored_on=day))
    return pd.concat(found, ignore_index=True)


def main(lake: Path, out: Path) -> None:
    """Compute the slice and write its three results."""
    rolled = roll_up(lake)
    rolled.assign(event_date=rolled["event_date"].dt.date, known_on=rolled["known_on"].dt.date).to_parquet(
        out / "rollup.parquet"
    )
    accounts = pd.read_parquet(next(lake.glob("accounts/*/accounts/*.parquet")))
    accounts = accounts[["account_id"]].assign(started=accounts["onboarding_started_at"].dt.normalize())
    uses = rolled.assign(action=rolled["event_name"].map(ACTION_OF))
    started = uses["account_id"].map(accounts.set_index("account_id")["started"])
    uses = uses[uses["event_date"] >= started.astype("datetime64[us]")]
    attainments(uses).to_parquet(out / "attainments.parquet")
    metrics(uses, accounts).to_parquet(out / "metrics.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
