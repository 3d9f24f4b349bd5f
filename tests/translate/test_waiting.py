"""Frames that wait until somebody looks, and plain frames that are read in one step: nothing of it shows."""

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pcapkit.capfile.model import Interface
from pcapkit.capfile.reader import read_frames
from pcapkit.capfile.writer import PcapngWriter
from pcapkit.crosscheck.compare import compare
from pcapkit.crosscheck.lua import LuaRuntime
from pcapkit.crosscheck.luahost import LuaHost, PluginError
from pcapkit.crosscheck.python import PythonRuntime
from pcapkit.crosscheck.tshark import TsharkRuntime, find_tshark
from pcapkit.crosscheck.wiresharkhome import WiresharkHome
from pcapkit.dissector import find_one
from pcapkit.translate import translate
from pcapkit.translate.plugin import MOST_WAITING
from tests.needs import PROJECT, need
from tests.translate.waiting import Unseen, at_once, frames_of

SOURCE = PROJECT / "dissectors" / "tcp_handshake.py"
PLUGIN = translate(SOURCE)
LIMIT = f"local MOST_WAITING = {MOST_WAITING} "
LEARN = "    last_learnt, told_number = number, 0\n"

SAMPLES = ("ten_frames", "ipv6", "vlan", "udp_echo", "port_reuse", "syn_lost", "linger_zero", "odd_flags")
LINKS = (1, 113, 276, 101, 9)
EXPERT_NAMES = {"_ws.expert", "_ws.expert.message", "_ws.expert.severity", "_ws.expert.group"}


def wrapped(data: bytes, link: int, draw: random.Random) -> bytes:
    """An Ethernet frame's datagram, as a frame of another link type; Ethernet: sometimes with a tag."""
    kind, datagram = data[12:14], data[14:]
    if kind == b"\x81\x00":
        kind, datagram = data[16:18], data[18:]
    tag = b"\x81\x00\x00\x07" if draw.random() < 0.3 else b""
    headers = {
        1: data[:12] + tag + kind,
        113: b"\0\0\0\1\0\6" + data[6:12] + b"\0\0" + kind,
        276: kind + bytes(18),
        101: b"",
        9: b"\xff\x03" + (b"\0\x21" if kind == b"\x08\0" else b"\0\x57"),
    }
    return headers[link] + datagram


def options_put_in(data: bytes) -> bytes:
    """The same with four bytes of IP options, where there is IPv4 behind an Ethernet header."""
    if data[12:15] != b"\x08\0E":
        return data
    length = int.from_bytes(data[16:18], "big") + 4
    return data[:14] + b"\x46" + data[15:16] + length.to_bytes(2, "big") + data[18:34] + b"\1\1\1\0" + data[34:]


def odd_frames(draw: random.Random) -> Iterator[tuple[int, bytes, int]]:
    """Frames of the samples in every dress: link type, bytes, and length on the wire."""
    for sample in SAMPLES:
        for frame in read_frames(PROJECT / "samples" / f"{sample}.pcapng"):
            data = options_put_in(frame.data) if draw.random() < 0.1 else frame.data
            link = draw.choice(LINKS)
            data = wrapped(data, link, draw) + bytes(draw.choice((0, 0, 6)))
            wire = len(data) + draw.choice((0, 0, 1000))
            cut = draw.choice((None, None, None, None, 130, 60, 50, 30, 10, 0))
            yield link, data[:cut], wire


def capture_of(frames: Iterator[tuple[int, bytes, int]], path: Path) -> Path:
    """A capture with an interface of each link type."""
    with open(path, "wb") as stream:
        writer = PcapngWriter(stream, hardware="", os="", application="test")
        for link in LINKS:
            writer.add_interface(Interface(link))
        for number, (link, data, wire) in enumerate(frames):
            writer.write(LINKS.index(link), 1_700_000_000_000_000_000 + number * 1_000_003, data, wire)
        writer.flush()
    return path


