"""What goes wrong with one day of the demo company's input, one thing at a time.

Belongs here: the corruptions. Does not belong here: what becomes of them (judge.py).
"""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from tests.corruptions.company import Company, Record

Change = Callable[[Company], None]
_ENTITIES = {
    "events": "events",
    "billing": "subscriptions",
    "CRM": "accounts",
    "users": "users",
    "tickets": "tickets",
    "surveys": "survey_responses",
    "tasks": "play_activities",
    "overrides": "score_overrides",
}
_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Corruption:
    """One thing that goes wrong; `days` of it, the last of which is published."""

    name: str
    change: Change
    days: int = 1

    @property
    def entity(self) -> str:
        """What it is about: the first word of its name."""
        return _ENTITIES[self.name.split(":")[0]]


def _moved(record: Record, by: dt.timedelta, *names: str) -> Record:
    moved = {
        name: (dt.datetime.fromisoformat(record[name].replace("Z", "+00:00")) + by).strftime("%Y-%m-%dT%H:%M:%SZ")
        for name in names
    }
    return record | moved


def _times(by: dt.timedelta) -> Change:
    return lambda company: company.each_event(lambda record: _moved(record, by, "timestamp", "receivedAt"))


def _set(**values: str) -> Callable[[Record], Record]:
    return lambda record: record | values


def _half(record: Record) -> Record | None:
    return record if hash_of(record) % 2 else None


def hash_of(record: Record) -> int:
    return sum(map(ord, "".join(map(str, record.values()))))


def _day_missing(company: Company) -> None:
    for line in ("app", "platform"):
        company.events_file(line).unlink()


def _emptied(company: Company) -> None:
    for line in ("app", "platform"):
        company.write_events([], line)


def _times_n(n: int) -> Change:
    def change(company: Company) -> None:
        for line in ("app", "platform"):
            records = company.events(line)
            again = [record | {"messageId": f"{record['messageId']}_{copy}"} for record in records for copy in range(n)]
            company.write_events(again, line)

    return change


def _same_lines_twice(company: Company) -> None:
    company.write_events(company.events() * 2)


def _yesterday_again(company: Company) -> None:
    for line in ("app", "platform"):
        company.write_events(company.events(line, company.day - dt.timedelta(1)), line)


def _yesterday_again_with_new_ids(company: Company) -> None:
    for line in ("app", "platform"):
        records = [
            _moved(record, dt.timedelta(1), "timestamp", "receivedAt") | {"messageId": f"n{record['messageId']}"}
            for record in company.events(line, company.day - dt.timedelta(1))
        ]
        half = [record for number, record in enumerate(company.events(line)) if number % 2]
        company.write_events(half + records, line)


def _ids_of_yesterday(company: Company) -> None:
    ids = [record["messageId"] for record in company.events(day=company.day - dt.timedelta(1))]
    records = company.events()
    company.write_events([record | {"messageId": ids[n % len(ids)]} for n, record in enumerate(records)])


def _some_ids_again(company: Company) -> None:
    ids = [record["messageId"] for record in company.events(day=company.day - dt.timedelta(1))]
    records = company.events()
    company.write_events([record | ({"messageId": ids[n]} if n < 21 else {}) for n, record in enumerate(records)])


def _swapped(company: Company) -> None:
    company.each_event(lambda record: record | {"groupId": record["userId"], "userId": record["groupId"]})


def _rotated(company: Company) -> None:
    company.each_event(
        lambda record: record | {"groupId": record["event"], "event": record["userId"], "userId": record["groupId"]}
    )


def _milliseconds(company: Company) -> None:
    def change(record: Record) -> Record:
        at = dt.datetime.fromisoformat(record["timestamp"].replace("Z", "+00:00"))
        return record | {"timestamp": str(int(at.timestamp() * 1000))}

    company.each_event(change)


def _as_if_seconds(company: Company) -> None:
    company.each_event(
        lambda record: record | {"timestamp": "1970-01-21T14:00:00Z", "receivedAt": "1970-01-21T14:00:00Z"}
    )


def _html(path_of: Callable[[Company], object]) -> Change:
    def change(company: Company) -> None:
        path_of(company).write_text("<!DOCTYPE html><html><body>503 Service Unavailable</body></html>")  # type: ignore[attr-defined]

    return change


