"""What a mart says of its columns."""

from orchestration.publishing.snapshot.parts import Mart


def test_a_column_is_described_by_its_name_or_else_by_the_first_pattern_that_it_fits():
    columns = {"metric_use": "Use", "metric_*_evidence": "Evidence", "metric_*": "Value"}
    mart = Mart("outcomes", "features", columns=columns)
    told = [mart.about(name) for name in ("metric_use", "metric_depth_evidence", "metric_depth", "other", "metric_*")]
    assert told == ["Use", "Evidence", "Value", "", "Value"]
