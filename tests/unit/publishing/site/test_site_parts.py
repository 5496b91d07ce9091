"""What pages are made of: numbers as text, axes, charts, sentences, names of files, links."""

import datetime as dt
import re
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from orchestration.common.errors import UserError
from orchestration.common.workspace import PROJECT_ROOT
from orchestration.publishing.site.charts.figures import Line, Zone, column_chart, line_chart, sparkline
from orchestration.publishing.site.charts.scales import day_ticks, nice_scale, number_ticks
from orchestration.publishing.site.components.blocks import Bar, Bars, Column, Table
from orchestration.publishing.site.components.cells import CellRenderer
from orchestration.publishing.site.content.facts import file_name
from orchestration.publishing.site.content.formats import shown
from orchestration.publishing.site.content.links import general, links_of, of_account
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import MartRow, counted, listed, paragraph, sentence
from orchestration.publishing.site.pages.cohorts import curve_at

FINITE = st.floats(-1e9, 1e9, allow_nan=False)
DAYS = [dt.date(2026, 1, 4) + dt.timedelta(7 * week) for week in range(5)]


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (32670.5, "money", "32,671"),
        (-0.04, "change", "0.0"),
        (-1.25, "change", "−1.3"),
        (2.25, "change", "+2.3"),
        (0.2176, "ratio", "22\u202f%"),
        (0.0, "ratio", "0\u202f%"),
        (0.004, "ratio", "0.4\u202f%"),
        (0.9996, "ratio", "100.0\u202f%"),
        (1, "days", "1\u202fday"),
        (30, "days", "30\u202fdays"),
        (0.0004, "p", "<0.001"),
        (0.0125, "p", "0.013"),
        (-0.142, "points", "−14\u202fpp"),
        (1.5, "hours", "1.5\u202fh"),
        (12.0, "number", "12"),
        (12.345, "number", "12.35"),
        (Decimal("58.04"), "score", "58.0"),
        (None, "score", "–"),
        (float("nan"), "score", "–"),
        (True, "text", "yes"),
        (dt.datetime(2026, 6, 3, 12), "day", "3 Jun 2026"),
        (dt.date(2026, 6, 3), "month", "Jun 2026"),
        ("at_risk", "words", "at risk"),
    ],
)
def test_a_value_is_shown_as_people_write_it(value, form, text):
    assert shown(value, form) == text


@given(st.lists(FINITE, min_size=1, max_size=30))
def test_an_axis_holds_every_value_and_has_few_ticks_in_order(values):
    low, high = nice_scale(values)
    nothing = 1e-6 * (high - low)  # less than a point of the picture
    assert low - nothing <= min(values)
    assert high + nothing >= max(values)
    assert low < high
    ticks = number_ticks(low, high)
    assert ticks == sorted(set(ticks))
    assert 2 <= len(ticks) <= 9


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 2000))
def test_an_axis_of_days_has_at_most_eight_beginnings_of_months(first, days):
    last = first + dt.timedelta(days)
    ticks = day_ticks(first, last)
    assert len(ticks) <= 9
    assert all(first <= day <= last and day.day == 1 for day, _ in ticks)


def test_a_value_beyond_its_usual_range_has_a_ring_and_a_missing_one_is_a_gap():
    low, high = [None, 1.0, 1.0, 1.0, 1.0], [None, 3.0, 3.0, 3.0, 3.0]
    chart = line_chart(DAYS, [Line("score", [2.0, 2.0, 4.0, None, 2.0])], "score", "Score", usual=(low, high))
    assert chart.svg.count('class="outside"') == 1
    drawn = re.search(r'class="line line-one" d="([^"]+)"', chart.svg)
    assert drawn
    assert drawn[1].count("M") == 2
    assert chart.headings == ["day", "score", "usual"]
    assert chart.rows[0] == ["4 Jan 2026", "2.0", "not yet"]
    assert chart.rows[2] == ["18 Jan 2026", "4.0", "1.0 to 3.0"]
    assert len(re.search(r'data-x="([^"]+)"', chart.svg)[1].split()) == len(DAYS)


