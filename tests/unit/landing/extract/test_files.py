"""Files as spreadsheets, other systems and disks leave them: they land, or one line names the file."""

import gzip

import duckdb
import pytest

from orchestration.common.workspace import Workspace
from orchestration.landing.config.sources_file import load_sources
from orchestration.landing.pull import land
from tests.support.landing_tools import EVERYTHING, landed, pull, refused, rejected

CRM = """
sources:
  crm:
    entity: accounts
    path: a.csv
    columns: {account_id: Id, signed_up_at: Create Date, account_name: '"Account Name"'}
"""
TEXT = 'Id,Create Date,Account Name\n7,2025-01-05,"Acmé, Inc."\n8,2025-01-06,Ünder\n'
EXPECTED = [("7", "Acmé, Inc."), ("8", "Ünder")]


SEMICOLONS = TEXT.replace(",", ";").replace("Acmé;", "Acmé,")
COMMAS_IN_A_NAME = """"Id";"Create Date";"Account Name";"ARR, in EUR, per year, net"
7;2025-01-05;"Acmé, Inc.";3
8;2025-01-06;Ünder;4
"""


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        (TEXT.encode(), ""),
        (b"\xef\xbb\xbf" + TEXT.encode(), ""),
        (TEXT.encode("utf-16"), ""),
        (TEXT.encode("utf-16-le"), "encoding: utf-16-le"),
        (TEXT.encode("cp1252"), "encoding: cp1252"),
        (TEXT.replace("\n", "\r\n").encode(), ""),
        (TEXT.replace("\n", "\r\n", 1).encode(), ""),
        (TEXT.replace("\n", "\r").encode(), ""),
        (("sep=;\r\n" + SEMICOLONS).encode(), ""),
        (("sep=;\n" + SEMICOLONS).replace("\n", "\r\n").encode(), ""),
        (SEMICOLONS.encode(), ""),
        (COMMAS_IN_A_NAME.encode(), ""),
        (SEMICOLONS.replace(";", "^").encode(), 'delimiter: "^"'),
        (TEXT.replace('"', "'").encode(), 'quote: "\'"'),
    ],
)
def test_a_csv_file_lands_however_it_was_saved(workspace: Workspace, content: bytes, keys: str):
    (workspace.root / "a.csv").write_bytes(content)
    pull(workspace, CRM + f"    {keys}\n")
    assert landed(workspace, "accounts", "account_id, account_name") == EXPECTED
    assert rejected(workspace) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv.gz", gzip.compress(TEXT[:40].encode()) + gzip.compress(TEXT[40:].encode())),
        ("a.csv.gz", gzip.compress(TEXT.encode()) + bytes(512)),
        ("a.csv.gz", gzip.compress(TEXT[:40].encode()) + gzip.compress(TEXT[40:].encode()) + bytes(512)),
    ],
)
def test_gzip_of_several_members_or_with_padding_lands(workspace: Workspace, name: str, content: bytes):
    (workspace.root / name).write_bytes(content)
    pull(workspace, CRM.replace("a.csv", name))
    assert landed(workspace, "accounts", "account_id, account_name") == EXPECTED


@pytest.mark.parametrize(
    "path", ["${FOLDER}/a_{date}.csv", "{a: '${FOLDER}/a_{date}.csv'}\n    query: select * from a", "${FOLDER}/a_*.csv"]
)
def test_a_folder_that_the_environment_names_may_hold_what_is_a_pattern_elsewhere(workspace: Workspace, path: str):
    for name in ("o'brien [x] *", "o'brien x y"):  # the second is what a pattern would find
        (workspace.root / name).mkdir()
        (workspace.root / name / "a_2025-01-07.csv").write_text(TEXT if name.endswith("*") else "Id,Create Date\n9,x\n")
    workspace.sources_file.write_text(CRM.replace("path: a.csv", f"path: {path}"))
    sources = load_sources(workspace.sources_file, {"FOLDER": str(workspace.root / "o'brien [x] *")})
    land(workspace, sources, "crm", EVERYTHING, report=lambda line: None)
    assert landed(workspace, "accounts", "account_id, account_name") == EXPECTED


