import itertools
import re
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.scoring import Tally
from aqss.gateways.drawing import (
    MOST_LINES,
    Axis,
    Line,
    Tone,
    completeness_bar,
    effects_bar,
    effects_keys,
    evolution_lines,
    line_key,
    points_bar,
    radar,
    radar_keys,
    score_bar,
    tone,
    tone_of,
)
from aqss.services.assessments.scores import standing
from tests.services.assessments.scene import COORDINATION

SVG = "{http://www.w3.org/2000/svg}"
SCORES = st.one_of(st.none(), st.fractions(min_value=0, max_value=100))


def read(picture):
    return ElementTree.fromstring(picture)


def words(picture):
    return [text.text for text in read(picture).iter(f"{SVG}text")]


def fills(picture):
    return [rect.get("fill") for rect in read(picture).iter(f"{SVG}rect")]


def some_axes(count, now=70, before=60):
    return [Axis(f"A{i}", Fraction(now), Fraction(before)) for i in range(1, count + 1)]


def every_picture():
    dates = ["2022", "2024"]
    yield radar(some_axes(9), title="Radar")
    yield evolution_lines(dates, [Line("a", [Fraction(1), Fraction(2)])] * 4, title="Évolution")
    yield score_bar(Fraction(60), Tone.MID, Fraction(50))
    yield points_bar(Fraction(3), Fraction(8), Fraction(12), Tone.LOW)
    yield completeness_bar(8, 1, 11)
    yield from radar_keys()
    yield from (line_key(position) for position in range(MOST_LINES))


@pytest.mark.parametrize("picture", [*every_picture()])
def test_a_picture_has_no_style_script_pattern_or_address(picture):
    for element in read(picture).iter():
        assert element.tag.removeprefix(SVG) not in {"style", "script", "pattern", "image", "use", "a"}
        assert not {"style", "href", "onload"} & set(element.keys())


def test_a_picture_without_a_title_is_hidden():
    assert read(radar(some_axes(3))).get("aria-hidden") == "true"
    assert read(completeness_bar(1, 0, 2)).get("aria-hidden") == "true"


def test_a_picture_with_a_title_is_an_image_that_tells_its_values():
    picture = read(radar(some_axes(3), name="r1", title="Radar", before_label="en 2024"))
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby") == "r1-t r1-d"
    assert picture.find(f"{SVG}title").text == "Radar"
    told = picture.find(f"{SVG}desc").text
    assert told.startswith("A1\u00a0: 70,0 (60,0 en 2024)\u00a0; A2")
    assert picture.get("aria-hidden") is None


def test_what_a_picture_is_given_is_escaped():
    axes = [Axis("<b>", Fraction(1)), Axis('"&', Fraction(2)), Axis("C", None)]
    assert "<b>" in words(radar(axes, title="<i>"))
    assert "<b>" not in radar(axes, title="<i>")


@pytest.mark.parametrize(
    ("position", "expected"), [(0, Tone.LOW), (1, Tone.MID), (2, Tone.MID), (3, Tone.HIGH)]
)
def test_the_weakest_band_is_low_the_best_high_the_others_mid(position, expected):
    assert tone_of(position, 4) is expected


def test_a_single_band_is_high():
    assert tone_of(0, 1) is Tone.HIGH


@pytest.mark.parametrize(("score", "expected"), [(0, "low"), (50, "mid"), (100, "high")])
def test_a_score_has_the_tone_of_its_band_among_those_of_its_module(score, expected):
    standing_then = standing(Tally(earned=Fraction(score), possible=Fraction(100), rated=1), COORDINATION)
    assert tone(standing_then) == expected


def test_without_a_score_there_is_no_tone():
    assert tone(standing(Tally(), COORDINATION)) is None


def test_points_earned_lie_within_the_possible_ones_on_the_scale_of_the_largest_row():
    outline, filled = read(points_bar(Fraction(3), Fraction(6), Fraction(12), Tone.MID)).iter(f"{SVG}rect")
    assert float(outline.get("width")) == pytest.approx(398 / 2)
    assert float(filled.get("width")) == pytest.approx(398 / 4)
    assert filled.get("fill") == "#f0b93a"


def test_no_point_earned_is_an_empty_outline_and_nothing_possible_is_no_bar():
    assert fills(points_bar(Fraction(0), Fraction(6), Fraction(6), Tone.LOW)) == ["#fff"]
    assert fills(points_bar(Fraction(0), Fraction(0), Fraction(6), None)) == []


def test_a_completeness_bar_is_plum_then_pale():
    blank, rated, unknown = read(completeness_bar(8, 1, 16)).iter(f"{SVG}rect")
    assert (rated.get("width"), unknown.get("x"), unknown.get("width")) == ("50", "50", "6.25")
    assert blank.get("width") == "100"


