"""A company whose systems behave as real ones do: files that change in place, currencies, merges, families, bad records."""

import datetime as dt
import json
import shutil
from pathlib import Path

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.runs.daily import run_days

LAST = dt.date(2025, 8, 31)

SOURCES = """
currency: EUR
families: both
sources:
  crm:
    entity: accounts
    path: crm_{date}.csv
  app:
    entity: events
    path: events_{date}.jsonl
    fields: {id: VARCHAR, org: VARCHAR, user: VARCHAR, name: VARCHAR, time: VARCHAR}
    columns: {event_id: id, account_id: org, user_id: user, event_name: name, occurred_at: time, product_line: "'app'"}
  billing_in_place:
    entity: subscriptions
    path: billing_{date}.csv
    columns: {updated_at: file_date}
    values: {status: {Active: active, canceled: churned}}
  billing_log:
    entity: subscriptions
    path: log.csv
  rates:
    entity: fx_rates
    path: rates_{date}.csv
  nps:
    entity: survey_responses
    path: answers_{date}.csv
    columns: {survey_id: "'s'", question: "'nps'"}
  desk:
    entity: tickets
    path: tickets.csv
  people:
    entity: user_aliases
    path: people.csv
  merges:
    entity: account_aliases
    path: merges.csv
"""
ACCOUNTS = ["place", "log", "paused", "back", "two", "gone", "old", "new", "tester", "blank", "quiet", "busy"]
ACCOUNTS += ["dollar", "yen", "mixed", "nameless", "franc", "group", "unit"]
ACCOUNTS += ["devices", "typo"]
PARENTS = {"unit": "group", "two": "group"}


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n")


def write_company(root: Path) -> None:
    """One account per situation; what is right is said in the test of each."""

    def dump(plan: str, internal: str) -> str:
        rows = [
            f"{a},{'2024-01-02' if a == 'typo' and plan == 'free' else '2025-01-02'},{'' if a == 'blank' else 'small'},{plan},{a == 'tester' and internal},{PARENTS.get(a, '')}"
            for a in ACCOUNTS
        ]
        return "account_id,signed_up_at,company_size,plan_tier,is_internal,parent_account_id\n" + "\n".join(rows)

    write(root, "crm_2025-01-02.csv", dump("free", "false"))
    write(root, "crm_2025-05-01.csv", dump("pro", "true"))
    write(root, "crm_2025-05-02.csv", dump("pro", "false"))
    number = 0
    for week in range(34):
        day = dt.date(2025, 1, 5) + dt.timedelta(7 * week)
        lines = []
        for account in ACCOUNTS:
            for name in ("Dashboard Viewed", "Report Created") if account not in ("quiet", "group", "devices") else ():
                number += 1
                at = f"{day}T10:00:00Z"
                lines.append(
                    json.dumps({"id": f"e{number}", "org": account, "user": f"u_{account}", "name": name, "time": at})
                )
        # two people, one of whom comes by a telephone too, which is known as of the first of May
        for user in ("ada", "ben", "phone"):
            number += 1
            at = f"{day}T11:00:00Z"
            lines.append(
                json.dumps({"id": f"e{number}", "org": "devices", "user": user, "name": "Report Created", "time": at})
            )
        if week == 3:
            lines.append(
                json.dumps({"id": "bad1", "org": "busy", "user": "u", "name": "Report Created", "time": "1970-01-01"})
            )
            lines.append(
                json.dumps({"id": "bad2", "org": "busy", "user": "u", "name": "Report Created", "time": "2056-01-01"})
            )
        (root / f"events_{day}.jsonl").write_text("\n".join(lines) + "\n")
    head = "subscription_id,account_id,valid_from,valid_to,status,mrr\n"
    write(root, "billing_2025-01-10.csv", head + "p1,place,2025-01-05,,Active,100")
    write(root, "billing_2025-03-10.csv", head + "p1,place,2025-01-05,,Active,150")
    write(root, "billing_2025-06-20.csv", head + "p1,place,2025-01-05,2025-06-15,canceled,150")
    write(
        root,
        "log.csv",
        """subscription_id,account_id,valid_from,status,mrr,deleted_at,currency
        l1,log,2025-01-05,trialing,0,,EUR
        l1,log,2025-02-05,active,50,,EUR
        l1,log,2025-04-05,churned,0,,EUR
        a1,paused,2025-01-05,active,70,,EUR
        a1,paused,2025-03-05,paused,70,,EUR
        a1,paused,2025-05-05,active,70,,EUR
        b1,back,2025-01-05,active,80,,EUR
        b1,back,2025-03-05,churned,0,,EUR
        b2,back,2025-06-05,active,90,,EUR
        t1,two,2025-01-05,active,10,,EUR
        t2,two,2025-02-05,active,20,,EUR
        t1,two,2025-04-05,churned,0,,EUR
        g1,gone,2025-01-05,active,60,2025-07-05,EUR
        o1,old,2025-01-05,active,40,,EUR
        n1,new,2025-01-05,active,5,,EUR
        x1,busy,2025-01-05,Frozen,5,,EUR
        u1,dollar,2025-01-05,active,100,,USD
        u1,dollar,2025-05-05,active,100,,USD
        u1,dollar,2025-06-05,active,200,,USD
        y1,yen,2025-01-05,active,15000,,JPY
        m1,mixed,2025-01-05,active,100,,USD
        m2,mixed,2025-01-05,active,10,,EUR
        w1,nameless,2025-01-05,active,33,,
        f1,franc,2025-01-05,active,50,,CHF
        h1,group,2025-01-05,active,500,,EUR""",
    )
    write(root, "rates_2025-03-10.csv", "currency,valid_from,rate\nCHF,2025-01-01,1.1")
    write(root, "rates_2025-05-10.csv", "currency,valid_from,rate\nCHF,2025-01-01,1.0")
    write(root, "people.csv", "alias_user_id,user_id,valid_from\nphone,ada,2025-05-01")
    write(root, "merges.csv", "alias_id,account_id,valid_from\nold,new,2025-06-01")
    write(
        root,
        "tickets.csv",
        """ticket_id,account_id,created_at,updated_at,status
        t1,old,2025-07-01,2025-07-01,open
        t2,old,2025-05-01,2025-05-01,open""",
    )
    answers = "response_id,account_id,score,responded_at\n"
    write(root, "answers_2025-02-03.csv", answers + "r1,busy,2,2025-02-03\nr2,log,95,2025-02-03")
    write(root, "answers_2025-02-20.csv", answers + "r1,busy,9,2025-02-03")


def build(root: Path, sources: str = SOURCES) -> Workspace:
    """Write the company and run its whole history."""
    shutil.copytree(PROJECT_ROOT / "seeds", root / "seeds")
    (root / "sources.yml").write_text(sources)
    write_company(root)
    (root / "seeds" / "fx_rates.csv").write_text(
        "currency,valid_from,rate\nUSD,2025-01-01,0.9\nUSD,2025-04-01,0.5\nEUR,2025-01-01,7\n"
    )
    workspace = Workspace(root, root / "data")
    assert run_days(workspace, None, LAST) == 0
    return workspace
