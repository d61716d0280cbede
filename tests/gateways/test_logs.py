import logging

from aqss.gateways.logs import OneLineFormatter


def _written(message, *values):
    record = logging.LogRecord("aqss", logging.WARNING, __file__, 1, message, values, None)
    record.created = 0.0
    return OneLineFormatter("%(asctime)s %(message)s").format(record)


def test_instants_are_in_utc():
    assert _written("x").startswith("1970-01-01 00:00:00")


def test_a_message_cannot_forge_a_second_record():
    assert _written("refused: %s", "a\r\n2026 INFO forged").splitlines()[1:] == []
