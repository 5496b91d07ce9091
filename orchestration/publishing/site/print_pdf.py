"""Pages as PDF, through a browser that is installed.

Belongs here: finding and running it. Does not belong here: pages (pages/).
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from orchestration.common.atomic_files import replace_file
from orchestration.common.errors import UserError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_PATIENCE = 120  # seconds


def find_browser() -> str | None:
    """Path of a Chromium: ONBOARDING_BROWSER, or the first that is installed."""
    given = os.environ.get("ONBOARDING_BROWSER")
    return shutil.which(given) if given else next(filter(None, map(shutil.which, _NAMES)), None)


def print_page(page: Path, pdf: Path) -> None:
    """Write a page of the site as PDF. Raises UserError when there is no page, no browser, or it fails."""
    if not page.exists():
        others = sorted(path.stem for path in page.parent.glob("*.html"))
        raise UserError(
            f"{page.stem}: no such page; expected one of {', '.join(others) or 'none, run `make demo` first'}"
        )
    browser = find_browser()
    if browser is None:
        raise UserError(
            "no Chromium found for the PDF; install one, or name it in ONBOARDING_BROWSER, or print from any browser"
        )
    pdf.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        temporary = Path(profile) / "page.pdf"
        command = [
            browser, "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync", f"--user-data-dir={profile}/profile", "--no-pdf-header-footer",
            f"--print-to-pdf={temporary}",
            page.resolve().as_uri(),
        ]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium's sandbox refuses root
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            raise UserError(f"{Path(browser).name} did not print {page.name} within {_PATIENCE} s") from None
        if done.returncode or not temporary.exists():
            last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise UserError(f"{Path(browser).name} could not print {page.name}: {last}")
        shutil.copy(temporary, pdf.with_suffix(".new"))
    replace_file(pdf.with_suffix(".new"), pdf)
