"""The picture of a workflow: nothing overlaps, every arrow joins two states, words say the same."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.workflows import State, Transition, Workflow
from aqss.gateways.drawing import workflow_diagram
from aqss.gateways.drawing.marks import width_of
from aqss.gateways.drawing.workflow_layout import (
    ROW_LINE,
    ROW_SIZE,
    TITLE_SIZE,
    WIDTH,
    Arrow,
    Box,
    Layout,
    Point,
    Way,
    lay_out,
    wrapped,
)

SVG = "{http://www.w3.org/2000/svg}"
NBSP = "\u00a0"


def a_workflow(*states: State) -> Workflow:
    """Begins in its first state, unless another one says so."""
    if not any(state.initial for state in states):
        states = (states[0].model_copy(update={"initial": True}), *states[1:])
    return Workflow(workflow="essai", version=1, title="Essai", subject="dossier", states=states)


def a_state(name: str, *ways: tuple[str, str], label: str = "", initial: bool = False) -> State:
    """``ways``: (state led to, label). Without any: a final one."""
    passages = tuple(Transition(to=to, label=words, by=("coordinator",)) for to, words in ways)
    return State(
        state=name,
        label=label or name.capitalize(),
        initial=initial,
        final=not ways,
        transitions=passages or None,
    )


SMALL = a_workflow(
    a_state("ecrire", ("relire", "Faire relire"), ("retire", "Retirer"), initial=True),
    a_state("relire", ("fini", "Terminer"), ("ecrire", "Reprendre"), ("retire", "Retirer")),
    a_state("fini"),
    a_state("retire"),
)

WORDS = st.text("abcdeéWM '-<&»", min_size=1, max_size=80).filter(lambda words: bool(words.strip()))


@st.composite
def workflows(draw: st.DrawFn) -> Workflow:
    """1 to 15 states with any ways out, several to one state and to itself too; the first one anywhere."""
    names = [f"s{i}" for i in range(draw(st.integers(1, 15)))]
    first = draw(st.sampled_from(names))
    ways = st.lists(st.tuples(st.sampled_from(names), WORDS), max_size=5)
    return a_workflow(
        *(a_state(name, *draw(ways), label=draw(WORDS), initial=name == first) for name in names)
    )


PLACED = workflows().flatmap(
    lambda workflow: st.tuples(
        st.just(workflow), st.sampled_from([None, *(state.state for state in workflow.states)])
    )
)


def by_name(layout: Layout) -> dict[str, Box]:
    return {box.state.state: box for box in layout.boxes}


def segments(points: Sequence[Point]) -> list[tuple[Point, Point]]:
    return [(min(pair), max(pair)) for pair in itertools.pairwise(points)]


def is_on_border(point: Point, box: Box) -> bool:
    x, y = point
    on_side = x in (box.x, box.right) and box.y < y < box.bottom
    return on_side or (y in (box.y, box.bottom) and box.x < x < box.right)


def is_inside(one: tuple[Point, Point], box: Box) -> bool:
    """Whether any part of a straight segment is within the box, its border aside."""
    (x1, y1), (x2, y2) = one
    return x1 < box.right and x2 > box.x and y1 < box.bottom and y2 > box.y


def run_together(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two upright, or two level, segments share more than a point."""
    for along, across in ((0, 1), (1, 0)):
        level = {end[across] for end in (*one, *other)}
        if len(level) == 1:
            return min(one[1][along], other[1][along]) > max(one[0][along], other[0][along])
    return False


@given(PLACED)
def test_states_stand_in_the_order_of_the_file_and_never_touch(placed: tuple[Workflow, str | None]) -> None:
    workflow, current = placed
    layout = lay_out(workflow, current)
    assert [box.state for box in layout.boxes] == list(workflow.states)
    assert all(above.bottom + 20 < below.y for above, below in itertools.pairwise(layout.boxes))
    assert all(0 < box.x < box.right < WIDTH for box in layout.boxes)
    assert layout.boxes[0].y > 0
    assert layout.boxes[-1].bottom < layout.height


