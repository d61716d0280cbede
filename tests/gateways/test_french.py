from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.gateways import french
from aqss.gateways.french import (
    count_fr,
    date_fr,
    instant_fr,
    length_fr,
    list_fr,
    number_fr,
    percent_fr,
    plural_fr,
    points_fr,
    score_fr,
    short_date_fr,
    size_fr,
    spaces_fr,
    time_fr,
)

INSTANT = datetime(2026, 3, 2, 13, 3, tzinfo=UTC)


def test_a_time_is_written_with_no_break_spaces_in_paris():
    assert time_fr(INSTANT) == "14\u00a0h\u00a003"


def test_a_time_in_summer_is_two_hours_ahead_of_utc():
    assert time_fr(datetime(2026, 7, 1, 7, 0, tzinfo=UTC)) == "9\u00a0h\u00a000"


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        time_fr(datetime(2026, 3, 2, 13, 3))  # noqa: DTZ001


def test_the_first_of_a_month_is_written_1er():
    assert date_fr(date(2026, 8, 1)) == "1er août 2026"
    assert date_fr(date(2026, 2, 11)) == "11 février 2026"


def test_the_weekday_is_told_when_asked():
    assert date_fr(date(2026, 3, 2), weekday=True) == "lundi 2 mars 2026"


def test_an_instant_late_in_the_evening_counts_for_its_day_in_paris():
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert date_fr(late) == "1er janvier 2027"
    assert short_date_fr(late) == "01/01/2027"


def test_an_instant_tells_its_day_and_its_time():
    assert instant_fr(INSTANT) == "2 mars 2026 à 14\u00a0h\u00a003"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (-3, "\u22123"),
        (1234567, "1\u00a0234\u00a0567"),
        (Decimal("12345.60"), "12\u00a0345,6"),
        (Fraction(4, 5), "0,8"),
        (Fraction(1, 3), "0,33"),
        (0.1, "0,1"),
    ],
)
def test_a_number_is_written_with_a_comma_and_groups_of_three(value, written):
    assert number_fr(value) == written


@pytest.mark.parametrize(
    ("score", "written"),
    [
        (Fraction(100), "100,0"),
        (Fraction(800, 11), "72,7"),
        (Fraction("72.25"), "72,3"),
        (Fraction("-0.25"), "\u22120,3"),
        (Fraction("0.05"), "0,1"),
        (Fraction("79.9499999999999999"), "79,9"),
    ],
)
def test_a_score_has_one_decimal_rounded_half_away_from_zero(score, written):
    assert score_fr(score) == written


@given(st.fractions(min_value=0, max_value=100))
def test_a_score_shown_is_never_further_than_half_a_decimal(score):
    shown = Fraction(score_fr(score).replace(",", "."))
    assert abs(shown - score) <= Fraction(1, 20)


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (Fraction(44, 61), "72\u00a0%"),
        (0, "0\u00a0%"),
        (1, "100\u00a0%"),
        (Fraction(999, 1000), "99\u00a0%"),
        (Fraction(1, 1000), "1\u00a0%"),
        (Fraction(1, 8), "13\u00a0%"),
    ],
)
def test_a_share_is_whole_only_when_it_is(share, written):
    assert percent_fr(share) == written


@pytest.mark.parametrize(
    ("change", "written"),
    [
        (Fraction("8.3"), "+\u00a08,3"),
        (Fraction("-3.8"), "\u2212\u00a03,8"),
        (Fraction("-0.04"), "0,0"),
        (Fraction("0.05"), "+\u00a00,1"),
    ],
)
def test_a_change_carries_its_sign_unless_it_rounds_to_nothing(change, written):
    assert points_fr(change) == written


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(60, "une heure"), (120, "deux heures"), (720, "douze heures"), (1440, "24 heures"), (90, "90 minutes"),
     (1, "1 minute")],
)  # fmt: skip
def test_a_length_of_whole_hours_is_written_in_letters_up_to_twelve(minutes, written):
    assert length_fr(timedelta(minutes=minutes)) == written


def test_plural_starts_at_two():
    assert [count_fr(n, "critère") for n in (0, 1, 2)] == ["0 critère", "1 critère", "2 critères"]
    assert plural_fr(3, "travail", "travaux") == "travaux"


@pytest.mark.parametrize(
    ("words", "written"), [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")]
)
def test_a_list_ends_with_et(words, written):
    assert list_fr(words) == written


def test_spaces_before_double_signs_and_inside_quotes_do_not_break():
    given = "« Oui » : 72 % ? Oui ; non ! \u202fFin"
    assert spaces_fr(given) == "«\u00a0Oui\u00a0»\u00a0: 72\u00a0%\u00a0? Oui\u00a0; non\u00a0! \u00a0Fin"


def test_spaces_elsewhere_stay():
    assert spaces_fr("un lien http://exemple.fr et :commande") == "un lien http://exemple.fr et :commande"


def test_the_narrow_space_that_fonts_lack_is_never_written():
    written = [
        time_fr(INSTANT),
        number_fr(10**9),
        percent_fr(Fraction(1, 2)),
        points_fr(3),
        spaces_fr("a\u202f!"),
    ]
    assert not any("\u202f" in text for text in written)


def test_every_filter_is_a_function_of_the_module_under_its_own_name():
    assert all(getattr(french, name) is function for name, function in french.FILTERS.items())


@pytest.mark.parametrize(
    ("size", "written"),
    [
        (0, "1\u00a0Ko"),
        (1025, "2\u00a0Ko"),
        (1024 * 1024 - 1, "1\u00a0024\u00a0Ko"),
        (1024 * 1024, "1\u00a0Mo"),
        (1_300_000, "1,3\u00a0Mo"),
        (10 * 1024 * 1024, "10\u00a0Mo"),
        (10 * 1024 * 1024 + 1, "10,1\u00a0Mo"),
        (14 * 1024 * 1024 + 5, "14\u00a0Mo"),
        (2 * 1024**3, "2\u00a0048\u00a0Mo"),
    ],
)
def test_a_size_is_written_so_that_one_over_a_limit_looks_over_it(size, written):
    assert size_fr(size) == written
