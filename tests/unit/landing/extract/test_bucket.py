"""Files in a bucket land like files on disk; the store is a real S3 server on loopback."""

import datetime as dt
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.common.errors import UserError
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.pull import history_ends
from tests.support.landing_tools import event, landed, pull, refused, rejected

SECRET = "s3cret-of-the-store"
FORM = """
sources:
  web:
    entity: events
    path: s3://telemetry/app/date={{date}}/*.jsonl.gz
    storage: {{endpoint_url: "{url}", key: AKIA-the-key, secret: {secret}, region: us-east-1}}
    fields: {{id: VARCHAR, org: VARCHAR, name: VARCHAR, time: VARCHAR, user: VARCHAR, n: BIGINT}}
    columns: {{event_id: id, account_id: org, event_name: name, occurred_at: time, user_id: user}}
"""


class Store:
    """An S3 server, and a way to put objects into it."""

    def __init__(self, url: str, client: Any) -> None:
        self.url, self.client = url, client

    def put(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket="telemetry", Key=key, Body=content)

    def put_day(self, day: str, *records: dict | str, name: str = "part-0") -> None:
        lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
        self.put(f"app/date={day}/{name}.jsonl.gz", gzip.compress("\n".join(lines).encode()))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    store = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    store.start()
    yield "http://{}:{}".format(*store.get_host_and_port())
    store.stop()


@pytest.fixture
def store(server: str) -> Iterator[Store]:
    import boto3

    client = boto3.client(
        "s3", endpoint_url=server, aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1"
    )
    client.create_bucket(Bucket="telemetry")
    yield Store(server, client)
    for found in client.list_objects_v2(Bucket="telemetry").get("Contents", []):
        client.delete_object(Bucket="telemetry", Key=found["Key"])
    client.delete_bucket(Bucket="telemetry")


def form(store: Store) -> str:
    return FORM.format(url=store.url, secret=SECRET)


def on(number: int, day: int) -> dict:
    return event(number, time=f"2025-01-0{day}T10:00:00Z")


def test_a_day_lands_from_all_its_objects_and_nothing_stays_behind(workspace: Workspace, store: Store):
    store.put_day("2025-01-01", on(1, 1))
    store.put_day("2025-01-02", on(2, 2), "{broken")
    store.put_day("2025-01-02", on(3, 2), name="part-1")
    manifest = pull(workspace, form(store), Window(dt.date(2025, 1, 2), dt.date(2025, 1, 2)))
    assert (manifest.received, manifest.landed, manifest.rejected) == (3, 2, 1)
    assert landed(workspace, "events", "event_id, known_on::varchar") == [("e2", "2025-01-02"), ("e3", "2025-01-02")]
    assert rejected(workspace)[0][1] == "{broken"
    assert list(workspace.data_dir.rglob("*.gz")) == []
    origins = duckdb.execute(f"select origin from '{workspace.lake}/web/*/rejects/*.parquet'").fetchall()
    assert origins == [("s3://telemetry/app/date=2025-01-02/part-0.jsonl.gz",)]


def test_a_history_lands_and_tells_missing_days(workspace: Workspace, store: Store):
    for day in (1, 2, 4):
        store.put_day(f"2025-01-0{day}", on(day, day))
    workspace.sources_file.write_text(form(store))
    ends = history_ends(workspace, load_sources(workspace.sources_file, {}))
    assert (ends.first, ends.last) == (dt.date(2025, 1, 1), dt.date(2025, 1, 4))
    manifest = pull(workspace, form(store), Window(None, dt.date(2025, 1, 4)))
    assert manifest.landed == 3
    assert manifest.missing_days == ["2025-01-03"]


def test_the_same_files_in_a_folder_land_in_the_same_rows(workspace: Workspace, store: Store, tmp_path: Path):
    store.put_day("2025-01-01", *(on(number, 1) for number in range(50)), "{broken", on(7, 1))
    window = Window(None, dt.date(2025, 1, 31))
    pull(workspace, form(store), window)
    rows = landed(workspace, "events", "* exclude (source_id)")
    folder = tmp_path / "app" / "date=2025-01-01"
    folder.mkdir(parents=True)
    store.client.download_file("telemetry", "app/date=2025-01-01/part-0.jsonl.gz", str(folder / "part-0.jsonl.gz"))
    local = Workspace(tmp_path, tmp_path / "local")
    without = [line for line in form(store).split("\n") if "storage:" not in line]
    pull(local, "\n".join(without).replace("s3://telemetry/", ""), window)
    assert rows == landed(local, "events", "* exclude (source_id)")
    assert len(rows) == 50


def test_a_day_without_objects_is_reported(workspace: Workspace, store: Store):
    day = Window(dt.date(2025, 1, 2), dt.date(2025, 1, 2))
    assert "no file matches s3://telemetry/app/date={date}/*.jsonl.gz (asked for 2025-01-02)" in refused(
        workspace, form(store), day
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("s3://telemetry/", "s3://elsewhere/"), "no such bucket"),
        (("{url}", "http://127.0.0.1:9"), "it cannot be reached"),
        (("{url}", "http://store.example.org"), "expected an address that begins with https://"),
        (("path: s3://telemetry/", "path: "), "`storage` and paths of s3:// go together"),
    ],
)
def test_a_store_that_does_not_answer_is_one_line_errors(
    workspace: Workspace, store: Store, change: tuple[str, str], told: str
):
    yml = FORM.replace(*change).format(url=store.url, secret=SECRET)
    said = refused(workspace, yml, Window(None, dt.date(2025, 1, 2)), secret=SECRET)
    assert told in said
    assert "AKIA" not in said


def test_a_name_that_leads_out_of_the_folder_is_refused(workspace: Workspace, store: Store):
    store.put("app/date=2025-01-01/../../../../escaped.jsonl.gz", b"")
    yml = form(store).replace("app/date={date}/*.jsonl.gz", "**/*.jsonl.gz")
    assert "whose name is no path of a file" in refused(workspace, yml)
    assert not list(workspace.root.rglob("escaped*"))


def test_an_object_that_changes_while_it_is_read_is_tried_again(workspace: Workspace, store: Store, monkeypatch):
    store.put_day("2025-01-01", on(1, 1))
    from orchestration.landing.extract import bucket

    real = bucket.Bucket.find

    def found_larger(self: bucket.Bucket, patterns: list[str]) -> list[Path]:
        paths = real(self, patterns)
        self._sizes = {path: size + 1 for path, size in self._sizes.items()}
        return paths

    monkeypatch.setattr(bucket.Bucket, "find", found_larger)
    with pytest.raises(OSError, match="changed while it was read") as error:
        pull(workspace, form(store), Window(None, dt.date(2025, 1, 2)))
    assert not isinstance(error.value, UserError)
    assert landed(workspace, "events", "event_id") == []