def _html_for_events(company: Company) -> None:
    import gzip

    company.events_file().write_bytes(gzip.compress(b"<!DOCTYPE html><html><body>Sign in</body></html>\n"))


def _truncated(company: Company) -> None:
    data = company.events_file().read_bytes()
    company.events_file().write_bytes(data[: len(data) // 2])


def _renamed_event(company: Company) -> None:
    names = {"Dashboard Viewed": "dashboard_viewed_v2", "Report Created": "report_created_v2"}
    company.each_event(lambda record: record | {"event": names.get(record["event"], record["event"])})


def _all_renamed(company: Company) -> None:
    company.each_event(lambda record: record | {"event": record["event"].lower().replace(" ", "_") + "_v3"})


def _upper(company: Company) -> None:
    company.each_event(lambda record: record | {"groupId": record["groupId"].upper()})


def _blanks(company: Company) -> None:
    company.each_event(lambda record: record | {"groupId": f" {record['groupId']} "})


def _given_to_another(company: Company) -> None:
    names = [record["groupId"] for record in company.events()]
    most = max(set(names), key=names.count)
    others = sorted(set(names) - {most})[:12]
    company.each_event(lambda record: record | ({"groupId": most} if record["groupId"] in others else {}))


def _one_account_for_all(company: Company) -> None:
    company.each_event(lambda record: record | {"groupId": "acc_00004"})


def _shuffled_accounts(company: Company) -> None:
    rng = random.Random(4)
    for line in ("app", "platform"):
        records = company.events(line)
        names = [record["groupId"] for record in records]
        rng.shuffle(names)
        company.write_events([record | {"groupId": name} for record, name in zip(records, names, strict=True)], line)


def _loop(company: Company) -> None:
    records = company.events()
    one = records[0]
    loop = [one | {"messageId": f"loop{n}", "timestamp": one["timestamp"]} for n in range(len(records) * 3)]
    company.write_events(records + loop)


def _before_sign_up(company: Company) -> None:
    company.each_event(lambda record: _moved(record, -dt.timedelta(700), "timestamp"))


def _drift(company: Company) -> None:
    for back in range(30):
        day = company.day - dt.timedelta(back)
        factor = 1.02 ** (30 - back)
        for line in ("app", "platform"):
            records = company.events(line, day)
            extra = [record | {"messageId": f"{record['messageId']}d"} for n, record in enumerate(records)]
            company.write_events(records + extra[: round(len(records) * (factor - 1))], line, day)


def _frozen(company: Company) -> None:
    for back in range(5):
        company.events_file("platform", company.day - dt.timedelta(back)).unlink(missing_ok=True)


def _billing(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Change:
    return lambda company: company.write_billing(change(company.billing()))


def _doubled_subscriptions(table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([table, table.assign(subscription=table["subscription"] + "_2")])


def _accounts(change: Callable[[Record], Record | None]) -> Change:
    return lambda company: company.each_row("accounts.csv", change)


def _rows(name: str, change: Callable[[Record], Record | None]) -> Change:
    return lambda company: company.each_row(name, change)


def _header_only(name: str) -> Change:
    return lambda company: company.write_rows(name, [], list(company.rows(name)[0]))


def _shifted(company: Company) -> None:
    text = (company.folder / "accounts.csv").read_text().splitlines()
    (company.folder / "accounts.csv").write_text("\n".join([text[0], *("," + line for line in text[1:])]) + "\n")


def _columns_swapped(company: Company) -> None:
    company.each_row("accounts.csv", lambda row: row | {"Plan": row["Region"], "Region": row["Plan"]})


def _column_gone(company: Company) -> None:
    rows = company.rows("accounts.csv")
    company.write_rows("accounts.csv", [{key: value for key, value in row.items() if key != "Plan"} for row in rows])


def _tickets_times(n: int) -> Change:
    def change(company: Company) -> None:
        one = company.tickets() or company.tickets(company.day - dt.timedelta(1))
        company.write_tickets([record | {"id": f"{record['id']}_{copy}"} for record in one for copy in range(n)])

    return change


def _tickets(change: Callable[[Record], Record]) -> Change:
    def changed(company: Company) -> None:
        tickets = company.tickets() or [
            _moved(record, dt.timedelta(1), "created_at", "updated_at")
            for record in company.tickets(company.day - dt.timedelta(1))
        ]
        company.write_tickets([change(record) for record in tickets])

    return changed


def _closed_before_opened(record: Record) -> Record:
    opened = _moved(record, dt.timedelta(hours=6), "updated_at")["updated_at"]
    return record | {"status": "solved", "created_at": opened}


def _answers(**values: str) -> Change:
    """Five answers of the day with values of another scale."""

    def change(company: Company) -> None:
        rows = company.rows("survey_responses.csv")
        new = [
            row | {"invitation_id": f"x{n}", "responded_at": f"{company.day} 10:00:00"} | values
            for n, row in enumerate(rows[:5])
        ]
        company.write_rows("survey_responses.csv", rows + new)

    return change


def _new_rows(name: str, n: int, **values: str) -> Change:
    def change(company: Company) -> None:
        rows = company.rows(name)
        day = f"{company.day} 10:00:00"
        added = [rows[-1 - k] | {key: value.format(k=k, day=day) for key, value in values.items()} for k in range(n)]
        company.write_rows(name, rows + added)

    return change


CORRUPTIONS = (
    Corruption("events: the day is missing", _day_missing),
    Corruption("events: the files are empty", _emptied),
    Corruption("events: one product line is missing", lambda company: company.events_file("platform").unlink()),
    Corruption("events: half", lambda company: company.each_event(_half)),
    Corruption("events: each twice, under new ids", _times_n(2)),
    Corruption("events: ×10, under new ids", _times_n(10)),
    Corruption("events: every line twice", _same_lines_twice),
    Corruption("events: yesterday's files again", _yesterday_again),
    Corruption("events: yesterday's and half of today's, under new ids", _yesterday_again_with_new_ids),
    Corruption("events: other events under yesterday's ids", _ids_of_yesterday),
    Corruption("events: 21 ids used again for other events", _some_ids_again),
    Corruption("events: account and user swapped", _swapped),
    Corruption("events: three columns rotated", _rotated),
    Corruption("events: +8 hours", _times(8 * _HOUR)),
    Corruption("events: −8 hours", _times(-8 * _HOUR)),
    Corruption("events: +1 year", _times(dt.timedelta(365))),
    Corruption("events: of 1970", _as_if_seconds),
    Corruption("events: milliseconds for times", _milliseconds),
    Corruption("events: seven hundred days too early", _before_sign_up),
    Corruption("events: HTML for a file", _html_for_events),
    Corruption("events: truncated gzip", _truncated),
    Corruption("events: two events renamed", _renamed_event),
    Corruption("events: all events renamed", _all_renamed),
    Corruption("events: ids in upper case", _upper),
    Corruption("events: ids with blanks around", _blanks),
    Corruption("events: users null", lambda company: company.each_event(lambda record: record | {"userId": None})),
    Corruption("events: accounts null", lambda company: company.each_event(lambda record: record | {"groupId": None})),
    Corruption("events: those of twelve accounts given to another", _given_to_another),
    Corruption("events: all of one account", _one_account_for_all),
    Corruption("events: accounts shuffled", _shuffled_accounts),
    Corruption("events: one is sent in a loop", _loop),
    Corruption("events: 2 % more every day for 30 days", _drift, 30),
    Corruption("events: one product line frozen for 5 days", _frozen, 5),
    Corruption("billing: prices negative", _billing(lambda table: table.assign(amount_cents=-table["amount_cents"]))),
    Corruption("billing: prices zero", _billing(lambda table: table.assign(amount_cents=0))),
    Corruption("billing: prices ×100", _billing(lambda table: table.assign(amount_cents=table["amount_cents"] * 100))),
    Corruption("billing: prices ÷100", _billing(lambda table: table.assign(amount_cents=table["amount_cents"] // 100))),
    Corruption("billing: prices null", _billing(lambda table: table.assign(amount_cents=pd.NA))),
    Corruption("billing: text for prices", _billing(lambda table: table.assign(amount_cents="much"))),
    Corruption("billing: subscriptions doubled under new ids", _billing(_doubled_subscriptions)),
    Corruption("billing: every row twice", _billing(lambda table: pd.concat([table, table]))),
    Corruption("billing: half is gone", _billing(lambda table: table.iloc[::2])),
    Corruption("billing: empty", _billing(lambda table: table.iloc[:0])),
    Corruption("billing: renewals in 1900", _billing(lambda table: table.assign(renews_on=dt.date(1900, 1, 1)))),
    Corruption("billing: renewals null", _billing(lambda table: table.assign(renews_on=None))),
    Corruption("billing: status with a blank", _billing(lambda table: table.assign(status=table["status"] + " "))),
    Corruption("billing: all churned", _billing(lambda table: table.assign(status="churned"))),
    Corruption("billing: unknown status", _billing(lambda table: table.assign(status="live"))),
    Corruption(
        "billing: customers swapped",
        _billing(lambda table: table.assign(customer=table["customer"].iloc[::-1].to_numpy())),
    ),
    Corruption(
        "billing: customers that nobody knows", _billing(lambda table: table.assign(customer="x" + table["customer"]))
    ),
    Corruption("billing: HTML for a file", _html(lambda company: company.folder / "subscriptions.parquet")),
    Corruption("CRM: half of the accounts gone", _accounts(_half)),
    Corruption("CRM: every tenth account gone", _accounts(lambda row: None if hash_of(row) % 10 == 0 else row)),
    Corruption("CRM: header only", _header_only("accounts.csv")),
    Corruption("CRM: plans null", _accounts(_set(Plan=""))),
    Corruption("CRM: plans renamed", _accounts(lambda row: row | {"Plan": f"plan {row['Plan']}"})),
    Corruption("CRM: plan and region swapped", _columns_swapped),
    Corruption("CRM: a column less", _column_gone),
    Corruption("CRM: rows shifted by a cell", _shifted),
    Corruption("CRM: unknown owner", _accounts(_set(Owner="csm_nobody"))),
    Corruption("CRM: all internal", _accounts(_set(Internal="true"))),
    Corruption(
        "CRM: all signed up today",
        lambda company: company.each_row(
            "accounts.csv", _set(CreatedDate=f"{company.day} 09:00:00", LastModifiedDate=f"{company.day} 09:00:00")
        ),
    ),
    Corruption(
        "CRM: sign-ups a year later", _accounts(lambda row: row | {"CreatedDate": f"2026{row['CreatedDate'][4:]}"})
    ),
    Corruption("CRM: text for days", _accounts(_set(CreatedDate="last week"))),
    Corruption("CRM: ids in upper case", _accounts(lambda row: row | {"Id": row["Id"].upper()})),
    Corruption("users: half are gone", _rows("users.csv", _half)),
    Corruption(
        "users: given to other accounts",
        lambda company: company.write_rows(
            "users.csv",
            [
                row | {"account_id": other["account_id"], "updated_at": f"{company.day} 08:00:00"}
                for row, other in zip(company.rows("users.csv"), reversed(company.rows("users.csv")), strict=True)
            ],
        ),
    ),
    Corruption("tickets: ×60", _tickets_times(60)),
    Corruption("tickets: text for CSAT", _tickets(lambda record: record | {"satisfaction": "good"})),
    Corruption("tickets: CSAT 95", _tickets(lambda record: record | {"satisfaction": 95, "status": "solved"})),
    Corruption("tickets: closed before opened", _tickets(_closed_before_opened)),
    Corruption(
        "tickets: of accounts that nobody knows",
        _tickets(lambda record: record | {"organization": {"external_id": "acme"}}),
    ),
    Corruption("tickets: unknown status", _tickets(lambda record: record | {"status": "in progress"})),
    Corruption("tickets: HTML for a file", _html(lambda company: company.tickets_file())),
    Corruption("surveys: NPS from 0 to 100", _answers(nps="80")),
    Corruption(
        "surveys: ratings from 0 to 100", _answers(ease_of_integration="80", perceived_value="75", support_quality="90")
    ),
    Corruption(
        "surveys: all answers the lowest",
        _answers(nps="0", ease_of_integration="1", perceived_value="1", support_quality="1"),
    ),
    Corruption("surveys: answers gone", _header_only("survey_responses.csv")),
    Corruption(
        "tasks: plays that nobody knows",
        _new_rows("play_activities.csv", 6, task_id="new_{k}", play_id="unknown_play", updated_at="{day}"),
    ),
    Corruption(
        "overrides: an unknown band",
        _new_rows("score_overrides.csv", 2, override_id="n{k}", band="great", valid_from="{day}"),
    ),
)
