"""What every column type keeps, whole, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from aqss.persistence.base import ExactDecimal, ExactFraction, JsonValue, UtcDateTime

VALUES = Table(
    "values_kept",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("instant", UtcDateTime),
    Column("decimal", ExactDecimal),
    Column("fraction", ExactFraction),
    Column("json", JsonValue),
)


@pytest.fixture
def keep(sessions):
    """Store a value in a column and read it back from another session."""
    with sessions.writing() as session:
        VALUES.create(session.connection())
        session.commit()

    def store_and_read(column, value):
        with sessions.writing() as session:
            session.execute(insert(VALUES).values({column: value}))
            session.commit()
        with sessions.reading() as session:
            return session.scalars(select(VALUES.c[column])).one()

    return store_and_read


def test_an_instant_comes_back_in_utc(keep):
    paris = datetime(2026, 7, 14, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    kept = keep("instant", paris)
    assert kept == paris
    assert kept.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(keep):
    with pytest.raises(StatementError, match="instant without a zone"):
        keep("instant", datetime(2026, 7, 14, 9, 0))  # noqa: DTZ001


@pytest.mark.parametrize("written", ["12.50", "0", "-3.000001", "99999999999999999999.000001"])
def test_a_decimal_comes_back_as_it_was_written(keep, written):
    assert str(keep("decimal", Decimal(written))) == written


@pytest.mark.parametrize("written", ["NaN", "Infinity", "1E+40", "1E+999999", "0." + "1" * 50])
def test_a_decimal_that_cannot_be_kept_whole_is_refused(keep, written):
    with pytest.raises(StatementError, match="decimal that cannot be stored"):
        keep("decimal", Decimal(written))


def test_a_fraction_comes_back_whole_however_long(keep):
    fraction = Fraction(3**500, 2**500)
    assert keep("fraction", fraction) == fraction


def test_a_list_comes_back_with_its_accents(keep):
    assert keep("json", ["médecin", "« ☑ »"]) == ["médecin", "« ☑ »"]


@pytest.mark.parametrize("column", ["instant", "decimal", "fraction"])
def test_nothing_comes_back_as_nothing(keep, column):
    assert keep(column, None) is None
