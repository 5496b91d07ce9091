"""What all requests to an API share: credentials, retries, messages of failures.

Belongs here: the session and its errors. Does not belong here: what is asked for (http.py, export.py).
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
from dlt.sources.helpers.requests import Client
from dlt.sources.helpers.rest_client.auth import (
    APIKeyAuth,
    BearerTokenAuth,
    HttpBasicAuth,
    OAuth2ClientCredentials,
)
from requests import HTTPError, RequestException, Response, Session
from requests.auth import AuthBase

from orchestration.common.errors import UserError
from orchestration.landing.config.connectors import ApiKey, Auth, Basic, Bearer, Http, OAuth2
from orchestration.landing.extract.api.paging import IncompletePullError

_MAX_WAIT_SECONDS = 600  # the longest a vendor's Retry-After is followed
_HINTS = {401: "the credentials were refused", 403: "the credentials do not allow this", 404: "no such address"}


@dataclass(frozen=True)
class Asking:
    """A session that retries what may pass, and who asks in it with which headers."""

    session: Session
    auth: AuthBase | None
    headers: dict[str, str]

    def send(self, request: dict[str, Any], *, stream: bool = False) -> Response:
        """Ask, following no redirect: to another host, and a key in a header would go along."""
        return self.session.request(
            **request, headers=self.headers, auth=self.auth, allow_redirects=False, stream=stream
        )


def open_session(http: Http, is_unusable: Callable[[Response], bool]) -> Asking:
    """Make a session that asks again for 429, 5xx, broken connections, expired tokens and unusable answers."""
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)  # its debug lines show the query, and keys in it
    auth = _auth(http.auth)

    def may_pass(response: Response | None, error: BaseException | None) -> bool:
        if response is None:
            return False
        if response.status_code == 401 and isinstance(auth, OAuth2ClientCredentials):
            auth.access_token = None
            auth(response.request)  # the same request is sent again, with a new token
            return True
        return response.status_code == 200 and is_unusable(response)

    session = Client(
        raise_for_status=False,
        request_timeout=http.timeout_seconds,
        request_max_attempts=http.attempts,
        request_backoff_factor=http.backoff_seconds,
        request_max_retry_delay=_MAX_WAIT_SECONDS,
        retry_condition=may_pass,
    ).session
    return Asking(session, auth, dict(http.headers))


def expect_ok(response: Response) -> None:
    """Raise HTTPError for a refusal, IncompletePullError for anything else that is not 200."""
    response.raise_for_status()
    if response.status_code != 200:
        raise IncompletePullError(f"answered {response.status_code}, expected 200")


def is_no_json(response: Response) -> bool:
    """True for an answer with status 200 that is no page: not JSON, or `{}`."""
    try:
        document = _parsed(response)
    except ValueError:
        return True
    response.json = lambda **_: document  # type: ignore[method-assign]  # parsed once, asked for three times
    return bool(document == {})


def _parsed(response: Response) -> Any:
    """A page's JSON, fast; half a character (`\\ud83d`) is for landing to judge, in its record."""
    try:
        return orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return response.json()


@contextmanager
def one_line_errors(where: str, http: Http, place: Callable[[], str] = str) -> Iterator[None]:
    """Turn whatever goes wrong while asking into a UserError of one line, without secrets; `place` ends it."""
    try:
        yield
    except (IncompletePullError, RequestException) as error:
        reason = _reason(error)
        for secret in http.secrets():
            reason = reason.replace(secret, "***")
        parts = urlsplit(http.url)
        shown = f"{parts.scheme}://{parts.hostname}{parts.path}"
        raise UserError(f"{where}.http: {shown}: {reason}{place()}") from None


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


def _reason(error: Any) -> str:
    """Why a pull failed, without the address: it may hold a key."""
    if isinstance(error, IncompletePullError):
        return str(error)
    if isinstance(error, HTTPError) and error.response is not None:
        status = error.response.status_code
        return f"answered {status}" + (f": {_HINTS[status]}" if status in _HINTS else " until the last try")
    if isinstance(error, ValueError):
        return "answered 200 with something that is not JSON, until the last try"
    return f"no complete answer until the last try ({type(error).__name__})"
