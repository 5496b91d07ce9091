"""Workbooks of a snapshot: everybody's and each CSM's own, safe to open, the same bytes each time."""

import csv
from pathlib import Path

import duckdb
import openpyxl
import pytest

from orchestration.publishing.exports.workbook import SHEETS, file_name, write_workbooks
from orchestration.publishing.snapshot.parts import Mart
from orchestration.publishing.snapshot.store import Snapshot, write_snapshot

EVIL = '=HYPERLINK("http://example.org","click")'


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "create schema core; create schema scores;"
            f"create table core.dim_accounts as from (values ('a', '{EVIL}', date '2026-09-01'), ('b', 'Böhm & Co', null)) "
            "as t(account_id, account_name, renewal_date);"
            "alter table core.dim_accounts add column currency varchar default 'EUR';"
            "create table core.dim_bands as from (values (1, 'at_risk', 2, '#c77700'), (1, 'steady', 3, '#2e6f9e')) "
            "as t(rubric_version, band, band_rank, colour);"
            "create table core.dim_csms as from (values ('csm_ada', 'Ada')) as t(csm_id, name);"
            "create table scores.account_scores_current as from (values ('a', 'csm_ada'), ('b', '../ben')) as t(account_id, "
            "csm_id);"
            "alter table scores.account_scores_current add column scored_on date default date '2026-06-30';"
            f"create table scores.account_overview_current as from (values ('a', '{EVIL}', 'csm_ada', 'Ada', 'at_risk', 2, "
            "41.2345::decimal(9, 4), date '2026-09-01', 'setup', 'import', 'silent'), ('b', 'Böhm & Co', '../ben', '../ben', "
            "'steady', 3, 66.6::decimal(9, 4), null, null, null, null)) as t(account_id, account_name, csm_id, csm_name, band, "
            "band_rank, score, renewal_date, stage, next_milestone_id, diagnosis);"
            "alter table scores.account_overview_current add column score_low decimal(9, 4) default 30;"
            "alter table scores.account_overview_current add column score_high decimal(9, 4) default 70;"
            "alter table scores.account_overview_current add column change_28d decimal(9, 4);"
            "alter table scores.account_overview_current add column mrr double default 100;"
            "alter table scores.account_overview_current add column mrr_at_risk double default 50;"
            "alter table scores.account_overview_current add column original_mrr double default 90;"
            "alter table scores.account_overview_current add column original_currency varchar default 'EUR';"
            "alter table scores.account_overview_current add column mrr_unknown_reason varchar;"
            "create table scores.fct_portfolio_health as from (values ('all', 'at_risk', 1), ('csm_ada', 'at_risk', 1), "
            "('all', 'steady', 1)) as t(csm_id, band, n_accounts);"
            "alter table scores.fct_portfolio_health add column segment_attribute text default 'all';"
            "alter table scores.fct_portfolio_health add column segment_value text default 'all';"
            "alter table scores.fct_portfolio_health add column mean_score double default 50.5;"
            "alter table scores.fct_portfolio_health add column mrr double default 100;"
            "alter table scores.fct_portfolio_health add column mrr_at_risk double default 50;"
            "alter table scores.fct_portfolio_health add column n_mrr_unknown bigint default 0;"
            "alter table scores.fct_portfolio_health add column scored_on date default date '2026-06-30';"
            "create table scores.fct_recommended_plays as select 't' as task_id, 'a' as account_id, 'csm_ada' as owner_id, "
            "1 as rank_in_worklist, 'Call' as task, '@band' as reason, date '2026-07-01' as due_date, 'Fix' as deliverable, "
            "1.5 as effort_hours, 100.0 as value_at_stake, null::text as cut_reason, date '2026-06-30' as scored_on;"
            "create table scores.fct_alerts as select date '2026-06-28' as scored_on, 'account' as scope, 'a' as subject, "
            "'a' as account_id, 'csm_ada' as csm_id, 'fell' as reason, 100.0 as mrr, true as is_shown"
        )
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
    marts = [Mart(schema, name) for schema, name in tables]
    return write_snapshot(warehouse, marts, tmp_path / "published", {"data_date": "2026-06-30"})


