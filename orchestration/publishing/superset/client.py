"""Superset's REST API: sign in once, then ask, send and import.

Belongs here: requests and what can go wrong with them. Does not belong here: what is sent (bundle.py, access.py).
"""

import json
from typing import Any
from urllib.parse import unquote, urlsplit

import requests

from orchestration.common.errors import UserError

_PATIENCE = (10, 300)  # seconds for the connection, and for an answer
_PAGE = 100
_ORDER = {
    "chart/": "slice_name",
    "dashboard/": "dashboard_title",
    "dataset/": "table_name",
    "rowlevelsecurity/": "name",
}


class Superset:
    """A signed-in session. Every method raises UserError, one line without the password, when Superset refuses."""

    def __init__(self, address: str) -> None:
        """`address`: http://user:password@host:port, with a login that may import and make roles (Admin)."""
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not parts.username or parts.password is None:
            raise UserError("ONBOARDING_SUPERSET: expected http://user:password@host:port")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        port = f":{parts.port}" if parts.port else ""
        self.where = f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"
        self._session = requests.Session()
        login = {"username": unquote(parts.username), "password": unquote(parts.password), "provider": "db"}
        token = self.send("post", "security/login", login)["access_token"]
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._session.headers["X-CSRFToken"] = self.get("security/csrf_token/")["result"]
        self._session.headers["Referer"] = self.where

    def get(self, path: str, query: dict[str, Any] | None = None) -> Any:
        """The answer to a GET below /api/v1/; `query` is Superset's `q`, which JSON is, too."""
        return self._answer("get", path, params={"q": json.dumps(query)} if query else None)

    def send(self, method: str, path: str, content: Any) -> Any:
        """The answer to a POST or PUT of JSON."""
        return self._answer(method, path, json=content)

    def delete(self, path: str) -> None:
        """Remove one thing."""
        self._answer("delete", path)

    def every(self, path: str, columns: list[str]) -> list[dict[str, Any]]:
        """All things of a kind, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            page = len(found) // _PAGE
            told = self.get(
                path, {"columns": columns, "page": page, "page_size": _PAGE, "order_column": _ORDER.get(path, "id")}
            )
            found += told["result"]
            if len(found) >= told["count"] or not told["result"]:
                return found

    def import_assets(self, bundle: bytes, passwords: dict[str, str]) -> None:
        """Import a zip of databases, datasets, charts and dashboards over what was there."""
        self._answer(
            "post",
            "assets/import/",
            files={"bundle": ("onboarding.zip", bundle, "application/zip")},
            data={"passwords": json.dumps({f"onboarding/{file}": word for file, word in passwords.items()})},
        )

    def _answer(self, method: str, path: str, **content: Any) -> Any:
        try:
            answer = self._session.request(method, f"{self.where}/api/v1/{path}", timeout=_PATIENCE, **content)
        except requests.RequestException as error:
            raise UserError(f"Superset at {self.where}: {type(error).__name__}; is it running?") from None
        if answer.status_code >= 400:
            raise UserError(
                f"Superset at {self.where}: {method} {path} answered {answer.status_code}: {_reason(answer)}"
            )
        return answer.json() if answer.content else None


def _reason(answer: requests.Response) -> str:
    """Message of an error in one line."""
    try:
        said = answer.json()
    except ValueError:
        return answer.reason
    errors = said.get("errors") if isinstance(said, dict) else None
    words = [str(error.get("extra") or error.get("message")) for error in errors] if errors else [str(said)]
    return " ".join(" ".join(words).split())[:500]
