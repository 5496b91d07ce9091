"""Expectations at the two borders, as governance owners review them: expectations/<border>/<dataset>.yml.

Belongs here: reading a suite and judging a batch with Great Expectations.
Does not belong here: what follows from the outcome (landing: asset checks; published: publishing/gate.py).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from orchestration.common.errors import UserError
from orchestration.common.workspace import PROJECT_ROOT

EXPECTATIONS = PROJECT_ROOT / "expectations"
Border = Literal["landing", "published"]


@dataclass(frozen=True)
class Check:
    """One expectation: `severity` critical blocks, warning is only shown."""

    key: str
    type: str
    kwargs: dict[str, Any]
    severity: str
    why: str


@dataclass(frozen=True)
class Suite:
    """Expectations for one data set."""

    border: Border
    dataset: str
    steward: str
    description: str
    checks: tuple[Check, ...]

    def columns(self) -> list[str]:
        """Columns that the checks name: Great Expectations copies its batch, so it is given no others."""
        keys = ("column", "column_A", "column_B")
        named = {str(check.kwargs[key]) for check in self.checks for key in keys if key in check.kwargs}
        return sorted(named) or ["*"]


@dataclass(frozen=True)
class Outcome:
    """What became of one check; `status` is passed, failed or error (could not be checked)."""

    dataset: str
    key: str
    severity: str
    status: str
    detail: str


def load_suites(border: Border) -> list[Suite]:
    """Read all suites of a border, in the order of their file names.

    Raises UserError naming the file when a suite is not complete.
    """
    suites = []
    for path in sorted((EXPECTATIONS / border).glob("*.yml")):
        try:
            content = yaml.safe_load(path.read_text())
            checks = tuple(Check(**check) for check in content.pop("checks"))
            suite = Suite(border=border, checks=checks, **content)
        except (TypeError, KeyError, AttributeError, yaml.YAMLError) as error:
            raise UserError(f"{path}: not a suite: {error}") from None
        keys = [check.key for check in checks]
        if len(keys) != len(set(keys)):
            raise UserError(f"{path}: two checks have the same key")
        suites.append(suite)
    return suites


def judge(suite: Suite, query: str, database: Path | None = None) -> list[Outcome]:
    """Judge the rows of `query` (run in `database`, or in memory over files), one outcome per check.

    Great Expectations takes seconds to import, so that happens here and not before.
    """
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration  # noqa: PLC0415

    from orchestration.quality.duckdb_dialect import register  # noqa: PLC0415

    register()
    context = gx.get_context(mode="ephemeral", cloud_mode=False)
    context.enable_analytics(False)
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql("duckdb", connection_string=f"duckdbgx:///{database or ':memory:'}")
    asset = source.add_query_asset(suite.dataset, query=query)
    batch = asset.add_batch_definition_whole_table("all")
    expectations = gx.ExpectationSuite(name=suite.dataset)
    for check in suite.checks:
        # to_domain_obj() raises on a bad check; ExpectationSuite(expectations=[…]) only logs and drops it
        expectations.add_expectation(
            ExpectationConfiguration(type=check.type, kwargs=check.kwargs, meta={"key": check.key}).to_domain_obj()
        )
    definition = gx.ValidationDefinition(name=suite.dataset, data=batch, suite=context.suites.add(expectations))
    result = context.validation_definitions.add(definition).run(
        result_format={"result_format": "SUMMARY", "partial_unexpected_count": 0}
    )
    found = {each.expectation_config.meta["key"]: each for each in result.results}
    if found.keys() != {check.key for check in suite.checks}:
        raise RuntimeError(f"{suite.dataset}: {len(suite.checks) - len(found)} checks were lost")
    return [_outcome(suite, check, found[check.key]) for check in suite.checks]


def _outcome(suite: Suite, check: Check, found: Any) -> Outcome:
    detail = found.result or {}
    if found.success:
        status, told = "passed", ""
    elif "observed_value" in detail or "unexpected_count" in detail:
        status = "failed"
        told = (
            f"observed {detail['observed_value']}"
            if "observed_value" in detail
            else (f"{detail['unexpected_count']:,} of {detail.get('element_count', 0):,} rows")
        )
    else:
        # a check that could not run reports success = False with an empty result
        status, told = "error", str(found.exception_info)[:300]
    return Outcome(suite.dataset, check.key, check.severity, status, told)
