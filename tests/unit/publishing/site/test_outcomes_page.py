"""The page of drivers and revenue has words for whatever the models say."""

import yaml

from orchestration.common.workspace import PROJECT_ROOT
from orchestration.publishing.site.pages.outcomes import _READINGS, behaviour_in_words


def test_every_reading_of_a_link_has_words():
    """Regression: a reading that was new broke the page."""
    model = PROJECT_ROOT / "models/marts/outcomes/links/fct_behaviour_links.yml"
    (links,) = yaml.safe_load(model.read_text())["models"]
    (reading,) = [column for column in links["columns"] if column["name"] == "reading"]
    (values,) = [test["accepted_values"]["arguments"]["values"] for test in reading["data_tests"]]
    assert set(values) == {*_READINGS, "too_few"}


def test_a_behaviour_is_told_with_how_much_of_it_and_when():
    told = {"measure": "action export_data", "level": 4, "window_days": 7}
    assert behaviour_in_words(told) == "export data at least 4 times in the first 7 days"
    assert behaviour_in_words(told | {"level": 1}) == "export data at all in the first 7 days"
    assert behaviour_in_words(told | {"measure": "people"}) == "at least 4 people in the first 7 days"
    milestone = behaviour_in_words({"measure": "milestone first_report", "level": 1, "window_days": 30})
    assert milestone == "first report reached in the first 30 days"
