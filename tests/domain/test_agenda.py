"""The agenda: by example, then beside every agenda there could be."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.agenda import MINUTES, Agenda, Topic, plan_agenda
from aqss.domain.divergence import Verdict

DIVERGENT, UNKNOWN, DISCUSS = Verdict.DIVERGENT, Verdict.UNKNOWN, Verdict.DISCUSS


def a_topic(
    key: str, verdict: Verdict, minutes: int | None = None, *, essential: bool = False, unknown: bool = False
) -> Topic[str]:
    return Topic(key, verdict, minutes or MINUTES[verdict], essential, unknown)


def keys(agenda: Agenda[str]) -> tuple[str, str]:
    """What is chosen, what is left."""
    return "".join(topic.key for topic in agenda.chosen), "".join(topic.key for topic in agenda.left)


def test_a_criterion_is_given_the_minutes_of_its_verdict() -> None:
    assert MINUTES == {DIVERGENT: 5, UNKNOWN: 4, DISCUSS: 3}


def test_a_priority_is_eight_if_divergent_four_if_essential_two_if_somebody_does_not_know() -> None:
    assert a_topic("A", DISCUSS).priority == 0
    assert a_topic("A", DISCUSS, unknown=True).priority == 2
    assert a_topic("A", DISCUSS, essential=True).priority == 4
    assert a_topic("A", DIVERGENT).priority == 8
    assert a_topic("A", DIVERGENT, essential=True, unknown=True).priority == 14


def test_where_half_do_not_know_somebody_does_not() -> None:
    assert a_topic("A", UNKNOWN).priority == 2
    assert a_topic("A", UNKNOWN, unknown=True).priority == 2


def test_all_that_has_a_priority_is_chosen_when_there_is_time() -> None:
    topics = [a_topic("A", DISCUSS, essential=True), a_topic("B", DIVERGENT), a_topic("C", UNKNOWN)]
    agenda = plan_agenda(topics, 12)
    assert keys(agenda) == ("ABC", "")
    assert agenda.minutes == 12


def test_the_greatest_priority_wins_over_the_greatest_topic() -> None:
    # one of 14 in 10 minutes, or two of 8 in 5 minutes each
    topics = [
        a_topic("A", DIVERGENT, 10, essential=True, unknown=True),
        a_topic("B", DIVERGENT),
        a_topic("C", DIVERGENT),
    ]
    assert keys(plan_agenda(topics, 10)) == ("BC", "A")


def test_of_equal_priorities_the_fewest_minutes_win() -> None:
    topics = [a_topic("A", DIVERGENT, 6), a_topic("B", DIVERGENT, 5)]
    assert keys(plan_agenda(topics, 10)) == ("B", "A")


def test_of_equal_priorities_and_minutes_the_catalogue_decides() -> None:
    topics = [a_topic(key, DIVERGENT) for key in "ABC"]
    assert keys(plan_agenda(topics, 10)) == ("AB", "C")


def test_the_earliest_topic_decides_whatever_comes_with_it() -> None:
    # A and C, or B and C: 12 in 8 minutes
    topics = [
        a_topic("A", DIVERGENT),
        a_topic("B", DIVERGENT),
        a_topic("C", DISCUSS, essential=True),
        a_topic("D", DISCUSS, essential=True),
    ]
    assert keys(plan_agenda(topics, 8)) == ("AC", "BD")


def test_what_is_only_to_be_discussed_takes_no_time_from_nothing() -> None:
    assert keys(plan_agenda([a_topic("A", DISCUSS), a_topic("B", DIVERGENT)], 60)) == ("B", "A")


def test_nothing_to_agree_on_or_no_time_makes_an_empty_agenda() -> None:
    assert plan_agenda([], 60) == Agenda((), ())
    assert keys(plan_agenda([a_topic("A", DIVERGENT)], 4)) == ("", "A")
    assert keys(plan_agenda([a_topic("A", DIVERGENT)], 0)) == ("", "A")


TOPICS = st.lists(
    st.builds(
        Topic,
        st.text("ABCDEFGHIJ", min_size=1, max_size=1),
        st.sampled_from([DIVERGENT, UNKNOWN, DISCUSS]),
        st.integers(1, 6),
        st.booleans(),
        st.booleans(),
    ),
    max_size=10,
)


@given(TOPICS, st.integers(0, 40))
def test_no_other_agenda_is_worth_more(topics: list[Topic[str]], minutes: int) -> None:
    ranks = range(len(topics))
    agendas = (chosen for size in range(len(topics) + 1) for chosen in combinations(ranks, size))
    fitting = [chosen for chosen in agendas if sum(topics[i].minutes for i in chosen) <= minutes]

    def worth(chosen: tuple[int, ...]) -> tuple[int, int, tuple[int, ...]]:
        """The smaller, the better; where two hold other topics, the one that lacks the earliest is worse."""
        return (
            -sum(topics[i].priority for i in chosen),
            sum(topics[i].minutes for i in chosen),
            tuple(int(i not in chosen) for i in ranks),
        )

    best = min(fitting, key=worth)
    found = plan_agenda(topics, minutes)
    assert found.chosen == tuple(topics[i] for i in best)
    assert found.left == tuple(topics[i] for i in ranks if i not in best)


@given(st.integers(1, 12), st.integers(0, 60))
def test_topics_that_are_all_alike_are_taken_in_the_order_of_the_catalogue(count: int, minutes: int) -> None:
    topics = [Topic(rank, DIVERGENT, 5) for rank in range(count)]
    found = plan_agenda(topics, minutes)
    assert [topic.key for topic in found.chosen] == list(range(min(count, minutes // 5)))


def test_a_catalogue_of_hundreds_of_criteria_is_planned_at_once() -> None:
    topics = [Topic(rank, DIVERGENT, 1 + rank % 5, is_essential=rank % 3 == 0) for rank in range(250)]
    found = plan_agenda(topics, 240)
    assert found.minutes <= 240
    assert len(found.chosen) + len(found.left) == 250