def test_leaders_have_everything_and_a_csm_the_own_accounts(snapshot: Snapshot, tmp_path: Path):
    written = write_workbooks(snapshot, tmp_path / "books")
    assert {path.name for path in written} == {path.name for path in (tmp_path / "books").iterdir()}
    assert {path.name for path in written if path.suffix == ".xlsx"} == {
        "onboarding-health.xlsx",
        "csm_ada.xlsx",
        "---ben-5e0b5256.xlsx",
    }
    whole = openpyxl.load_workbook(tmp_path / "books" / "onboarding-health.xlsx")
    assert whole.sheetnames == [*(sheet.name for sheet in SHEETS), "About"]
    accounts = whole["Accounts"]
    assert [cell.value for cell in accounts["A"]] == ["account", "a", "b"]
    assert accounts["E2"].value == pytest.approx(41.2345)
    assert accounts["D2"].fill.start_color.rgb == "FFC77700"
    assert accounts.freeze_panes == "C2"
    assert accounts.auto_filter.ref == "A1:Q3"
    assert f"{accounts['N2'].value:%Y-%m-%d}" == "2026-09-01"
    own = openpyxl.load_workbook(tmp_path / "books" / "csm_ada.xlsx")
    assert [cell.value for cell in own["Accounts"]["A"]] == ["account", "a"]
    assert [cell.value for cell in own["Portfolio"]["D"]] == ["accounts", 1]
    other = openpyxl.load_workbook(tmp_path / "books" / "---ben-5e0b5256.xlsx")
    assert [other[name].max_row for name in ("Worklist", "Alerts", "Portfolio")] == [1, 1, 1]


def test_a_customer_s_name_is_never_a_formula(snapshot: Snapshot, tmp_path: Path):
    write_workbooks(snapshot, tmp_path / "books")
    cell = openpyxl.load_workbook(tmp_path / "books" / "onboarding-health.xlsx")["Accounts"]["B2"]
    assert (cell.value, cell.data_type) == (EVIL, "s")
    with (tmp_path / "books" / "accounts.csv").open(encoding="utf-8-sig", newline="") as handle:
        assert [row["name"] for row in csv.DictReader(handle)] == [f"'{EVIL}", "Böhm & Co"]


def test_the_same_snapshot_gives_the_same_bytes_and_old_files_go(snapshot: Snapshot, tmp_path: Path):
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "csm_who_left.xlsx").touch()
    first = {path.name: path.read_bytes() for path in write_workbooks(snapshot, tmp_path / "books")}
    again = {path.name: path.read_bytes() for path in write_workbooks(snapshot, tmp_path / "books")}
    assert first == again
    assert not (tmp_path / "books" / "csm_who_left.xlsx").exists()


def test_headings_of_amounts_name_the_currency(snapshot: Snapshot, tmp_path: Path):
    write_workbooks(snapshot, tmp_path / "books")
    header = (tmp_path / "books" / "accounts.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert "MRR (EUR),MRR at risk (EUR)" in header
    book = openpyxl.load_workbook(tmp_path / "books" / "onboarding-health.xlsx")
    assert "MRR at stake (EUR)" in [cell.value for cell in book["Worklist"][1]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a/b", "a-b"),
        ("a b", "a/b"),
        ("ADA", "ada"),  # alike on file systems that do not tell cases apart
        ("é", "-"),
        ("onboarding-health", "onboarding-health2"),
        ("a" * 90, "a" * 91),
    ],
)
def test_two_csms_never_share_a_file_and_none_has_the_leaders(one: str, other: str):
    names = [file_name(csm_id).casefold() for csm_id in (one, other)]
    assert len({*names, "onboarding-health"}) == 3
    assert all(len(name) < 100 and name.isascii() and "/" not in name for name in names)