@given(PLACED)
def test_every_passage_has_an_arrow_from_border_to_border_that_enters_no_state(
    placed: tuple[Workflow, str | None],
) -> None:
    workflow, current = placed
    layout = lay_out(workflow, current)
    boxes = by_name(layout)
    led = {(one.source, one.to) for one in layout.arrows}
    assert led == {(state.state, way.to) for state in workflow.states for way in state.transitions or ()}
    for arrow in layout.arrows:
        assert is_on_border(arrow.points[0], boxes[arrow.source])
        assert is_on_border(arrow.points[-1], boxes[arrow.to])
        assert all(0 < x < WIDTH and 0 < y < layout.height for x, y in arrow.points)
        for segment in segments(arrow.points):
            assert segment[0][0] == segment[1][0] or segment[0][1] == segment[1][1]
            assert not any(is_inside(segment, box) for box in layout.boxes)


@given(PLACED)
def test_arrows_that_lead_to_two_states_never_share_a_line(placed: tuple[Workflow, str | None]) -> None:
    arrows = lay_out(*placed).arrows
    for one, other in itertools.combinations(arrows, 2):
        if (one.way, one.to) != (other.way, other.to):
            pairs = itertools.product(segments(one.points), segments(other.points))
            assert not any(run_together(*pair) for pair in pairs)


@given(PLACED)
def test_the_first_dot_leads_to_the_first_state_and_meets_nothing(
    placed: tuple[Workflow, str | None],
) -> None:
    layout = lay_out(*placed)
    (x, y), end = layout.start
    initial = next(box for box in layout.boxes if box.state.initial)
    assert end == (x, initial.y)
    assert 0 < y - 6 < y + 6 < initial.y - 9  # the dot, then the head of its arrow
    assert not any(is_inside(((x - 6, y - 6), (x + 6, end[1])), box) for box in layout.boxes)
    for arrow in layout.arrows:
        for (x1, y1), (x2, y2) in segments(arrow.points):
            assert x1 > x + 6 or x2 < x - 6 or y1 > end[1] or y2 < y - 6


@given(PLACED)
def test_all_words_stand_within_their_state_one_line_under_the_other(
    placed: tuple[Workflow, str | None],
) -> None:
    workflow, current = placed
    picture = ElementTree.fromstring(workflow_diagram(workflow, current))
    boxes = lay_out(workflow, current).boxes
    seen = 0
    for box in boxes:
        lines = [text for text in picture.iter(f"{SVG}text") if box.y < float(text.get("y", "")) < box.bottom]
        seen += len(lines)
        baselines = [float(text.get("y", "")) for text in lines]
        assert all(below - above > 16 for above, below in itertools.pairwise(baselines))
        for text in lines:
            left = float(text.get("x", ""))
            assert box.x + 8 < left
            assert left + width_of(text.text or "", int(text.get("font-size", ""))) < box.right - 8
        told = "".join(text.text or "" for text in lines).replace("Vous êtes ici", "")
        written = [box.state.label, *(way.label for way in box.state.transitions or ())]
        assert sorted("".join(told.split())) == sorted("".join("".join(written).split()))
    assert seen == len(list(picture.iter(f"{SVG}text")))


def ways(layout: Layout) -> dict[tuple[str, str], Arrow]:
    return {(arrow.source, arrow.to): arrow for arrow in layout.arrows}


def test_the_next_state_is_reached_straight_a_further_one_by_the_right_a_former_one_by_the_left() -> None:
    layout = lay_out(SMALL)
    boxes, found = by_name(layout), ways(layout)
    straight = found["ecrire", "relire"]
    assert (straight.way, len(straight.points)) == (Way.DOWN, 2)
    assert straight.points[0][0] == straight.points[1][0]
    skip, back = found["ecrire", "retire"], found["relire", "ecrire"]
    assert skip.way is Way.SKIP
    assert skip.points[1][0] > boxes["ecrire"].right
    assert back.way is Way.BACK
    assert back.points[1][0] < boxes["ecrire"].x
    assert back.points[-1][1] == boxes["ecrire"].bottom


