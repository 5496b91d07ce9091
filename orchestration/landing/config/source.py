"""The form of sources.yml: keys, their types and defaults.

Belongs here: what may be written. Does not belong here: reading the file and judging it (sources_file.py).
"""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from orchestration.landing.config.connectors import SCHEME, Asked, Http, Sql, Storage
from orchestration.landing.config.contract import ENTITIES, PERSONAL, Entity
from orchestration.landing.config.dated_names import DatedName
from orchestration.landing.privacy.scrubbing import Scrub


def _as_sql(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("YAML reads on, off, yes and no as true or false; put the word in quotes")
    return str(value) if isinstance(value, int | float) else value


def _as_text(value: Any) -> Any:
    if value is None:
        raise ValueError("YAML reads NULL and ~ as nothing; put the word in quotes")
    return _as_sql(value)


def _as_words(value: Any) -> Any:
    """YAML's true and numbers as the texts that a record holds."""
    if not isinstance(value, dict):
        return value
    return {
        str(_as_sql(word)): None if meant is None else str(meant).lower() if isinstance(meant, bool) else str(meant)
        for word, meant in value.items()
    }


Words = Annotated[dict[str, str | None], BeforeValidator(_as_words)]
Scale = Annotated[tuple[float, float], Field(description="Lowest and highest answer")]
Expression = Annotated[str, BeforeValidator(_as_sql)]


class Clock(BaseModel):
    """Which times can be true; a record with another one is rejected."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    earliest: dt.date = Field(
        dt.date(1990, 1, 1), description="Times before this day were never set, or set by a bad clock"
    )
    ahead_hours: int = Field(24, ge=0, description="How far a clock may be ahead of the time of receipt")


_VOCABULARIES: list[JsonValue] = [
    {
        "if": {"properties": {"entity": {"const": entity.name}}},
        "then": {
            "properties": {
                "values": {
                    "properties": {
                        column: {"additionalProperties": {"enum": [*words, None]}}
                        for column, words in entity.words.items()
                    }
                }
            }
        },
    }
    for entity in ENTITIES.values()
    if entity.words
]


class Source(BaseModel):
    """One entry under `sources`: what to read and how a record becomes canonical rows."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"allOf": _VOCABULARIES})

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
    delimiter: str | None = Field(
        None, min_length=1, max_length=1, description="CSV: between cells; default by a guess"
    )
    quote: str | None = Field(None, max_length=1, description="CSV: around cells, \" by default; '' when there is none")
    encoding: str | None = Field(None, description="Of text files; default UTF-8, or UTF-16 when the file begins so")
    null_values: list[Annotated[str, BeforeValidator(_as_text)]] = Field(
        default_factory=list, description="CSV: cells that hold nothing, such as NULL or N/A"
    )
    records: str | None = Field(
        None, description="JSON: path of the list of records in a file or page, dots between keys"
    )
    fields: dict[str, str] | None = Field(None, description="JSON: declared shape; an absent key reads as null")
    query: str | None = Field(None, description="SQL from the named files (or `record`) that yields the records")
    where: str | None = Field(None, description="SQL condition; records that fail it are counted as filtered")
    timezone: str | None = Field(None, description="For times without a zone; dates are never shifted")
    values: dict[str, Words] = Field(
        default_factory=dict, description="Canonical column → word of the vendor → word of the contract, or null"
    )
    scale: Scale | dict[str, Scale] | None = Field(
        None,
        description="Lowest and highest answer of this source, or of each question; default: those of the question",
    )
    clock: Clock | None = Field(None, description="Which times can be true, in place of the workspace's")
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
    def is_a_current_state(self) -> bool:
        """True for files without a day, which are written again: what is new in them is known from the pull on."""
        return self.asked is None and not self.is_dated and self.contract.is_changing

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

    currency: str | None = Field(
        None, pattern=r"^[A-Z]{3}$", description="In which amounts are reported (ISO 4217), such as EUR"
    )
    families: Literal["children", "parents", "both"] | None = Field(
        None,
        description="Of accounts with a parent: score the children and not their parents; count them for their topmost "
        "parent, which is scored; or score both, each by itself, with a roll-up per family. Default: each by itself",
    )
    rejects_kept_days: int = Field(90, ge=1, description="Rejects hold records as received; older ones are removed")
    clock: Clock = Field(default_factory=Clock, description="Which times can be true")
    timezone: str = Field("UTC", description="For times without a zone, unless a source sets its own")
    sources: dict[str, Source] = Field(description="Name of the source (its folder in the lake) → what to pull")
