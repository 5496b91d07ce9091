"""A vendor's API on loopback that pages through records and misbehaves as told, for tests of connectors."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, dict[str, str], bytes]
Fault = Callable[[BaseHTTPRequestHandler, Answer], Answer | None]


@dataclass
class Vendor:
    """What the server answers: `page(path, query, body)` gives a document; `faults` break the n-th answers."""

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
                answer = (200, {"Content-Type": "application/json", **headers}, json.dumps(document).encode())
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
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    vendor.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield vendor
    finally:
        server.shutdown()
        server.server_close()
