"""Connections out of labelled segments: how each opened, closed, by whom, and what was odd."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pcapkit.columns import Batch, read
from pcapkit.report.collect import connections
from pcapkit.report.connection import COLUMNS, NAMES, Connection
from pcapkit.report.failing import failing
from pcapkit.report.vocabulary import label, vocabulary
from tests.cli.capture import ARP, write_pcapng
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell
from tests.needs import PROJECT
from tests.report.captures import refused_connections

SAMPLES = PROJECT / "samples"
OPENED_CLOSED_BY = {
    "ten_frames": [("complete", "merged", "server")],
    "eleven_frames": [("complete", "four-step", "client")],
    "closed_port": [("refused", "never open", "nobody")],
    "filtered_port": [("no answer", "never open", "nobody")],
    "half_open_scan": [("half-open", "reset by client", "client")],
    "simultaneous_open": [("crossed", "still open", "nobody")],
    "simultaneous_close": [("complete", "simultaneous", "both")],
    "half_close": [("complete", "four-step", "client")],
    "linger_zero": [("complete", "reset by server", "server")],
    "rst_after_fin": [("complete", "reset by server", "client")],
    "forged_rst_outside": [("complete", "merged", "server")],
    "port_reuse": [("complete", "merged", "server"), ("complete", "merged", "server")],
    "ipv6": [("complete", "merged", "server")],
}


def of_file(path: Path) -> list[Connection]:
    words = vocabulary()
    return list(connections(label(str(path)), words))


@pytest.mark.parametrize("name", OPENED_CLOSED_BY)
def test_the_samples_open_and_close_as_their_names_say(name: str) -> None:
    """The kernel made these frames."""
    found = of_file(SAMPLES / f"{name}.pcapng")
    assert [(one.opened, one.closed, one.closed_first) for one in found] == OPENED_CLOSED_BY[name]
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
    assert one.duration is not None
    assert one.handshake_time < one.response_time < one.duration == one.end - one.start
    assert (one.roles, one.client_state, one.server_state) == ("known", "CLOSED", "TIME-WAIT")


@pytest.mark.parametrize(
    ("scenario", "problems"),
    [
        ("filtered port", ("repeats",)),
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
    assert (one.opened, one.roles, one.closed_first) == ("midstream", "unknown", "unknown")


def test_what_is_repeated_counts_as_frames_but_not_as_data(tmp_path: Path) -> None:
    """Each frame captured twice: twice the frames, the same payload."""
    frames = [frame.data for frame in tell(SCENARIOS["server closes at once (ten frames)"])]
    (once,) = of_file(write_pcapng(tmp_path / "a.pcapng", frames))
    (twice,) = of_file(write_pcapng(tmp_path / "b.pcapng", [copy for frame in frames for copy in (frame, frame)]))
    assert twice.client_frames + twice.server_frames == 2 * len(frames)
    assert (twice.client_payload, twice.server_payload) == (once.client_payload, once.server_payload) == (128, 128)
    assert (twice.opened, twice.closed, twice.closed_first) == (once.opened, once.closed, once.closed_first)


def test_connections_that_are_over_are_handed_on_before_the_capture_ends(tmp_path: Path) -> None:
    """So that memory grows with open connections only."""
    count = 50_000
    path = refused_connections(tmp_path / "many.pcapng", count, apart=100_000_000)
    read = 0

    def counted() -> Iterator[Batch]:
        nonlocal read
        for batch in label(str(path)):
            read += len(batch)
            yield batch

    found = connections(counted(), vocabulary())
    assert next(found).number == 0
    assert read < 2 * count
    assert sorted(one.number for one in found) == list(range(1, count))


def test_every_field_is_described() -> None:
    """The list of columns is the list of fields."""
    assert tuple(Connection._fields) == NAMES
    assert all(column.meaning for column in COLUMNS)


@pytest.mark.parametrize(
    ("lines", "opened", "problems"),
    [
        ("C SYN : 1/3\nC ACK len=10 : 3/3+data", "complete", ("one side only",)),
        ("S SYN,ACK : 2/3\nS ACK len=10 : data\nS FIN,ACK : 1/4", "complete", ("direction inferred", "one side only")),
        ("C SYN : 1/3\nC SYN seq=keep : 1/3+repeat", "no answer", ("repeats",)),
    ],
)
def test_one_side_only_is_not_the_same_as_no_answer(
    lines: str, opened: str, problems: tuple[str, ...], tmp_path: Path
) -> None:
    """Who goes on after a SYN was answered, whether or not that was captured."""
    (one,) = of_file(write_pcapng(tmp_path / "a.pcapng", [frame.data for frame in tell(lines)]))
    assert (one.opened, one.problems) == (opened, problems)


def test_what_comes_an_hour_late_is_another_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame again, when its connection had closed and was handed over: the dissector has forgotten it too."""
    monkeypatch.setattr("pcapkit.report.collect._SWEEP", 1)
    frames = [frame.data for frame in tell(SCENARIOS["server closes at once (ten frames)"])]
    hour = 3600 * 10**9
    path = write_pcapng(
        tmp_path / "a.pcapng", [*frames, ARP, ARP, frames[-1]], times=[*range(1, 11), hour, hour + 1, hour + 2]
    )
    words = vocabulary()
    assert [one.last_frame for one in connections(read(path, words.dissector, rows=2), words)] == [10, 13]


