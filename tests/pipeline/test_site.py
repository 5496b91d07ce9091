"""The site without a browser: every figure of its sentences is in the marts, every link leads somewhere, nothing leaks."""

import datetime as dt
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.common.workspace import Workspace
from orchestration.landing.config.sources_file import load_sources
from orchestration.publishing.site.build import fingerprint, remove_site, write_site
from orchestration.publishing.site.pages.explore import TABLES, questions
from orchestration.publishing.site.serve import shareable_database
from orchestration.publishing.snapshot.store import DATABASE, Snapshot, published_snapshot
from tests.support.site_tools import ReadPage

pytestmark = pytest.mark.pipeline
EVIL = '<script>window.hit=1</script>"\'><img src=x onerror="window.hit=1"> 🚀 \u202eمرحبا'
SECRET = "PERSONAL-WORDS"


@pytest.fixture(scope="module")
def site(built: Workspace) -> Path:
    """The site that the run published."""
    return built.site.resolve()


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, ReadPage]:
    return {str(path.relative_to(site)): ReadPage(path) for path in sorted(site.rglob("*.html"))}


def changed(snapshot: Snapshot, folder: Path, *statements: str) -> Snapshot:
    """A copy of a snapshot's database with other content."""
    folder.mkdir(parents=True)
    shutil.copy(snapshot.folder / DATABASE, folder / DATABASE)
    (folder / DATABASE).chmod(0o644)
    with duckdb.connect(str(folder / DATABASE)) as connection:
        for statement in statements:
            connection.execute(statement)
    return Snapshot(folder, snapshot.manifest)


