"""How far a day is from the days before it: constructed histories with what is right worked out beside them."""

import datetime as dt
import math
import statistics
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.common.window import Window
from orchestration.common.workspace import Workspace
from orchestration.landing.lake.commit import write_empty_entities
from orchestration.quality.history import keep_profiles
from orchestration.quality.profiles import described_days, log_rows

MONDAY = dt.date(2025, 1, 6)
DAYS = 84
Volume = Callable[[int], int]


@pytest.fixture
def lake(workspace: Workspace, tmp_path: Path) -> Callable[..., Workspace]:
    """A lake whose only source brings `volume(day)` events a day of `accounts` accounts, at `hour` o'clock.

    The first `evening(day)` of them happen at eight in the evening.
    """

    def made(
        volume: Volume,
        days: int = DAYS,
        accounts: int = 10,
        hour: Volume = lambda day: 12,
        evening: Volume = lambda day: 0,
    ) -> Workspace:
        write_empty_entities(workspace.lake)
        rows = [
            (f"e{day}_{n}", f"a{n % accounts}", MONDAY + dt.timedelta(day), 20 if n < evening(day) else hour(day))
            for day in range(days)
            for n in range(volume(day))
        ]
        folder = workspace.lake / "web" / "p1" / "events"
        folder.mkdir(parents=True)
        (workspace.lake / "_committed").mkdir(exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute("create table e (event_id varchar, account_id varchar, known_on date, hour int)")
            connection.executemany("insert into e values (?, ?, ?, ?)", rows)
            connection.execute(
                "copy (select event_id, account_id, 'x' as event_name, known_on + to_hours(hour) as occurred_at, "
                f"'u' as user_id, 'web' as source_id, known_on from e) to '{folder / 'e.parquet'}' (format parquet)"
            )
        last = MONDAY + dt.timedelta(days - 1)
        file = {"entity": "events", "path": "web/p1/events/e.parquet", "known_from": str(MONDAY), "known_to": str(last)}
        pointer = {"source_id": "web", "pulls": [], "files": [file | {"rows": len(rows)}]}
        (workspace.lake / "_committed" / "web.json").write_text(__import__("json").dumps(pointer))
        keep_profiles(workspace, Window(None, last))
        return workspace

    return made


def deviations(workspace: Workspace, measure: str, days: int = DAYS) -> list[float | None]:
    last = (MONDAY + dt.timedelta(days - 1)).isoformat()
    rows = duckdb.execute(
        f"select known_on, deviation from {log_rows(workspace.lake, 'profiles', last)} where measure = ? order by 1",
        [measure],
    ).fetchall()
    return [row[1] for row in rows]


def weekly(day: int) -> int:
    """Weekends bring a fifth; workdays differ by what chance makes of it."""
    return (40 if day % 7 < 5 else 8) + (day * 7919) % 5


def test_the_first_four_weeks_are_learned_and_nothing_is_said_of_them(lake):
    found = deviations(lake(weekly), "n_rows")
    assert found[:28] == [None] * 28
    assert None not in found[28:]


def test_a_weekend_is_no_surprise_and_a_workday_like_a_weekend_is(lake):
    """A rule without days of the week calls every Saturday half gone, or misses a Tuesday at a fifth."""
    last = DAYS - 1
    tuesday = last - (last - 1) % 7
    quiet = lake(lambda day: 8 if day == tuesday else weekly(day))
    found = deviations(quiet, "n_rows")
    assert max(abs(found[day]) for day in range(28, DAYS) if day % 7 > 4) < 3
    assert found[tuesday] < -6


@pytest.mark.parametrize(("factor", "is_seen"), [(1.0, False), (0.5, True), (2.0, True), (0.0, True)])
def test_half_a_day_a_doubled_day_and_none_are_far_from_what_is_usual(lake, factor: float, is_seen: bool):
    """Of 120 rows a day; of 40, half a day is what chance makes of a day in ten thousand, and not told."""
    found = deviations(lake(lambda day: round(3 * weekly(day) * (factor if day == DAYS - 4 else 1))), "n_rows")
    assert (abs(found[DAYS - 4]) > 5) is is_seen


def test_growth_of_a_tenth_a_week_is_no_surprise(lake):
    """A rule that compares with a mean of eight weeks calls the last day of this history 40 % too many."""
    found = deviations(lake(lambda day: round(weekly(day) * 1.1 ** (day / 7))), "n_rows")
    assert max(abs(one) for one in found[28:]) < 4


def test_the_deviation_is_the_one_worked_out_by_hand(lake):
    """Every day brings 25 but the last, 64. Nothing varies, so that the spread is what chance makes of it: one."""
    found = deviations(lake(lambda day: 64 if day == DAYS - 1 else 25), "n_rows")
    assert found[-2] == 0
    assert found[-1] == pytest.approx(2 * (math.sqrt(64.375) - math.sqrt(25.375)))


def test_the_spread_is_the_median_absolute_deviation_of_eight_weeks_and_an_outage_does_not_widen_it(lake):
    """Days bring 100, but 130 on every second one and 0 on day 70; the level is the median of the four weeks before."""
    volume: Volume = lambda day: 0 if day == 70 else 130 if day % 2 else 100  # noqa: E731
    found = deviations(lake(volume), "n_rows")
    level = {day: statistics.median(volume(d) for d in range(day - 28, day)) for day in range(28, DAYS)}
    usual = {
        day: level[day]
        * statistics.median(volume(d) / level[d] for d in range(day - 56, day) if d >= 28 and (day - d) % 7 == 0)
        for day in range(77, DAYS)
    }
    last = DAYS - 1
    anscombe = 2 * (math.sqrt(volume(last) + 0.375) - math.sqrt(usual[last] + 0.375))
    assert abs(found[70]) > 6
    assert found[last] is not None
    assert math.copysign(1, found[last]) == math.copysign(1, anscombe)
    assert abs(found[last]) < 6


def test_use_at_other_hours_is_seen_whatever_its_volume(lake):
    found = deviations(lake(weekly, hour=lambda day: 20 if day == DAYS - 1 else 12), "share_hours_12")
    assert abs(found[-2]) < 1
    assert found[-1] < -6


@pytest.mark.parametrize(("evening", "is_seen"), [(7, False), (350, True)])
def test_a_share_that_few_rows_could_show_is_not_usual_to_the_last_digit(lake, evening: int, is_seen: bool):
    """Regression: two rows a day, none in the evening, do not show that one in a hundred is unusual; half is."""
    last = DAYS - 1
    found = deviations(
        lake(lambda day: 700 if day == last else 2, evening=lambda day: evening if day == last else 0), "share_hours_18"
    )
    assert (found[-1] > 5) is is_seen


def test_a_week_without_a_row_is_seen_where_a_day_is_not(lake):
    """Three rows a day: one day without is chance, seven are not."""
    stopped = lake(lambda day: 0 if day > DAYS - 8 else 3)
    assert deviations(stopped, "n_rows")[-1] > -6
    assert deviations(stopped, "n_rows_week")[-1] < -6


def test_a_sender_that_adds_two_per_cent_a_day_drifts_and_growth_by_accounts_does_not(lake, workspace: Workspace):
    drifting = lake(lambda day: round(100 * 1.02 ** max(0, day - (DAYS - 30))))
    assert deviations(drifting, "drift_rows_per_account")[-1] > 0.25
    assert max(abs(one) for one in deviations(drifting, "n_rows")[-29:]) < 6  # no day of it is a surprise


def test_what_was_measured_is_told_beside_what_is_usual(lake):
    workspace = lake(lambda day: 64 if day == DAYS - 1 else 25)
    last = MONDAY + dt.timedelta(DAYS - 1)
    told = described_days(workspace, Window(last, last))
    assert told["web", last.isoformat(), "n_rows"] == "rows 64, usually 25"
    assert told["web", last.isoformat(), "rows_per_account"] == "rows per account 6.4, usually 2.5"
