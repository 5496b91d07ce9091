"""The serving schema of PostgreSQL as SQL: where rows lie, what analysts see, who sees what.

Belongs here: statements, as texts. Does not belong here: running them (load.py).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.common.errors import UserError
from orchestration.common.sql_text import named, quoted
from orchestration.publishing.snapshot.parts import Mart
from orchestration.publishing.snapshot.row_access import own_rows

STORE = "onboarding_store"
ANALYST, CSM = "onboarding_analyst", "onboarding_csm"
_LONGEST_NAME = 63

BOOKKEEPING = f"""
create schema if not exists {STORE};
create table if not exists {STORE}.snapshots (
    snapshot_id text primary key, data_date date, rubric_version text, code_version text,
    published_at timestamptz not null default now()
);
create table if not exists {STORE}.parts (
    part_id bigint generated always as identity primary key, file text not null, fingerprint text not null,
    table_name text not null, n_rows bigint not null,
    unique (file, fingerprint, table_name)
);
create table if not exists {STORE}.snapshot_parts (
    snapshot_id text references {STORE}.snapshots on delete cascade, part_id bigint references {STORE}.parts,
    primary key (snapshot_id, part_id)
);
create table if not exists {STORE}.current_snapshot (
    is_the_one boolean primary key default true check (is_the_one),
    snapshot_id text not null references {STORE}.snapshots
);
alter table if exists {STORE}.books rename to account_owners;
create table if not exists {STORE}.account_owners (account_id text primary key, csm_id text);
create table if not exists {STORE}.views (
    view_name text primary key, table_name text not null, statements text not null
);
"""
PARTS_OF_NO_SNAPSHOT = f"""
select table_name, part_id from {STORE}.parts where part_id not in (select part_id from {STORE}.snapshot_parts)
"""
TABLES_OF_NO_PART = f"""
select tablename from pg_tables
where schemaname = '{STORE}' and tablename ~ '_[0-9a-f]{{8}}$'
    and tablename not in (select table_name from {STORE}.parts union select table_name from {STORE}.views)
"""

# what readers' views need to see of it
READABLE = ("snapshots", "snapshot_parts", "current_snapshot")


def roles() -> str:
    """Two roles that log nobody in and may only read: people's own roles are made members of one."""
    return "".join(
        f"do $$ begin if not exists (select from pg_roles where rolname = {quoted(role)}) "
        f"then create role {role} nologin; end if; end $$;"
        for role in (ANALYST, CSM)
    )


@dataclass(frozen=True)
class ServedMart:
    """A mart and its columns with their types in DuckDB."""

    mart: Mart
    columns: tuple[tuple[str, str], ...]

    @property
    def table(self) -> str:
        """Name of the table that keeps its rows; other columns make another table."""
        shape = hashlib.sha256(repr(self.columns).encode()).hexdigest()[:8]
        name = f"{self.mart.schema}_{self.mart.name}_{shape}"
        if len(name) > _LONGEST_NAME:
            raise UserError(
                f"mart {self.mart}: PostgreSQL allows names of {_LONGEST_NAME} letters, {name} has {len(name)}"
            )
        return name

    def create_table(self) -> str:
        """The table of its rows, each marked with the part it came in, closed to all but those with a policy."""
        columns = ", ".join(f"{named(name)} {_type(self.mart, name, kind)}" for name, kind in self.columns)
        where = f"{STORE}.{self.table}"
        return (
            f"create table if not exists {where} (part_id bigint not null, {columns});"
            f"create index if not exists {named(self.table[:58] + '_part')} on {where} (part_id);"
            f"alter table {where} enable row level security;"
            f"{_policy(where, ANALYST, 'true')}{_policy(where, CSM, self.own_rows())}"
            f"grant select on {where} to {ANALYST}, {CSM};"
        )

    def own_rows(self) -> str:
        """Condition for what a CSM may see."""
        return own_rows([name for name, _ in self.columns], "= current_user", f"{STORE}.account_owners") or "true"

    def create_view(self) -> str:
        """The view that analysts query: the rows of the current snapshot, as the reader is allowed to see them."""
        columns = ", ".join(named(name) for name, _ in self.columns)
        comments = [(f"view {self.mart}", self.mart.description)]
        comments += [(f"column {self.mart}.{named(name)}", self.mart.about(name)) for name, _ in self.columns]
        return (
            f"create schema if not exists {self.mart.schema}; drop view if exists {self.mart};"
            f"create view {self.mart} with (security_invoker = true) as select {columns} from {STORE}.{self.table} "
            f"where part_id in (select part_id from {STORE}.snapshot_parts "
            f"inner join {STORE}.current_snapshot using (snapshot_id));"
            f"grant usage on schema {self.mart.schema} to {ANALYST}, {CSM};"
            f"grant select on {self.mart} to {ANALYST}, {CSM};"
            + "".join(f"comment on {thing} is {quoted(text)};" for thing, text in comments)
        )


def grants() -> str:
    """What both roles may read of the bookkeeping; a CSM sees own accounts only."""
    readable = "".join(f"grant select on {STORE}.{table} to {ANALYST}, {CSM};" for table in READABLE)
    owners = f"{STORE}.account_owners"
    return (
        f"grant usage on schema {STORE} to {ANALYST}, {CSM};{readable}"
        f"alter table {owners} enable row level security; grant select on {owners} to {CSM};"
        f"{_policy(owners, CSM, 'csm_id = current_user')}"
    )


def prune(snapshots: Iterable[str]) -> str:
    """Give up all snapshots but these and the current one."""
    kept = ", ".join(map(quoted, ["", *snapshots]))
    return (
        f"delete from {STORE}.snapshots where snapshot_id not in ({kept}) "
        f"and snapshot_id not in (select snapshot_id from {STORE}.current_snapshot)"
    )


def _policy(where: str, role: str, condition: str) -> str:
    return (
        f"drop policy if exists {role} on {where};"
        f"create policy {role} on {where} for select to {role} using ({condition});"
    )


def _type(mart: Mart, column: str, kind: str) -> str:
    plain = {
        "VARCHAR": "text",
        "DOUBLE": "double precision",
        "FLOAT": "real",
        "INTEGER": "integer",
        "BIGINT": "bigint",
        "SMALLINT": "smallint",
        "TINYINT": "smallint",
        "BOOLEAN": "boolean",
        "DATE": "date",
        "TIMESTAMP": "timestamp",
        "TIMESTAMP WITH TIME ZONE": "timestamptz",
        "HUGEINT": "numeric(38)",
    }
    if kind in plain:
        return plain[kind]
    if re.fullmatch(r"DECIMAL\(\d+,\s*\d+\)", kind):
        return kind.replace("DECIMAL", "numeric")
    raise UserError(f"mart {mart}, column {column}: PostgreSQL has no type for {kind}")
