"""Landing JSONL.gz as a user's source would, or DuckDB's plain `read_json` → Parquet of the same files: the limit.

Belongs here: the files, the source and the two ways. Does not belong here: measuring them (measure.py).
"""

import datetime as dt
import shutil
import sys
from pathlib import Path

import duckdb

from benchmarks.lake import LAST_DAY
from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.pull import land

_SOURCES = """
pii: [user_id]
sources:
  telemetry:
    entity: events
    path: files/{date}.jsonl.gz
    fields: {messageId: VARCHAR, event: VARCHAR, groupId: VARCHAR, userId: VARCHAR, timestamp: VARCHAR, product: VARCHAR}
    columns: {event_id: messageId, account_id: groupId, user_id: userId, event_name: event, occurred_at: timestamp,
              product_line: product}
"""


def write_files(lake: Path, root: Path, n_days: int) -> int:
    """Write the lake's last days as JSON lines with a bad line in ten thousand; return the number of lines."""
    files = root / "files"
    files.mkdir(parents=True, exist_ok=True)
    (root / "seeds").mkdir(exist_ok=True)
    (root / "sources.yml").write_text(_SOURCES)
    n_lines = 0
    with duckdb.connect() as connection:
        for back in range(n_days):
            day = LAST_DAY - dt.timedelta(back)
            (path,) = lake.glob(f"telemetry/*/events/known_on={day}/*.parquet")
            written = connection.execute(
                "copy (select case when row_number() over () % 10000 = 0 then '{broken' else to_json({messageId: "
                "event_id, event: event_name, groupId: account_id, userId: user_id, timestamp: "
                "strftime(occurred_at, '%Y-%m-%dT%H:%M:%S.%fZ'), product: product_line})::varchar end as line "
                f"from '{path}') to '{files / f'{day}.jsonl.gz'}' "
                "(format csv, header false, quote '', escape '', delimiter '\x01', compression gzip)"
            ).fetchall()
            n_lines += int(written[0][0])
    return n_lines


def land_all(root: Path) -> None:
    """Types, rejects, duplicates, pseudonyms, one sorted Parquet file a day, one commit."""
    data = root / "data"
    shutil.rmtree(data, ignore_errors=True)
    workspace = Workspace(root, data)
    sources = load_sources(workspace.sources_file, {})
    land(workspace, sources, "telemetry", Window(None, LAST_DAY))


def copy_all(root: Path) -> None:
    """Read the lines as JSON and write them as one Parquet file; lines that do not parse are skipped."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(
            f"copy (select * from read_json('{root}/files/*.jsonl.gz', format = 'newline_delimited', "
            "ignore_errors = true, columns = {messageId: 'VARCHAR', event: 'VARCHAR', groupId: 'VARCHAR', "
            "userId: 'VARCHAR', timestamp: 'TIMESTAMP', product: 'VARCHAR'})) "
            f"to '{root}/plain.parquet' (format parquet, compression zstd)"
        )


if __name__ == "__main__":
    {"ours": land_all, "plain": copy_all}[sys.argv[1]](Path(sys.argv[2]))
