"""The workbooks of a snapshot: one for leaders, one for each CSM, and the same tables as CSV.

Belongs here: which tables, how they look. Does not belong here: any figure (models/), the snapshot (snapshot.py).
"""

import csv
import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from orchestration.common.atomic_files import replace_file
from orchestration.common.sql_text import quoted
from orchestration.publishing.snapshot.currency import currency_of, in_currency
from orchestration.publishing.snapshot.store import DATABASE, Snapshot

# what spreadsheets take for a formula when a text begins with it
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER_FORMATS = {
    "score": "0.0",
    "change": "+0.0;-0.0;0.0",
    "money": "#,##0",
    "hours": "0.0",
    "day": "yyyy-mm-dd",
    "count": "#,##0",
}


@dataclass(frozen=True)
class Sheet:
    """A table of the workbook: columns (heading → format; text when none) and the query that fills them.

    In the query `{csm}` is the CSM whose accounts are shown, null for all.
    """

    name: str
    columns: dict[str, str]
    query: str

    def headings(self, currency: str) -> list[str]:
        """Headings, those of amounts with the currency."""
        return [in_currency(name, currency) if kind == "money" else name for name, kind in self.columns.items()]


SHEETS = (
    Sheet(
        "Portfolio",
        {
            "segment": "",
            "value": "",
            "band": "",
            "accounts": "count",
            "mean score": "score",
            "MRR": "money",
            "MRR at risk": "money",
            "accounts of unknown MRR": "count",
        },
        """
        select health.segment_attribute, health.segment_value, health.band, health.n_accounts, health.mean_score,
            health.mrr, health.mrr_at_risk, health.n_mrr_unknown
        from scores.fct_portfolio_health as health
        left join (select band, max(band_rank) as band_rank from core.dim_bands group by band) as bands
            on health.band = bands.band
        where health.csm_id = coalesce({csm}, 'all')
            and health.scored_on = (select max(scored_on) from scores.account_scores_current)
        order by health.segment_attribute <> 'all', health.segment_attribute, health.segment_value, bands.band_rank
        """,
    ),
    Sheet(
        "Accounts",
        {
            "account": "",
            "name": "",
            "CSM": "",
            "band": "",
            "score": "score",
            "from": "score",
            "to": "score",
            "four weeks": "change",
            "stage": "",
            "next milestone": "",
            "diagnosis": "",
            "MRR": "money",
            "MRR at risk": "money",
            "renewal": "day",
            "billed": "count",
            "billed in": "",
            "MRR unknown": "",
        },
        """
        select account_id, account_name, csm_name, band, score, score_low, score_high, change_28d, stage,
            next_milestone_id, diagnosis, mrr, mrr_at_risk, renewal_date, original_mrr, original_currency,
            mrr_unknown_reason
        from scores.account_overview_current
        where {csm} is null or csm_id = {csm}
        order by band_rank, mrr_at_risk desc nulls first, score, account_id
        """,
    ),
    Sheet(
        "Worklist",
        {
            "owner": "",
            "rank": "count",
            "account": "",
            "name": "",
            "task": "",
            "why": "",
            "due": "day",
            "deliverable": "",
            "hours": "hours",
            "MRR at stake": "money",
            "left out because": "",
        },
        """
        select coalesce(csms.name, tasks.owner_id), tasks.rank_in_worklist, tasks.account_id, accounts.account_name,
            tasks.task, tasks.reason, tasks.due_date, tasks.deliverable, tasks.effort_hours, tasks.value_at_stake,
            tasks.cut_reason
        from scores.fct_recommended_plays as tasks
        inner join core.dim_accounts as accounts on tasks.account_id = accounts.account_id
        left join core.dim_csms as csms on tasks.owner_id = csms.csm_id
        where ({csm} is null or tasks.owner_id = {csm})
            and tasks.scored_on = (select max(scored_on) from scores.account_scores_current)
        order by tasks.owner_id, tasks.rank_in_worklist, tasks.task_id
        """,
    ),
    Sheet(
        "Alerts",
        {"Sunday": "day", "about": "", "subject": "", "name": "", "CSM": "", "what was seen": "", "MRR": "money"},
        """
        select alerts.scored_on, alerts.scope, alerts.subject, accounts.account_name, alerts.csm_id, alerts.reason,
            alerts.mrr
        from scores.fct_alerts as alerts
        left join core.dim_accounts as accounts on alerts.account_id = accounts.account_id
        where alerts.is_shown and ({csm} is null or alerts.csm_id = {csm} or alerts.scope <> 'account')
            and alerts.scored_on > (select max(scored_on) - 28 from scores.account_scores_current)
        order by alerts.scored_on desc, alerts.scope desc, alerts.mrr desc, alerts.subject
        """,
    ),
)

