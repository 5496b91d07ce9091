"""The site as people use it, in a headless Chromium: opened from a file, without any network."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import uvicorn

from orchestration.cli.main import main
from orchestration.common.workspace import Workspace
from orchestration.landing.config.sources_file import load_sources
from orchestration.publishing.site.build import write_site
from orchestration.publishing.site.print_pdf import find_browser, print_page
from orchestration.publishing.site.serve import BROWSER, shareable_database, site_application
from orchestration.publishing.snapshot.store import DATABASE, published_snapshot
from tests.pipeline.test_site import EVIL, changed

sync_api = pytest.importorskip("playwright.sync_api")
Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe

pytestmark = [
    pytest.mark.pipeline,
    pytest.mark.heavy,
    pytest.mark.skipif(find_browser() is None, reason="needs Chromium: apt-get install chromium"),
]
KINDS = (
    "index.html",
    "accounts.html",
    "work.html",
    "work/csm_ada.html",
    "groups.html",
    "groups/company_size/large.html",
    "milestones.html",
    "cohorts.html",
    "plays.html",
    "evidence.html",
    "outcomes.html",
    "data.html",
    "definitions.html",
    "reviews.html",
    "reviews/2026-Q2.html",
    "explore.html",
    "sql.html",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with sync_api.sync_playwright() as playwright:
        quiet = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]
        launched = playwright.chromium.launch(executable_path=find_browser(), args=quiet)
        yield launched
        launched.close()


@pytest.fixture
def page(browser) -> Iterator[object]:
    """A page that fails the test when a script fails, or asks anybody but a file or this machine for anything."""
    problems: list[str] = []
    opened = browser.new_page(viewport={"width": 1300, "height": 900})
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on(
        "request",
        lambda request: (
            problems.append(request.url)
            if not request.url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:"))
            else None
        ),
    )
    yield opened
    opened.close()
    assert problems == []


@pytest.fixture(scope="module")
def site(built: Workspace) -> str:
    return built.site.resolve().as_uri()


@pytest.fixture(scope="module")
def marts(built: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published_snapshot(built.published).folder / DATABASE), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def address(built: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site over HTTP, as `make site` serves it."""
    hidden = load_sources(built.sources_file).personal_columns
    database = shareable_database(published_snapshot(built.published), hidden, tmp_path_factory.mktemp("sql"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(site_application(built.site, database), host="127.0.0.1", port=port, log_level="error")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 30
    while not server.started and time.monotonic() < end:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


def account_pages(built: Workspace) -> list[str]:
    return [f"accounts/{path.name}" for path in sorted((built.site / "accounts").iterdir())]


def texts(page, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_barrier_for_anyone(browser, site, built, theme):
    page = browser.new_page(viewport={"width": 1300, "height": 900}, color_scheme=theme)
    checked = 0
    for path in [*KINDS, *account_pages(built)]:
        page.goto(f"{site}/{path}")
        found = Axe().run(page).response["violations"]
        assert not found, (path, [(one["id"], one["nodes"][0]["html"][:200]) for one in found])
        checked += 1
    page.close()
    assert checked > 50


def test_a_page_fits_a_phone(page, site, built):
    page.set_viewport_size({"width": 390, "height": 844})
    for path in [*KINDS, account_pages(built)[0]]:
        page.goto(f"{site}/{path}")
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 390, path
        figures = "[...document.querySelectorAll('.tile-value')]"
        assert page.evaluate(f"{figures}.filter(one => one.scrollWidth > one.clientWidth).length") == 0, path
        assert page.locator("h1").is_visible()


def test_one_comes_from_the_portfolio_to_a_group_to_an_account(page, site):
    page.goto(f"{site}/index.html")
    page.click("nav >> text=Groups")
    page.locator(".panel:not(.is-hidden) tbody a").first.click()
    assert "company size" in page.locator("h1").inner_text()
    name = page.locator("[data-name=accounts] tbody a").first.inner_text()
    page.locator("[data-name=accounts] tbody a").first.click()
    assert page.locator("h1").inner_text() == name
    page.click("nav.trail >> text=Portfolio")
    assert page.url.endswith("index.html")


def test_an_account_is_found_from_any_page_with_the_keyboard(page, site, marts):
    ((name,),) = marts.execute(
        "select account_name from core.dim_accounts inner join scores.account_scores_current using (account_id) order by 1 desc limit 1"
    ).fetchall()
    page.goto(f"{site}/plays.html")
    page.keyboard.press("/")
    page.keyboard.type(name.lower())
    page.wait_for_selector("#found a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/*.html")
    assert page.locator("h1").inner_text() == name


def test_the_list_of_accounts_sorts_filters_searches_and_unfolds(page, site, marts):
    ((n, lowest, n_at_risk),) = marts.execute(
        "select count(*), min(score), count(*) filter (where band = 'at_risk') from scores.account_scores_current"
    ).fetchall()
    page.goto(f"{site}/accounts.html")
    table = page.locator("[data-name=accounts]")
    assert f"{n} rows" in table.locator("[role=status]").inner_text()
    table.locator("th button", has_text="Score").click()
    assert table.locator("th[aria-sort=ascending]").inner_text() == "Score"
    assert float(table.locator("tbody tr .n").first.inner_text()) == pytest.approx(float(lowest), abs=0.051)
    table.locator("th button", has_text="Score").press("Enter")
    assert table.locator("th[aria-sort=descending]").count() == 1
    table.get_by_label("Band").select_option(label="at risk")
    assert f"{n_at_risk} of {n} rows" in table.locator("[role=status]").inner_text()
    assert {text.lstrip("!= +\n") for text in texts(page, "[data-name=accounts] tbody .band")} == {"at risk"}
    table.get_by_label("Band").select_option(label="all")
    table.get_by_label("Search").fill("no such account")
    assert f"0 of {n} rows" in table.locator("[role=status]").inner_text()


@pytest.mark.parametrize(
    ("text", "saved"),
    [
        ("=1+1", "'=1+1"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-2.5 %", "-2.5 %"),
    ],
)
def test_rows_are_saved_as_csv_and_no_text_of_them_is_a_formula(page, site, text: str, saved: str):
    page.goto(f"{site}/accounts.html")
    page.evaluate("text => document.querySelector('[data-name=accounts] tbody td').textContent = text", text)
    with page.expect_download() as waiting:
        page.locator("[data-name=accounts] button", has_text="CSV").click()
    lines = Path(waiting.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith('"Account","Band"')
    assert lines[1].startswith(f'"{saved}"')


def test_tabs_work_with_arrows_and_all_of_them_are_printed(page, site):
    page.goto(f"{site}/cohorts.html")
    tabs = page.locator("[data-tabs=churn]")
    tabs.locator("[role=tab]").first.focus()
    page.keyboard.press("ArrowRight")
    assert tabs.locator("[role=tab]").nth(1).get_attribute("aria-selected") == "true"
    assert tabs.locator(".panel:visible").count() == 1
    page.emulate_media(media="print")
    assert tabs.locator(".panel:visible").count() == tabs.locator(".panel").count() > 1
    assert not page.locator(".side").is_visible()


def test_the_theme_is_remembered_from_page_to_page(page, site):
    page.goto(f"{site}/index.html")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("button.theme")
    after = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.goto(f"{site}/work.html")
    assert before != after == page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_a_chart_tells_its_numbers_and_a_figure_its_query(page, site):
    page.goto(f"{site}/index.html")
    page.locator("svg.chart").first.hover()
    assert "critical:" in page.locator("#tip").inner_text()
    page.locator(".lead data").first.hover()
    assert page.locator("#tip").inner_text().startswith("select value from scores.fct_signals")


def test_the_pivot_counts_what_the_marts_hold_and_its_address_brings_it_back(page, site, marts):
    expected = {
        (region, mode): n
        for region, mode, n in marts.execute(
            "select region, onboarding_mode, count(*) from scores.account_scores_current inner join core.dim_accounts using (account_id) group by all"
        ).fetchall()
    }
    page.goto(f"{site}/explore.html")
    page.wait_for_selector("#pivot td")
    page.select_option("#rows", "region")
    page.select_option("#columns", "onboarding_mode")
    head, *rows = [line.split("\t") for line in page.locator("#pivot").inner_text().splitlines() if line.strip()]
    found = {(row[0], mode): int(n) for row in rows for mode, n in zip(head[1:-1], row[1:-1], strict=True) if int(n)}
    assert found == expected
    page.select_option("#filter", "region")
    page.get_by_label("Value of region").select_option("emea")
    n_emea = sum(n for (region, _), n in expected.items() if region == "emea")
    assert page.locator("#told").inner_text().startswith(f"{n_emea} of ")
    kept = page.url
    page.goto("about:blank")
    page.goto(kept)
    page.wait_for_selector("#pivot td")
    assert page.input_value("#rows") == "region"
    assert page.locator("#told").inner_text().startswith(f"{n_emea} of ")


@pytest.mark.parametrize(
    ("table", "rows", "columns", "measure", "field", "query"),
    [
        (
            "tickets",
            "theme",
            "",
            "median",
            "hours_to_solve",
            "select theme, median(hours_to_solve) from core.fct_tickets where account_id in (select account_id from scores.account_scores_current) group by theme",
        ),
        (
            "answers",
            "question",
            "",
            "mean",
            "score",
            "select question, avg(score) from core.fct_survey_responses where account_id in (select account_id from scores.account_scores_current) group by question",
        ),
        (
            "accounts",
            "plan_tier",
            "",
            "sum",
            "mrr",
            "select plan_tier, sum(scores.mrr) from scores.account_scores_current as scores inner join core.dim_accounts using (account_id) group by plan_tier",
        ),
    ],
)
def test_sums_means_and_medians_of_the_pivot_are_those_of_sql(
    page, site, marts, table, rows, columns, measure, field, query
):
    page.goto(f"{site}/explore.html#table={table}&rows={rows}&columns={columns}&measure={measure}&field={field}")
    page.wait_for_selector("#pivot td")
    shown = dict(line.split("\t") for line in page.locator("#pivot").inner_text().splitlines()[1:] if "\t" in line)
    for name, value in marts.execute(query).fetchall():
        told = shown[(name or "(none)").replace("_", " ")]
        assert told == "–" if value is None else float(told.replace(",", "")) == pytest.approx(value, abs=0.0051)


def test_from_a_file_the_sql_page_says_what_it_needs(page, site):
    page.goto(f"{site}/sql.html")
    assert "make site" in page.locator("#offline").inner_text()
    assert not page.locator("#run").is_visible()


@pytest.mark.skipif(not BROWSER.exists(), reason="needs DuckDB for the browser: make site-setup")
def test_sql_runs_in_the_browser_on_the_snapshot_without_personal_columns(page, address, marts):
    page.goto(f"{address}/sql.html")
    page.wait_for_selector("#run", state="visible")
    ask = "select band, count(*) as n, round(sum(mrr), 2) as mrr, max(scored_on) as day from scores.account_scores_current group by band order by band"
    page.fill("#query", ask)
    page.press("#query", "Control+Enter")
    page.wait_for_selector("#result tbody tr")
    shown = [
        [cell.strip() for cell in line.split("\t")]
        for line in page.locator("#result").inner_text().splitlines()[1:]
        if "\t" in line
    ]
    expected = marts.execute(ask).fetchall()
    assert [(band, int(n), float(mrr), day) for band, n, mrr, day in shown] == [
        (band, n, mrr, str(day)) for band, n, mrr, day in expected
    ]
    page.fill("#query", "select comment from core.fct_survey_responses")
    page.click("#run")
    page.wait_for_function("document.getElementById('told').textContent.includes('comment')")
    assert "not found" in page.locator("#told").inner_text()
    assert page.locator("#result tr").count() == 0
    page.fill("#query", "create table onboarding.core.mine as select 1")
    page.click("#run")
    page.wait_for_function("document.getElementById('told').textContent.toLowerCase().includes('read-only')")


def test_pages_are_served_to_this_machine_only(address):
    import requests

    assert requests.get(f"{address}/index.html", timeout=10).status_code == 200
    assert (
        requests.get(f"{address}/snapshot/onboarding.duckdb", headers={"Range": "bytes=0-3"}, timeout=10).status_code
        == 206
    )
    assert requests.get(f"{address}/index.html", headers={"Host": "pages.example"}, timeout=10).status_code == 400
    assert requests.get(f"{address}/../../../../etc/passwd", timeout=10).status_code == 404


def test_a_hostile_name_is_shown_and_never_run(page, built, tmp_path):
    evil = EVIL.replace("'", "''")
    snapshot = changed(
        published_snapshot(built.published),
        tmp_path / "changed",
        f"update core.dim_accounts set account_name = '{evil} ' || account_id",
        f"update scores.account_overview_current set account_name = '{evil} ' || account_id",
        f"update scores.fct_recommended_plays set task = '{evil}'",
        f"update scores.fct_alerts set reason = '{evil}'",
        f"update scores.fct_tasks set annotation = '{evil}'",
        f"update scores.fct_score_overrides set reason = '{evil}'",
    )
    folder = write_site(snapshot, tmp_path / "site").folder.resolve()
    one = sorted((folder / "accounts").iterdir())[0]
    for path in ("index.html", "accounts.html", "work.html", "explore.html", f"accounts/{one.name}"):
        page.goto((folder / path).as_uri())
        page.wait_for_timeout(200)
        assert page.evaluate("window.hit") is None, path
        assert "<script>window.hit=1</script>" in page.locator("body").inner_text() or path == "explore.html", path
    page.keyboard.press("/")
    page.keyboard.type("window.hit")
    page.wait_for_selector("#found a")
    assert page.evaluate("window.hit") is None
    page.goto(f"{(folder / 'explore.html').as_uri()}#table=accounts&rows=account&columns=&measure=count&field=score")
    page.wait_for_selector("#pivot td")
    assert "<script>window.hit=1</script>" in page.locator("#pivot").inner_text()
    assert page.evaluate("window.hit") is None


def test_a_review_is_written_as_pdf_and_a_period_without_one_is_reported(built, monkeypatch, capsys, tmp_path):
    print_page(built.site / "reviews" / "2026-Q2.html", tmp_path / "review.pdf")
    assert (tmp_path / "review.pdf").read_bytes().startswith(b"%PDF-")
    assert [path.name for path in tmp_path.iterdir()] == ["review.pdf"]
    monkeypatch.setenv("ONBOARDING_DATA_DIR", str(built.data_dir))
    assert main(["review", "--period", "2019-01"]) == 1
    assert "2019-01: no such page; expected one of" in capsys.readouterr().err
    assert main(["review", "--period", "soon"]) == 1
    assert "expected a month (2026-06) or a quarter (2026-Q2)" in capsys.readouterr().err
