"""The whole plugin in the real Wireshark: the same as the Python that it was made from."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pcapkit.crosscheck.wiresharkhome import WiresharkHome
from pcapkit.subset import fields_of
from pcapkit.translate import translate
from tests.needs import need
from tests.translate.capture import COOKED, ETHERNET, RAW, Told, frame_of, write_pcap
from tests.translate.toy import opening
from tests.translate.toy.decode import decode
from tests.translate.toy.packet import Packet

TOY = Path(opening.__file__)
LAYERS = "tests.translate.toy.decode"
CLIENT, SERVER, OTHER = ("10.0.0.1", 40000), ("10.0.0.2", 80), ("8.0.6.6", 1)
SYN, ACK, FIN = 2, 16, 1
START = 1_700_000_000_123_456_789

TALK = [
    Told(CLIENT, SERVER, SYN, 2**32 - 1, 0, 0),
    Told(SERVER, CLIENT, SYN | ACK, 7, 0, 1_000_000_001, window=0, ttl=255),
    Told(CLIENT, SERVER, ACK, 0, 8, 2_000_000_003),
    Told(CLIENT, SERVER, ACK, 0, 8, 2_000_000_004),
    Told(CLIENT, OTHER, SYN, 2**31, 0, 2_000_000_005),
    Told(CLIENT, OTHER, SYN, 2**31, 0, 5_000_000_005),
    Told(OTHER, CLIENT, SYN | ACK, 2**31 - 1, 77, 1_500_000_000),  # before what it answers: odd clocks
    Told(CLIENT, OTHER, ACK | FIN, 2**31 + 1, 5, 86_400_000_000_123),
    Told(OTHER, SERVER, SYN | ACK, 1, 2, 86_400_000_000_124),
    Told(OTHER, SERVER, 0, 1, 2, 86_400_000_000_125),
]
FIELDS = [spec.name for spec in fields_of(opening.Told)]


def told_in_python(link: int) -> list[list[str]]:
    """For each frame of TALK, what tshark should print of the toy's fields."""
    capture, packet, rows = opening.Capture(), Packet(), []
    for number, segment in enumerate(TALK, 1):
        frame, told = frame_of(segment, link), opening.Told()
        decode(frame, len(frame), link, packet)
        rows.append([""] * len(FIELDS))
        if opening.dissect(capture, packet, frame, number, segment.time, told):
            shown = {spec.name: spec for spec in fields_of(opening.Told)}
            rows[-1] = [
                text(getattr(told, name), spec.kind) if spec.when is None or getattr(told, spec.when) else ""
                for name, spec in shown.items()
            ]
    return rows


def text(value: int, kind: str) -> str:
    """A value as tshark prints it with -T fields."""
    if kind in {"set", "expert"}:
        return ",".join(str(bit) for bit in range(32) if value >> bit & 1)
    if kind == "duration":
        return f"{'-' if value < 0 else ''}{abs(value) // 10**9}.{abs(value) % 10**9:09d}"
    return str(int(value))


@pytest.fixture(scope="module")
def home() -> Iterator[WiresharkHome]:
    """A place for tshark, with the toy's plugin in it."""
    need(shutil.which("tshark") is not None, "no tshark")
    made = WiresharkHome(translate(TOY, LAYERS), "toy.lua")
    yield made
    made.close()


def tshark(home: WiresharkHome, capture: Path, *options: str) -> str:
    """What tshark prints of a capture; anything on standard error but the count of frames is a failure."""
    command = ["tshark", "-n", "-r", str(home.readable(capture)), "-X", f"lua_script:{home.plugin}", *options]
    process = home.start(command, subprocess.PIPE, personal_plugin=False)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, b"")
    return output.decode()


