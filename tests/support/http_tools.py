"""A vendor's API on loopback that pages through records and misbehaves as told, and a help desk that asks it."""

import datetime as dt
import io
import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from orchestration.common.window import Window

Answer = tuple[int, dict[str, str], bytes]
Fault = Callable[[BaseHTTPRequestHandler, Answer], Answer | None]


@dataclass
class Vendor:
    """What the server answers: `page(path, query, body)` gives a document or a file's bytes; `faults` break the n-th."""

    page: Callable[[str, dict[str, str], Any], Any]
    faults: dict[int, Fault] = field(default_factory=dict)
    token: str | None = None
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    url: str = ""


def status(code: int, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, answer: (code, named, b'{"error": "not now"}')


def body(content: bytes, kind: str = "application/json") -> Fault:
    return lambda handler, answer: (200, {"Content-Type": kind}, content)


def reset(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    handler.connection.close()


def truncated(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    code, _, content = answer
    handler.send_response(code)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[: len(content) // 2])
    handler.wfile.flush()
    handler.connection.close()


def slow(seconds: float) -> Fault:
    def wait(handler: BaseHTTPRequestHandler, answer: Answer) -> Answer:
        time.sleep(seconds)
        return answer

    return wait


@contextmanager
def serve(vendor: Vendor) -> Iterator[Vendor]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments: object) -> None:
            pass

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            sent = json.loads(raw) if raw and "json" in self.headers.get("Content-Type", "") else raw.decode()
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            number = len(vendor.requests)
            vendor.requests.append((parts.path, query, sent))
            answer: Answer = (200, {"Content-Type": "application/json"}, b"")
            if (
                vendor.token
                and parts.path != "/token"
                and self.headers.get("Authorization") != f"Bearer {vendor.token}"
            ):
                answer = (401, {}, b"{}")
            else:
                document = vendor.page(parts.path, query, sent)
                headers = document.pop("_headers", {}) if isinstance(document, dict) else {}
                content = document if isinstance(document, bytes) else json.dumps(document).encode()
                answer = (200, {"Content-Type": "application/json", **headers}, content)
            if number in vendor.faults:
                changed = vendor.faults[number](self, answer)
                if changed is None:
                    self.close_connection = True
                    return
                answer = changed
            code, headers, content = answer
            self.send_response(code)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *arguments: object) -> None:
            pass  # broken connections are what some faults are

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    vendor.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield vendor
    finally:
        server.shutdown()
        server.server_close()


def lines(records: list[Any]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def zipped(*files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, content in enumerate(files):
            archive.writestr(f"../../{number}.json.gz", content)
    return packed.getvalue()


DAY = Window(dt.date(2025, 1, 2), dt.date(2025, 1, 2))
FORM = """
sources:
  help_desk:
    entity: tickets
    http:
      url: {url}/tickets
      auth: {auth}
      params: {{start_time: "{{from:unix}}", per_page: 3}}
      paging: {{type: cursor, next: after, param: cursor, instead_of: [start_time], end: end_of_stream}}
      attempts: 3
      backoff_seconds: 0.01
      timeout_seconds: 0.5
    records: tickets
    fields: {{id: VARCHAR, org: VARCHAR, status: VARCHAR, created: VARCHAR, updated: VARCHAR}}
    columns: {{ticket_id: id, account_id: org, created_at: created, updated_at: updated}}
"""
SECRET = "s3cret-token"


def ticket(number: int, **changes: Any) -> dict[str, Any]:
    base = {"id": f"t{number}", "org": "a", "status": "open", "created": "2025-01-01T09:00:00Z"}
    return {**base, "updated": f"2025-01-02T10:{number:02}:00Z", **changes}


TRUTH = [ticket(number) for number in range(8)]


def pages(records: list[Any], size: int = 3):
    def page(path: str, query: dict[str, str], sent: Any) -> Any:
        if path == "/token":
            return {"access_token": SECRET, "expires_in": 3600}
        start = int(query.get("cursor", 0))
        following = start + size
        return {
            "tickets": records[start:following],
            "after": str(following),
            "end_of_stream": following >= len(records),
        }

    return page


def form(vendor: Vendor, auth: str = f"{{type: bearer, token: {SECRET}}}") -> str:
    return FORM.format(url=vendor.url, auth=auth)
