"""Build the site of a snapshot: all pages into a new folder, then one rename makes them the site.

Belongs here: rendering, files, the switch. Does not belong here: what pages say (pages/).
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from orchestration.common.atomic_files import point
from orchestration.publishing.site.components.cells import CellRenderer
from orchestration.publishing.site.content.facts import MOST_PAGES, Facts, Page
from orchestration.publishing.site.content.formats import amounts_in, shown, words
from orchestration.publishing.site.content.links import general
from orchestration.publishing.site.pages import (
    cohorts,
    evidence,
    explore,
    governance,
    groups,
    milestones,
    outcomes,
    plays,
    portfolio,
    work,
)
from orchestration.publishing.site.pages.account import page as account
from orchestration.publishing.site.pages.review import page as review
from orchestration.publishing.snapshot.currency import currency_of
from orchestration.publishing.snapshot.store import DATABASE, Snapshot

_HERE = Path(__file__).parent
_MODULES: tuple[Callable[[Facts], Iterator[Page]], ...] = (
    portfolio.pages,
    work.pages,
    groups.pages,
    account.pages,
    milestones.pages,
    cohorts.pages,
    plays.pages,
    evidence.pages,
    outcomes.pages,
    review.pages,
    explore.pages,
    governance.pages,
)
NAV = (
    ("index.html", "Portfolio"),
    ("accounts.html", "Accounts"),
    ("work.html", "Work"),
    ("groups.html", "Groups"),
    ("milestones.html", "Milestones"),
    ("cohorts.html", "Cohorts"),
    ("plays.html", "Plays"),
    ("evidence.html", "Evidence"),
    ("outcomes.html", "Drivers and revenue"),
    ("data.html", "Data and checks"),
    ("definitions.html", "Definitions"),
    ("reviews.html", "Reviews"),
    ("explore.html", "Explore"),
)


@dataclass(frozen=True)
class Site:
    """What was built: the folder, its pages and their size."""

    folder: Path
    n_pages: int
    n_bytes: int


def write_site(
    snapshot: Snapshot, folder: Path, hidden: frozenset[str] = frozenset(), links: Mapping[str, str] | None = None,
    most_pages: int = MOST_PAGES,
) -> Site:  # fmt: skip
    """Write every page of the snapshot's site below `folder`, in the place of what was there.

    `hidden`: personal columns, which no page and no table to explore shows. The same snapshot gives the same bytes.
    """
    temporary = folder.with_name(f".{folder.name}.writing")
    shutil.rmtree(temporary, ignore_errors=True)
    with duckdb.connect(str(snapshot.folder / DATABASE), read_only=True) as connection:
        facts = Facts(connection, snapshot.manifest, links or {}, most_pages)
        with amounts_in(currency_of(connection)):
            n_pages = _write_pages(facts, temporary)
            _write_assets(facts, temporary / "assets", hidden)
    n_bytes = sum(path.stat().st_size for path in temporary.rglob("*") if path.is_file())
    _put(temporary, folder)
    return Site(folder, n_pages, n_bytes)


def environment(facts: Facts) -> Environment:
    """Templates with everything that all pages show."""
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"), undefined=StrictUndefined, autoescape=True, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {
        "shown": shown,
        "words": words,
        "share": lambda value: f"{float(value):.1f}",
    }
    made.globals |= {
        "nav": NAV, "cells": CellRenderer(facts.bands, facts.today), "today": facts.today,
        "links": general(facts.links),
        "workspace": facts.manifest.get("workspace", ""), "snapshot_id": facts.manifest["snapshot_id"],
        "rubric": facts.manifest.get("rubric_version", ""), "code": facts.manifest.get("code_version", ""),
    }  # fmt: skip
    return made


def _write_pages(facts: Facts, folder: Path) -> int:
    templates = environment(facts)
    n_pages = 0
    for module in _MODULES:
        for page in module(facts):
            path = folder / page.path
            path.parent.mkdir(parents=True, exist_ok=True)
            up = "../" * page.path.count("/")
            text = templates.get_template(page.template).render(
                {"trail": [], "section": page.path, "lead": "", **page.context}, title=page.title, up=up
            )
            path.write_text(text, encoding="utf-8")
            n_pages += 1
    return n_pages


def _write_assets(facts: Facts, folder: Path, hidden: frozenset[str]) -> None:
    folder.mkdir()
    for path in (_HERE / "static").iterdir():
        shutil.copyfile(path, folder / path.name)
    (folder / "bands.css").write_text(_bands_css(facts), encoding="utf-8")
    names = [
        [row["account_name"], row["account_id"], facts.account_page(row["account_id"])]
        for row in facts.accounts
        if row["account_id"] in facts.with_page
    ]
    listed = json.dumps(names, ensure_ascii=False, separators=(",", ":"))
    (folder / "accounts.js").write_text(f"onboardingAccounts({listed})\n", encoding="utf-8")
    for table in explore.TABLES:
        (folder / f"explore-{table}.js").write_text(explore.explored(facts, table, hidden), encoding="utf-8")


def _bands_css(facts: Facts) -> str:
    """Colours of seeds/bands.csv, darker as ink on light ground and lighter on dark."""
    rules = []
    for band, row in facts.bands.items():
        colour = row["colour"]
        seen = f"light-dark({colour}, color-mix(in oklab, {colour} 75%, white))"
        ink = f"light-dark(color-mix(in oklab, {colour} 78%, black), color-mix(in oklab, {colour} 55%, white))"
        rules.append(
            f".band-{band} {{ --band: {seen}; --band-ink: {ink}; }}\n"
            f".fill-band-{band} {{ fill: {seen}; }}\n"
            f".back-band-{band}, .back-{band} {{ background: {seen}; }}\n"
        )
    return "".join(rules)


def _put(temporary: Path, folder: Path) -> None:
    """Make a finished folder the site: files lie beside, under a name of their own; one rename points at them."""
    versions = folder.with_name(f".{folder.name}s")
    versions.mkdir(exist_ok=True)
    target = versions / fingerprint(temporary)[:16]
    if not target.exists():
        temporary.rename(target)
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)
    point(folder, target.relative_to(folder.parent))
    for path in [temporary, *versions.iterdir()]:
        if path != target:
            shutil.rmtree(path, ignore_errors=True)


def remove_site(folder: Path) -> None:
    """Take the site away, whichever version there is."""
    folder.unlink(missing_ok=True)
    shutil.rmtree(folder.with_name(f".{folder.name}s"), ignore_errors=True)


def fingerprint(folder: Path) -> str:
    """One checksum of all files: equal for equal sites."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