def test_what_leads_to_one_state_shares_one_line() -> None:
    found = ways(lay_out(SMALL))
    assert found["ecrire", "retire"].points[2:] == found["relire", "retire"].points[2:]


def test_passages_to_the_next_state_have_one_arrow_under_their_labels() -> None:
    layout = lay_out(
        a_workflow(a_state("a", ("b", "Finir"), ("b", "Finir autrement"), ("b", "Finir")), a_state("b"))
    )
    assert len(layout.arrows) == 1
    assert len(layout.boxes[0].rows) == 3


def test_a_state_lists_its_returns_then_what_it_skips_then_the_way_on() -> None:
    rows = by_name(lay_out(SMALL))["relire"].rows
    assert [(row.lines, row.way) for row in rows] == [
        (("Reprendre",), Way.BACK),
        (("Retirer",), Way.SKIP),
        (("Terminer",), Way.DOWN),
    ]


def test_a_longer_line_passes_outside_of_the_shorter_ones() -> None:
    names = "abcde"
    layout = lay_out(
        a_workflow(
            a_state("a", ("e", "Finir"), ("c", "Sauter"), initial=True),
            *(a_state(one, (after, "Suivre")) for one, after in itertools.pairwise(names[1:])),
            a_state("e"),
        )
    )
    found = ways(layout)
    assert found["a", "e"].points[1][0] > found["a", "c"].points[1][0]
    assert found["a", "e"].points[0][1] < found["a", "c"].points[0][1]  # so they do not cross


def test_without_returns_or_skips_the_states_take_the_whole_width() -> None:
    layout = lay_out(a_workflow(a_state("a", ("b", "Finir")), a_state("b")))
    assert {box.width for box in layout.boxes} == {WIDTH - 8}


def test_words_are_wrapped_and_what_is_wider_than_a_line_is_cut() -> None:
    assert wrapped("Faire relire par la direction", ROW_SIZE, 110) == (
        "Faire",
        "relire par",
        "la",
        "direction",
    )
    pieces = wrapped("a" * 40, TITLE_SIZE, 120)
    assert "".join(pieces) == "a" * 40
    assert [len(piece) for piece in pieces] == [10, 10, 10, 10]
    assert len(wrapped("x" * 2000, TITLE_SIZE, 156)) > 100


def test_a_label_of_several_lines_makes_its_state_higher() -> None:
    short, long = (
        lay_out(a_workflow(a_state("a", ("b", words)), a_state("b"))).boxes[0].height
        for words in ("Finir", "Finir " * 12)
    )
    assert (long - short) % ROW_LINE == 0
    assert long > short


def read(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)


def rects(picture: str) -> list[ElementTree.Element]:
    return list(read(picture).iter(f"{SVG}rect"))


def test_the_current_state_is_marked_in_words_and_by_its_shape() -> None:
    texts = [text.text for text in read(workflow_diagram(SMALL, "relire")).iter(f"{SVG}text")]
    assert texts.count("Vous êtes ici") == 1
    assert texts[texts.index("Vous êtes ici") + 1] == "Relire"
    assert [rect.get("stroke-width") for rect in rects(workflow_diagram(SMALL, "relire"))].count("3") == 1
    assert "Vous êtes ici" not in workflow_diagram(SMALL)


def test_a_state_passed_through_has_a_tick_unless_one_is_back_in_it() -> None:
    tick = "l4 4.5l8 -9"
    assert workflow_diagram(SMALL, "relire", ["ecrire", "relire"]).count(tick) == 1
    assert tick not in workflow_diagram(SMALL, "relire")


def test_final_states_have_a_double_border_and_no_other() -> None:
    outer = [rect for rect in rects(workflow_diagram(SMALL)) if rect.get("rx") == "8"]
    inner = [rect for rect in rects(workflow_diagram(SMALL)) if rect.get("rx") == "5"]
    assert (len(outer), len(inner)) == (4, 2)


