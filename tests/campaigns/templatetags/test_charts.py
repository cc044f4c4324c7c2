"""Charts are text: their numbers, scales and spoken sentences can be read."""

from datetime import date
from decimal import Decimal

from django.template import Context, Template

from campaigns.templatetags import charts, plots


def show(source, **values):
    return Template("{% load charts kit %}" + source).render(Context(values))


def test_a_sparkline_ends_in_a_dot_and_says_from_where_to_where():
    html = show('{% spark values "teal" "Replies" %}', values=[2, 5, 9])
    assert "Replies: from 2 to 9" in html
    assert 'd="M0 92L50' in html


def test_a_sparkline_without_values_is_empty_but_named():
    assert "no data" in show('{% spark values "teal" "Replies" %}', values=[])


STAGES = [
    {"label": "Harvested", "count": 2400},
    {"label": "Nurtured", "count": 771},
    {"label": "Replied", "count": 64},
]


def test_a_funnel_shows_each_share_of_the_stage_before():
    drawn = charts.funnel(STAGES)["stages"]
    assert [stage["joint"] for stage in drawn] == ["", "32.1\u00a0%", "8.3\u00a0%"]
    assert drawn[0]["size"] == 100


def test_a_small_tail_gets_a_marked_scale():
    drawn = charts.funnel(STAGES)
    assert drawn["factor"] == 30
    assert drawn["stages"][2]["breaks"]
    assert drawn["stages"][2]["size"] == 80
    assert "scale × 30" in show("{% funnel stages %}", stages=STAGES)


def test_an_empty_funnel_divides_by_nothing():
    drawn = charts.funnel([{"label": "Harvested", "count": 0}, {"label": "Scored", "count": 0}])
    assert [stage["size"] for stage in drawn["stages"]] == [0, 0]


def test_bars_for_and_against_share_one_scale():
    rows = charts.bars([{"label": "Fit", "value": 14}, {"label": "Timing", "value": -3.5}])["rows"]
    assert (rows[0]["width"], rows[1]["width"]) == (80, 20)
    assert rows[1]["text"] == "−3.5"
    assert rows[1]["tone"] == "crimson"


def test_a_split_adds_up_to_the_whole():
    rows = charts.split([{"label": "A", "value": Decimal("30")}, {"label": "B", "value": Decimal("10")}])[
        "rows"
    ]
    assert [row["size"] for row in rows] == [75, 25]
    assert rows[0]["text"] == "$30.00"


def test_columns_stack_what_waits_on_what_went():
    html = show("{% columns rows %}", rows=[{"label": 8, "value": 3, "extra": 1}, {"label": 9, "value": 2}])
    assert "height:75%" in html
    assert "height:25%" in html
    assert "8: 3, 9: 2" in html


def test_a_whisker_marks_zero_only_when_it_lies_inside():
    row = {"label": "Direct", "value": 0.029, "low": 0.01, "high": 0.049}
    inside = charts.whisker([{**row, "low": -0.009}], unit="points")
    assert sum(mark["zero"] for mark in inside["axis"]) == 1
    assert not any(mark["zero"] for mark in charts.whisker([row])["axis"])


def test_a_line_starts_its_axis_at_zero_and_says_where_it_ends():
    drawn = charts.line(
        [{"label": "Spent", "points": [(date(2026, 11, 2), 0), (date(2026, 11, 20), 1151.8)]}],
        unit="money",
        label="Budget",
    )
    assert drawn["y_axis"][0]["at"] == 0
    assert drawn["y_axis"][0]["text"] == "$0"
    assert drawn["label"] == "Budget: Spent ends at $1,152"
    assert [tick["text"] for tick in drawn["x_axis"]][-1] == "20 Nov"


def test_a_line_without_points_says_so():
    assert "no data yet" in show('{% line series label="Budget" %}', series=[])


def test_widths_stay_machine_readable_in_other_languages(settings):
    settings.USE_THOUSAND_SEPARATOR = True
    assert "width:33.33%" in show(
        "{% split rows %}", rows=[{"label": "A", "value": 1}, {"label": "B", "value": 2}]
    )


def test_ticks_are_round_and_enclose_the_span():
    assert plots.ticks(0, 1480) == [0, 500, 1000, 1500]
    assert plots.ticks(0.042, 0.148, 6)[0] <= 0.042


def test_the_gallery_shows_every_part():
    from django.template.loader import render_to_string
    from django.test import RequestFactory

    html = render_to_string("kit.html", {"request": RequestFactory().get("/kit/"), "csrf_token": "token"})
    assert all(
        part in html for part in ("funnel", "whisker", "linechart", "kpis", "decision", "skeleton", "toast")
    )