_ALL = "onboarding-health"  # the workbook for leaders
_LONGEST = 80
Table = tuple[Sheet, list[tuple[Any, ...]]]


def write_workbooks(snapshot: Snapshot, folder: Path) -> list[Path]:
    """Write a workbook and CSV files for leaders, and a workbook per CSM with accounts; each replaces the old one.

    The same snapshot gives the same bytes. Files of CSMs who have no accounts any more are removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(snapshot.folder / DATABASE), read_only=True) as connection:
        colours = dict(connection.execute("select distinct band, colour from core.dim_bands order by band").fetchall())
        owners = connection.execute(
            "select distinct csm_id from scores.account_scores_current where csm_id is not null order by csm_id"
        ).fetchall()
        currency = currency_of(connection)
        books = {_ALL: _filled(connection, "null")}
        books |= {file_name(csm_id): _filled(connection, quoted(csm_id)) for (csm_id,) in owners}
    written = []
    for name, tables in books.items():
        written.append(folder / f"{name}.xlsx")
        _write_workbook(written[-1].with_suffix(".new"), tables, colours, snapshot.manifest, currency)
        replace_file(written[-1].with_suffix(".new"), written[-1])
    for sheet, rows in books[_ALL]:
        written.append(folder / f"{sheet.name.lower()}.csv")
        _write_csv(written[-1].with_suffix(".new"), sheet, rows, currency)
        replace_file(written[-1].with_suffix(".new"), written[-1])
    for old in set(folder.iterdir()) - set(written):
        old.unlink()
    return written


def file_name(csm_id: str) -> str:
    """A CSM's id as one part of a path, another one for every id on every file system."""
    plain = "".join(letter if (letter.isalnum() and letter.isascii()) or letter in "-_" else "-" for letter in csm_id)
    if plain == csm_id.lower() and plain != _ALL and len(plain) <= _LONGEST:
        return plain
    return f"{plain[:_LONGEST]}-{hashlib.sha256(csm_id.encode()).hexdigest()[:8]}"


def _filled(connection: duckdb.DuckDBPyConnection, csm: str) -> list[Table]:
    return [(sheet, connection.execute(sheet.query.format(csm=csm)).fetchall()) for sheet in SHEETS]


def _write_csv(path: Path, sheet: Sheet, rows: Iterable[tuple[Any, ...]], currency: str) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as handle:
        writer = csv.writer(handle)
        writer.writerow(sheet.headings(currency))
        for row in rows:
            writer.writerow([f"'{v}" if isinstance(v, str) and v.startswith(_FORMULA) else v for v in row])


def _write_workbook(
    path: Path, tables: list[Table], colours: dict[str, str], facts: dict[str, Any], currency: str
) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": dt.datetime.fromisoformat(facts["data_date"]), "title": "Onboarding health"})
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        plain = {name: book.add_format({"num_format": code}) for name, code in _NUMBER_FORMATS.items()}
        bands = {
            band: book.add_format({"font_color": "#ffffff", "bg_color": colour})
            for band, colour in sorted(colours.items())
        }
        for sheet, rows in tables:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 2)
            kinds = zip(sheet.headings(currency), sheet.columns.values(), strict=True)
            for number, (title, kind) in enumerate(kinds):
                values = [float(row[number]) if isinstance(row[number], Decimal) else row[number] for row in rows]
                width = 11 if kind else min(60, max([len(title), *(len(str(value or "")) for value in values)]) + 2)
                page.set_column(number, number, width)
                page.write(0, number, title, heading)
                for line, value in enumerate(values, start=1):
                    page.write(line, number, value, bands.get(str(value)) if title == "band" else plain.get(kind))
            if rows:
                page.autofilter(0, 0, len(rows), len(sheet.columns) - 1)
        about = book.add_worksheet("About")
        about.set_column(0, 1, 24)
        for line, name in enumerate(("data_date", "snapshot_id", "rubric_version", "code_version")):
            about.write_row(line, 0, [name.replace("_", " "), str(facts.get(name, ""))])