def test_a_stepped_curve_holds_each_value_until_the_next_one():
    chart = line_chart([0, 1, 2], [Line("share", [1.0, 0.5, 0.5], is_stepped=True)], "ratio", "Share", limits=(0, 1))
    drawn = re.search(r'class="line line-one" d="([^"]+)"', chart.svg)[1]
    heights = [float(point.split()[1]) for point in re.split("[ML]", drawn)[1:]]
    assert heights[0] == heights[1] < heights[2]


def test_a_curve_shows_its_own_steps_up_to_its_end():
    """Regression: read on every seventh day, a curve that fell on day 30 stayed at 100 % to day 35."""
    steps = [
        {"duration_days": day, "survival_ratio": ratio, "survival_low": ratio, "survival_high": ratio}
        for day, ratio in ((0, 1.0), (30, 0.487), (44, 0.4))
    ]
    values, low, high = curve_at(steps, [0, 12, 30, 44, 60], False)
    assert values == low == high == [1.0, 1.0, 0.487, 0.4, None]


def test_a_share_that_may_be_nearly_anything_is_no_bar():
    one, sure = Bar("one of one", 1.0, 0.03, 1.0), Bar("twelve of twenty", 0.6, 0.4, 0.77)
    bars = Bars("Band", [one, sure], "ratio", "Left")
    assert bars.text(one) == "too few to say" and not bars.is_known(one)
    assert bars.text(sure).startswith(shown(0.6, "ratio")) and bars.is_known(sure)
    assert Bars("Effect", [Bar("a", 2.0, -4.0, 8.0)], "change", "Points").is_known(Bar("a", 2.0, -4.0, 8.0))


def test_columns_are_stacked_to_the_sum_of_their_layers():
    chart = column_chart(DAYS[:1], [Line("a", [3], tone="band-a"), Line("b", [5], tone="band-b")], "count", "Accounts")
    parts = re.findall(r'class="fill-band-\w" x="[\d.-]+" y="([\d.-]+)" width="[\d.]+" height="([\d.]+)"', chart.svg)
    (top_a, height_a), (top_b, height_b) = ((float(y), float(height)) for y, height in parts)
    assert height_b / height_a == pytest.approx(5 / 3, abs=0.01)
    assert top_b + height_b == pytest.approx(top_a, abs=0.11)


def test_charts_of_nothing_are_drawn_or_left_out():
    assert "<svg" in line_chart([], [Line("score", [])], "score", "Score").svg
    assert "<svg" in column_chart([], [], "count", "Accounts").svg
    assert sparkline([None, 1.0], "Score") == ""
    assert sparkline([1.0, 1.0], "Score").startswith("<svg")


def test_texts_of_charts_are_escaped():
    chart = line_chart(DAYS, [Line("<b>", [1.0] * 5)], "score", '"><script>', zones=[Zone("<i>", 0, 1, "one")])
    assert "<script>" not in chart.svg
    assert "<i>" not in chart.svg


def test_a_sentence_escapes_names_and_marks_figures_with_their_query():
    row = MartRow("core.dim_accounts", {"account_id": "o'brien"}, {"mrr": 1234.5})
    said = sentence("{name} pays {mrr}.", name="<b>O'Brien</b>", mrr=row.figure("mrr", "money"))
    assert "<b>" not in said
    assert "select mrr from core.dim_accounts where account_id = &#39;o&#39;&#39;brien&#39;" in said
    assert ">1,235</data>" in said
    key = {"at": dt.date(2026, 1, 4), "none": None, "n": 3}
    assert (
        MartRow("t", key, {"x": 1}).figure("x").query
        == "select x from t where at = date '2026-01-04' and none is null and n = 3"
    )
    assert counted(3, "t", "x > 1").query == "select count(*) from t where x > 1"
    assert paragraph("<", "", sentence("b")) == "&lt; b"
    assert listed(["a", "<", "c"]) == "a, &lt; and c"


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_file_name_is_one_plain_part_and_different_ids_have_different_ones(one, other):
    for text in (one, other):
        assert re.fullmatch(r"[a-z0-9_-]+", file_name(text))
    assert (file_name(one).lower() == file_name(other).lower()) == (one == other)


