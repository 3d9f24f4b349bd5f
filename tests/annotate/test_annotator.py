"""The comments of a capture, frame by frame."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcapkit.annotate import Annotator, Level, is_own, parse_comment
from pcapkit.capfile.model import CapturedFrame, Interface
from pcapkit.dissector import find, find_one
from pcapkit.fast.annotator import begin_annotator
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell
from tests.layers import build
from tests.layers.build import ethernet, ipv4, tcp, udp

HANDSHAKE = find_one("tcp_handshake")
TOY = find_one(str(Path(__file__).parent.parent / "dissector" / "toy.py"))
START = 1_700_000_000 * 10**9


def captured(frames: Iterable[bytes], link: int = 1, *, step: int = 1000) -> list[CapturedFrame]:
    """Frames as a reader delivers them, a microsecond apart."""
    interface = Interface(link_type=link)
    return [
        CapturedFrame(number, interface, 0, START + number * step, data, len(data), (), 0, 0, 0)
        for number, data in enumerate(frames, 1)
    ]


def lines(frames: Iterable[bytes], level: Level = "all", **options: Any) -> list[str]:
    annotator = Annotator(level, **options)
    return [annotator.line(frame) for frame in captured(frames)]


def conversation(name: str) -> list[bytes]:
    return [frame.data for frame in tell(SCENARIOS[name])]


def test_a_whole_line() -> None:
    """The headers, and behind them the dissector."""
    said = lines(conversation("open"))
    assert said[1] == (
        "pcapkit: TCP 10.0.0.2:10000 > 10.0.0.1:40000 [SYN, ACK] seq 5000 ack 1001 win 64240 length 0"
        " | tcp_handshake: open 2/3 SYN-ACK; connection 0; sender server; client state ESTABLISHED;"
        " server state SYN-RECEIVED; answers frame 1; delay 0.000001000 s; expected ack 1001; ack is right"
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_comments_say_what_the_dissector_says(name: str) -> None:
    """All fields of all frames come back out of the comments."""
    run = HANDSHAKE.begin()
    frames = captured(conversation(name))
    annotator = Annotator("all", [HANDSHAKE])
    for frame in frames:
        comment = annotator.line(frame)
        assert is_own(comment)
        expected = run.feed(frame.number, frame.time, frame.data, frame.wire_length, 1)
        assert parse_comment(comment, HANDSHAKE) == expected


def test_all() -> None:
    """Every frame of which a header was read, and no other."""
    frames = [ethernet(0x0800, ipv4(17, udp(b"abc"))), ethernet(0x88CC, bytes(46)), ethernet(0x0806, build.arp(1))]
    assert [line[:12] for line in lines(frames)] == ["pcapkit: UDP", "", "pcapkit: ARP"]


def test_steps() -> None:
    """Data and acknowledgements are no news; what opens, closes or is odd is."""
    frames = conversation("server closes at once (ten frames)")
    everything, steps = lines(frames), lines(frames, "steps")
    assert [number for number, line in enumerate(steps, 1) if line] == [1, 2, 3, 7, 9, 10]
    assert all(line in ("", whole) for line, whole in zip(steps, everything, strict=True))
    assert lines([ethernet(0x0800, ipv4(17, udp()))], "steps") == [""]


@pytest.mark.parametrize("level", ["all", "steps", "none"])
@pytest.mark.parametrize("begin", [Annotator, begin_annotator])
def test_line_and_brief_are_what_each_alone_says(level: Level, begin: Callable[..., Annotator]) -> None:
    """Of frames that the level leaves out nothing is shown; of those of which nothing is read, what they are."""
    frames = captured(
        [*conversation("open"), ethernet(0x88CC, bytes(46)), *conversation("server closes at once (ten frames)")]
    )
    both, line, brief = begin(level), begin(level), begin(level)
    for frame in frames:
        comment = line.line(frame)
        said = brief.brief(frame) or brief.unread(frame)
        assert both.line_and_brief(frame) == (comment, said if comment or level == "all" else "")


def test_quiet() -> None:
    """Quiet members alone are no news; with another, or with a problem, they are."""
    frames = [
        bytes([0b001, 0, 0, 0, 0]),
        bytes([0b011, 0, 0, 0, 0]),
        bytes([0b001, 0, 0, 0, 1]),
        bytes([0b010] + [0] * 4),
    ]
    assert [bool(line) for line in lines(frames, "steps", dissectors=[TOY])] == [False, True, True, True]


def test_no_field_with_quiet_members() -> None:
    """Then all that is said is news."""
    fields = tuple(field._replace(quiet=frozenset()) for field in TOY.fields)
    loud = TOY._replace(fields=fields)
    assert lines([bytes([1, 0, 0, 0, 0])], "steps", dissectors=[loud]) != [""]
    assert lines([b"\xff"], "steps", dissectors=[loud]) == [""]


def test_none() -> None:
    """Nobody asked."""
    assert lines(conversation("open"), "none") == ["", "", ""]


def test_without_dissectors() -> None:
    """The headers alone."""
    assert lines(conversation("open"), dissectors=[])[0] == (
        "pcapkit: TCP 10.0.0.1:40000 > 10.0.0.2:10000 [SYN] seq 1000 win 64240 length 0"
    )


def test_all_that_are_installed() -> None:
    """That is the default."""
    frames = conversation("open")
    assert lines(frames) == lines(frames, dissectors=find())


def test_several_dissectors() -> None:
    """One behind the other; where pcapkit reads no header, the frame's length stands for the text."""
    frames = conversation("open")[:1]
    said = lines(frames, dissectors=[HANDSHAKE, TOY])[0]
    assert " | tcp_handshake: open 1/3 SYN; " in said
    assert said.endswith(" | toy: -; size 1; first kind plain")
    assert parse_comment(said, TOY) == {"size": 1, "first": 0}
    frame = ethernet(0x88CC, bytes(46))
    assert lines([frame], dissectors=[TOY]) == ["pcapkit: frame of 60 bytes | toy: loud; size 1; first kind plain"]


