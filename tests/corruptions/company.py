"""The demo company's files, as they are on a day, and single files of it to change.

Belongs here: reading and writing records. Does not belong here: what is changed (changes.py).
"""

import csv
import datetime as dt
import gzip
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

Record = dict[str, Any]
# files that hold everything, with the column of the time from which a row is in them
STATES = {
    "accounts.csv": "LastModifiedDate",
    "users.csv": "updated_at",
    "survey_invitations.csv": "sent_at",
    "survey_responses.csv": "responded_at",
    "play_activities.csv": "updated_at",
    "experiment_assignments.csv": "assigned_at",
    "score_overrides.csv": "valid_from",
}


@dataclass(frozen=True)
class Company:
    """Files of a company on the day `day`."""

    folder: Path
    day: dt.date

    def events_file(self, line: str = "app", day: dt.date | None = None) -> Path:
        return self.folder / line / f"date={day or self.day}" / "data_0.jsonl.gz"

    def events(self, line: str = "app", day: dt.date | None = None) -> list[Record]:
        lines = gzip.decompress(self.events_file(line, day).read_bytes()).decode().splitlines()
        return [json.loads(text) for text in lines if text.endswith("}")]

    def write_events(self, records: list[Record], line: str = "app", day: dt.date | None = None) -> None:
        text = "".join(json.dumps(record) + "\n" for record in records)
        self.events_file(line, day).write_bytes(gzip.compress(text.encode(), mtime=0))

    def each_event(
        self, change: Callable[[Record], Record | None], lines: tuple[str, ...] = ("app", "platform")
    ) -> None:
        for line in lines:
            changed = [change(record) for record in self.events(line)]
            self.write_events([record for record in changed if record is not None], line)

    def tickets_file(self, day: dt.date | None = None) -> Path:
        return self.folder / "tickets" / f"tickets_{day or self.day}.json"

    def tickets(self, day: dt.date | None = None) -> list[Record]:
        return list(json.loads(self.tickets_file(day).read_text())["tickets"])

    def write_tickets(self, records: list[Record]) -> None:
        self.tickets_file().write_text(json.dumps({"tickets": records}))

    def rows(self, name: str) -> list[Record]:
        with (self.folder / name).open(newline="") as file:
            return list(csv.DictReader(file))

    def write_rows(self, name: str, rows: list[Record], header: list[str] | None = None) -> None:
        with (self.folder / name).open("w", newline="") as file:
            writer = csv.DictWriter(file, header or list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def each_row(self, name: str, change: Callable[[Record], Record | None]) -> None:
        before = self.rows(name)
        self.write_rows(name, [row for row in map(change, before) if row is not None], list(before[0]))

    def billing(self) -> pd.DataFrame:
        return duckdb.sql(f"from '{self.folder / 'subscriptions.parquet'}'").df()

    def write_billing(self, table: pd.DataFrame) -> None:
        path = self.folder / "subscriptions.parquet"
        path.unlink()
        with duckdb.connect() as connection:
            connection.register("billing", table)
            connection.execute(f"copy billing to '{path}' (format parquet)")


def as_of(whole: Path, folder: Path, day: dt.date) -> Company:
    """Files of the company as they are at the end of a day: a file of everything holds what is known by then."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    company = Company(folder, day)
    for name, column in STATES.items():
        company.each_row(name, lambda row, column=column: row if row[column][:10] <= day.isoformat() else None)  # type: ignore[misc]
    billing = company.billing()
    company.write_billing(billing[billing["changed_at"] < pd.Timestamp(day + dt.timedelta(1))])
    lines = (folder / "notes.jsonl").read_text().splitlines()
    kept = [line for line in lines if json.loads(line)["at"][:10] <= day.isoformat()]
    (folder / "notes.jsonl").write_text("".join(f"{line}\n" for line in kept))
    return company
