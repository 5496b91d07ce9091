"""What all pages read: the snapshot's marts, and today's accounts, bands and people by name.

Belongs here: reading rows, and where things have their page. Does not belong here: any single page (pages/).
"""

import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publishing.site.content.words import MartRow, condition

Row = dict[str, Any]
_QUERIES = Path(__file__).parents[1] / "queries"
MOST_PAGES = 5000
AT_RISK = ("critical", "at_risk")


class Names(dict[str, str]):
    """Names by id; an id without a name stands for itself."""

    def __missing__(self, key: str) -> str:
        return key


@dataclass(frozen=True)
class Page:
    """A file of the site: where it lies, its template and what goes into it."""

    path: str
    template: str
    title: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Facts:
    """The snapshot as pages read it. `links`: name → address of other tools, where they are configured."""

    connection: duckdb.DuckDBPyConnection
    manifest: Mapping[str, Any]
    links: Mapping[str, str] = field(default_factory=dict)
    most_pages: int = MOST_PAGES

    def rows(self, query: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Rows of an SQL text, or of the file of queries/ with this name; `parameters` are its $names."""
        text = query if " " in query else (_QUERIES / f"{query}.sql").read_text()
        found = self.connection.execute(text, parameters or None)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def by(self, query: str, *columns: str) -> dict[Any, list[Row]]:
        """The rows, by the value of a column or the values of several."""
        found: dict[Any, list[Row]] = defaultdict(list)
        for row in self.rows(query):
            found[row[columns[0]] if len(columns) == 1 else tuple(row[column] for column in columns)].append(row)
        return found

    @cached_property
    def today(self) -> dt.date:
        """The day that the snapshot tells about."""
        return dt.date.fromisoformat(self.manifest["data_date"])

    @cached_property
    def accounts(self) -> list[Row]:
        """Every scored account, the one that needs most first."""
        return self.rows("accounts")

    @cached_property
    def bands(self) -> dict[str, Row]:
        """Bands from worst to best, `unknown` first."""
        return {row["band"]: row for row in self.rows(
            "select * from core.dim_bands where rubric_version in (select max(rubric_version) from "
            "scores.account_scores_current) or (select count(*) from scores.account_scores_current) = 0 order by "
            "band_rank"
        )}  # fmt: skip

    @cached_property
    def tasks(self) -> list[Row]:
        """Today's worklists, owner by owner."""
        return self.rows("tasks")

    @cached_property
    def alerts(self) -> list[Row]:
        """Alerts of four weeks, the newest first."""
        return self.rows("alerts")

    @cached_property
    def incidents(self) -> list[Row]:
        """What was wrong with the streams of events, the newest first."""
        return self.rows(
            "select * from governance.fct_data_incidents order by last_date desc, first_date desc, description"
        )

    @cached_property
    def csms(self) -> dict[str, Row]:
        """People who own accounts or tasks."""
        return {row["csm_id"]: row for row in self.rows("select * from core.dim_csms order by name, csm_id")}

    @cached_property
    def bands_by_week(self) -> dict[Any, list[Row]]:
        """Bands by (segment_attribute, segment_value, csm_id)."""
        return self.by("bands_by_week", "segment_attribute", "segment_value", "csm_id")

    @cached_property
    def trends(self) -> dict[Any, list[Row]]:
        """Headline numbers by (segment_attribute, segment_value, csm_id, measure)."""
        return self.by("trends", "segment_attribute", "segment_value", "csm_id", "signal_id")

    @cached_property
    def metric_names(self) -> Names:
        """Metric → its name."""
        return Names(
            (row["metric_id"], row["name"]) for row in self.rows("select metric_id, name from core.dim_metrics")
        )

    @cached_property
    def milestone_names(self) -> Names:
        """Milestone → name of its latest version."""
        found = self.rows("select milestone_id, name from milestones.dim_milestones order by version")
        return Names((row["milestone_id"], row["name"]) for row in found)

    @cached_property
    def play_names(self) -> Names:
        """Play → its name."""
        return Names((row["play_id"], row["name"]) for row in self.rows("select play_id, name from core.dim_plays"))

    @cached_property
    def with_page(self) -> set[str]:
        """Accounts that have a page: all, or where they are too many those on a worklist or with an alert."""
        if len(self.accounts) <= self.most_pages:
            return {row["account_id"] for row in self.accounts}
        scored = {row["account_id"] for row in self.accounts}
        return scored & ({row["account_id"] for row in self.tasks} | {row["account_id"] for row in self.alerts})

    def account_page(self, account_id: str | None) -> str | None:
        """Path of an account's page, or None when it has none."""
        return f"accounts/{file_name(account_id)}.html" if account_id in self.with_page and account_id else None

    def linked(self, rows: Sequence[Row]) -> list[Row]:
        """Rows of accounts with the way to their page."""
        return [{**row, "href": self.account_page(row["account_id"])} for row in rows]

    def cells(self, mart: str, row: Row, *key: str) -> MartRow:
        """A row of `mart` as figures; `key` tells it from all others."""
        return MartRow(mart, {column: row[column] for column in key}, row)

    def one(self, mart: str, **key: Any) -> MartRow | None:
        """The row of `mart` with this key, if there is one."""
        found = self.rows(f"select * from {mart} where {condition(key)} limit 1")
        return MartRow(mart, key, found[0]) if found else None


def file_name(text: str) -> str:
    """An id as one part of a path: itself where it is plain, otherwise made plain with a hash that keeps it apart."""
    plain = re.sub(r"[^a-z0-9_-]+", "-", text.lower())  # some file systems know no capitals
    return plain if plain == text else f"{plain[:40]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def group_page(attribute: str, value: str) -> str:
    """Path of a group's page."""
    return f"groups/{file_name(attribute)}/{file_name(value)}.html"