@pytest.fixture(scope="module", params=range(4))
def odd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture of such frames."""
    return capture_of(odd_frames(random.Random(request.param)), tmp_path_factory.mktemp("odd") / "odd.pcapng")


@pytest.mark.parametrize("lua", ["lua51", "lua54"])
def test_what_is_read_in_one_step_is_what_decode_reads(odd: Path, lua: str) -> None:
    """Whatever stands around the segment: the reference says the same of every frame."""
    dissector = find_one(str(SOURCE))
    runtime = LuaRuntime(lua, dissector, PLUGIN, "plugin.lua", 30)
    try:
        outcome = compare(odd, [PythonRuntime(dissector), runtime], 100).outcomes[1]
    finally:
        runtime.close()
    assert (outcome.error, outcome.differences) == (None, [])
    assert outcome.labelled > 20


@pytest.mark.parametrize("two_passes", [False, True])
def test_what_lies_behind_a_datagram_of_raw_ip(tmp_path: Path, *, two_passes: bool) -> None:
    """Wireshark cuts it off, so that the frame is shorter than was captured: nothing is read past its end."""
    program = find_tshark(None)
    need(program is not None, "no tshark")
    sample = list(read_frames(PROJECT / "samples" / "ten_frames.pcapng"))
    frames = [(101, frame.data[14:] + bytes(6), len(frame.data) - 8) for frame in sample]
    path = capture_of(iter(frames), tmp_path / "raw.pcapng")
    dissector = find_one(str(SOURCE))
    runtime = TsharkRuntime(dissector, PLUGIN, "p.lua", program=program, two_passes=two_passes, timeout=60)
    try:
        outcome = compare(path, [PythonRuntime(dissector), runtime], 100).outcomes[1]
    finally:
        runtime.close()
    assert (outcome.error, outcome.differences, outcome.labelled) == (None, [], 10)


@pytest.mark.parametrize("most", [MOST_WAITING, 3000, 1], ids=["all wait", "some wait", "none waits for long"])
@pytest.mark.parametrize("lua", ["lua52", "lua54"])
def test_a_frame_that_has_waited_is_told_of_as_if_it_had_not(odd: Path, lua: str, most: int) -> None:
    """Asked for in any order, and whether or not memory for those that wait ran out in between."""
    assert PLUGIN.count(LIMIT) == 1
    frames = frames_of(odd)
    plugin = Unseen(lua, PLUGIN.replace(LIMIT, f"local MOST_WAITING = {most} "))
    plugin.first(frames)
    assert plugin.second(frames) == at_once(lua, PLUGIN, frames)
    plugin.first(frames)  # another capture
    assert plugin.second(frames) == at_once(lua, PLUGIN, frames)


@pytest.mark.parametrize(("most", "when"), [(MOST_WAITING, None), (1000, 7), (1, 1)])
def test_when_memory_runs_out_frames_are_learnt_from(most: int, when: int | None) -> None:
    """And not before: six frames of 74 and 66 bytes, with 72 each for what is kept beside, are less than 1,000."""
    assert PLUGIN.count(LEARN) == 1
    plugin = PLUGIN.replace(LIMIT, f"local MOST_WAITING = {most} ")
    plugin = plugin.replace(LEARN, LEARN + '    error("learnt with frame " .. last_number)\n')
    frames = frames_of(PROJECT / "samples" / "ten_frames.pcapng")
    unseen = Unseen("lua54", plugin)
    if when is None:
        unseen.first(frames)
    else:
        with pytest.raises(PluginError, match=f"learnt with frame {when}$"):
            unseen.first(frames)
    with pytest.raises(PluginError, match="learnt with frame"):
        unseen.second(frames)


@pytest.fixture(scope="module")
def telling() -> Iterator[WiresharkHome]:
    """A place for tshark, with a plugin that prints when it learns from a frame."""
    need(find_tshark(None) is not None, "no tshark")
    assert PLUGIN.count(LEARN) == 1
    made = WiresharkHome(PLUGIN.replace(LEARN, LEARN + '    print("learnt")\n'), "telling.lua")
    yield made
    made.close()


def learnt(home: WiresharkHome, *options: str) -> int:
    """From how many of ten frames tshark makes the plugin learn."""
    program = find_tshark(None)
    assert program is not None
    path = home.readable(PROJECT / "samples" / "ten_frames.pcapng")
    command = [program, "-n", "-r", str(path), "-X", f"lua_script:{home.plugin}", *options]
    process = home.start(command, subprocess.PIPE, personal_plugin=False)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, b"")
    return output.decode().count("learnt")


@pytest.mark.parametrize(
    "options",
    [[], ["-2"], ["-q", "-z", "io,stat,0"], ["-Y", "tcp"], ["-2", "-Y", "tcp.flags.fin == 1"], ["-q", "-z", "expert"]],
    ids=" ".join,
)
def test_where_nobody_asks_frames_wait_to_the_end(telling: WiresharkHome, options: list[str]) -> None:
    """Whether or not there is a tree."""
    assert learnt(telling, *options) == 0


@pytest.mark.parametrize(
    "options",
    [
        ["-Y", "tcp_handshake.step == 0"],
        ["-2", "-Y", "tcp_handshake.problems.odd_flags"],
        ["-Y", "_ws.expert"],
        ["-2", "-Y", "_ws.expert.severity"],
        ["-T", "fields", "-e", "_ws.expert.message"],
        ["-q", "-z", "io,stat,0,_ws.expert.group"],
        ["-V"],
        ["-o", "tcp_handshake.info:TRUE"],
        ["-q", "-z", "expert", "-o", "tcp_handshake.at_once:TRUE"],
    ],
    ids=" ".join,
)
def test_who_asks_for_expert_information_asks_for_this(telling: WiresharkHome, options: list[str]) -> None:
    """By Wireshark's names for it as by the plugin's own; from each frame it learns once."""
    assert learnt(telling, *options) == 10


def test_in_the_window_no_name_of_wireshark_s_is_taken() -> None:
    """There plugins can be loaded anew, upon which Wireshark forgets the names of their fields."""
    names = {name for name, _ in LuaHost("lua54", PLUGIN, "plugin.lua").fields}
    assert {name for name in names if not name.startswith("tcp_handshake")} == EXPERT_NAMES
    window = "MENU_TOOLS_UNSORTED = 1 function gui_enabled() return true end "
    assert {name for name, _ in LuaHost("lua54", window + PLUGIN, "plugin.lua").fields} == names - EXPERT_NAMES


def test_no_folder_for_the_comment() -> None:
    """Where no temporary name can be had, the comment is not compared, and that is all."""
    refusing = """
        os = { tmpname = function() error("unable to generate a unique filename") end }
        Listener = { new = function() return { remove = function() end } end }
    """
    frames = frames_of(PROJECT / "samples" / "ten_frames.pcapng")
    shown = "local is_shown = tree.visible"
    assert PLUGIN.count(shown) == 1
    plugin = PLUGIN.replace(shown, "local is_shown = false")
    assert at_once("lua54", refusing + plugin, frames) == at_once("lua54", PLUGIN, frames)
