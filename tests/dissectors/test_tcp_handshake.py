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
        steps = values["step"]
        assert isinstance(steps, tuple)
        assert steps == frame.steps, (frame.line, [Step(step).label for step in steps])
        yield frame.line, values


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("isns", [(1000, 5000), (0xFFFFFFFF, 0xFFFFFFFE), (0x7FFFFFFF, 0)], ids=str)
@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(name: str, isns: tuple[int, int], version: int) -> None:
    """Every row of the table, wherever the sequence numbers wrap."""
    assert list(told(SCENARIOS[name], isns, version))


def states(text: str) -> list[tuple[str, str]]:
    """Client and server state after every frame."""
    return [(State(values["client_state"]).label, State(values["server_state"]).label) for _, values in told(text)]


def test_states_of_the_eleven_frames() -> None:
    """RFC 9293 figures 6 and 12."""
    assert states(SCENARIOS["client closes after a pause (eleven frames)"]) == [
        ("SYN-SENT", "SYN-RECEIVED"),
        ("ESTABLISHED", "SYN-RECEIVED"),
        *[("ESTABLISHED", "ESTABLISHED")] * 5,
        ("FIN-WAIT-1", "CLOSE-WAIT"),
        ("FIN-WAIT-2", "CLOSE-WAIT"),
        ("TIME-WAIT", "LAST-ACK"),
        ("TIME-WAIT", "CLOSED"),
    ]


def test_states_of_the_merged_close() -> None:
    """Close 2/4 and 3/4 in one frame: FIN-WAIT-2 is passed through."""
    assert states(SCENARIOS["merged close"])[3:] == [
        ("FIN-WAIT-1", "CLOSE-WAIT"),
        ("TIME-WAIT", "LAST-ACK"),
        ("TIME-WAIT", "CLOSED"),
    ]


def test_states_of_the_simultaneous_close() -> None:
    """RFC 9293 figure 13."""
    assert states(SCENARIOS["simultaneous close"])[3:] == [
        ("FIN-WAIT-1", "CLOSE-WAIT"),
        ("CLOSING", "CLOSING"),
        ("TIME-WAIT", "CLOSING"),
        ("TIME-WAIT", "TIME-WAIT"),
    ]


def test_states_when_the_last_ack_is_lost() -> None:
    """The FIN that is sent again shows that its side still waits."""
    assert states(SCENARIOS["last ACK lost"])[3:] == [
        ("FIN-WAIT-1", "CLOSE-WAIT"),
        ("FIN-WAIT-2", "CLOSE-WAIT"),
        ("TIME-WAIT", "LAST-ACK"),
        ("TIME-WAIT", "CLOSED"),
        ("TIME-WAIT", "LAST-ACK"),
        ("TIME-WAIT", "CLOSED"),
    ]


def test_states_of_the_simultaneous_open() -> None:
    """RFC 9293 figure 7."""
    assert states(SCENARIOS["simultaneous open"])[:4] == [
        ("SYN-SENT", "SYN-RECEIVED"),
        ("SYN-RECEIVED", "SYN-RECEIVED"),
        ("SYN-RECEIVED", "ESTABLISHED"),
        ("ESTABLISHED", "ESTABLISHED"),
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("closed port", ("CLOSED", "CLOSED")),
        ("half-open scan", ("CLOSED", "LISTEN")),
        ("abort with unread data", ("CLOSED", "CLOSED")),
        ("forged RST outside the window", ("ESTABLISHED", "ESTABLISHED")),
        ("injected RST in the window", ("ESTABLISHED", "ESTABLISHED")),
        ("forged RST answers the SYN before the real SYN-ACK", ("ESTABLISHED", "ESTABLISHED")),
        ("midstream pickup", ("unknown", "unknown")),
        ("SYN-ACK not captured", ("ESTABLISHED", "ESTABLISHED")),
    ],
)
def test_states_at_the_end(name: str, expected: tuple[str, str]) -> None:
    """Where a conversation leaves both sides."""
    assert states(SCENARIOS[name])[-1] == expected


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("open", [None, 1, 2]),
        ("server closes at once (ten frames)", [None, 1, 2, None, None, None, None, None, 7, 9]),
        ("client closes after a pause (eleven frames)", [None, 1, 2, None, None, None, None, None, 8, None, 10]),
        ("closed port", [None, 1]),
        ("SYN lost, sent again", [None, 1, 1, 3]),
        ("last ACK lost", [None, 1, 2, None, 4, None, 6, 6, 7]),
        ("data sent again", [None, 1, 2, None, None, None, None, None, 8, None]),
        ("SYN-ACK captured first", [None, 1]),
    ],
)
def test_answers(name: str, answers: list[int | None]) -> None:
    """Which frame each answers or repeats, and how long after it: a microsecond a line."""
    for number, ((_, values), answered) in enumerate(zip(told(SCENARIOS[name]), answers, strict=True), 1):
        assert values.get("answers") == answered
        assert values.get("delay") == (None if answered is None else (number - answered) * 1000)


