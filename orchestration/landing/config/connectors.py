"""Settings of an HTTP API in sources.yml: address, credentials, paging, where the records are.

Belongs here: the form of these settings and the placeholders of a window. Does not belong here: asking (http.py).
"""

import datetime as dt
import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from orchestration.common.window import Window

SCHEME = "s3://"  # of a path in a bucket
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_DAY = dt.timedelta(1)
_PLACEHOLDER = re.compile(r"\{(day_before|from|until|first_date|last_date)(?::(unix|unix_ms|%[^{}]+))?\}")


def _encrypted(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ValueError("expected an address that begins with https://")
    return url


Address = Annotated[str, AfterValidator(_encrypted)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bearer(_Form):
    """`Authorization: Bearer <token>`."""

    type: Literal["bearer"]
    token: SecretStr


class Basic(_Form):
    """User and password, or whatever a vendor puts in their place."""

    type: Literal["basic"]
    user: SecretStr
    password: SecretStr = SecretStr("")


class ApiKey(_Form):
    """A key in a header or in the query."""

    type: Literal["api_key"]
    name: str
    value: SecretStr
    location: Literal["header", "query"] = "header"


class OAuth2(_Form):
    """Client credentials: a token is asked for, and again when it expires or is refused."""

    type: Literal["oauth2"]
    token_url: Address
    client_id: SecretStr
    client_secret: SecretStr
    scope: str | None = None


class Cursor(_Form):
    """Each page holds what leads to the next: a cursor, or the id of its last record."""

    type: Literal["cursor"]
    next: str = Field(description="Path of the cursor in a page: `meta.after`, `data[-1].id`")
    param: str | None = Field(None, description="Query parameter that takes it")
    body: str | None = Field(None, description="Place in the body that takes it, dots between keys")
    instead_of: list[str] = Field(default_factory=list, description="Parameters that only the first request sends")
    more: str | None = Field(None, description="Path of the flag that there is another page")
    end: str | None = Field(None, description="Path of the flag that a page is the last")

    @model_validator(mode="after")
    def _has_a_place(self) -> "Cursor":
        if (self.param is None) == (self.body is None):
            raise ValueError("a cursor goes either to a `param` or to a place in the `body`")
        return self


class NextUrl(_Form):
    """Each page holds the address of the next."""

    type: Literal["next_url"]
    next: str


class Link(_Form):
    """The `Link` header leads to the next page."""

    type: Literal["link"]


class Numbered(_Form):
    """Pages by number; an empty page ends them."""

    type: Literal["page"]
    param: str = "page"
    first: int = 1


class Offset(_Form):
    """Pages by offset; a page with fewer records than `size` does not end them, an empty one does."""

    type: Literal["offset"]
    param: str = "offset"
    size_param: str = "limit"
    size: int = 100


Auth = Annotated[Bearer | Basic | ApiKey | OAuth2, Field(discriminator="type")]
Paging = Annotated[Cursor | NextUrl | Link | Numbered | Offset, Field(discriminator="type")]


class Job(_Form):
    """An export that is asked for, made in the vendor's time, and then fetched."""

    id: str = Field(description="Where the answer to the request names the job: `result.progressId`")
    url: Address = Field(description="Tells how far it is; {id} is the job")
    status: str = Field(description="Path of the progress in that answer: `result.status`")
    done: str = "complete"
    failed: list[str] = Field(default_factory=lambda: ["failed"])
    file: str | None = Field(None, description="Where the answer of a finished job names its file")
    file_url: Address = Field(description="Gives the file; {id} is the job, {file} its file")
    poll_seconds: float = Field(5.0, ge=0)
    limit_seconds: float = Field(3600.0, gt=0)


class Storage(_Form):
    """An S3-compatible store; without a key, what the environment or the machine's role gives."""

    endpoint_url: Address | None = Field(None, description="For stores other than AWS")
    region: str | None = None
    key: SecretStr | None = None
    secret: SecretStr | None = None
    anonymous: bool = Field(False, description="For public buckets")


class Asked(_Form):
    """What all sources share that are asked for a window."""

    days_per_request: int | None = Field(
        None, ge=1, description="A longer window takes several requests of this many days"
    )
    history_from: dt.date = Field(dt.date(2015, 1, 1), description="Where a history load begins")


class Http(Asked):
    """One endpoint of a JSON API."""

    url: Address = Field(description="https://…, with placeholders of the window if the path needs them")
    method: Literal["GET", "POST"] = "GET"
    params: dict[str, str | int | bool] = Field(default_factory=dict)
    body: dict[str, Any] | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    auth: Auth | None = None
    paging: Paging | None = None
    answer: Literal["page", "lines", "zip"] = Field(
        "page", description="Pages of JSON; or a whole export: JSON lines (plain or gzip), or a zip of such files"
    )
    job: Job | None = Field(None, description="When the export has to be waited for")
    empty_status: int | None = Field(None, description="Status of an answer when a window has nothing to export")
    requests_per_minute: int | None = Field(None, ge=1)
    attempts: int = Field(6, ge=1)
    backoff_seconds: float = Field(1.0, ge=0)
    timeout_seconds: float = Field(60.0, gt=0)

    @model_validator(mode="after")
    def _pages_or_exports(self) -> "Http":
        if self.answer == "page" and (self.job or self.empty_status):
            raise ValueError("`job` and `empty_status` are for exports: set `answer: lines` or `answer: zip`")
        if self.answer != "page" and self.paging:
            raise ValueError(f"`answer: {self.answer}` is one file without pages; leave out `paging`")
        return self

    def secrets(self) -> list[str]:
        """Every secret of the settings, which no text may show."""
        values = [getattr(self.auth, name) for name in type(self.auth).model_fields] if self.auth else []
        texts = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        return [text for text in texts if text]


class Sql(Asked):
    """A query of any database that SQLAlchemy can reach."""

    url: SecretStr = Field(description="SQLAlchemy's address: postgresql+pg8000://user:${PASSWORD}@host/name")
    query: str = Field(description="One select; :from, :until, :first_date and :last_date are the window's")

    @field_validator("query")
    @classmethod
    def _reads_only(cls, query: str) -> str:
        if query.strip().split(maxsplit=1)[0].lower() not in ("select", "with"):
            raise ValueError("expected a query that begins with select or with")
        return query


def moments(window: Window) -> dict[str, dt.datetime | dt.date]:
    """What the placeholders of a window stand for."""
    assert window.first is not None
    from_, until = (dt.datetime.combine(day, dt.time(), dt.UTC) for day in (window.first, window.last + _DAY))
    days = {"first_date": window.first, "last_date": window.last}
    return {"day_before": from_ - _DAY, "from": from_, "until": until, **days}


def split_window(window: Window, history_from: dt.date, days: int | None) -> list[Window]:
    """Split a window into windows of at most `days` days, oldest first."""
    first = window.first or min(history_from, window.last)
    if days is None:
        return [Window(first, window.last)]
    starts = [first + dt.timedelta(n) for n in range(0, (window.last - first).days + 1, days)]
    return [Window(start, min(start + dt.timedelta(days - 1), window.last)) for start in starts]


def fill_in(value: Any, window: Window) -> Any:
    """Replace {from}, {until} (its end, exclusive), {day_before}, {first_date} and {last_date} in all texts of `value`.

    `:unix` and `:unix_ms` after the first three give seconds and milliseconds, and a text that is one placeholder of
    this kind becomes a number; a form such as `:%Y%m%dT%H` writes any of them.
    """
    if isinstance(value, dict):
        return {key: fill_in(item, window) for key, item in value.items()}
    if isinstance(value, list):
        return [fill_in(item, window) for item in value]
    if not isinstance(value, str):
        return value
    values = moments(window)

    def replaced(match: re.Match[str]) -> str | int:
        moment, form = values[match[1]], match[2]
        if form and form.startswith("%"):
            return moment.strftime(form)
        if not isinstance(moment, dt.datetime):
            return moment.isoformat()
        if form is None:
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        return int(moment.timestamp()) * (1000 if form == "unix_ms" else 1)

    whole = _PLACEHOLDER.fullmatch(value)
    return replaced(whole) if whole else _PLACEHOLDER.sub(lambda match: str(replaced(match)), value)
