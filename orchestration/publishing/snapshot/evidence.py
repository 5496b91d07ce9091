"""Evidence for the active rubric: reported with every publication, never a reason not to publish.

Belongs here: the verdict on the back-test, in words. Does not belong here: its figures (models/marts/outcomes).
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb


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
                scores.is_primary,
                string_agg(others.predictor || printf(' (%.2f)', others.auc), ', ' order by others.auc desc)
                    filter (others.verdict is distinct from 'beaten_by_score')
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
    for version, landmark, horizon, verdict, _, auc, low, high, worst, base, primary, baselines in judged:
        kind = "primary" if primary else "secondary"
        case = f"rubric {version}, day {landmark}, {horizon} days ({kind})"
        if verdict != "beats_baselines":
            against.append(f"{case}: AUC {auc:.2f} ({low:.2f} to {high:.2f}) does not clearly beat {baselines}")
        if worst is not None and worst < 2 * base:
            against.append(f"{case}: {worst:.0%} of the worst band left, less than twice the {base:.0%} of all")
    if not against:
        return Evidence(True, f"ahead of every baseline in {len(judged)} of {len(judged)} cases")
    return Evidence(False, "; ".join(against))
