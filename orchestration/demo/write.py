"""Write the demo company the way vendors deliver: dated JSON lines, JSON, CSV and Parquet, faults included.

Belongs here: file formats and the record of what was planted. Does not belong here: the draws (company.py and others).
"""

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from orchestration.common.sql_text import quoted
from orchestration.demo import commerce, company, families, people, usage, voice
from orchestration.demo.company import FIRST_DAY, Company, date_of, stream
from orchestration.demo.helped import CSMS
from orchestration.demo.play_activities import make_play_activities
from orchestration.demo.truth import planted_truths

MALFORMED_LINES = 40


def write_demo(folder: Path, accounts: int, seed: int, report: Callable[[str], None] = print) -> Path:
    """Write all files below `folder` and truth.json last; files already there for the same arguments are kept."""
    truth_file = folder / "truth.json"
    wanted = {"accounts": accounts, "seed": seed, "format": 3}
    if truth_file.exists() and json.loads(truth_file.read_text())["made_with"] == wanted:
        report(f"demo company: {accounts} accounts are there already")
        return truth_file
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = company.found_company(accounts, seed)
    connection = duckdb.connect()
    n_events = _write_events(connection, made, folder)
    report(f"demo company: {n_events:,} events of {accounts} accounts written")
    _write_tickets(made, folder)
    _write_crm(connection, made, folder)
    _write_surveys(connection, made, folder)
    _write_commerce(connection, made, folder)
    connection.close()
    truth = {"made_with": wanted, **planted_truths(made, n_events, MALFORMED_LINES)}
    truth_file.write_text(json.dumps(truth, indent=1))
    report(f"demo company: tickets, surveys, CRM and billing written to {folder}")
    return truth_file


def _times(day: pd.Series, second: pd.Series | int = 9 * 3600) -> pd.Series:
    start = np.datetime64(FIRST_DAY, "s")
    return pd.Series(start + day.to_numpy().astype("timedelta64[D]") + np.asarray(second).astype("timedelta64[s]"))


def _user_ids(names: NDArray[np.str_], account: pd.Series, seat: pd.Series | NDArray[np.int64]) -> NDArray[np.str_]:
    return np.char.add(np.char.add(names[account], "_u"), np.asarray(seat).astype(str))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.to_dict("records")  # type: ignore[return-value]


def _write_events(connection: duckdb.DuckDBPyConnection, made: Company, folder: Path) -> int:
    """Two product lines, one file per line and day of arrival; a few lines are broken on purpose."""
    events = usage.make_events(made)
    events["event_name"], events["line"] = usage.event_names(events)
    events["at"] = _times(events["day"], events["second"])
    events["account_id"] = made.account_ids()[events["account"]]
    events["date"] = _times(events["received_day"], 0)
    rng = company.stream(made.seed, "malformed")
    broken = events.sample(min(MALFORMED_LINES, len(events)), random_state=int(rng.integers(2**31))).index
    events["is_broken"] = False
    events.loc[broken, "is_broken"] = True
    missing = date_of(company.MISSING_FILE_DAY)
    connection.register("events", events)
    for line, prefix in (("app", "a"), ("platform", "p")):
        target = folder / line
        target.mkdir()
        record = f"""to_json({{'messageId': '{prefix}' || event, 'event': event_name, 'groupId': account_id,
            'userId': account_id || '_u' || seat,
            'timestamp': strftime("at", '%Y-%m-%dT%H:%M:%SZ'),
            'receivedAt': strftime(greatest("date", "at"), '%Y-%m-%dT%H:%M:%SZ')}})"""
        kept = f"and \"date\"::date <> date '{missing}'" if line == "platform" else ""
        connection.execute(
            f"""copy (select case when is_broken then left({record}::varchar, 60) else {record}::varchar end as record,
                "date"::date as "date" from events where line = '{line}' {kept} order by "date", event)
            to {quoted(target)} (format csv, header false, quote '', escape '', delimiter '\x01', compression gzip,
                partition_by ("date"), file_extension 'jsonl.gz')"""
        )
        for day in range(made.days):  # a tracker delivers a file also when nothing happened
            path = target / f"date={date_of(day)}"
            if not path.exists() and (line != "platform" or date_of(day) != missing):
                path.mkdir()
                (path / "data_0.jsonl.gz").write_bytes(gzip.compress(b"", mtime=0))
    connection.unregister("events")
    return len(events)