def test_the_rule_of_plus_one() -> None:
    """On open and close steps the numbers are held against the rule."""
    rows = [values for _, values in told(SCENARIOS["client closes after a pause (eleven frames)"])]
    assert [(row.get("expected_ack"), row.get("ack_check")) for row in rows] == [
        (None, None),
        (1001, Check.RIGHT),
        (5001, Check.RIGHT),
        *[(None, None)] * 5,
        (1130, Check.RIGHT),
        (None, None),
        (5130, Check.RIGHT),
    ]
    assert (rows[9]["expected_seq"], rows[9]["seq_check"]) == (5129, Check.RIGHT)


def test_a_wrong_acknowledgement_is_no_step_and_a_problem() -> None:
    """A SYN-ACK that acknowledges another number answers nothing; one past it answers, wrongly."""
    rows = [values for _, values in told("C SYN : 1/3\nS SYN,ACK ack=0 : other\nS SYN,ACK seq=0 ack=2 : 2/3")]
    assert [row.get("problems") for row in rows] == [None, (Problem.WRONG_ACK,), (Problem.WRONG_ACK,)]
    assert [row.get("ack_check") for row in rows] == [None, Check.WRONG, Check.WRONG]


@pytest.mark.parametrize(
    ("name", "problems"),
    [
        ("port reused while open", {4: Problem.PORT_REUSED}),
        ("the server opens a connection of its own on the same ports", {3: Problem.PORT_REUSED}),
        ("SYN-ACK captured first", {1: Problem.DIRECTION_INFERRED}),
        ("SYN-ACK with another ISN", {3: Problem.SECOND_ISN}),
        ("forged RST answers the SYN before the real SYN-ACK", {3: Problem.RESET_WITHOUT_EFFECT}),
        ("injected RST in the window", {6: Problem.RESET_WITHOUT_EFFECT}),
        ("same ports again after close", {}),
        ("refused, tried again with the same ISN", {}),
    ],
)
def test_problems(name: str, problems: dict[int, Problem]) -> None:
    """What is odd is told where it happens, and nowhere else."""
    found = {n: values["problems"] for n, (_, values) in enumerate(told(SCENARIOS[name]), 1) if "problems" in values}
    assert found == {number: (problem,) for number, problem in problems.items()}


def test_more_problems() -> None:
    """Those that no row of the table has."""
    text = SCENARIOS["open"] + "C PSH,ACK len=5 lost\nC FIN,ACK : 1/4\nC ACK len=3 : data\nC FIN,ACK : other"
    found = [values.get("problems") for _, values in told(text)]
    assert found[3:] == [(Problem.FIN_AHEAD,), (Problem.DATA_AFTER_FIN,), (Problem.SECOND_FIN,)]


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("same ports again after close", [0] * 6 + [1] * 3),
        ("refused, tried again with the same ISN", [0, 0, 1, 1]),
        ("port reused while open", [0] * 3 + [1] * 3),
        ("SYN captured behind its SYN-ACK", [0] * 3),
        ("forged RST answers the SYN before the real SYN-ACK", [0] * 4),
    ],
)
def test_connection_numbers(name: str, numbers: list[int]) -> None:
    """When a new connection begins, and when not."""
    assert [values["connection"] for _, values in told(SCENARIOS[name])][: len(numbers)] == numbers


def test_the_client_is_who_opens() -> None:
    """Also where only the SYN-ACK was captured; and nobody's where neither was."""
    assert [row["sender"] for _, row in told(SCENARIOS["SYN-ACK captured first"])] == [Role.SERVER, Role.CLIENT]
    assert {row["sender"] for _, row in told(SCENARIOS["midstream pickup"])} == {Role.UNKNOWN}


def test_inferred() -> None:
    """A step concluded although an earlier one was not captured."""
    assert [row.get("inferred") for _, row in told(SCENARIOS["SYN-ACK captured first"])] == [True, None]
    assert [row.get("inferred") for _, row in told(SCENARIOS["SYN-ACK not captured"])] == [None, True, None]


def test_connections_do_not_touch_each_other() -> None:
    """Two conversations interleaved come out as each alone, under its own number."""
    one = tell(SCENARIOS["last ACK lost"], version=4)
    two = tell(SCENARIOS["simultaneous close"], version=6)
    run = DISSECTOR.begin()
    number = 0
    for pair in zip(one, two, strict=False):
        for which, frame in enumerate(pair):
            number += 1
            values = run.feed(number, frame.time, frame.data, len(frame.data), 1)
            assert values is not None
            assert (values["connection"], values["step"]) == (which, frame.steps)