def test_no_more_than_so_many_that_have_ended_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However fast they come: the oldest go first."""
    monkeypatch.setattr("pcapkit.report.collect._SWEEP", 1)
    monkeypatch.setattr("pcapkit.report.collect.ENDED", 10)
    words = vocabulary()
    path = refused_connections(tmp_path / "many.pcapng", 100)
    found = connections(read(path, words.dissector, rows=20), words)
    assert [one.number for one in found] == list(range(100))


def test_what_never_opens_is_handed_on_before_the_capture_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When so many others have begun since that the dissector has forgotten it; not what is open."""
    monkeypatch.setattr("pcapkit.report.collect._SWEEP", 1_000)
    monkeypatch.setattr("pcapkit.report.collect.PASSING", 1_000)
    opening = [frame.data for frame in tell(SCENARIOS["open"])]
    syn = opening[0]
    flood = [syn[:34] + port.to_bytes(2, "big") + syn[36:] for port in range(50_000, 56_000)]
    frames = [*opening, *flood, ARP]
    path = write_pcapng(tmp_path / "flood.pcapng", frames, times=[1 + 1_000 * place for place in range(len(frames))])
    read = 0

    def counted() -> Iterator[Batch]:
        nonlocal read
        for batch in label(str(path)):
            read += len(batch)
            yield batch

    found = connections(counted(), vocabulary())
    first = next(found)
    assert (first.number, first.opened, read < len(frames)) == (1, "no answer", True)
    rest = list(found)
    assert sorted(one.number for one in rest) == [0, *range(2, 6_001)]
    assert next(one.opened for one in rest if one.number == 0) == "complete"
    assert all(one.tries == 1 for one in rest)


def test_the_dissector_has_forgotten_what_is_handed_on() -> None:
    """Both count the same."""
    from pcapkit.report import collect

    source = (PROJECT / "dissectors" / "tcp_handshake.py").read_text()
    (counted,) = re.findall(r"^PASSING: Final = 2\*\*(\d+)", source, re.M)
    assert 2 ** int(counted) == collect.PASSING


@pytest.mark.parametrize(
    ("talk", "closed"),
    [
        ("C ACK len=10 : data\nS ACK : ack\nC FIN,ACK : 1/4", "half-closed"),
        ("C ACK len=10 : data\nC FIN,ACK : 1/4", "one side seen"),
        ("S SYN,ACK : 2/3\nS ACK len=10 : data\nS FIN,ACK : 1/4", "one side seen"),
        ("C ACK len=10 : data\nC RST : reset", "reset"),
    ],
)
def test_of_a_side_that_was_not_captured_nobody_knows_whether_it_closed(talk: str, closed: str, tmp_path: Path) -> None:
    """It is not accused of having left its direction open."""
    (one,) = of_file(write_pcapng(tmp_path / "a.pcapng", [frame.data for frame in tell(talk)]))
    assert one.closed == closed
    fails = failing("half-closed,one-side-seen")
    assert {name: fail(one) for name, fail in fails.items()} == {
        "half-closed": closed == "half-closed", "one-side-seen": closed == "one side seen"
    }  # fmt: skip


@pytest.mark.parametrize("opening", ["", "C SYN : 1/3\nS SYN,ACK : 2/3\nC ACK : 3/3\n", "S SYN,ACK : 2/3\n"])
def test_a_response_has_a_client(opening: str, tmp_path: Path) -> None:
    """Where nobody knows who that is, there is no time from its data to the server's."""
    talk = opening + "C ACK len=10 : data\nS ACK len=10 : data"
    (one,) = of_file(write_pcapng(tmp_path / "a.pcapng", [frame.data for frame in tell(talk)]))
    assert (one.response_time is None) is (one.roles == "unknown") is (not opening)