def _write_tickets(made: Company, folder: Path) -> None:
    """A help desk's daily export: what changed that day, as one JSON document; quiet days have an empty list."""
    target = folder / "tickets"
    target.mkdir()
    tickets = voice.make_tickets(made)
    names = made.account_ids()
    changed = _times(tickets["day"], tickets["second"]).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    opened = _times(tickets["opened"], tickets["second"]).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    by_day: dict[int, list[dict[str, object]]] = {day: [] for day in range(made.days)}
    for row, updated, created in zip(_records(tickets), changed, opened, strict=True):
        is_solved = row["status"] == "solved"
        by_day[int(row["day"])].append(
            {
                "id": f"t{row['ticket']}",
                "organization": {"external_id": str(names[row["account"]])},
                "created_at": created,
                "updated_at": updated,
                "status": row["status"],
                "priority": row["priority"],
                "tags": [voice.THEMES[row["theme"]][0]],
                "subject": voice.THEMES[row["theme"]][1],
                "satisfaction": row["csat"] if is_solved else None,
            }
        )
    for day, records in by_day.items():
        (target / f"tickets_{date_of(day)}.json").write_text(json.dumps({"tickets": records}))


def _write_crm(connection: duckdb.DuckDBPyConnection, made: Company, folder: Path) -> None:
    """Accounts with their changes, users and CSM notes."""
    names = made.account_ids()
    accounts = pd.DataFrame(
        {
            "Id": names,
            "Name": np.char.add("Company ", np.char.lstrip(np.char.partition(names, "_")[:, 2], "0")),
            "CreatedDate": _times(pd.Series(made.signed_up)),
            "LastModifiedDate": _times(pd.Series(made.signed_up)),
            "Plan": np.array(company.PLANS)[made.plan],
            "Industry": np.array(company.INDUSTRIES)[made.industry],
            "Employees": np.array(company.SIZES)[made.size],
            "Region": np.array(company.REGIONS)[made.region],
            "Lead_Source": np.array(company.CHANNELS)[made.channel],
            "Onboarding": np.where(made.assisted, "assisted", "automated"),
            "Owner": np.where(made.assisted | (made.size > 0), np.array(CSMS)[made.csm], ""),
            "Internal": made.internal,
            "Parent": np.where((parent := families.parents(made)) == families.ALONE, "", names[parent]),
            "Currency": np.array(["USD", "EUR"])[(made.region == 1).astype(int)],
        }
    )
    grew = np.flatnonzero(made.expanded < made.days)
    upgraded = accounts.iloc[grew].assign(LastModifiedDate=_times(pd.Series(made.expanded[grew])).to_numpy())
    upgraded["Plan"] = np.array(company.PLANS)[np.minimum(made.plan[grew] + 1, 2)]
    _csv(connection, pd.concat([accounts, upgraded]).sort_values(["LastModifiedDate", "Id"]), folder / "accounts.csv")
    users = people.make_users(made)
    users = pd.DataFrame(
        {
            "user_id": _user_ids(names, users["account"], users["seat"]),
            "account_id": names[users["account"]],
            "created_at": _times(users["joined"]),
            "updated_at": _times(users["changed"]),
            "role": np.where(users["seat"] == 0, "admin", "member"),
            "is_champion": users["seat"] == people.CHAMPION,
            "deleted_at": _times(users["left"]).where(users["left"] < made.never),
        }
    )
    _csv(connection, users, folder / "users.csv")
    notes = voice.make_notes(made)
    with (folder / "notes.jsonl").open("w") as handle:
        for index, row in enumerate(_records(notes)):
            record = {
                "id": f"n{index}",
                "account": str(names[row["account"]]),
                "at": f"{date_of(row['day'])}T15:00:00Z",
            }
            handle.write(
                json.dumps({**record, "author": row["author"], "text": row["text"], "kind": "check_in"}) + "\n"
            )
    overrides = people.make_overrides(made)
    overrides["account_id"] = names[overrides.pop("account")]
    for column in ("valid_from", "expires_at"):
        overrides[column] = _times(overrides[column])
    _csv(connection, overrides, folder / "score_overrides.csv")


