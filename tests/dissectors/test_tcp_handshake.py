"""The reference against the scenario table, and against what RFC 9293 says of the states."""

from collections.abc import Iterator

import pytest

from pcapkit.dissector import Values, find_one
from pcapkit_dissectors.tcp_handshake import Check, Problem, Role, State, Step
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell

DISSECTOR = find_one("tcp_handshake")


def told(text: str, isns: tuple[int, int] = (1000, 5000), version: int = 4) -> Iterator[tuple[str, Values]]:
    """The line and the fields of every frame."""
    run = DISSECTOR.begin()
    for number, frame in enumerate(tell(text, isns, version), 1):
        values = run.feed(number, frame.time, frame.data, len(frame.data), 1)
        assert values is not None
        assert values["step"] == frame.steps, (frame.line, [Step(step).label for step in values["step"]])  # type: ignore[union-attr]
        yield frame.line, values


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("isns", [(1000, 5000), (0xFFFFFFFF, 0xFFFFFFFE), (0x7FFFFFFF, 0)], ids=str)
@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(name: str, isns: tuple[int, int], version: int) -> None:
    """Every row of the table, wherever the sequence numbers wrap."""
    assert list(told(SCENARIOS[name], isns, version))