def test_each_frame_once() -> None:
    """The toy counts the frames it is shown, at each level."""
    levels: tuple[Level, ...] = ("all", "steps")
    for level in levels:
        said = lines([bytes([0b010, 0, 0, 0, 0])] * 3, level, dissectors=[TOY])
        assert ["size 1" in said[0], "size 2" in said[1], "size 3" in said[2]] == [True] * 3


def test_reading() -> None:
    """For programs: the values, beside the text."""
    annotator = Annotator("all")
    reading = annotator.read(captured(conversation("open"))[0])
    assert reading.text.startswith("TCP 10.0.0.1:40000 > ")
    (said,) = reading.said
    assert said.dissector.name == "tcp_handshake"
    assert said.values["step"] == (0,)
    assert reading.line() == f"{reading.text} | tcp_handshake: {said.text}"
    assert annotator.packet.has_segment


@given(st.lists(st.one_of(st.none(), st.integers(-(2**130), 2**130)), min_size=3, max_size=3))
def test_any_times(times: list[int | None]) -> None:
    """A hostile file can state any time, and a simple packet block states none."""
    annotator = Annotator("all")
    for frame, time in zip(captured(conversation("open")), times, strict=True):
        line = annotator.line(frame._replace(time=time))
        assert parse_comment(line, HANDSHAKE) is not None


@given(st.lists(st.binary(max_size=80), max_size=5), st.sampled_from([0, 1, 9, 101, 113, 239, 276]))
def test_any_bytes(frames: list[bytes], link: int) -> None:
    """One line of ASCII, or nothing."""
    annotator = Annotator("all")
    for frame in captured(frames, link):
        line = annotator.line(frame)
        assert line.isascii()
        assert line == "" or line.isprintable()
        assert line == line.strip()


def test_segment_with_payload_cut() -> None:
    """Lengths are those of the wire, also where the capture kept less."""
    (frame,) = captured([ethernet(0x0800, ipv4(6, tcp(b"x" * 500)))])
    cut = frame._replace(data=frame.data[:60])
    assert "length 500 | tcp_handshake: open 1/3 SYN + data;" in Annotator("all").line(cut)


def test_what_was_given_up_is_told() -> None:
    """Under the names that the dissector counts it, if it is not nothing; the recorder shows it in the end."""
    annotator = Annotator("all")
    assert annotator.forgotten() == {}
    (state,) = annotator._states
    state._capture.given_up = 3  # type: ignore[attr-defined]
    assert annotator.forgotten() == {"given_up": 3}


def test_after_prepare_nothing_is_imported() -> None:
    """Whatever the frame: the recorder has no right to read a file any more by then."""
    code = (
        "import sys\n"
        "from pcapkit.annotate import Annotator\n"
        "from pcapkit.capfile.model import CapturedFrame, Interface\n"
        "annotator = Annotator('all')\n"
        "annotator.prepare()\n"
        "before = set(sys.modules)\n"
        "for frame in (bytes(60), bytes(12) + b'\\x86\\xdd\\x60\\0\\0\\0\\0\\0\\x3b\\x40' + bytes(32)):\n"
        "    said = annotator.line(CapturedFrame(1, Interface(1), 0, 0, frame, len(frame), (), 0, 0, 0))\n"
        "assert ':: > ::' in said, said\n"
        "print(*set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == []
