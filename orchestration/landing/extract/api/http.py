"""Ask an HTTP API for a window, page by page, and keep what it answers; anything that is not a page is an error.

Belongs here: pages and their records. Does not belong here: retries and credentials (session.py), paging (paging.py),
files that an API exports (export.py), mapping.
"""

import time
from typing import Any

from dlt.common.configuration.specs import RuntimeConfiguration
from dlt.sources.helpers.rest_client.client import RESTClient
from requests import Response

from orchestration.common.window import Window
from orchestration.landing.config.connectors import Http, fill_in
from orchestration.landing.extract.api.paging import IncompletePullError, Pages
from orchestration.landing.extract.api.session import Asking, expect_ok, is_no_json, one_line_errors, open_session
from orchestration.landing.lake.payload import Payload


def fetch_pages(where: str, http: Http, records: str | None, window: Window, payload: Payload) -> None:
    """Write every page of a window into `payload`.

    Raises UserError (one line, without secrets) when the API does not answer, or not with pages.
    """
    n_pages = 0
    with one_line_errors(where, http, lambda: f" (page {n_pages + 1})"):
        for page in _Client(http, records, open_session(http, is_no_json)).paginate(
            fill_in(http.url, window),
            method=http.method,
            params=fill_in(http.params, window),
            json=fill_in(http.body, window),
            headers=dict(http.headers),
            paginator=Pages(http.paging),
            allow_redirects=False,  # to another host, and a key in a header would go along
        ):
            payload.write(page.response.content)
            n_pages += 1
            if http.requests_per_minute:
                time.sleep(60 / http.requests_per_minute)


class _Client(RESTClient):
    """dlt's client with our judgement of what a page is."""

    def __init__(self, http: Http, records: str | None, asking: Asking) -> None:
        self._path = records.split(".") if records else []
        config = RuntimeConfiguration(http_show_error_body=False)  # bodies of errors may repeat credentials
        super().__init__(base_url=http.url, auth=asking.auth, session=asking.session, data_selector="$", config=config)

    def extract_response(self, response: Response, data_selector: Any) -> list[Any]:
        """The records of a page.

        Raises IncompletePullError when there is no list at the path of the settings.
        """
        expect_ok(response)
        page = response.json()
        for key in self._path:
            page = page.get(key) if isinstance(page, dict) else None
        if not isinstance(page, list):
            raise IncompletePullError(f"a page has no list of records at {'.'.join(self._path) or 'its top'}")
        return page
