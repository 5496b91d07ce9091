"""Landing an API's pages as a user's source would, or the same pages by a dlt pipeline; and the API, on loopback.

Belongs here: the pages, the source and the two ways. Does not belong here: measuring them (measure.py).
"""

import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.pull import land

PAGE_RECORDS = 1_000
_DAY = dt.date(2025, 1, 2)
_SOURCES = """
pii: [user_id]
sources:
  telemetry:
    entity: events
    http:
      url: ${URL}/events
      paging: {type: cursor, next: after, param: cursor, more: has_more}
    records: data
    fields: {id: VARCHAR, event: VARCHAR, account: STRUCT(id VARCHAR), user: VARCHAR, at: VARCHAR, properties: JSON}
    columns: {event_id: id, account_id: account.id, user_id: user, event_name: event, occurred_at: at}
"""


def _page(start: int, n_records: int) -> bytes:
    following = start + PAGE_RECORDS
    records = ",".join(
        f'{{"id":"e{number:09}","event":"Report Created","account":{{"id":"a{number % 9973:05}","plan":"pro"}},'
        f'"user":"u{number % 99991:06}","at":"2025-01-02T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z",'
        f'"properties":{{"report":{number % 977},"source":"web","duration":{number % 89}.5}}}}'
        for number in range(start, min(following, n_records))
    )
    return f'{{"data":[{records}],"after":"{following}","has_more":{str(following < n_records).lower()}}}'.encode()


def _serve(n_records: int) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments: object) -> None:
            pass

        def do_GET(self) -> None:
            content = _page(int(parse_qs(urlsplit(self.path).query).get("cursor", ["0"])[0]), n_records)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


@contextmanager
def api(n_records: int) -> Iterator[str]:
    """An API with so many events, in a process of its own; gives its address."""
    command = [sys.executable, "-m", "benchmarks.api", "serve", str(n_records)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()


def land_pages(root: Path, url: str) -> None:
    """Types, rejects, duplicates, pseudonyms, the pages as received, sorted Parquet, one commit."""
    shutil.rmtree(root, ignore_errors=True)
    (root / "seeds").mkdir(parents=True)
    (root / "sources.yml").write_text(_SOURCES)
    workspace = Workspace(root, root / "data")
    manifest = land(workspace, load_sources(workspace.sources_file, {"URL": url}), "telemetry", Window(_DAY, _DAY))
    print(manifest.landed)


def load_pages(root: Path, url: str) -> None:
    """The same pages by a dlt pipeline as its guide writes it, into Parquet files: no rejects, duplicates or pseudonyms."""
    shutil.rmtree(root, ignore_errors=True)
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}
    import dlt  # noqa: PLC0415 - it reads its settings when it is loaded
    from dlt.sources.helpers.rest_client import RESTClient  # noqa: PLC0415
    from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator  # noqa: PLC0415

    paging = JSONResponseCursorPaginator(cursor_path="after", cursor_param="cursor", has_more_path="has_more")
    client = RESTClient(base_url=url, paginator=paging, data_selector="data")
    events = dlt.resource(client.paginate("/events"), name="events", write_disposition="append")
    destination = dlt.destinations.filesystem(bucket_url=(root / "out").resolve().as_uri())
    pipeline = dlt.pipeline("bench", pipelines_dir=str(root / "work"), destination=destination, dataset_name="api")
    pipeline.run(events, loader_file_format="parquet")
    print(pipeline.last_trace.last_normalize_info.row_counts["events"])


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        _serve(int(sys.argv[2]))
    else:
        {"ours": land_pages, "dlt": load_pages}[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])
