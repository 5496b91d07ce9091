"""Outcomes, features and labels of the demo company: recounted from its files, and the examples of docs/outcomes.md."""

import re

import duckdb
import numpy as np
import pandas as pd
import pytest

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.demo.company import FIRST_DAY, found_company
from tests.conftest import BUILT_TO
from tests.support.warehouse_tools import ask

pytestmark = pytest.mark.pipeline


def test_losses_expansions_and_renewals_of_a_horizon_are_those_that_were_drawn(built: Workspace):
    """From the arrays the company was drawn from: no file, no model."""
    made = found_company(50, 11)
    last = (BUILT_TO - FIRST_DAY).days
    rows = ask(
        built,
        "select account_id, horizon_days, is_censored, has_churned, has_expanded, has_renewed, has_converted_trial, mrr_end "
        "from outcomes.fct_account_outcomes order by 1, 2",
    )
    names = list(made.account_ids())
    assert {row[0] for row in rows} == {
        name
        for name, start, internal in zip(names, made.signed_up, made.internal, strict=True)
        if start <= last and not internal
    }
    for name, horizon, censored, *found in rows:
        one = names.index(name)
        end = made.signed_up[one] + horizon
        assert censored == (end > last)
        if censored:
            assert found[:-1] == [None] * 4
            continue
        churned, expanded = made.churned[one] <= end, made.expanded[one] <= end
        renewals = [made.signed_up[one] + 365 * year for year in (1, 2) if 365 * year <= horizon]
        converted = bool(made.converted[one])
        renewed = all(day < made.churned[one] for day in renewals) if renewals and converted else None
        price = made.mrr[one] * (1.25 if expanded else 1.0)
        assert found[:2] == [churned, expanded], name
        assert found[2] == renewed or not converted, name
        assert found[3] == converted, name
        assert found[4] == pytest.approx(0.0 if churned or not converted else np.round(price, 2), abs=0.011), name


def test_features_have_a_column_for_each_milestone_metric_and_segment_and_are_recounted(built: Workspace):
    (columns,) = zip(*[row[:1] for row in ask(built, "describe outcomes.fct_account_features")], strict=True)
    for seed, column, form in (
        ("milestones", "milestone_id", "milestone_{}_days"),
        ("rubric", "metric_id", "metric_{}_evidence"),
        ("segments", "segment_attribute", "segment_{}"),
    ):
        for value in pd.read_csv(PROJECT_ROOT / "seeds" / f"{seed}.csv")[column].unique():
            assert form.format(value) in columns
    off = ask(
        built,
        "select count(*), count(*) filter (where n_events > 0) from (select f.account_id, f.n_events, "
        "(select coalesce(sum(n), 0) from core.fct_account_activity a where a.account_id = f.account_id "
        "and activity_date between f.started_date and f.landmark_date) as later_too from outcomes.fct_account_features f) "
        "where n_events > later_too",
    )
    assert off == [(0, 0)]  # what became known after the landmark is in the second number only
    assert ask(built, "select count(*) > 100, sum(n_events) > 1000 from outcomes.fct_account_features") == [
        (True, True)
    ]


def test_the_examples_of_the_page_run_on_what_is_published(built: Workspace, capsys: pytest.CaptureFixture):
    page = (PROJECT_ROOT / "docs" / "outcomes.md").read_text()
    published = built.published / "current" / "onboarding.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        for sql in re.findall(r"```sql\n(.*?)```", page, flags=re.S):
            connection.execute(sql).fetchall()
    (example,) = re.findall(r"```python\n(.*?)```", page, flags=re.S)
    exec(example.replace("data/demo/published/current/onboarding.duckdb", str(published)), {})
    assert re.search(r"AUC on later accounts: [0-9.]+|nan", capsys.readouterr().out)
