"""Connections out of labelled segments: how each opened, closed, by whom, and what was odd."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from pcapkit.report.collect import LATE, connections
from pcapkit.report.connection import COLUMNS, NAMES, Connection
from pcapkit.report.rows import Row
from pcapkit.report.source import rows
from pcapkit.report.vocabulary import vocabulary
from tests.cli.capture import write_pcapng
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell
from tests.needs import PROJECT

SAMPLES = PROJECT / "samples"
OPENED_CLOSED_BY = {
    "ten_frames": [("complete", "merged", "server")],
    "eleven_frames": [("complete", "four-step", "client")],
    "closed_port": [("refused", "refused", "nobody")],
    "filtered_port": [("half-open", "still open", "nobody")],
    "half_open_scan": [("half-open", "reset by client", "client")],
    "simultaneous_open": [("crossed", "still open", "nobody")],
    "simultaneous_close": [("complete", "simultaneous", "client")],
    "half_close": [("complete", "four-step", "client")],
    "linger_zero": [("complete", "reset by server", "server")],
    "rst_after_fin": [("complete", "reset by server", "server")],
    "forged_rst_outside": [("complete", "merged", "server")],
    "port_reuse": [("complete", "merged", "server"), ("complete", "merged", "server")],
    "ipv6": [("complete", "merged", "server")],
}


def of_file(path: Path) -> list[Connection]:
    words = vocabulary()
    return list(connections(rows(str(path), words), words))


@pytest.mark.parametrize("name", OPENED_CLOSED_BY)
def test_the_samples_open_and_close_as_their_names_say(name: str) -> None:
    """The kernel made these frames."""
    found = of_file(SAMPLES / f"{name}.pcapng")
    assert [(one.opened, one.closed, one.closer) for one in found] == OPENED_CLOSED_BY[name]
    assert [one.number for one in found] == list(range(len(found)))


def test_the_ten_frames_in_numbers() -> None:
    """Everything that the table says of the classic exchange."""
    (one,) = of_file(SAMPLES / "ten_frames.pcapng")
    assert (one.client_frames, one.server_frames) == (5, 5)
    assert (one.client_payload, one.server_payload) == (128, 128)
    assert (one.client_port > 1024, one.server_port) == (True, 10000)
    assert (one.first_frame, one.last_frame, one.repeats, one.problems) == (1, 10, 0, ())
    assert one.server_time is not None
    assert one.client_time is not None
    assert one.handshake_time == one.server_time + one.client_time
    assert one.response_time is not None
    assert one.handshake_time < one.response_time < one.duration == one.end - one.start
    assert (one.roles, one.client_state, one.server_state) == ("known", "CLOSED", "TIME-WAIT")


@pytest.mark.parametrize(
    ("scenario", "problems"),
    [
        ("filtered port", ("no answer", "repeats")),
        ("last ACK lost", ("repeats",)),
        ("open", ()),
        ("forged RST answers the SYN before the real SYN-ACK", ("reset without effect",)),
    ],
)
def test_problems(scenario: str, problems: tuple[str, ...], tmp_path: Path) -> None:
    """The dissector's problems, and those that only a whole connection shows."""
    (one,) = of_file(write_pcapng(tmp_path / "a.pcapng", [frame.data for frame in tell(SCENARIOS[scenario])]))
    assert one.problems == problems


def test_a_connection_picked_up_in_the_middle(tmp_path: Path) -> None:
    """Nobody knows the client: the first who was captured takes its place, and the table says so."""
    frames = [frame.data for frame in tell(SCENARIOS["midstream pickup"])]
    (one,) = of_file(write_pcapng(tmp_path / "a.pcapng", frames))
    assert (one.opened, one.roles, one.closer) == ("midstream", "unknown", "unknown")


def test_what_is_repeated_counts_as_frames_but_not_as_data(tmp_path: Path) -> None:
    """Each frame captured twice: twice the frames, the same payload."""
    frames = [frame.data for frame in tell(SCENARIOS["server closes at once (ten frames)"])]
    (once,) = of_file(write_pcapng(tmp_path / "a.pcapng", frames))
    (twice,) = of_file(write_pcapng(tmp_path / "b.pcapng", [copy for frame in frames for copy in (frame, frame)]))
    assert twice.client_frames + twice.server_frames == 2 * len(frames)
    assert (twice.client_payload, twice.server_payload) == (once.client_payload, once.server_payload) == (128, 128)
    assert (twice.opened, twice.closed, twice.closer) == (once.opened, once.closed, once.closer)


def many(count: int) -> Iterable[Row]:
    """Refused connections, one after the other, a second apart."""
    words = vocabulary()
    syn, refused = words.bit("OPEN_SYN"), words.bit("REFUSED")
    client, server = int(words.roles["CLIENT"]), int(words.roles["SERVER"])
    for number in range(count):
        time = number * 1_000_000_000
        ends = (b"\x0a\0\0\1" + number.to_bytes(4, "big")[2:], b"\x0a\0\0\2\0\x50")
        nothing = (0, 0, 0, 0)
        yield Row(2 * number + 1, time, 60, *ends, 2, 0, 0, 0, 0, number, client, syn, 2, 3, 0, 0, 0, 0, *nothing)
        yield Row(
            2 * number + 2, time + 1, 60, ends[1], ends[0], 20, 0, 1, 0, 0, number, server, refused, 11, 11,
            2 * number + 1, 1, 0, 0, *nothing,
        )  # fmt: skip


def test_connections_that_are_over_are_handed_on_before_the_capture_ends() -> None:
    """So that memory grows with open connections only."""
    count = 100_000
    seen = 0

    def counted() -> Iterable[Row]:
        nonlocal seen
        for row in many(count):
            seen += 1
            yield row

    found = connections(counted(), vocabulary())
    first = next(found)
    assert first.number == 0
    assert seen < 2 * count
    rest = list(found)
    assert sorted(one.number for one in rest) == list(range(1, count))
    assert count > LATE // 1_000_000_000


def test_every_field_is_described() -> None:
    """The list of columns is the list of fields."""
    assert tuple(Connection.__slots__) == NAMES
    assert all(column.meaning and column.title for column in COLUMNS)
