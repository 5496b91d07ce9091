"""Fetch what an API exports: JSON lines, plain, compressed or in a zip; at once, or by a job that takes time.

Belongs here: jobs, downloads and what a usable file is. Does not belong here: pages (http.py), mapping.
"""

import gzip
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import quote

from requests import RequestException

from orchestration.common.window import Window
from orchestration.landing.config.connectors import Http, Job, fill_in
from orchestration.landing.extract.api.paging import IncompletePullError, value_at
from orchestration.landing.extract.api.session import Asking, expect_ok, is_no_json, one_line_errors, open_session
from orchestration.landing.lake.payload import Payload

_BLOCK_BYTES = 1_048_576
_BEGINNINGS = {"zip": (b"PK\x03\x04", b"PK\x05\x06"), "lines": (b"{", b"\x1f\x8b")}


def fetch_export(where: str, http: Http, window: Window, payload: Payload) -> None:
    """Write every line of a window's export into `payload`.

    Raises UserError (one line, without secrets) when the API does not answer, or not with the whole of an export.
    """
    answer = payload.folder / "answer"
    with one_line_errors(where, http):
        request = {
            "method": http.method,
            "url": fill_in(http.url, window),
            "params": fill_in(http.params, window),
            "json": fill_in(http.body, window),
        }
        if http.job:
            request = {"method": "GET", "url": _finished(http, http.job, request)}
        if _download(http, request, answer):
            for line in _lines(answer):
                payload.write(line)
        answer.unlink(missing_ok=True)


def _finished(http: Http, job: Job, request: dict[str, Any]) -> str:
    """Ask for an export and wait for it; return the address of its file."""
    asking = open_session(http, is_no_json)
    job_id = _value(_document(asking, request), job.id)
    state_request = {"method": "GET", "url": _inserted(job.url, id=job_id)}
    deadline = time.monotonic() + job.limit_seconds
    while True:
        document = _document(asking, state_request)
        state = _value(document, job.status)
        if state == job.done:
            file_id = _value(document, job.file) if job.file else ""
            return _inserted(job.file_url, id=job_id, file=file_id)
        if state in job.failed:
            raise IncompletePullError(f"the export ended as {state}")
        if time.monotonic() > deadline:
            raise IncompletePullError(f"the export was still {state} after {job.limit_seconds:.0f} seconds")
        time.sleep(job.poll_seconds)


def _document(asking: Asking, request: dict[str, Any]) -> Any:
    response = asking.send(request)
    response.raise_for_status()
    if response.is_redirect:
        raise IncompletePullError(f"answered {response.status_code}, expected 200")
    return response.json()


def _value(document: Any, path: str) -> str:
    value = value_at(document, path)
    if value in (None, ""):
        raise IncompletePullError(f"an answer about the export has nothing at {path}")
    return str(value)


def _inserted(address: str, **values: str) -> str:
    """Put an answer of the vendor into an address, of which it may only be one part."""
    for name, value in values.items():
        address = address.replace(f"{{{name}}}", quote(value, safe=""))
    return address


def _download(http: Http, request: dict[str, Any], path: Path) -> bool:
    """Bring an answer here, asking again when it breaks off or is no export; False when there is nothing to bring."""
    asking = open_session(http, lambda response: False)
    for attempt in range(1, http.attempts + 1):
        try:
            with asking.send(request, stream=True) as response:
                if response.status_code == http.empty_status:
                    return False
                expect_ok(response)
                with path.open("wb") as file:
                    for block in response.iter_content(_BLOCK_BYTES):
                        file.write(block)
            _check_beginning(http, path)
            return True
        except (RequestException, IncompletePullError) as error:
            has_status = isinstance(error, RequestException) and error.response is not None
            if attempt == http.attempts or has_status:  # the session itself has asked again for what may pass
                raise
            time.sleep(http.backoff_seconds * 2**attempt)
    raise AssertionError("unreachable")


def _check_beginning(http: Http, path: Path) -> None:
    with path.open("rb") as file:
        beginning = file.read(64).lstrip()
    is_nothing = http.answer == "lines" and not beginning
    if not is_nothing and (beginning.strip() == b"{}" or not beginning.startswith(_BEGINNINGS[http.answer])):
        raise IncompletePullError(f"answered 200 with something that is no export ({http.answer})")


def _lines(path: Path) -> Iterator[bytes]:
    """Each line of an export that holds anything.

    Raises IncompletePullError when the file is damaged or ends in words (a vendor's "terminated early") and not in
    records.
    """
    try:
        for stream in _streams(path):
            for line in stream:
                text = line.strip()
                if text and not text.startswith(b"{"):
                    raise IncompletePullError(
                        f"the export holds a line that is no record: {text[:40].decode(errors='replace')}"
                    )
                if text:
                    yield text
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise IncompletePullError(f"the export is damaged ({type(error).__name__})") from None


def _streams(path: Path) -> Iterator[BinaryIO]:
    """The files of an export, unpacked; names inside a zip are never used as paths."""
    with ExitStack() as opened:
        if not zipfile.is_zipfile(path):
            yield _unpacked(opened.enter_context(path.open("rb")))
            return
        archive = opened.enter_context(zipfile.ZipFile(path))
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            if not member.is_dir():
                yield _unpacked(cast("BinaryIO", opened.enter_context(archive.open(member))))


def _unpacked(file: BinaryIO) -> BinaryIO:
    beginning = file.read(2)
    file.seek(0)
    return cast("BinaryIO", gzip.GzipFile(fileobj=file)) if beginning == b"\x1f\x8b" else file