@pytest.mark.parametrize("link", [ETHERNET, COOKED, RAW])
@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one pass", "two passes"])
def test_tshark_shows_what_python_tells(link: int, passes: list[str], home: WiresharkHome, tmp_path: Path) -> None:
    """Every kind of field, on every frame, whatever the link layer is."""
    capture = tmp_path / f"talk{link}{len(passes)}.pcap"
    write_pcap(capture, link, [(START + told.time, frame_of(told, link)) for told in TALK])
    names = [f"toy.{name}" for name in FIELDS] + ["_ws.lua.error", "_ws.malformed"]
    printed = tshark(home, capture, *passes, "-T", "fields", *(part for name in names for part in ("-e", name)))
    rows = [line.split("\t") for line in printed.splitlines()]
    normal = {"True": "1", "False": "0"}  # from 4.4 on
    got = [[normal.get(value, value) for value in row] for row in rows]
    wanted = [[*row, "", ""] for row in told_in_python(link)]
    assert got == wanted
    assert [row[0] for row in wanted] == ["0", "1", "2", "", "0", "0,7", "1", "2", "1", ""]


def test_the_tree_reads_well(home: WiresharkHome, tmp_path: Path) -> None:
    """One item a frame with the labels in its line; problems are warnings among the expert information."""
    capture = tmp_path / "talk.pcap"
    write_pcap(capture, ETHERNET, [(START + told.time, frame_of(told, ETHERNET)) for told in TALK])
    printed = tshark(home, capture, "-V", "-Y", "frame.number == 6 || frame.number == 8", "-O", "toy")
    assert '[Toy Opening: 1/3 SYN + again ("repeat"), client, answers 5 after 3 s, late]' in printed
    assert "[Step: 1/3 SYN (0)]" in printed
    assert "[Answers: 5]" in printed
    assert "[Late: True]" in printed
    assert "Expert Info (Warning/Sequence): no SYN was seen" in printed
    notes = tshark(home, capture, "-Y", "toy.problems.wrong_ack", "-T", "fields", "-e", "frame.number")
    assert notes.split() == ["7", "8"]
    assert tshark(home, capture, "-Y", "toy.step == 7", "-T", "fields", "-e", "frame.number").split() == ["6"]


def test_a_read_filter_does_not_shift_the_labels(home: WiresharkHome, tmp_path: Path) -> None:
    """With -R, frames that are rejected bear the number of the next that is not: the last one to bear it counts."""
    capture = tmp_path / "filtered.pcap"
    write_pcap(capture, ETHERNET, [(START + told.time, frame_of(told, ETHERNET)) for told in TALK])
    printed = tshark(home, capture, "-2", "-R", "ip.ttl == 255 || tcp.flags.fin == 1", "-T", "fields", "-e", "toy.step")
    assert printed.splitlines() == ["1", "2"]


def test_frames_that_are_no_segments_get_nothing(home: WiresharkHome, tmp_path: Path) -> None:
    """Cut, empty and foreign frames: no field, no error."""
    whole = frame_of(TALK[0], ETHERNET)
    frames = [whole[:length] for length in range(len(whole))] + [whole[:23] + b"\x11" + whole[24:], bytes(60)]
    capture = tmp_path / "cut.pcap"
    write_pcap(capture, ETHERNET, [(START, frame) for frame in frames])
    printed = tshark(home, capture, "-T", "fields", "-e", "toy.ttl", "-e", "_ws.lua.error")
    assert set(printed.splitlines()) == {"\t"}


def test_the_same_text_every_time(tmp_path: Path) -> None:
    """Byte for byte, from wherever it is asked for; nothing of this machine in it."""
    copy = tmp_path / "elsewhere" / "opening.py"
    copy.parent.mkdir()
    copy.write_bytes(TOY.read_bytes())
    made = translate(TOY, LAYERS)
    assert made == translate(str(TOY), LAYERS) == translate(copy, LAYERS)
    assert made.startswith("-- Generated by `pcapkit translate opening.py -o opening.lua`.\n")
    assert "\nregister_postdissector(proto)\n" in made
    assert str(tmp_path) not in made
    assert str(TOY.parent.parent) not in made
    assert not any(line.endswith(" ") for line in made.splitlines())