def texts(folder: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*")) if path.is_file())


def test_there_is_a_page_for_every_account_csm_and_group_and_each_kind_of_question(built, pages):
    with duckdb.connect(str(published_snapshot(built.published).folder / DATABASE), read_only=True) as connection:
        n_accounts = connection.execute("select count(*) from scores.account_scores_current").fetchall()[0][0]
        csms = [row[0] for row in connection.execute("select csm_id from core.dim_csms").fetchall()]
    assert len([path for path in pages if path.startswith("accounts/")]) == n_accounts
    assert {f"work/{csm}.html" for csm in csms} <= pages.keys()
    assert any(path.startswith("groups/company_size/") for path in pages)
    expected = {
        "index",
        "accounts",
        "work",
        "groups",
        "milestones",
        "cohorts",
        "plays",
        "evidence",
        "data",
        "definitions",
        "reviews",
        "explore",
        "sql",
    }
    assert {f"{name}.html" for name in expected} <= pages.keys()
    assert {"reviews/2026-06.html", "reviews/2026-Q2.html"} <= pages.keys()


def test_no_sentence_has_a_number_that_is_not_a_figure_with_its_query(pages):
    for path, page in pages.items():
        told = " ".join(page.words)
        assert not re.search(r"\d", told), (path, re.findall(r".{30}\d.{20}", told))


def test_every_figure_of_every_sentence_is_what_its_query_finds_in_the_snapshot(built, pages):
    queries: dict[str, Any] = {}
    compared = 0
    with duckdb.connect(str(published_snapshot(built.published).folder / DATABASE), read_only=True) as connection:
        for path, page in pages.items():
            for figure in page.figures:
                if figure.query not in queries:
                    found = connection.execute(figure.query).fetchall()
                    assert len(found) == 1, (path, figure)
                    queries[figure.query] = found[0][0]
                assert_same(figure.value, queries[figure.query], (path, figure))
                assert_shown(figure.text, queries[figure.query], (path, figure))
                compared += 1
    assert compared > 1000
    assert len(queries) > 800


def assert_same(carried: str, found: Any, where: Any) -> None:
    if found is None:
        assert carried == "", where
    elif isinstance(found, dt.date):
        assert carried == str(found), where
    else:
        assert float(carried) == pytest.approx(float(found), rel=1e-9, abs=1e-9), where


def assert_shown(text: str, value: Any, where: Any) -> None:
    """The text is the value, rounded to the digits that it shows."""
    if value is None:
        assert text == "–", where
    elif isinstance(value, dt.date):
        assert text in (f"{value.day} {value:%b %Y}", f"{value:%b %Y}"), where
    elif text != "<0.001":
        number = re.sub(r"[^\d.-]", "", text.replace("−", "-"))
        scale = 100 if "%" in text or "pp" in text else 1
        step = Decimal(1).scaleb(-len(number.partition(".")[2]))
        assert abs(Decimal(number) - Decimal(str(float(value))) * scale) <= step / 2, where


def test_every_link_leads_to_a_file_of_the_site_and_to_nothing_else(site, pages):
    for path, page in pages.items():
        for link in page.links:
            if link.startswith(("#", "data:,")):
                continue
            assert not re.match(r"\w+:|//", link), (path, link)
            assert ((site / path).parent / link.partition("#")[0]).resolve().exists(), (path, link)


def test_a_page_carries_no_handler_and_no_script_of_its_own(pages):
    for path, page in pages.items():
        for tag, attributes in page.tags:
            assert not [name for name in attributes if name.startswith("on")], path
            if tag == "script":
                assert attributes.get("src") or attributes.get("type") == "importmap", path


def test_the_same_snapshot_gives_the_same_bytes(built, tmp_path, site):
    again = write_site(
        published_snapshot(built.published), tmp_path / "site", load_sources(built.sources_file).personal_columns
    )
    assert fingerprint(again.folder) == fingerprint(site)
    assert again.n_pages == len(list(site.rglob("*.html")))


def test_the_first_page_stays_small(site):
    assert (site / "index.html").stat().st_size < 1_000_000


def test_names_from_outside_are_text_and_peoples_own_words_are_nowhere(built, tmp_path):
    evil, secret = EVIL.replace("'", "''"), SECRET
    snapshot = changed(
        published_snapshot(built.published),
        tmp_path / "changed",
        f"update core.dim_accounts set account_name = '{evil} ' || account_id",
        f"update core.dim_csms set name = '{evil}'",
        f"update scores.account_overview_current set account_name = '{evil} ' || account_id, csm_name = '{evil}', "
        f"next_task = '{evil}', next_owner_name = '{evil}', next_milestone = '{evil}', diagnosis_statement = '{evil}', "
        f"blocker_theme = '{evil}'",
        f"update scores.fct_tasks set annotation = '{evil}', task = '{evil}'",
        f"update scores.fct_recommended_plays set task = '{evil}', deliverable = '{evil}'",
        f"update scores.fct_score_overrides set reason = '{evil}', author = '{evil}'",
        f"update scores.fct_alerts set reason = '{evil}'",
        f"update scores.fct_score_rationales set rationale = '{evil}'",
        f"update governance.fct_decisions set decision = '{evil}', lesson = '{evil}'",
        f"update core.fct_survey_responses set comment = '{secret}', user_id = '{secret}'",
        f"update core.fct_tickets set subject = '{secret}', theme = '{evil}'",
    )
    built_site = write_site(snapshot, tmp_path / "site", load_sources(built.sources_file).personal_columns)
    for path in built_site.folder.rglob("*.html"):
        page = ReadPage(path)
        assert not [tag for tag, attributes in page.tags if tag == "img" or "onerror" in attributes], path
        assert not [
            1
            for tag, attributes in page.tags
            if tag == "script" and not (attributes.get("src") or attributes.get("type"))
        ]
    assert SECRET not in texts(built_site.folder)
    listed = (built_site.folder / "assets" / "accounts.js").read_text(encoding="utf-8")
    assert json.loads(listed.removeprefix("onboardingAccounts(").rstrip(")\n"))[0][0].startswith("<script>")


def test_the_database_for_sql_in_the_browser_has_every_mart_without_personal_columns(built, tmp_path):
    snapshot = published_snapshot(built.published)
    hidden = load_sources(built.sources_file).personal_columns
    copy = shareable_database(snapshot, hidden, tmp_path)
    with duckdb.connect(str(copy), read_only=True) as connection:
        columns = connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
        ).fetchall()
        n_rows = connection.execute("select count(*) from core.fct_survey_responses").fetchall()
    assert {f"{schema}.{table}" for schema, table, _ in columns} == set(snapshot.manifest["rows"])
    assert not {name for *_, name in columns} & {"user_id", "comment", "annotation", "author_id"}
    assert [table for _, table, name in columns if name == "subject"] == [
        "fct_alerts"
    ]  # a segment, not a person's words
    assert n_rows == [(snapshot.manifest["rows"]["core.fct_survey_responses"],)]
    assert shareable_database(snapshot, hidden, tmp_path) == copy


