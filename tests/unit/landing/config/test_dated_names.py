"""A day written into a name is read back, in every form, and a form that does not tell one day is refused."""

import datetime as dt
import glob

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.landing.config.dated_names import DatedName

FORMS = ["{date}", "{date:%m-%d-%Y}", "{date:%Y/%m/%d}", "{date:unix_ms}", "{date:%Y%m%d}"]


@given(st.dates(dt.date(2002, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(FORMS))
def test_what_is_written_is_read_back(day: dt.date, form: str):
    name = DatedName.of(f"/a/{form}/*.gz")
    assert name.day_in(name.on(day).replace("*", "part-1")) == day


def test_hours_are_any_hour_of_the_day():
    name = DatedName.of("run={date:%Y-%m-%d-%H}/x")
    assert name.on(dt.date(2025, 1, 2)) == "run=2025-01-02-??/x"
    assert name.day_in("run=2025-01-02-23/x") == dt.date(2025, 1, 2)


def test_stars_question_marks_and_brackets_of_a_folder_are_no_pattern():
    name = DatedName.of(f"{glob.escape('/a [x] *?')}/**/{{date}}.csv")
    assert name.day_in("/a [x] *?/b/2025-01-02.csv") == dt.date(2025, 1, 2)
    assert name.day_in("/a x bc/b/2025-01-02.csv") is None


def test_a_name_without_a_day_has_none():
    assert DatedName.of("/a/*.csv").form is None
    assert DatedName.of("/a/*.csv").day_in("/a/b.csv") is None


@pytest.mark.parametrize(
    "pattern", ["{date:%Y-%m}", "{date:%Y/%Y/%m/%d}", "{date}/{date}", "{date:%B %d %Y}", "{date:}"]
)
def test_a_form_that_does_not_tell_one_day_is_refused(pattern: str):
    with pytest.raises(ValueError, match="day|expected"):
        DatedName.of(pattern)


def test_a_name_that_holds_no_day_is_reported():
    with pytest.raises(ValueError, match="'2025-02-30' in its name is not a day"):
        DatedName.of("/a/{date}.csv").day_in("/a/2025-02-30.csv")
