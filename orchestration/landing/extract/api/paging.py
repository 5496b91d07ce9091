"""How pages follow each other: paginators for dlt's RESTClient that refuse to end early or to walk in circles.

Belongs here: from one page to the next. Does not belong here: sending requests (http.py).
"""

from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from dlt.common import jsonpath
from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests import Request, Response

from orchestration.landing.config.connectors import Cursor, Link, NextUrl, Numbered, Offset, Paging


class IncompletePullError(Exception):
    """A page that is valid HTTP and JSON but not a page by the settings."""


def value_at(page: Any, path: str) -> Any:
    """The value at a path such as `meta.after` or `data[-1].id`; None when there is none."""
    found = jsonpath.find_values(_compiled(path), page)
    return found[0] if found else None


_compiled = cache(jsonpath.compile_path)  # dearer than a page


class Pages(BasePaginator):
    """What all ways of paging share: the page is looked at once, and a step that leads nowhere new is refused."""

    def __init__(self, paging: Paging | None) -> None:
        super().__init__()
        self._paging = paging
        self._seen: set[str] = set()
        self._next: Any = None
        self._before: list[Any] = []

    def init_request(self, request: Request) -> None:
        """Number the first page."""
        request.params = dict(request.params or {})
        if isinstance(self._paging, Numbered):
            self._next = self._paging.first
            request.params[self._paging.param] = self._next
        if isinstance(self._paging, Offset):
            self._next = 0
            request.params |= {self._paging.param: 0, self._paging.size_param: self._paging.size}

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Decide whether there is a next page, and what leads to it.

        Raises IncompletePullError when the page does not give it, or leads back to where the pull has been.
        """
        paging, records = self._paging, data or []
        if isinstance(paging, Numbered | Offset):
            if records and records == self._before:
                raise IncompletePullError(
                    f"a page is the same as the one before; the API seems to ignore {paging.param}"
                )
            self._before = records
            self._has_next_page = bool(records)
            self._next += 1 if isinstance(paging, Numbered) else len(records)
            return
        self._next = self._reference(response)
        self._has_next_page = self._next is not None
        if self._next is not None:
            if str(self._next) in self._seen:
                raise IncompletePullError(f"the cursor does not advance: {str(self._next)[:40]} came before")
            self._seen.add(str(self._next))

    def _reference(self, response: Response) -> Any:
        paging = self._paging
        if isinstance(paging, Link):
            return response.links.get("next", {}).get("url")
        if isinstance(paging, NextUrl):
            return value_at(response.json(), paging.next) or None
        if not isinstance(paging, Cursor):
            return None
        page = response.json()
        is_last = None
        for path, means_last in ((paging.end, True), (paging.more, False)):
            if path is None:
                continue
            flag = value_at(page, path)
            if not isinstance(flag, bool):
                raise IncompletePullError(f"a page does not show at {path} whether it is the last")
            is_last = flag is means_last
        following = value_at(page, paging.next)
        if is_last is False and following in (None, ""):
            raise IncompletePullError(f"a page announces more, but has nothing at {paging.next}")
        return None if is_last or following in (None, "") else following

    def update_request(self, request: Request) -> None:
        """Ask for the next page."""
        paging = self._paging
        if not self._has_next_page or paging is None:
            return
        if isinstance(paging, Link | NextUrl):
            address = urljoin(request.url, str(self._next))
            if urlsplit(address)[:2] != urlsplit(request.url)[:2]:
                raise IncompletePullError("the next page is on another host; credentials are not sent there")
            request.url, request.params = address, {}
            return
        for name in paging.instead_of if isinstance(paging, Cursor) else ():
            request.params.pop(name, None)
        if isinstance(paging, Cursor) and paging.body:
            request.json = _with(request.json, paging.body.split("."), self._next)
        else:
            request.params[str(paging.param)] = self._next


def _with(body: Any, path: list[str], value: Any) -> dict[str, Any]:
    """A copy of `body` with a value at a path."""
    inside = dict(body) if isinstance(body, dict) else {}
    inside[path[0]] = value if len(path) == 1 else _with(inside.get(path[0]), path[1:], value)
    return inside