@pytest.mark.parametrize(
    "content",
    [
        b"7,Id@acme.test,2025-01-05\n8,ben@acme.test,2025-01-06\n",
        b"7,Id@acme.test,\n8,ben@acme.test,2025-01-06\n",
        b"Id@acme.test,Id@acme.test\nben@acme.test,Ben\n",
    ],
)
def test_what_is_said_of_a_file_without_a_header_shows_nobody_of_it(workspace: Workspace, content: bytes):
    (workspace.root / "a.csv").write_bytes(content)
    message = refused(workspace, CRM)
    assert "@" not in message
    assert "a first line with" in message


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (TEXT.encode("utf-16-le"), "holds zero bytes, expected text; if it is UTF-16, set `encoding: utf-16-le`"),
        (b"Id,Id,Create Date\n7,7,2025-01-05\n", "expected a first line with a different name for each column"),
        (b"Id,,Create Date\n7,7,2025-01-05\n", "expected a first line with a different name for each column"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line_that_names_the_file(
    workspace: Workspace, content: bytes, told: str
):
    (workspace.root / "a.csv").write_bytes(content)
    message = refused(workspace, CRM)
    assert str(workspace.root / "a.csv") in message
    assert told in message


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_a_line_end_of_another_kind_far_into_a_file_costs_nothing(workspace: Workspace, end: str):
    rows = "".join(f"{i},2025-01-05,name of some length {i}\n" for i in range(4000))
    (workspace.root / "a.csv").write_bytes((f"Id,Create Date,Account Name\n{rows}last,2025-01-05,x{end}").encode())
    assert pull(workspace, CRM).landed == 4001


def test_a_quote_that_is_never_closed_fails_the_file_since_it_takes_lines_along(workspace: Workspace):
    """Regression: 99,900 rows after it were neither landed nor rejected."""
    rows = [f"{i},2025-01-05,x" for i in range(200)]
    rows[100] = '100,2025-01-05,"19 inch'
    (workspace.root / "a.csv").write_text("Id,Create Date,Account Name\n" + "\n".join(rows) + "\n")
    assert "a.csv line 102: a quote is not closed" in refused(workspace, CRM)


def test_a_wrong_encoding_is_refused(workspace: Workspace):
    (workspace.root / "a.csv").write_bytes(TEXT.encode())
    assert "is not utf-16-le" in refused(workspace, CRM + "    encoding: utf-16-le\n")
    assert "unknown encoding: klingon" in refused(workspace, CRM + "    encoding: klingon\n")


EMPTY = {
    "csv": b"",
    "json": b"[]",
    "jsonl": b"",
    "csv.gz": gzip.compress(b""),
    "jsonl.gz": gzip.compress(b"\n"),
    "parquet": b"",
}


@pytest.mark.parametrize("ending", EMPTY)
@pytest.mark.parametrize("all_empty", [False, True])
def test_an_empty_day_is_an_empty_day_in_every_format(workspace: Workspace, ending: str, all_empty: bool):
    """Regression: one empty file failed the whole source."""
    kind = ending.removesuffix(".gz")
    for day in (1, 3):
        path = workspace.root / f"e_2025-01-0{day}.{ending}"
        if all_empty:
            path.write_bytes(EMPTY[ending])
            continue
        compressed = ", compression gzip" if ending.endswith("gz") else ""
        form = {"csv": "format csv, header", "json": "format json, array true", "jsonl": "format json"}.get(kind)
        duckdb.execute(
            f"copy (select '{day}' as event_id, 'a' as account_id, 'x' as event_name, timestamp '2025-01-0{day} 10:00:00' "
            f"as occurred_at) to '{path}' ({form or 'format parquet'}{compressed})"
        )
    (workspace.root / f"e_2025-01-02.{ending}").write_bytes(EMPTY[ending])
    manifest = pull(
        workspace, f"sources:\n  web:\n    entity: events\n    path: e_{{date}}.{ending}\n    primary_key: event_id\n"
    )
    assert (manifest.landed, manifest.rejected) == (0 if all_empty else 2, 0)
    assert "2025-01-02" not in manifest.missing_days


def test_a_reject_of_a_file_that_was_written_again_names_the_file_as_it_was(workspace: Workspace):
    (workspace.root / "a.csv").write_bytes((TEXT + "9,soon,Nine\n10,2025\n").encode("utf-16"))
    pull(workspace, CRM)
    paths = [str(path) for path in (workspace.lake / "crm").rglob("rejects/*.parquet")]
    origins = duckdb.execute(f"select distinct origin from read_parquet({paths})").fetchall()
    assert origins == [("a.csv",)]
