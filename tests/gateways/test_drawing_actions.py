"""The pictures of a plan: its matrix, and what its actions brought."""

import itertools
from io import BytesIO
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.pdfbase.pdfmetrics import stringWidth

from aqss.domain.actions import MARKS, Marks, Zone, place_in_matrix
from aqss.gateways.drawing import Look, Part, Stack, action_matrix, effect_stacks, matrix_keys
from aqss.gateways.pdf import make_pdf
from aqss.gateways.rendering import ENVIRONMENT
from aqss.services.actions.words import OUTCOMES, ZONES

SVG = "{http://www.w3.org/2000/svg}"
MARK = st.sampled_from(MARKS)
SOME_MARKS = st.builds(Marks, MARK, MARK, MARK)
WORDS = ["Mieux", "Inchangé", "Moins bien", "Ne se compare pas", *OUTCOMES.values()]


def read(picture):
    return ElementTree.fromstring(picture)


def words(picture):
    return [text.text for text in read(picture).iter(f"{SVG}text")]


def rects(picture):
    return [rect.attrib for rect in read(picture).iter(f"{SVG}rect")]


def a_matrix(*marks, **more):
    return action_matrix(place_in_matrix(enumerate(marks)), ZONES, **more)


def a_stack(better=5, same=3, worse=1, other=0, label="Avec une action"):
    looks = (Look.GOOD, Look.SAME, Look.BAD, Look.OPEN)
    counts = (better, same, worse, other)
    return Stack(label, [Part(*one) for one in zip(WORDS, counts, looks, strict=False)])


def every_picture():
    yield a_matrix(Marks(4, 4, 4), Marks(1, 1, 1), current=(4, 4), title="Matrice")
    yield a_matrix(*[Marks(2, 3, 3)] * 2000)
    yield effect_stacks([a_stack(), Stack("Effets", [Part("Partiel", 2, Look.HALF)])], title="Effets")
    yield effect_stacks([a_stack(0, 0, 0, 0)])
    yield from matrix_keys()


@pytest.mark.parametrize("picture", [*every_picture()])
def test_a_picture_has_no_style_script_pattern_or_address(picture):
    for element in read(picture).iter():
        assert element.tag.removeprefix(SVG) not in {"style", "script", "pattern", "image", "use", "a"}
        assert not {"style", "href", "onload"} & set(element.keys())


@pytest.mark.parametrize("picture", [*every_picture()])
def test_no_text_is_smaller_than_twelve_pixels_on_a_phone(picture):
    width = float(read(picture).get("viewBox").split()[2])
    sizes = [float(text.get("font-size")) for text in read(picture).iter(f"{SVG}text")]
    assert all(size * min(1, 326 / width) >= 12 for size in sizes)


def _stays_inside(picture):
    """Every text, as wide as the PDF's font makes it, and every shape."""
    root = read(picture)
    _, _, width, height = map(float, root.get("viewBox").split())
    for text in root.iter(f"{SVG}text"):
        size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
        font = "DejaVuSansCondensed-Bold" if text.get("font-weight") else "DejaVuSansCondensed"
        length = stringWidth(text.text, font, size)
        left = x - {"start": 0, "middle": length / 2, "end": length}[text.get("text-anchor")]
        assert left >= 0
        assert left + length <= width
        assert size <= y + 3
        assert y <= height
    for rect in rects(picture):
        x, y, wide, high = (float(rect[name]) for name in ("x", "y", "width", "height"))
        assert wide > 0
        assert x >= 0
        assert y >= 0
        assert x + wide <= width
        assert y + high <= height


@pytest.fixture(scope="module", autouse=True)
def fonts():
    """Making a PDF registers the fonts that the widths are measured in."""
    make_pdf(a_document(""), title="Plan")


def a_document(content):
    source = (
        "{% extends 'report/layout.html' %}{% block title %}Plan{% endblock %}"
        "{% block content %}{{ content|safe }}{% endblock %}"
    )
    return ENVIRONMENT.from_string(source).render(content=content)


# The matrix


def test_each_place_of_the_matrix_says_its_zone_in_words_and_in_colour():
    written = words(a_matrix())
    assert (written.count("D’abord"), written.count("Ensuite"), written.count("Plus tard")) == (3, 6, 7)
    fills = [rect["fill"] for rect in rects(a_matrix())]
    assert (fills.count("#f3cbb9"), fills.count("#fdf1d2"), fills.count("#e8f3f3")) == (3, 6, 7)


