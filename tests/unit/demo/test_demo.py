"""The demo company: the same every time, as large as asked, with its truths written down."""

import datetime as dt
import json
from pathlib import Path

import duckdb
import numpy as np
import pytest

from orchestration.demo import company as demo
from orchestration.demo import people, usage
from orchestration.demo.write import write_demo


@pytest.fixture(scope="module")
def large() -> demo.Company:
    return demo.found_company(5000, seed=7)


def test_the_same_seed_gives_the_same_company_and_another_seed_another():
    first, again, other = (demo.found_company(80, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.churned, again.churned)
    assert usage.make_events(first).equals(usage.make_events(again))
    assert not np.array_equal(first.health, other.health)


def test_customers_sign_up_in_every_month_until_the_last_day_and_after_it(large: demo.Company):
    per_month = np.bincount(large.signed_up // 30)
    assert per_month[:-1].min() > 0.8 * 5000 / len(per_month)
    assert (large.signed_up >= demo.DAYS).any()


def test_nobody_uses_the_seat_of_a_champion_who_left(large: demo.Company):
    left = people.champions_left(large)
    assert 0.01 < (left < large.never).mean() < 0.2
    small = demo.found_company(150, seed=7)
    left, events = people.champions_left(small), usage.make_events(small)
    there = events.day.to_numpy() < left[events.account]
    assert not (events.seat == people.CHAMPION)[~there].any()
    assert (events.seat == people.CHAMPION)[there].any()
    assert (~there).any()


def test_five_thousand_accounts_have_five_hundred_churns(large: demo.Company):
    assert (large.churned < demo.DAYS).sum() >= 500


def test_the_invite_lowers_churn_by_about_its_planted_ratio(large: demo.Company):
    """Hazard ratio by events per account-day at risk after the invite, among equals (no arms, no treatment)."""
    plain = (large.arm < 0) & large.converted & (large.treated == large.never)
    start = large.signed_up + 30
    days = np.clip(np.minimum(large.churned, demo.DAYS) - start, 0, None)
    invited = large.invited < large.never
    weight = np.exp(-0.9 * large.health)  # what health alone does to the hazard
    rates = [
        ((large.churned < demo.DAYS) & (large.churned >= start))[group].sum() / (days * weight)[group].sum()
        for group in (plain & invited, plain & ~invited)
    ]
    assert rates[0] / rates[1] == pytest.approx(demo.INVITE_HAZARD_RATIO, abs=0.12)


def test_health_foretells_churn_up_to_a_known_ceiling(large: demo.Company):
    mature = (large.signed_up + 180 < demo.DAYS) & large.converted & (large.arm < 0)
    churned = large.churned < large.signed_up + 180
    assert 0.65 < usage.auc(-large.health[mature], churned[mature]) < 0.8


def test_arms_do_what_their_dates_say():
    made = demo.found_company(400, seed=3)
    rates = usage.daily_rates(made)
    for arm, factor in (("silence", 0.0), ("holiday", 0.0)):
        for account in np.flatnonzero(made.in_arm(arm)):
            start = made.arm_from[account]
            end = min(made.arm_to[account], start + 10)
            assert rates[account, start:end].sum() == factor
    for account in np.flatnonzero(made.in_arm("never_started")):
        assert rates[account].sum() == 0
    assert rates[:, demo.OUTAGE_DAY].sum() == 0


def test_truths_are_written_down(company: Path):
    truth = json.loads((company / "truth.json").read_text())
    made = demo.found_company(**{name: truth["made_with"][name] for name in ("accounts", "seed")})
    mature = (made.signed_up + 180 < demo.DAYS) & made.converted & (made.arm < 0)
    left = made.churned < made.signed_up + 180
    pairs = [(a < b) + (a == b) / 2 for a in made.health[mature & left] for b in made.health[mature & ~left]]
    assert truth["churn_auc_ceiling"] == pytest.approx(np.mean(pairs) if pairs else 0.5, abs=1e-4)
    assert set(truth["arms"]) == set(demo.ARMS)
    assert truth["champions_left"]
    assert dt.date.fromisoformat(truth["last_day"]) - dt.date.fromisoformat(truth["first_day"]) == dt.timedelta(545)
    missing = truth["missing_file"]["day"]
    assert not (company / "platform" / f"date={missing}").exists()
    assert (company / "app" / f"date={missing}").exists()


def test_faults_are_planted_in_their_shares(company: Path):
    truth = json.loads((company / "truth.json").read_text())
    read = f"read_csv('{company}/*/date=*/*.gz', columns = {{line: 'VARCHAR'}}, delim = '\x01', quote = '', header = false, auto_detect = false)"
    malformed, rows = duckdb.execute(f"select count(*) filter (not json_valid(line)), count(*) from {read}").fetchone()
    assert malformed == pytest.approx(truth["malformed_lines"], abs=4)
    late, ids = duckdb.execute(
        "select avg((left(j->>'receivedAt', 10) > left(j->>'timestamp', 10))::int), count(distinct j->>'messageId') "
        f"from (select line::json as j from {read} where json_valid(line))"
    ).fetchone()
    assert late == pytest.approx(truth["late_share"], rel=0.2)
    assert (rows - malformed - ids) / rows == pytest.approx(truth["duplicate_share"], rel=0.3)


def test_files_that_are_there_are_kept(tmp_path: Path):
    first = write_demo(tmp_path / "c", 12, 1, report=lambda line: None)
    stamp = first.stat().st_mtime_ns
    assert write_demo(tmp_path / "c", 12, 1, report=lambda line: None).stat().st_mtime_ns == stamp
    assert write_demo(tmp_path / "c", 13, 1, report=lambda line: None).stat().st_mtime_ns != stamp


def test_a_company_of_another_size_takes_the_place_of_the_one_that_is_there(tmp_path: Path):
    for accounts in (3, 4, 4):
        write_demo(tmp_path / "company", accounts=accounts, seed=1, report=lambda line: None)
        assert json.loads((tmp_path / "company" / "truth.json").read_text())["made_with"]["accounts"] == accounts
