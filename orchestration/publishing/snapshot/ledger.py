"""The scores of record: what was published is recorded once, and no later build differs unnoticed.

Belongs here: the ledger in the lake, what disagrees with it, and who may restate it. Does not belong here: any score
(models/), whether a build may be published at all (gate.py).
"""

import datetime as dt
import hashlib
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.common.atomic_files import replace_file, write_json
from orchestration.common.errors import UserError
from orchestration.common.seed_rows import read_rows
from orchestration.common.sql_text import listed_files, quoted
from orchestration.common.workspace import Workspace
from orchestration.landing.lake.commit import committed

_KEY = "account_id, scored_on, rubric_version"
_TYPES = (
    "account_id varchar, scored_on date, rubric_version integer, restatement_no integer, score decimal(9, 4), "
    "band varchar, reason varchar, approved_by varchar, recorded_at timestamp, code_version varchar, inputs varchar"
)
# engines and orders of summing may round the last decimal of a part differently
_ROUNDING = "0.001"


@dataclass(frozen=True)
class Restatement:
    """Days whose scores of record may be replaced, why, and on whose word."""

    first: dt.date
    last: dt.date
    reason: str
    approved_by: str

    @property
    def condition(self) -> str:
        """SQL for the days it is about."""
        return f"scored_on between date '{self.first}' and date '{self.last}'"


def record_scores(workspace: Workspace, first: dt.date | None, last: dt.date, code_version: str) -> int:
    """Append the published scores of the days built to the ledger; return how many rows are new.

    Raises UserError, with nothing written, when a score differs from the one on record and no restatement allows it.
    """
    permitted = restatements(workspace)
    inputs = _write_inputs(workspace.lake)
    folder = workspace.lake / "_ledger" / "scores"
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(str(workspace.marts))} as marts (read_only)")
        window = f"scored_on between date '{first or dt.date.min}' and date '{last}'"
        connection.execute(
            f"create table built as select {_KEY}, score, band from marts.scores.fct_account_scores "
            f"where is_published and {window}"
        )
        connection.execute(f"create table ledger ({_TYPES})")
        if files := sorted(folder.glob("*.parquet")):
            listed = listed_files([str(path) for path in files])
            connection.execute(f"insert into ledger by name select * from read_parquet({listed}) where {window}")
        connection.execute(
            "create table recorded as from ledger "
            "qualify row_number() over (partition by account_id, scored_on order by restatement_no desc) = 1"
        )
        connection.execute(
            f"""create table changed as
            select coalesce(built.account_id, recorded.account_id) as account_id,
                coalesce(built.scored_on, recorded.scored_on) as scored_on,
                coalesce(built.rubric_version, recorded.rubric_version) as rubric_version,
                built.score, built.band, recorded.score as score_of_record,
                recorded.account_id is not null as is_on_record,
                coalesce(recorded.restatement_no + 1, 0) as restatement_no
            from built full join recorded using (account_id, scored_on)
            where coalesce(built.scored_on, recorded.scored_on) in (select scored_on from built)
                and (recorded.account_id is null or built.account_id is null
                    or built.rubric_version <> recorded.rubric_version or built.band <> recorded.band
                    or coalesce(
                        abs(built.score - recorded.score) > {_ROUNDING}, built.score is distinct from recorded.score
                    ))"""
        )
        _refuse_unless_permitted(connection, permitted)
        reasons = "".join(f"when {one.condition} then {quoted(one.reason)} " for one in permitted)
        approvers = "".join(f"when {one.condition} then {quoted(one.approved_by)} " for one in permitted)
        reason = f"case when is_on_record then case {reasons}end end" if permitted else "null::varchar"
        approver = f"case when is_on_record then case {approvers}end end" if permitted else "null::varchar"
        temporary = folder / f".{secrets.token_hex(4)}.tmp"
        (n_rows,) = connection.execute(
            f"copy (select {_KEY}, restatement_no, score, band, {reason} as reason, {approver} as approved_by, "
            f"now()::timestamp as recorded_at, {quoted(code_version)} as code_version, {quoted(inputs)} as inputs "
            f"from changed order by scored_on, account_id) to {quoted(str(temporary))} (format parquet)"
        ).fetchall()[0]
    if n_rows:
        replace_file(temporary, folder / f"{last}-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}.parquet")
    temporary.unlink(missing_ok=True)
    _permit(workspace.lake).unlink(missing_ok=True)
    return int(n_rows)


def restatements(workspace: Workspace) -> list[Restatement]:
    """What may be restated: seeds/restatements.csv, and all days after something was forgotten.

    Raises UserError naming the line that lacks something or that no steward approved.
    """
    path = workspace.root / "seeds" / "restatements.csv"
    stewards = {row["steward"] for row in read_rows(path.with_name("stewards.csv"))}
    found = []
    for row in read_rows(path) if path.exists() else []:
        where = f"seeds/restatements.csv line {row['line']}"
        try:
            first, last = (dt.date.fromisoformat(row[name]) for name in ("from_date", "to_date"))
        except ValueError as error:
            raise UserError(f"{where}: {error}; expected days like 2026-06-01") from None
        if not row["reason"].strip() or row["approved_by"] not in stewards:
            raise UserError(f"{where}: expected a reason, and in approved_by one of {', '.join(sorted(stewards))}")
        found.append(Restatement(first, last, row["reason"], row["approved_by"]))
    if _permit(workspace.lake).exists():
        reason = json.loads(_permit(workspace.lake).read_text())["reason"]
        found.append(Restatement(dt.date.min, dt.date.max, reason, "request"))
    return found


def permit_once(lake: Path, reason: str) -> None:
    """Let the next build restate any day: the law asks for what was done, not a steward."""
    write_json(_permit(lake), {"reason": reason})


def _refuse_unless_permitted(connection: duckdb.DuckDBPyConnection, permitted: list[Restatement]) -> None:
    allowed = " or ".join(one.condition for one in permitted) or "false"
    count, first, last = connection.execute(
        f"select count(*), min(scored_on), max(scored_on) from changed where is_on_record and not ({allowed})"
    ).fetchall()[0]
    if not count:
        return
    account, day, was, now = connection.execute(
        "select account_id, scored_on, score_of_record, score from changed "
        f"where is_on_record and not ({allowed}) order by scored_on, account_id limit 1"
    ).fetchall()[0]
    raise UserError(
        f"not published: {count:,} scores from {first} to {last} differ from those on record (account {account} on "
        f"{day}: {was} on record, {now} now); give changed rules a rubric version of their own, or, if these days "
        "are to be restated, name them in seeds/restatements.csv with reason and approver"
    )


def _permit(lake: Path) -> Path:
    return lake / "_ledger" / "permit.json"


def _write_inputs(lake: Path) -> str:
    """Keep what the lake held as a manifest named by its checksum; return that name."""
    content = list(committed(lake))
    name = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:16]
    path = lake / "_ledger" / "inputs" / f"{name}.json"
    if not path.exists():
        write_json(path, content)
    return name
