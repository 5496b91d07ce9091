"""What tests of the vendors' entries share: where they are, what they ask of the environment, a pull of one.

What the server answers must conform to the vendor's schema in tests/schemas, whose comment says where it is from.
"""

import datetime as dt
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from orchestration.common.window import Window
from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.pull import land
from tests.support.http_tools import Vendor, serve

FOLDER = PROJECT_ROOT / "examples" / "connectors"
DAY = Window(dt.date(2025, 1, 2), dt.date(2025, 1, 2))
Query = dict[str, str]


def does(vendor: str, *labels: str) -> pytest.MarkDecorator:
    """Mark a test as showing what the page of a vendor says under `What it does`, by the first words of each line."""
    return pytest.mark.does(vendor, *labels)


def settings(vendor: str, url: str = "https://x", files: str = "files") -> dict[str, str]:
    """The environment that an entry asks for."""
    values = {
        "URL": url,
        "FILES": files,
        "USER": "me/token",
        "TOKEN": "t",
        "KEY": "k",
        "ID": "i",
        "SECRET": "s",
        "FORM": "f1",
        "PROJECT": "7",
        "SURVEY": "SV_1",
    }
    return {f"{vendor.upper()}_{name}": value for name, value in values.items()}


def check_shape(schema: str, document: Any) -> None:
    """Fail when a document (a page, or one line of an export) is not what the vendor's schema says."""
    text = (PROJECT_ROOT / "tests" / "schemas" / f"{schema}.json").read_text()
    Draft202012Validator(json.loads(text), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(document)


def pulled(workspace: Workspace, vendor: str, source: str, page: Any, schema: str = "") -> tuple[int, int]:
    """Land one entry from a server that answers as `page` does; return landed and rejected rows."""
    not_records = ("/token", "/export-responses", "/ES_1")

    def shaped(path: str, query: Query, sent: Any) -> Any:
        document = page(path, query, sent)
        if not isinstance(document, bytes) and not path.endswith(not_records):
            check_shape(schema or vendor, document)
        return document

    with serve(Vendor(shaped)) as server:
        sources = load_sources(FOLDER / f"{vendor}.yml", settings(vendor, server.url))
        manifest = land(workspace, sources, source, DAY, report=lambda line: None)
    return manifest.landed, manifest.rejected
