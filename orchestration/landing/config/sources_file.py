"""Read a sources.yml and check it before anything is read with it.

Belongs here: environment values, one clear line for a mistake. Does not belong here: the form (source.py), files
(files.py) or evaluating expressions (mapping.py).
"""

import os
import re
from collections.abc import Collection
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import yaml
from pydantic import ValidationError

from orchestration.common.errors import UserError, did_you_mean
from orchestration.landing.config.contract import ENTITIES
from orchestration.landing.config.environment import with_environment
from orchestration.landing.config.source import Source, SourcesFile


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
    given, context = problem["input"], problem.get("ctx", {})
    told = {
        "missing": "required and not given",
        "literal_error": f"'{given}' is not one of {context.get('expected')}",
        "value_error": str(context.get("error")),
        "string_pattern_mismatch": f"'{given}' does not match {context.get('pattern')}",
    }
    if given is None:
        told["string_type"] = "nothing is given; a comma within {…} stands in quotes"
    other = f"{problem['msg'].lower()}, got {type(given).__name__}"
    return f"{path} → {place}: {told.get(problem['type'], other)}"


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
    _check_columns(where, source)
    for column, words in source.values.items():
        _check_words(f"{where}.values.{column}", words, source.contract.words.get(column, ()))
    for low, high in [source.scale] if isinstance(source.scale, tuple) else (source.scale or {}).values():
        if low >= high:
            raise UserError(f"{where}.scale: {low:g} to {high:g}, expected the lowest answer first, then the highest")
    for field, kind in (source.fields or {}).items():
        _check_expression(f"{where}.fields.{field}", f"select cast(null as {kind})")
    if source.where:
        _check_expression(f"{where}.where", f"select 1 where ({source.where})")
    if source.query:
        _check_expression(f"{where}.query", source.query)


def _check_columns(where: str, source: Source) -> None:
    known = source.contract.columns
    mappings = {"columns": source.columns, **{f"rows[{i}]": row for i, row in enumerate(source.rows or [])}}
    for place, mapping in mappings.items():
        for column, expression in mapping.items():
            is_attribute = source.entity == "accounts" and re.fullmatch(r"attribute_[a-z0-9_]+", column)
            if column not in known and not is_attribute and not (column == "if" and place != "columns"):
                raise UserError(
                    f"{where}.{place}.{column}: not a column of {source.entity}{did_you_mean(column, known)}"
                    f" (known: {', '.join(known)})"
                )
            if not re.fullmatch(r"\w[\w .#/%&-]*", expression):  # a name may be a column, also one that is no SQL
                _check_expression(f"{where}.{place}.{column}", f"select ({expression})")
    for place, columns in (("event_time", [source.event_time] if source.event_time else []), ("values", source.values)):
        for column in columns:
            if column not in known and not (source.entity == "accounts" and column.startswith("attribute_")):
                raise UserError(
                    f"{where}.{place}: not a column of {source.entity}: {column}{did_you_mean(column, known)}"
                )


def _check_words(where: str, words: dict[str, str | None], allowed: Collection[str]) -> None:
    for word, meant in words.items():
        if allowed and meant is not None and meant not in allowed:
            raise UserError(
                f"{where}.{word}: '{meant}' is none of the contract's words{did_you_mean(meant, allowed)} "
                f"(known: {', '.join(allowed)})"
            )


def _check_expression(where: str, statement: str) -> None:
    """Let DuckDB's parser judge, without touching data: one select, nothing else."""
    try:
        parsed = duckdb.extract_statements(statement)
    except duckdb.Error as error:
        reason = str(error).split("\n")[0].removeprefix("Parser Error: ")
        raise UserError(f"{where}: not readable as SQL: {reason}") from None
    if len(parsed) != 1 or parsed[0].type != duckdb.StatementType.SELECT:
        raise UserError(f"{where}: expected one SQL expression, found a statement of another kind or several")
