"""Ask an HTTP API for a window, page by page, and keep what it answers; anything that is not a page is an error.

Belongs here: requests, retries, credentials and what errors say. Does not belong here: paging (paging.py), mapping.
"""

import logging
import time
from typing import Any
from urllib.parse import urlsplit

from dlt.common.configuration.specs import RuntimeConfiguration
from dlt.sources.helpers.requests import Client
from dlt.sources.helpers.rest_client.auth import (
    APIKeyAuth,
    BearerTokenAuth,
    HttpBasicAuth,
    OAuth2ClientCredentials,
)
from dlt.sources.helpers.rest_client.client import RESTClient
from requests import HTTPError, RequestException, Response
from requests.auth import AuthBase

from orchestration.errors import UserError
from orchestration.landing.connectors.paging import IncompletePullError, Pages
from orchestration.landing.connectors.payload import Payload
from orchestration.landing.connectors.settings import ApiKey, Auth, Basic, Bearer, Http, OAuth2, fill_in
from orchestration.landing.window import Window

_MAX_WAIT_SECONDS = 600  # the longest a vendor's Retry-After is followed
_HINTS = {401: "the credentials were refused", 403: "the credentials do not allow this", 404: "no such address"}


def fetch(where: str, http: Http, records: str | None, window: Window, payload: Payload) -> None:
    """Write every page of a window into `payload`.

    Raises UserError (one line, without secrets) when the API does not answer, or not with pages.
    """
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)  # its debug lines show the query, and keys in it
    auth = _auth(http.auth)
    client = _Client(http, records, auth)
    n_pages = 0
    try:
        for page in client.paginate(
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
    except (IncompletePullError, RequestException) as error:
        reason = _without(http.secrets(), _told(error))
        raise UserError(f"{where}.http: {_shown(http.url)}: {reason} (page {n_pages + 1})") from None


class _Client(RESTClient):
    """dlt's client, which retries what may pass; here also answers that say 200 and are no page."""

    def __init__(self, http: Http, records: str | None, auth: AuthBase | None) -> None:
        self._path = records.split(".") if records else []
        self._renewable = auth if isinstance(auth, OAuth2ClientCredentials) else None
        session = Client(
            raise_for_status=False,
            request_timeout=http.timeout_seconds,
            request_max_attempts=http.attempts,
            request_backoff_factor=http.backoff_seconds,
            request_max_retry_delay=_MAX_WAIT_SECONDS,
            retry_condition=self._may_pass,
        ).session
        config = RuntimeConfiguration(http_show_error_body=False)  # bodies of errors may repeat credentials
        super().__init__(base_url=http.url, auth=auth, session=session, data_selector="$", config=config)

    def extract_response(self, response: Response, data_selector: Any) -> list[Any]:
        """The records of a page.

        Raises IncompletePullError when there is no list where the settings say.
        """
        if response.status_code != 200:
            raise IncompletePullError(f"answered {response.status_code}, expected 200")
        page = response.json()
        for key in self._path:
            page = page.get(key) if isinstance(page, dict) else None
        if not isinstance(page, list):
            raise IncompletePullError(f"a page has no list of records at {'.'.join(self._path) or 'its top'}")
        return page

    def _may_pass(self, response: Response | None, error: BaseException | None) -> bool:
        if response is None:
            return False
        if response.status_code == 401 and self._renewable is not None:
            self._renewable.access_token = None
            self._renewable(response.request)  # the same request is sent again, with a new token
            return True
        if response.status_code != 200:
            return False
        try:
            page = response.json()
        except ValueError:
            return True
        response.json = lambda **_: page  # type: ignore[method-assign]  # parsed once, asked for three times
        return page == {}


def _auth(settings: Auth | None) -> AuthBase | None:
    if isinstance(settings, Bearer):
        return BearerTokenAuth(settings.token.get_secret_value())
    if isinstance(settings, Basic):
        return HttpBasicAuth(settings.user.get_secret_value(), settings.password.get_secret_value())
    if isinstance(settings, ApiKey):
        return APIKeyAuth(name=settings.name, api_key=settings.value.get_secret_value(), location=settings.location)
    if isinstance(settings, OAuth2):
        return OAuth2ClientCredentials(
            access_token_url=settings.token_url,
            client_id=settings.client_id.get_secret_value(),
            client_secret=settings.client_secret.get_secret_value(),
            access_token_request_data={"scope": settings.scope} if settings.scope else {},
        )
    return None


def _told(error: Exception) -> str:
    """Why a pull failed, without the address: it may hold a key."""
    if isinstance(error, IncompletePullError):
        return str(error)
    if isinstance(error, HTTPError) and error.response is not None:
        status = error.response.status_code
        return f"answered {status}" + (f": {_HINTS[status]}" if status in _HINTS else " until the last try")
    if isinstance(error, ValueError):
        return "answered 200 with something that is not JSON, until the last try"
    return f"no complete answer until the last try ({type(error).__name__})"


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"


def _without(secrets: list[str], text: str) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return text
