"""The form of sources.yml: what an entry may contain, checked before anything is read.

Belongs here: keys, their types, environment values, and one clear line for a mistake.
Does not belong here: looking at a source's files (files.py) or evaluating expressions (mapping.py).
"""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import duckdb
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from orchestration.common.errors import UserError, did_you_mean
from orchestration.landing.config.connectors import SCHEME, Asked, Http, Sql, Storage
from orchestration.landing.config.contract import ENTITIES, PERSONAL, Entity
from orchestration.landing.config.dated_names import DatedName
from orchestration.landing.config.environment import with_environment
from orchestration.landing.privacy.scrubbing import Scrub


def _as_sql(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("YAML reads on, off, yes and no as true or false; put the word in quotes")
    return str(value) if isinstance(value, int | float) else value


Expression = Annotated[str, BeforeValidator(_as_sql)]


class Source(BaseModel):
    """One entry under `sources`: what to read and how a record becomes canonical rows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entity: str = Field(description="Entity of the input contract that this source feeds")
    connector: Literal["files", "http", "sql"] | None = Field(None, description="How it is read; default by the key")
    path: str | dict[str, str] | None = Field(
        None, description="File or glob, with or without {date}, on disk or s3://…; or named files for `query`"
    )
    storage: Storage | None = Field(None, description="The S3-compatible store of a path s3://…")
    http: Http | None = Field(None, description="An endpoint of a JSON API, in place of `path`")
    sql: Sql | None = Field(None, description="A query of a database, in place of `path`")
    snapshot: bool = Field(
        False, description="Records of an API or a database show the state of now: known on the last day of the pull"
    )
    format: Literal["csv", "json", "jsonl", "parquet"] | None = Field(
        None, description="When the ending does not give it"
    )
    records: str | None = Field(
        None, description="JSON: path of the list of records in a file or page, dots between keys"
    )
    fields: dict[str, str] | None = Field(None, description="JSON: declared shape; an absent key reads as null")
    query: str | None = Field(None, description="SQL from the named files (or `record`) that yields the records")
    where: str | None = Field(None, description="SQL condition; records that fail it are counted as filtered")
    timezone: str | None = Field(None, description="For times without a zone; dates are never shifted")
    columns: dict[str, Expression] = Field(default_factory=dict, description="Canonical column → SQL over the record")
    rows: list[dict[str, Expression]] | None = Field(
        None, description="One record → several rows: each item overrides `columns`; `if` is its condition"
    )
    primary_key: list[str] | str | None = Field(None, description="Record columns that identify a record")
    event_time: str | None = Field(None, description="Canonical column with the day a row became known")
    immutable: list[str] = Field(
        default_factory=list, description="attribute_… columns that never change, so they count from sign-up"
    )
    max_rejected_ratio: float = Field(0.05, ge=0, le=1, description="A larger share of rejects fails the check")
    expected_every_days: int | None = Field(None, ge=1, description="It is late when its newest day is older than this")
    description: str | None = Field(None, description="For readers")

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> "Source":
        given = [
            name for name, value in (("files", self.path), ("http", self.http), ("sql", self.sql)) if value is not None
        ]
        if len(given) != 1:
            raise ValueError("expected one of `path` (files), `http` (an API) and `sql` (a database)")
        if self.connector not in (None, given[0]):
            raise ValueError(
                f"connector {self.connector} needs `{'path' if self.connector == 'files' else self.connector}`"
            )
        for path in self.named_paths.values():
            DatedName.of(path)
        in_bucket = {path.startswith(SCHEME) for path in self.named_paths.values()}
        if len(in_bucket) > 1 or (self.storage is not None and not self.in_bucket):
            raise ValueError("`storage` and paths of s3:// go together, for all files of a source or for none")
        if self.http is not None and self.http.answer != "page" and self.records:
            raise ValueError("`records` is for pages; each line of an export is a record")
        if self.http is not None and not self.fields:
            raise ValueError("`http` needs `fields`: an answer without records has no keys to learn them from")
        if self.snapshot and given == ["files"]:
            raise ValueError("`snapshot` is for APIs and databases; a dated file has the day it was known in {date}")
        return self

    @property
    def contract(self) -> Entity:
        """The entity this source feeds."""
        return ENTITIES[self.entity]

    @property
    def asked(self) -> Asked | None:
        """How an API or a database is asked; None for files."""
        return self.http or self.sql

    @property
    def named_paths(self) -> dict[str, str]:
        """File patterns by name; a single path is named `record`."""
        return self.path if isinstance(self.path, dict) else {"record": self.path or ""}

    @property
    def in_bucket(self) -> bool:
        """True when its files lie in a bucket."""
        return any(path.startswith(SCHEME) for path in self.named_paths.values())

    @property
    def is_dated(self) -> bool:
        """True when a file belongs to one day, named by {date}, or a pull does."""
        return self.snapshot or any(DatedName.of(path).form for path in self.named_paths.values())

    @property
    def key_columns(self) -> list[str]:
        """`primary_key` as a list; empty when the entity's own key applies."""
        return [self.primary_key] if isinstance(self.primary_key, str) else list(self.primary_key or [])


class SourcesFile(BaseModel):
    """The whole of sources.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pii: list[str] = Field(default_factory=list, description="Canonical columns to pseudonymise, in every source alike")
    scrub: Scrub | None = Field(None, description="Free texts to take e-mail addresses and telephone numbers out of")

    @property
    def personal_columns(self) -> frozenset[str]:
        """Columns about people or in their own words, which are for analysts and never for pages that anyone opens."""
        named = {*PERSONAL, *self.pii, *(self.scrub.columns if self.scrub else [])}
        return frozenset(named - ENTITIES["accounts"].columns.keys())

    rejects_kept_days: int = Field(90, ge=1, description="Rejects hold records as received; older ones are removed")
    timezone: str = Field("UTC", description="For times without a zone, unless a source sets its own")
    sources: dict[str, Source] = Field(description="Name of the source (its folder in the lake) → what to pull")


def load_sources(path: Path, environment: dict[str, str] | None = None) -> SourcesFile:
    """Read and check a sources.yml.

    Raises UserError with one line that names the file, the key and what was expected.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        raise UserError(f"{path}: cannot be read: {error}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" line {mark.line + 1}" if mark else ""
        raise UserError(f"{path}{place}: not readable as YAML: {getattr(error, 'problem', error)}") from None
    if not isinstance(document, dict) or not isinstance(document.get("sources"), dict) or not document["sources"]:
        raise UserError(f"{path}: expected a mapping with at least one entry under 'sources'")
    values = dict(os.environ) if environment is None else environment
    try:
        loaded = SourcesFile.model_validate(with_environment(document, values, str(path)))
    except ValidationError as error:
        raise UserError(_first_problem(path, error)) from None
    for name, source in loaded.sources.items():
        _check_source(f"{path} → sources.{name}", name, source, loaded.timezone)
    known = {column for entity in ENTITIES.values() for column in entity.columns}
    texts = {"pii": loaded.pii, "scrub.columns": loaded.scrub.columns if loaded.scrub else []}
    for place, column in ((place, column) for place, columns in texts.items() for column in columns):
        if column not in known:
            raise UserError(f"{path} → {place}: unknown canonical column '{column}'{did_you_mean(column, known)}")
        if any(entity.columns.get(column, "VARCHAR") != "VARCHAR" for entity in ENTITIES.values()):
            raise UserError(f"{path} → {place}: '{column}' is no text; only texts can be hidden")
    return loaded


def _first_problem(path: Path, error: ValidationError) -> str:
    problem = error.errors()[0]
    place = ".".join(str(part) for part in problem["loc"] if part not in ("str", "dict[str,str]"))
    key = str(problem["loc"][-1])
    if problem["type"] == "extra_forbidden":
        known = list(Source.model_fields if len(problem["loc"]) > 2 else SourcesFile.model_fields)
        return f"{path} → {place}: unknown key{did_you_mean(key, known)} (known: {', '.join(known)})"
    if problem["type"] == "missing":
        return f"{path} → {place}: required and not given"
    if problem["type"] == "literal_error":
        return f"{path} → {place}: '{problem['input']}' is not one of {problem['ctx']['expected']}"
    if problem["type"] == "value_error":
        return f"{path} → {place}: {problem['ctx']['error']}"
    return f"{path} → {place}: {problem['msg'].lower()}, got {type(problem['input']).__name__}"


def _check_source(where: str, name: str, source: Source, timezone: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise UserError(f"{where}: a source's name is lower case letters, digits and _ (it becomes a folder)")
    if source.entity not in ENTITIES:
        known = ", ".join(ENTITIES)
        raise UserError(
            f"{where}.entity: unknown entity '{source.entity}'{did_you_mean(source.entity, ENTITIES)} (known: {known})"
        )
    if isinstance(source.path, dict) and source.query is None:
        raise UserError(f"{where}.query: required when `path` names several files ({', '.join(source.path)})")
    try:
        ZoneInfo(source.timezone or timezone)
    except (KeyError, ValueError, OSError):
        raise UserError(f"{where}.timezone: unknown time zone '{source.timezone or timezone}'") from None
    known_columns = set(source.contract.columns)
    for place, mapping in [
        ("columns", source.columns),
        *((f"rows[{i}]", row) for i, row in enumerate(source.rows or [])),
    ]:
        for column, expression in mapping.items():
            is_attribute = source.entity == "accounts" and re.fullmatch(r"attribute_[a-z0-9_]+", column)
            if column not in known_columns and not is_attribute and not (column == "if" and place != "columns"):
                raise UserError(
                    f"{where}.{place}.{column}: not a column of {source.entity}{did_you_mean(column, known_columns)}"
                    f" (known: {', '.join(source.contract.columns)})"
                )
            if not re.fullmatch(r"\w+", expression):  # a bare name is a column, also when SQL reserves the word
                _check_expression(f"{where}.{place}.{column}", f"select ({expression})")
    if source.event_time and source.event_time not in known_columns:
        raise UserError(
            f"{where}.event_time: not a column of {source.entity}{did_you_mean(source.event_time, known_columns)}"
        )
    for field, kind in (source.fields or {}).items():
        _check_expression(f"{where}.fields.{field}", f"select cast(null as {kind})")
    if source.where:
        _check_expression(f"{where}.where", f"select 1 where ({source.where})")
    if source.query:
        _check_expression(f"{where}.query", source.query)


def _check_expression(where: str, statement: str) -> None:
    """Let DuckDB's parser judge, without touching data: one select, nothing else."""
    try:
        parsed = duckdb.extract_statements(statement)
    except duckdb.Error as error:
        reason = str(error).split("\n")[0].removeprefix("Parser Error: ")
        raise UserError(f"{where}: not readable as SQL: {reason}") from None
    if len(parsed) != 1 or parsed[0].type != duckdb.StatementType.SELECT:
        raise UserError(f"{where}: expected one SQL expression, found a statement of another kind or several")