def test_nothing_concerned_gives_an_empty_bar():
    assert fills(completeness_bar(0, 0, 0)) == ["#fff"]


@pytest.mark.parametrize(("name", "fill"), [("low", "#9c2f0c"), ("mid", "#f0b93a"), ("high", "#d6ebeb")])
def test_a_score_bar_takes_the_colour_of_its_band(name, fill):
    assert fills(score_bar(Fraction(60), Tone(name))) == [fill]


def test_a_score_bar_is_as_long_as_the_score_and_last_time_is_a_black_tick():
    picture = read(score_bar(Fraction(75), Tone.MID, Fraction(50)))
    assert picture.find(f"{SVG}rect").get("width") == "298"
    ticks = [path.get("d") for path in picture.iter(f"{SVG}path") if path.get("stroke") == "#231a2c"]
    assert ticks == ["M200 0V20"]


@pytest.mark.parametrize("before", [0, 100])
def test_a_tick_at_an_end_stays_inside(before):
    picture = read(score_bar(None, None, Fraction(before)))
    (tick,) = [path.get("d") for path in picture.iter(f"{SVG}path") if path.get("stroke") == "#231a2c"]
    assert 2 <= float(re.match(r"M([\d.]+) ", tick)[1]) <= 398


def test_a_score_bar_without_a_score_has_no_bar():
    assert fills(score_bar(None, None)) == []


@pytest.mark.parametrize("count", [0, 1, 2, 13])
def test_a_radar_refuses_fewer_than_three_axes_and_more_than_twelve(count):
    with pytest.raises(ValueError, match="3 to 12"):
        radar(some_axes(count))


@pytest.mark.parametrize("count", range(3, 13))
def test_a_radar_writes_the_code_and_the_value_of_each_axis(count):
    written = words(radar(some_axes(count)))
    assert [w for w in written if w.startswith("A")] == [f"A{i}" for i in range(1, count + 1)]
    assert written.count("70,0") == count


def test_a_score_under_the_first_threshold_is_a_triangle():
    axes = [Axis("A", Fraction("49.9")), Axis("B", Fraction(50)), Axis("C", Fraction(90))]
    triangles = [p for p in read(radar(axes)).iter(f"{SVG}path") if p.get("fill") == "#9c2f0c"]
    discs = [c for c in read(radar(axes)).iter(f"{SVG}circle") if c.get("fill") == "#54296a"]
    assert (len(triangles), len(discs)) == (1, 2)


def test_last_time_is_dashed_and_hollow():
    picture = read(radar(some_axes(4)))
    dashed = [p for p in picture.iter(f"{SVG}polygon") if p.get("stroke-dasharray") == "5 4"]
    hollow = [c for c in picture.iter(f"{SVG}circle") if c.get("fill") == "#fff"]
    assert (len(dashed), len(hollow)) == (1, 4)


def test_an_axis_without_a_score_has_a_dash_no_point_and_opens_the_outline():
    axes = [Axis("A", Fraction(60)), Axis("B", None), *some_axes(2, before=0)]
    picture = radar([Axis(axis.code, axis.now) for axis in axes])
    assert "–" in words(picture)
    assert "fill-opacity" not in picture
    assert len([c for c in read(picture).iter(f"{SVG}circle") if c.get("fill") == "#54296a"]) == 3


@given(
    st.lists(
        st.builds(Axis, st.text(alphabet="AMWmwi1-é…", min_size=1, max_size=20), SCORES, SCORES),
        min_size=3,
        max_size=12,
    )
)
def test_every_label_of_a_radar_stays_inside_the_picture(axes):
    picture = read(radar(axes))
    _, _, width, height = map(float, picture.get("viewBox").split())
    for text in picture.iter(f"{SVG}text"):
        size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
        length = sum(1.1 if c in "MWmw…" else 0.87 if c.isupper() else 0.72 for c in text.text) * size
        left = x - {"start": 0, "middle": length / 2, "end": length}[text.get("text-anchor")]
        assert left >= 0
        assert left + length <= width
        assert size <= y + 1
        assert y <= height


@pytest.mark.parametrize("picture", [*every_picture()])
def test_no_text_is_smaller_than_twelve_pixels_on_a_phone(picture):
    width = float(read(picture).get("viewBox").split()[2])
    sizes = [float(text.get("font-size")) for text in read(picture).iter(f"{SVG}text")]
    assert all(size * min(1, 326 / width) >= 12 for size in sizes)