def _write_surveys(connection: duckdb.DuckDBPyConnection, made: Company, folder: Path) -> None:
    """Invitations, and answers in the wide shape survey tools export: one column per question."""
    surveys = voice.make_surveys(made)
    names = made.account_ids()
    surveys["invitation_id"] = [f"i{index}" for index in range(len(surveys))]
    surveys["account_id"] = names[surveys["account"]]
    seat = np.full(len(surveys), people.CHAMPION)
    seat = people.who_is_there(made, surveys["account"].to_numpy(), seat, surveys["sent"].to_numpy())
    surveys["user_id"] = _user_ids(names, surveys["account"], seat)
    surveys["survey_id"] = "onboarding"
    surveys["sent_at"] = _times(surveys["sent"])
    columns = ["invitation_id", "account_id", "user_id", "survey_id"]
    _csv(connection, surveys[[*columns, "sent_at"]], folder / "survey_invitations.csv")
    answered = surveys[surveys["answered"] >= 0].copy()
    answered["responded_at"] = _times(answered["answered"], 11 * 3600).to_numpy()
    questions = ["nps", "ease_of_integration", "perceived_value", "support_quality"]
    _csv(connection, answered[[*columns, "responded_at", *questions]], folder / "survey_responses.csv")


def _write_commerce(connection: duckdb.DuckDBPyConnection, made: Company, folder: Path) -> None:
    """Billing as Parquet with amounts in cents, plays and experiment as CSV."""
    names = made.account_ids()
    subscriptions = commerce.make_subscriptions(made)
    billing = pd.DataFrame(
        {
            "subscription": np.char.replace(names[subscriptions["account"]], "acc", "sub"),
            "customer": names[subscriptions["account"]],
            "changed_at": _times(subscriptions["day"]),
            "status": subscriptions["status"],
            "amount_cents": np.round(subscriptions["mrr"] * 100).astype(np.int64),
            "renews_on": _times(subscriptions["renews"], 0).dt.date,
        }
    )
    connection.register("billing", billing)
    connection.execute(f"copy billing to {quoted(folder / 'subscriptions.parquet')} (format parquet)")
    plays = make_play_activities(made, stream(made.seed, "plays"))
    plays["task_id"] = [f"demo_{play}_{account}" for play, account in zip(plays.play_id, plays.account, strict=True)]
    plays["account_id"] = names[plays["account"]]
    plays["updated_at"] = _times(plays["day"], 16 * 3600)
    plays["effort_hours"] = plays["hours"].where(plays["status"] == "done")
    plays["due_date"] = _times(plays["due"], 0).dt.date
    listed = [
        "task_id",
        "account_id",
        "play_id",
        "owner_id",
        "status",
        "updated_at",
        "due_date",
        "outcome",
        "annotation",
    ]
    _csv(connection, plays[[*listed, "effort_hours"]], folder / "play_activities.csv")
    drawn = commerce.make_experiment(made)
    drawn["account_id"], drawn["assigned_at"] = names[drawn["account"]], _times(drawn["day"])
    drawn["experiment_id"] = "invite_nudge"
    listed = ["experiment_id", "account_id", "variant", "assigned_at"]
    _csv(connection, drawn[listed], folder / "experiment_assignments.csv")


def _csv(connection: duckdb.DuckDBPyConnection, table: pd.DataFrame, path: Path) -> None:
    connection.register("written", table)
    connection.execute(f"copy written to {quoted(path)} (format csv, header true)")
    connection.unregister("written")
