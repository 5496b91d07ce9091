"""The snapshot as a Tableau extract, read back through Hyper."""

import datetime as dt
import importlib.util
from pathlib import Path

import duckdb
import pantab
import pytest

from orchestration.common.errors import UserError
from orchestration.publishing.exports.tableau import write_extract
from orchestration.publishing.snapshot.parts import Mart
from orchestration.publishing.snapshot.store import Snapshot, write_snapshot


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "create schema core; create schema scores;"
            "create table core.dim_accounts as from (values ('a', 'O''Brien \"& Söhne\" 🚀', date '2026-09-01'), ('b', null, null))"
            "as t(account_id, account_name, renewal_date);"
            "create table scores.fct_score_changes as from (values ('a', -0.5000::decimal(9, 4), timestamp '2026-06-30 12:00:00.25'),"
            "('b', null, null)) as t(account_id, change, \"at\")"
        )
    marts = [Mart("core", "dim_accounts"), Mart("scores", "fct_score_changes")]
    return write_snapshot(warehouse, marts, tmp_path / "published", {"data_date": "2026-06-30"})


def test_the_extract_holds_every_row_of_every_mart_under_its_own_name(snapshot, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    extract = tmp_path / "onboarding.hyper"
    assert write_extract(snapshot, extract) == 4
    assert write_extract(snapshot, extract) == 4  # over the one before
    assert set(tmp_path.iterdir()) - before == {extract}
    tables = pantab.frames_from_hyper(extract, return_type="pyarrow")
    assert sorted(tables["core", "dim_accounts"].to_pylist(), key=lambda row: row["account_id"]) == [
        {"account_id": "a", "account_name": 'O\'Brien "& Söhne" 🚀', "renewal_date": dt.date(2026, 9, 1)},
        {"account_id": "b", "account_name": None, "renewal_date": None},
    ]
    changes = sorted(tables["scores", "fct_score_changes"].to_pylist(), key=lambda row: row["account_id"])
    assert [row["change"] for row in changes] == [-0.5, None]
    assert changes[0]["at"].isoformat() == "2026-06-30T12:00:00.250000"


def test_without_the_extra_the_command_that_installs_it_is_named(snapshot, tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError, match="run `make install-tableau` first"):
        write_extract(snapshot, tmp_path / "onboarding.hyper")