def test_a_cell_writes_how_many_actions_it_has_and_how_many_of_high_impact():
    picture = a_matrix(Marks(3, 3, 1), Marks(3, 3, 3), Marks(3, 3, 4), Marks(1, 1, 2))
    counts = [text.text for text in read(picture).iter(f"{SVG}text") if text.get("font-size") in ("21", "14")]
    assert [one for one in counts if one.isdigit()] == ["3", "2", "1"]


def test_the_cells_stand_with_criticality_4_at_the_top_and_feasibility_4_on_the_right():
    def place(marks):
        (count,) = [
            text for text in read(a_matrix(marks)).iter(f"{SVG}text") if text.get("font-size") == "21"
        ]
        return float(count.get("x")), float(count.get("y"))

    assert place(Marks(4, 1, 1))[1] < place(Marks(1, 1, 1))[1]
    assert place(Marks(1, 4, 1))[0] > place(Marks(1, 1, 1))[0]


def test_the_action_one_reads_is_framed_in_its_cell_alone():
    framed = [rect for rect in rects(a_matrix(Marks(4, 3, 1), current=(4, 3))) if rect["fill"] == "none"]
    assert len(framed) == 1
    assert [rect for rect in rects(a_matrix(Marks(4, 3, 1))) if rect["fill"] == "none"] == []
    (frame,) = framed
    (cell,) = [
        rect
        for rect in rects(a_matrix())
        if float(rect["x"]) < float(frame["x"]) < float(rect["x"]) + float(rect["width"])
        and float(rect["y"]) < float(frame["y"]) < float(rect["y"]) + float(rect["height"])
    ]
    assert (cell["x"], cell["y"]) == ("202", "26")  # the third column of the first row


def test_a_line_parts_two_zones_and_no_two_cells_of_one():
    (limits,) = [
        path.get("d") for path in read(a_matrix()).iter(f"{SVG}path") if path.get("stroke-width") == "2.5"
    ]
    assert limits.count("v") == 4
    assert limits.count("h") == 6


def test_the_matrix_tells_its_cells_in_words():
    picture = a_matrix(Marks(4, 3, 1), Marks(4, 3, 4), Marks(1, 2, 2), title="Matrice", current=(1, 2))
    assert read(picture).find(f"{SVG}desc").text == (
        "criticité 4, faisabilité 3 (D’abord)\u00a0: 2 actions, dont 1 d’impact 3 ou plus\u00a0; "
        "criticité 1, faisabilité 2 (Plus tard)\u00a0: 1 action, dont celle-ci"
    )
    assert read(a_matrix(title="Matrice")).find(f"{SVG}desc").text == "aucune action"
    assert read(a_matrix()).get("aria-hidden") == "true"


@given(st.lists(SOME_MARKS, max_size=30), st.integers(1, 400))
def test_everything_in_the_matrix_stays_inside_it(plan, times):
    _stays_inside(a_matrix(*(plan * times), current=(1, 1)))


@pytest.mark.parametrize("zone", Zone)
def test_the_words_of_a_zone_fit_in_a_cell(zone):
    assert stringWidth(ZONES[zone], "DejaVuSansCondensed", 14) < 84


# What actions brought


def _segments(picture):
    """(left, width, fill) of the parts of the first bar."""
    return [
        (float(r["x"]), float(r["width"]), r["fill"])
        for r in rects(picture)
        if r["height"] == "22" and r["y"] == rects(picture)[0]["y"]
    ]


def test_the_parts_of_a_bar_follow_one_another_and_fill_it():
    segments = _segments(effect_stacks([a_stack(5, 3, 1, 1)]))
    assert [fill for _, _, fill in segments] == ["#d6ebeb", "#f0b93a", "#9c2f0c", "#fff"]
    edge = 0.0
    for left, width, _ in segments:
        assert left == pytest.approx(edge + 1, abs=0.02)
        edge = left + width + 1
    assert edge == pytest.approx(376, abs=0.05)


def test_a_larger_part_is_wider_and_a_part_of_nothing_is_not_drawn():
    widths = [width for _, width, _ in _segments(effect_stacks([a_stack(5, 3, 1, 0)]))]
    assert len(widths) == 3
    assert widths == sorted(widths, reverse=True)