def test_cells_escape_what_comes_from_outside():
    cells = CellRenderer({"at_risk": {"sign": "!", "band_rank": 2}}, dt.date(2026, 6, 30))
    evil = "<script>"
    forms = ("text", "words", "account", "band", "status")
    columns = [Column("x", f"c{n}", form) for n, form in enumerate(forms)]
    row = {f"c{n}": evil for n in range(len(forms))} | {"href": 'a"b'}
    drawn = cells.rows(Table("t", "", columns, [row]), [row], "../")
    assert evil not in drawn
    assert 'href="../a&#34;b"' in drawn


def test_what_is_due_is_late_from_the_next_day_on_unless_it_is_closed():
    cells = CellRenderer({}, dt.date(2026, 6, 30))
    table = Table("t", "", [Column("Due", "due", "due")], [])
    late, today = {"due": dt.date(2026, 6, 29)}, {"due": dt.date(2026, 6, 30)}
    assert "late" in cells.rows(table, [late], "")
    assert "late" not in cells.rows(table, [today], "")
    assert "late" not in cells.rows(table, [{**late, "closed_on": dt.date(2026, 6, 30)}], "")


def test_bars_lie_on_one_scale_with_their_origin():
    bars = Bars("x", [Bar("a", -2.0, -4.0, 0.0), Bar("b", 4.0)], "change", "y")
    assert (bars.place(-4.0), bars.place(0.0), bars.place(4.0)) == ("0.00", "50.00", "100.00")
    assert bars.text(bars.bars[0]) == "−2.0 (−4.0 to 0.0)"
    assert Bars("x", [], "change", "y").limits == (0.0, 1.0)


def test_links_carry_no_password_and_go_to_the_account():
    links = links_of(
        "https://ada:secret@bi.example/x", "CRM=https://crm.example/{account_id}?q={account_name}; Wiki=http://wiki"
    )
    assert general(links) == {"Superset": "https://bi.example/x/dashboard/list/", "Wiki": "http://wiki"}
    assert of_account(links, "a/b", "Ä & Co") == {"CRM": "https://crm.example/a%2Fb?q=%C3%84%20%26%20Co"}
    assert links_of("", "") == {}


@pytest.mark.parametrize("wrong", ["CRM", "CRM=javascript:alert(1)", "=https://x", "CRM=//x"])
def test_a_link_that_is_none_is_reported(wrong):
    with pytest.raises(UserError, match="expected Name=https://"):
        links_of("", wrong)


def test_every_sentence_and_table_of_the_templates_is_used_and_every_use_is_there():
    site = PROJECT_ROOT / "orchestration" / "publishing" / "site"
    tables = yaml.safe_load((site / "templates" / "tables.yml").read_text())
    headed = set()
    for path in (site / "pages").rglob("*.py"):
        code, page = path.read_text(), str(path.relative_to(site / "pages").with_suffix(""))
        template = site / "templates" / "prose" / f"{page}.html"
        written = set(re.findall(r"macro (\w+)", template.read_text())) if template.exists() else set()
        assert set(re.findall(r"\bsay\.(\w+)", code)) == written, page
        headed |= set(re.findall(r'headed\("([^"]+)", "([^"]+)"\)', code))
    assert headed == {(page, table) for page, entries in tables.items() for table in entries}


def test_a_name_from_outside_is_escaped_in_a_sentence_of_a_template():
    said = prose("account/story").next_comes(name="<script>alert(1)</script>")
    assert said == "Next comes &lt;script&gt;alert(1)&lt;/script&gt;."
