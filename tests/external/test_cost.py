"""What reading configurations is said to cost, from plain numbers."""

import pytest

from rsmi.external.cost import READ_NUMBERS, READ_STATES, reading_job


def test_cost_grows_with_what_is_read():
    few, many = reading_job(READ_STATES, 100, 10_000), reading_job(READ_STATES, 100, 20_000)
    assert many.seconds > few.seconds and many.memory > few.memory
    assert many.disk == pytest.approx(2 * few.disk)
    assert many == reading_job(READ_STATES, 200, 10_000)
    # Numbers take more of all but time.
    numbers = reading_job(READ_NUMBERS, 100, 10_000)
    assert numbers.memory > few.memory and numbers.disk > few.disk
