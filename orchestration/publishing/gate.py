"""What must hold before anything is published: dbt's last build passed, and the published border's expectations hold.
What is published all the same, but told: a rubric without evidence that it says more than plain baselines.

Belongs here: reasons not to publish. Does not belong here: the expectations (expectations/) or writing (snapshot.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.quality.suites import Outcome
from orchestration.transform.project import failed_nodes


def build_problems(dbt_target: Path) -> list[str]:
    """Name what went wrong in dbt's last command; publishing in a run of its own must not forget it."""
    nodes = failed_nodes(dbt_target)
    if nodes is None:
        return ["dbt did not finish a build of the warehouse; run `make run` first"]
    failed = list(nodes)
    if not failed:
        return []
    more = f" and {len(failed) - 3} more" if len(failed) > 3 else ""
    return [f"dbt: {', '.join(failed[:3])}{more} did not pass"]


def expectation_problems(outcomes: Iterable[Outcome]) -> list[str]:
    """Critical expectations that did not hold or could not be checked."""
    return [
        f"{outcome.dataset}: {outcome.key} {outcome.status} ({outcome.detail})"
        for outcome in outcomes
        if outcome.status != "passed" and outcome.severity == "critical"
    ]


@dataclass(frozen=True)
class Evidence:
    """Whether the rubric in force has shown its worth on later cohorts, and what speaks for or against it."""

    is_good: bool
    text: str


def rubric_evidence(marts: Path) -> Evidence:
    """Judge published rubrics by their back-test: ahead of every baseline, a worst band of twice the base rate."""
    with duckdb.connect(str(marts), read_only=True) as connection:
        rows = connection.execute(
            """
            select scores.rubric_version, scores.landmark_day, scores.horizon_days, scores.verdict, scores.n_churned,
                scores.auc, scores.auc_low, scores.auc_high, scores.worst_band_churn_ratio, scores.churn_ratio,
                string_agg(others.predictor || printf(' (%.2f)', others.auc), ', ' order by others.auc desc)
                    filter (others.advantage_low <= 0)
            from outcomes.fct_score_validation as scores
            left join outcomes.fct_score_validation as others
                using (rubric_version, landmark_day, horizon_days, segment_attribute, segment_value)
            where scores.predictor = 'score' and others.predictor <> 'score' and scores.segment_value = 'all'
                and scores.segment_attribute = 'all'
                and scores.rubric_version in (select rubric_version from scores.account_scores_current)
            group by all order by all
            """
        ).fetchall()
    judged = [row for row in rows if row[3] != "insufficient"]
    if not judged:
        most = max((int(row[4]) for row in rows), default=0)
        return Evidence(True, f"insufficient: the back-test has {most} accounts that left, 50 are needed to conclude")
    against = []
    for version, landmark, horizon, verdict, _, auc, low, high, worst, base, baselines in judged:
        case = f"rubric {version}, day {landmark}, {horizon} days"
        if verdict != "beats_baselines":
            against.append(f"{case}: AUC {auc:.2f} ({low:.2f} to {high:.2f}) does not clearly beat {baselines}")
        if worst is not None and worst < 2 * base:
            against.append(f"{case}: {worst:.0%} of the worst band left, less than twice the {base:.0%} of all")
    if not against:
        return Evidence(True, f"ahead of every baseline in {len(judged)} of {len(judged)} cases")
    return Evidence(False, "; ".join(against))
