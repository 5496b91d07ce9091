"""A snapshot of many accounts, for what its site costs: the demo's accounts again and again under other names.

`python -m benchmarks.site make <published> <folder> <times>` makes it, `… build <folder>` builds its site, `… open <folder>`
prints how long a browser takes for each of its kinds of page. Does not belong here: measuring the process (measure.py).
"""

import json
import shutil
import sys
from pathlib import Path

import duckdb

from orchestration.publishing.site.build import write_site
from orchestration.publishing.site.print_pdf import find_browser
from orchestration.publishing.snapshot.store import DATABASE, Snapshot, published_snapshot

_IDS = {"account_id", "account_name", "task_id", "response_id", "ticket_id", "override_id", "alert_id", "step_id"}
KINDS = ("index.html", "accounts.html", "work.html", "milestones.html", "explore.html")


def make_accounts(published: Path, folder: Path, times: int) -> None:
    """Copy the current snapshot below `published` to `folder`, with every account `times` times."""
    snapshot = published_snapshot(published)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    database = folder / DATABASE
    shutil.copy(snapshot.folder / DATABASE, database)
    database.chmod(0o644)
    (folder / "manifest.json").write_text(json.dumps(snapshot.manifest))
    with duckdb.connect(str(database)) as connection:
        connection.execute("create temp table copies as select range as copy from range(1, ?)", [times])
        for mart in snapshot.manifest["rows"]:
            columns = [row[0] for row in connection.execute(f"describe {mart}").fetchall()]
            if "account_id" not in columns or mart.endswith("fct_account_activity"):
                continue
            renamed = ", ".join(f"{name} || '-' || copy as {name}" for name in columns if name in _IDS)
            connection.execute(f"create or replace temp table own as from {mart}")
            connection.execute(f"insert into {mart} select own.* replace ({renamed}) from own cross join copies")


def build(folder: Path) -> None:
    """Build the site of such a snapshot, with a page for every account; print its accounts, pages and bytes."""
    snapshot = Snapshot(folder, json.loads((folder / "manifest.json").read_text()))
    site = write_site(snapshot, folder / "site", most_pages=1_000_000)
    n_accounts = len(list((site.folder / "accounts").iterdir()))
    index = (site.folder / "index.html").stat().st_size
    (folder / "built.json").write_text(
        json.dumps(
            {"accounts": n_accounts, "pages": site.n_pages, "bytes": site.n_bytes, "bytes of the first page": index}
        )
    )


def opening(folder: Path) -> dict[str, int]:
    """Milliseconds until each kind of page has loaded in Chromium, the best of three; empty without a browser."""
    browser = find_browser()
    if browser is None:
        return {}
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    site = (folder / "site").resolve()
    account = sorted((site / "accounts").iterdir())[0].relative_to(site)
    took = {}
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        for path in (*KINDS, str(account)):
            runs = []
            for _ in range(3):
                page = launched.new_page()
                page.goto((site / path).as_uri())
                runs.append(page.evaluate("Math.round(performance.getEntriesByType('navigation')[0].loadEventEnd)"))
                page.close()
            took["an account" if path == str(account) else path] = min(runs)
        launched.close()
    return took


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make_accounts(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    elif sys.argv[1] == "build":
        build(Path(sys.argv[2]))
    else:
        print(json.dumps(opening(Path(sys.argv[2]))))
