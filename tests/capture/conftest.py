"""The wire that the tests of this folder share."""

from collections.abc import Iterator

import pytest

from tests.capture.lab import Wire, wire


@pytest.fixture(scope="session")
def pair() -> Iterator[Wire]:
    """One veth pair for all tests that leave it as they found it."""
    with wire("shared") as made:
        yield made
