from datetime import UTC, datetime, timedelta

from aqss.gateways.clock import SystemClock


def test_the_system_clock_tells_the_present_in_utc():
    told = SystemClock().now()
    assert told.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - told) < timedelta(seconds=5)