def test_one_among_a_thousand_can_still_be_seen():
    (one, _), (thousand, _) = [segment[1:] for segment in _segments(effect_stacks([a_stack(1, 1000, 0, 0)]))]
    assert one >= 4
    assert thousand > 360


def test_every_count_is_written_with_its_word_those_of_nothing_too():
    written = words(effect_stacks([a_stack(5, 3, 1200, 0)]))
    assert written == [
        "Avec une action",
        "Mieux\u00a0: 5",
        "Inchangé\u00a0: 3",
        "Moins bien\u00a0: 1\u00a0200",
        "Ne se compare pas\u00a0: 0",
    ]


def test_each_look_has_its_own_sign_beside_its_word():
    """Four signs and one dashed outline: no two are told apart by colour alone."""
    drawn = set()
    for look in Look:
        picture = read(effect_stacks([Stack("a", [Part("Mot", 0, look)])]))
        sample = list(picture.iter(f"{SVG}rect"))[1]
        signs = tuple(path.get("d") for path in picture.iter(f"{SVG}path"))
        drawn.add((signs, sample.get("stroke-dasharray")))
    assert len(drawn) == len(Look)


def test_a_narrow_part_has_no_sign_that_would_not_fit():
    wide = effect_stacks([a_stack(5, 0, 5, 0)])
    narrow = effect_stacks([a_stack(1, 0, 1000, 0)])
    assert len([*read(wide).iter(f"{SVG}path")]) == len([*read(narrow).iter(f"{SVG}path")]) + 1


def test_a_bar_of_nothing_is_an_empty_outline():
    first = rects(effect_stacks([a_stack(0, 0, 0, 0)]))[0]
    assert (first["fill"], first["width"]) == ("#fff", "374")


def test_bars_tell_their_counts():
    stacks = [a_stack(), a_stack(1, 2, 3, 4, label="Sans action")]
    picture = read(effect_stacks(stacks, name="e1", title="Effets"))
    assert picture.get("aria-labelledby") == "e1-t e1-d"
    assert picture.find(f"{SVG}desc").text == (
        "Avec une action\u00a0: Mieux 5, Inchangé 3, Moins bien 1, Ne se compare pas 0. "
        "Sans action\u00a0: Mieux 1, Inchangé 2, Moins bien 3, Ne se compare pas 4."
    )


def test_no_bar_is_no_picture():
    with pytest.raises(ValueError, match="one bar"):
        effect_stacks([])


LABELS = st.lists(st.sampled_from(["Critères", "faibles", "sans", "action", "MAMMOGRAPHIES"]), min_size=1)
PARTS = st.builds(Part, st.sampled_from(WORDS), st.integers(0, 99_999), st.sampled_from(Look))
STACKS = st.builds(
    Stack, LABELS.map(" ".join), st.lists(PARTS, max_size=len(Look), unique_by=lambda part: part.look)
)


@given(st.lists(STACKS, min_size=1, max_size=4))
def test_everything_in_the_bars_stays_inside_the_picture(stacks):
    _stays_inside(effect_stacks(stacks))


@given(st.lists(STACKS, min_size=1, max_size=4))
def test_no_two_words_of_the_bars_touch(stacks):
    lines = {}
    for text in read(effect_stacks(stacks)).iter(f"{SVG}text"):
        font = "DejaVuSansCondensed-Bold" if text.get("font-weight") else "DejaVuSansCondensed"
        left = float(text.get("x"))
        length = stringWidth(text.text, font, float(text.get("font-size")))
        lines.setdefault(text.get("y"), []).append((left, left + length))
    for line in lines.values():
        assert all(end < start for (_, end), (start, _) in itertools.pairwise(line))


def test_both_pictures_are_kept_in_a_pdf_with_their_words():
    pictures = a_matrix(Marks(4, 4, 3), title="Matrice") + effect_stacks([a_stack()], title="Effets")
    text = PdfReader(BytesIO(make_pdf(a_document(pictures), title="Plan"))).pages[0].extract_text()
    for one in ("Criticité", "Faisabilité", "D’abord", "Plus tard", "Avec une action", "Inchangé"):
        assert one in text
