"""Judge rows with Great Expectations.

Belongs here: handing a query and checks to Great Expectations, and reading its result.
Does not belong here: suites (suites.py), queries (batches.py), what follows from an outcome (checks.py, publishing/).
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.common.errors import UserError
from orchestration.quality.suites import Check, Outcome, Suite

_SAMPLES = 5
_ALL = 20_000  # of pulls and days, every one that fails is named
Judge = Callable[[Suite, Sequence[Check], str, Sequence[str]], list[Outcome]]


@contextlib.contextmanager
def great_expectations(database: Path | None = None) -> Iterator[Judge]:
    """Great Expectations on `database` (read-only), or in memory over files.

    It takes seconds to import, so that happens here and not before.
    """
    import great_expectations as gx  # noqa: PLC0415

    from orchestration.quality.duckdb_dialect import register  # noqa: PLC0415

    register()
    context = gx.get_context(mode="ephemeral", cloud_mode=False)
    context.enable_analytics(False)
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql("duckdb", connection_string=f"duckdbgx:///{database or ':memory:'}")
    numbers = iter(range(1_000_000))

    def judge(suite: Suite, checks: Sequence[Check], query: str, keys: Sequence[str]) -> list[Outcome]:
        name = f"{suite.dataset} {next(numbers)}"
        batch = source.add_query_asset(name, query=query).add_batch_definition_whole_table("all")
        expectations = context.suites.add(_expectations(suite, checks, name))
        definition = context.validation_definitions.add(
            gx.ValidationDefinition(name=name, data=batch, suite=expectations)
        )
        # values of a failing row may be personal, its keys are not
        n_samples = _SAMPLES if checks[0].rows == "landed" else _ALL
        samples = {"partial_unexpected_count": n_samples, "unexpected_index_column_names": list(keys)} if keys else {}
        result = definition.run(result_format={"result_format": "SUMMARY", "partial_unexpected_count": 0, **samples})
        found = {each.expectation_config.meta["key"]: each for each in result.results}
        if found.keys() != {check.key for check in checks}:
            raise RuntimeError(f"{suite.dataset}: {len(checks) - len(found)} checks were lost")
        return [_outcome(suite, check, found[check.key], keys) for check in checks]

    with duckdb.connect(str(database), read_only=True) if database else contextlib.nullcontext():
        yield judge  # while one connection is open, Great Expectations opens its own ones at no cost


def _expectations(suite: Suite, checks: Sequence[Check], name: str) -> Any:
    """Checks as a suite of Great Expectations.

    to_domain_obj() raises on a bad check; ExpectationSuite(expectations=[…]) only logs and drops it.
    """
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.exceptions import GreatExpectationsError  # noqa: PLC0415
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration  # noqa: PLC0415

    made = gx.ExpectationSuite(name=name)
    for check in checks:
        try:
            expectation = ExpectationConfiguration(type=check.type, kwargs=check.kwargs, meta={"key": check.key})
            made.add_expectation(expectation.to_domain_obj())
        except (GreatExpectationsError, ValueError, TypeError) as error:
            said = " ".join(str(error).split())[:200]
            raise UserError(f"expectations/{suite.border}: {suite.dataset}: {check.key} is no check: {said}") from None
    return made


def _outcome(suite: Suite, check: Check, found: Any, keys: Sequence[str]) -> Outcome:
    detail = found.result or {}
    n_failing = detail.get("unexpected_count")
    n_rows = detail["element_count"] - detail.get("missing_count", 0) if "element_count" in detail else None
    listed = detail.get("partial_unexpected_index_list") or []
    samples = tuple(" ".join(str(row.get(key)) for key in keys) for row in listed)
    if found.success:
        return Outcome(suite, check, "passed", "", n_rows, n_failing)
    if "observed_value" in detail:
        return Outcome(suite, check, "failed", f"observed {detail['observed_value']}", n_rows)
    if n_failing is not None:
        return Outcome(
            suite, check, "failed", f"{n_failing:,} of {n_rows or 0:,} rows", n_rows, n_failing, sample_keys=samples
        )
    # a check that could not run reports success = False with an empty result
    return Outcome(suite, check, "error", " ".join(str(found.exception_info).split())[:300])
