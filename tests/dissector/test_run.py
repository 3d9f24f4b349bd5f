"""The Python runtime, with a dissector that says what the frame tells it to."""

from pathlib import Path

from pcapkit.dissector import Values, find_one
from pcapkit.layers.decode import decode
from pcapkit.layers.packet import Packet
from tests.layers.build import ethernet, ipv4, tcp

TOY = find_one(str(Path(__file__).with_name("toy.py")))
SECOND = 10**9


def say(*frames: bytes) -> list[Values | None]:
    """What is said of frames that are a second apart."""
    run = TOY.begin()
    start = 1_700_000_000 * SECOND
    return [run.feed(number, start + number * SECOND, frame, len(frame), 1) for number, frame in enumerate(frames, 1)]


def test_every_kind_of_field() -> None:
    """In the order of the declaration; times are told from the capture's first frame."""
    assert say(bytes(5), bytes([0b110, 1, 1, 1, 0b1]))[1] == {
        "kinds": (1, 2),
        "size": 2,
        "first": 1,
        "answers": 2,
        "delay": SECOND,
        "sure": True,
        "problems": (0,),
    }


def test_absent_fields() -> None:
    """Sets without members, what depends on another field, flags that are not set."""
    values = say(bytes(5))[0]
    assert values == {"size": 1, "first": 0}
    assert list(values or {}) == ["size", "first"]


def test_frames_of_others() -> None:
    """None, and the state goes on."""
    assert say(b"\xff", bytes(5)) == [None, {"size": 2, "first": 0}]


def test_runs_are_apart() -> None:
    """Each capture begins anew."""
    assert say(bytes(5)) == say(bytes(5))


def test_time_unknown() -> None:
    """It counts as 0."""
    run = TOY.begin()
    assert run.feed(1, None, bytes([0, 0, 1]), 3, 1) == {"size": 1, "first": 0, "answers": 1, "delay": 0}


def test_decoded_elsewhere() -> None:
    """`dissect` is `feed` for a frame that was decoded already."""
    frame = bytes([3, 2, 1, 1, 1])
    packet = Packet()
    decode(frame, 5, 1, packet)
    run = TOY.begin()
    assert run.dissect(packet, 1, 0, frame) == TOY.begin().feed(1, 0, frame, 5, 1)


def test_latest_packet() -> None:
    """What the layers made of the frame can be asked for."""
    run = TOY.begin()
    frame = ethernet(0x0800, ipv4(6, tcp()))
    run.feed(1, 0, frame, len(frame), 1)
    assert run.packet.has_segment
