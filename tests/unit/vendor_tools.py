"""What tests of the vendors' entries share: where they are, what they ask of the environment, a pull of one."""

import datetime as dt
from typing import Any

from orchestration.landing.form import load_sources
from orchestration.landing.pull import land
from orchestration.landing.window import Window
from orchestration.workspace import PROJECT_ROOT, Workspace
from tests.unit.http_tools import Vendor, serve

FOLDER = PROJECT_ROOT / "examples" / "connectors"
DAY = Window(dt.date(2025, 1, 2), dt.date(2025, 1, 2))
Query = dict[str, str]


def settings(vendor: str, url: str = "https://x", files: str = "files") -> dict[str, str]:
    """The environment that an entry asks for."""
    values = {"URL": url, "FILES": files, "USER": "me/token", "TOKEN": "t", "KEY": "k", "ID": "i", "SECRET": "s",
              "FORM": "f1", "PROJECT": "7"}  # fmt: skip
    return {f"{vendor.upper()}_{name}": value for name, value in values.items()}


def pulled(workspace: Workspace, vendor: str, source: str, page: Any, window: Window = DAY) -> tuple[int, int]:
    """Land one entry from a server that answers as `page` does; return landed and rejected rows."""
    with serve(Vendor(page)) as server:
        sources = load_sources(FOLDER / f"{vendor}.yml", settings(vendor, server.url))
        manifest = land(workspace, sources, source, window, report=lambda line: None)
    return manifest.landed, manifest.rejected