def test_where_accounts_are_too_many_only_those_with_work_or_alerts_have_a_page_and_it_is_said(built, tmp_path):
    fewer = "delete from scores.fct_recommended_plays where account_id > 'acc_00020'"
    snapshot = changed(published_snapshot(built.published), tmp_path / "fewer", fewer)
    built_site = write_site(snapshot, tmp_path / "site", most_pages=10)
    with duckdb.connect(str(snapshot.folder / DATABASE), read_only=True) as connection:
        wanted = connection.execute(
            "select count(*) from scores.account_scores_current where account_id in (select account_id from "
            "scores.fct_recommended_plays where scored_on = (select max(scored_on) from scores.account_scores_current)) or account_id in "
            "(select account_id from scores.fct_alerts where is_shown and scored_on > (select max(scored_on) - 28 from scores.account_scores_current))"
        ).fetchall()[0][0]
    found = sorted((built_site.folder / "accounts").iterdir())
    assert 0 < len(found) == wanted
    page = ReadPage(built_site.folder / "accounts.html")
    assert "only those on a worklist or with an alert have a page" in " ".join(page.words)
    for link in page.links:
        if "accounts/" in link:
            assert (built_site.folder / link).exists()


def test_a_snapshot_without_a_single_row_is_a_site_that_says_so(built, tmp_path):
    snapshot = published_snapshot(built.published)
    tables = snapshot.manifest["rows"]
    empty = changed(snapshot, tmp_path / "empty", *(f"delete from {table}" for table in tables))
    built_site = write_site(empty, tmp_path / "site")
    assert "has no scored accounts today" in (built_site.folder / "index.html").read_text()
    assert "Nothing to do" in (built_site.folder / "index.html").read_text()


def test_a_new_site_takes_the_place_of_the_old_one_and_leaves_nothing_behind(built, tmp_path):
    fewer = "delete from scores.fct_recommended_plays where account_id > 'acc_00020'"
    snapshot = changed(published_snapshot(built.published), tmp_path / "fewer", fewer)
    around = tmp_path / "around"
    around.mkdir()
    folder = around / "site"
    write_site(snapshot, folder)
    first = folder.resolve()
    write_site(snapshot, folder)
    assert folder.resolve() == first
    write_site(snapshot, folder, most_pages=10)
    assert folder.resolve() != first
    assert not first.exists()
    assert {path.name for path in around.iterdir()} == {"site", ".sites"}
    remove_site(folder)
    assert list(around.iterdir()) == []


def test_every_table_to_explore_opens_with_columns_that_it_has(site):
    for name, start in TABLES.items():
        text = (site / "assets" / f"explore-{name}.js").read_text(encoding="utf-8")
        table = json.loads(text.removeprefix("onboardingTable(").rstrip(")\n"))
        names = {column["name"] for column in table["columns"]}
        assert {start[0], start[1], start[3]} <= names, name
        assert all(len(column["values"]) == table["rows"] for column in table["columns"])
        assert not table["isCut"]


def test_the_sql_page_offers_the_thirty_one_questions(pages):
    offered = [
        attributes["value"]
        for tag, attributes in pages["sql.html"].tags
        if tag == "option" and (attributes.get("value") or "").startswith(("select", "with"))
    ]
    assert len(offered) == len(questions()) == 31