def test_an_evolution_writes_only_the_last_score_of_each_line():
    lines = [Line("a", [Fraction(10), Fraction(20)]), Line("b", [Fraction(90), None])]
    written = words(evolution_lines(["2022", "2024"], lines))
    assert [w for w in written if "," in w] == ["90,0", "20,0"]


def test_a_gap_is_not_joined():
    whole = evolution_lines(["1", "2", "3", "4"], [Line("a", [Fraction(1)] * 4)])
    gap = evolution_lines(["1", "2", "3", "4"], [Line("a", [Fraction(1), Fraction(1), None, Fraction(1)])])
    sides = [
        path.get("d").count("L")
        for picture in (whole, gap)
        for path in read(picture).iter(f"{SVG}path")
        if path.get("stroke") == "#54296a"
    ]
    assert sides == [3, 1]


def test_a_line_stops_before_a_score_that_does_not_continue_it():
    scores = [Fraction(1)] * 4
    broken = read(evolution_lines(["1", "2", "3", "4"], [Line("a", scores, breaks=[2])]))
    (drawn,) = [path for path in broken.iter(f"{SVG}path") if path.get("stroke") == "#54296a"]
    assert drawn.get("d").count("L") == 2


def test_four_lines_differ_by_dash_and_marker():
    lines = [Line(str(i), [Fraction(20 * i), Fraction(20 * i)]) for i in range(MOST_LINES)]
    picture = read(evolution_lines(["2022", "2024"], lines))
    drawn = [path for path in picture.iter(f"{SVG}path") if path.get("stroke-width") == "2.5"]
    assert len({path.get("stroke-dasharray") for path in drawn}) == MOST_LINES


@given(st.lists(SCORES, min_size=1, max_size=4))
def test_values_at_the_end_never_touch_nor_leave_the_picture(scores):
    lines = [Line(str(i), [score]) for i, score in enumerate(scores)]
    ends = [t for t in read(evolution_lines(["2026"], lines)).iter(f"{SVG}text") if "," in t.text]
    heights = sorted(float(end.get("y")) for end in ends)
    assert all(below - above >= 15.9 for above, below in itertools.pairwise(heights))
    assert all(12 <= height <= 268 for height in heights)


def test_many_dates_are_thinned_and_the_last_one_stays():
    dates = [str(year) for year in range(2010, 2030)]
    written = words(evolution_lines(dates, [Line("a", [Fraction(1)] * 20)]))
    shown = [w for w in written if w.startswith("20")]
    assert "2029" in shown
    assert len(shown) < 8


@pytest.mark.parametrize("lines", [[], [Line("a", [None, None])] * 5, [Line("a", [None])]])
def test_an_evolution_refuses_no_line_five_lines_and_a_line_of_another_length(lines):
    with pytest.raises(ValueError, match="line"):
        evolution_lines(["2022", "2024"], lines)


def test_an_evolution_tells_its_values():
    lines = [Line("Produits", [None, Fraction("86.4")]), Line("Outils", [None, None])]
    told = read(evolution_lines(["2022", "2024"], lines, title="x")).find(f"{SVG}desc").text
    assert told == "Produits\u00a0: 86,4 (2024). Outils\u00a0: sans score."


def _bars(picture):
    """(left, right, height) of each effect."""
    rects = read(picture).iter(f"{SVG}rect")
    return [(float(r.get("x")), float(r.get("x")) + float(r.get("width")), float(r.get("y"))) for r in rects]


def _tick(picture):
    return float(re.search(r'd="M([\d.]+) 0V20"[^>]*stroke-width="3"', picture)[1])


def test_effects_go_right_when_up_and_left_when_down_and_the_tick_is_their_sum():
    drawn = effects_bar(Fraction(10), Fraction(-5), Fraction(10))
    centre, asked = _bars(drawn)
    assert centre == (200, 398, 2)
    assert asked == (101, 200, 11)
    assert _tick(drawn) == 299


def test_an_effect_that_is_nothing_is_not_drawn():
    assert _bars(effects_bar(Fraction(0), Fraction(0), Fraction(0))) == []
    assert len(_bars(effects_bar(Fraction(3), Fraction(0), Fraction(6)))) == 1


@given(*[st.fractions(min_value=-200, max_value=200)] * 2, st.fractions(min_value=0, max_value=100))
def test_effects_never_leave_the_picture(centre, asked, most):
    drawn = effects_bar(centre, asked, most)
    assert all(0 <= left < right <= 400 for left, right, _ in _bars(drawn))
    assert 0 <= _tick(drawn) <= 400


def test_the_two_effects_differ_by_more_than_colour_in_the_legend():
    centre, asked = effects_keys()
    assert "stroke-dasharray" not in centre
    assert "stroke-dasharray" in asked
