"""Who continues whom from a version of a grid to another: by example, then whatever the chain."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion, Grid, Section
from aqss.domain.definitions.scales import TextScale
from aqss.domain.heritage import previous_codes

WORDS = TextScale(scale="libre", label="Libre", kind="text")


def codes(*names: str, version: int = 1) -> EditionContent:
    """Criteria as « B », or « C<A+B » for one that replaces."""
    written = (name.partition("<") for name in names)
    criteria = tuple(
        Criterion(criterion=code, statement="Un énoncé.", replaces=tuple(olds.split("+")) if olds else None)
        for code, _, olds in written
    )
    return EditionContent(
        grid=Grid(
            grid="essai", version=version, module="outils", title="Essai", purpose="Essayer.", scale="libre",
            respondents=("tous",), sections=(Section(section="s", title="S", criteria=criteria),),
        ),
        module_title="Outils", scales=(WORDS,), bands=(), provisional_below=Decimal("0.8"),
    )  # fmt: skip


def test_a_criterion_continues_itself_or_those_it_replaces() -> None:
    now = codes("A", "C<B", "D", version=2)
    assert previous_codes(now, codes("A", "B")) == {"A": ("A",), "C": ("B",), "D": ()}


def test_a_merger_continues_several_and_a_split_leaves_several_heirs() -> None:
    now = codes("C<B+A", "E<D", "F<D", version=2)
    assert previous_codes(now, codes("A", "B", "D")) == {"C": ("A", "B"), "E": ("D",), "F": ("D",)}


def test_a_criterion_may_keep_its_code_and_take_another_in() -> None:
    assert previous_codes(codes("A<B", version=2), codes("A", "B")) == {"A": ("A", "B")}


def test_a_history_is_followed_through_the_versions_in_between() -> None:
    first, second, third = codes("A", "B"), codes("C<A", "B", version=2), codes("D<C+B", version=3)
    assert previous_codes(third, first, [first, second, third]) == {"D": ("A", "B")}
    assert previous_codes(third, first) == {"D": ("B",)}, "nobody tells that C was A"


def test_a_history_once_told_need_not_be_told_again() -> None:
    second, third = codes("B<A", version=2), codes("B", version=3)
    assert previous_codes(third, codes("A"), [second]) == {"B": ("A",)}


def test_versions_outside_the_two_tell_nothing() -> None:
    fourth = codes("Z<B", version=4)
    assert previous_codes(codes("B", version=2), codes("A", "B"), [fourth]) == {"B": ("B",)}


def test_older_files_published_again_are_followed_backwards() -> None:
    older, newer = codes("A", "B", "C"), codes("D<A+B", "E<A", version=2)
    assert previous_codes(older, newer) == {"A": ("D", "E"), "B": ("D",), "C": ()}


@given(st.integers(1, 6), st.data())
def test_following_over_many_versions_is_following_each_in_turn(count: int, data: st.DataObject) -> None:
    """Where every code changes each time, a chain is the composition of its links."""
    versions = [codes("V0-0", "V0-1", "V0-2")]
    for version in range(1, count + 1):
        olds = [f"V{version - 1}-{rank}" for rank in range(3)]
        taken = [data.draw(st.lists(st.sampled_from(olds), max_size=3, unique=True)) for _ in range(3)]
        names = [
            f"V{version}-{rank}" + ("<" + "+".join(one) if one else "") for rank, one in enumerate(taken)
        ]
        versions.append(codes(*names, version=version + 1))
    expected = {code: {code} for code in versions[-1].criteria_by_code}
    for later, earlier in zip(versions[::-1], versions[-2::-1], strict=False):
        link = previous_codes(later, earlier)
        expected = {code: {old for one in found for old in link[one]} for code, found in expected.items()}
    found = previous_codes(versions[-1], versions[0], data.draw(st.permutations(versions)))
    assert {code: set(olds) for code, olds in found.items()} == expected