def test_returns_are_dashed_and_nothing_else() -> None:
    paths = list(read(workflow_diagram(SMALL)).iter(f"{SVG}path"))
    assert len([path for path in paths if path.get("stroke-dasharray")]) == 1
    onward = a_workflow(a_state("a", ("b", "Finir")), a_state("b"))
    assert "stroke-dasharray" not in workflow_diagram(onward)


def test_a_line_shared_by_two_arrows_is_drawn_whole_once_with_one_head() -> None:
    layout = lay_out(SMALL)
    end = ways(layout)["ecrire", "retire"].points[-1]
    drawn = [path.get("d", "") for path in read(workflow_diagram(SMALL)).iter(f"{SVG}path")]
    reaching = [d for d in drawn if d.endswith(f"L{end[0]:g} {end[1]:g}")]
    assert len(reaching) == 2  # its rim and itself
    heads = [d for d in drawn if d.startswith(f"M{end[0] + 9:g} {end[1] - 5:g}v10")]
    assert len(heads) == 1


def test_arrows_from_above_and_below_that_meet_are_both_drawn_whole() -> None:
    """A state that returns to itself joins, from above, the line of those that return to it."""
    looped = a_workflow(a_state("a", ("a", "Encore"), ("b", "Suivre")), a_state("b", ("a", "Revenir")))
    x, y = ways(lay_out(looped))["a", "a"].points[-1]
    assert workflow_diagram(looped).count(f'L{x:g} {y:g}"') == 4  # two lines, each with its rim


def test_alone_it_says_all_it_shows_beside_its_text_nothing() -> None:
    picture = read(workflow_diagram(SMALL, "relire", ["ecrire"], name="p", title="Essai"))
    assert picture.get("aria-labelledby") == "p-t p-d"
    assert picture.findtext(f"{SVG}desc") == (
        f"Ecrire (début, déjà passée){NBSP}: Faire relire, vers «{NBSP}Relire{NBSP}»{NBSP}; "
        f"Retirer, vers «{NBSP}Retire{NBSP}». "
        f"Relire (vous êtes ici){NBSP}: Terminer, vers «{NBSP}Fini{NBSP}»{NBSP}; "
        f"Reprendre, vers «{NBSP}Ecrire{NBSP}»{NBSP}; Retirer, vers «{NBSP}Retire{NBSP}». "
        "Fini (fin). Retire (fin)."
    )
    assert read(workflow_diagram(SMALL)).get("aria-hidden") == "true"


def test_a_file_of_its_own_has_a_ground_and_letters() -> None:
    alone = read(workflow_diagram(SMALL, is_alone=True))
    assert alone.get("font-family") == "sans-serif"
    ground = alone.find(f"{SVG}rect")
    assert ground is not None
    assert (ground.get("width"), ground.get("fill")) == ("360", "#fff")
    assert "font-family" not in workflow_diagram(SMALL)


def test_labels_are_escaped_and_no_style_script_or_address_comes_in() -> None:
    odd = a_workflow(a_state("a", ("b", "<script>&")), a_state("b", label='"><i>'))
    picture = read(workflow_diagram(odd, title="<b>"))
    assert "<script>&" in [text.text for text in picture.iter(f"{SVG}text")]
    for element in picture.iter():
        assert element.tag.removeprefix(SVG) in {"svg", "title", "desc", "rect", "circle", "path", "text"}
        assert not {"style", "href", "onload"} & set(element.keys())


@pytest.mark.parametrize("name", ["auto-evaluation", "action", "creation-centre"])
def test_the_letters_of_a_shipped_workflow_can_be_read_on_a_phone(catalogue: Catalogue, name: str) -> None:
    """On 390 px the picture is 324 wide: 0,9 of what it is drawn on; nothing is under 12 px."""
    picture = read(workflow_diagram(catalogue.workflows[name]))
    assert picture.get("viewBox", "").split()[2] == str(WIDTH)
    assert all(0.9 * int(text.get("font-size", "0")) >= 12 for text in picture.iter(f"{SVG}text"))
