"""tshark and sharkd: the real ones with plugins that are broken or other ones, and stand-ins that lie."""

import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pcapkit.crosscheck.compare import DECODE, Comparison, compare
from pcapkit.crosscheck.python import PythonRuntime
from pcapkit.crosscheck.sharkd import SharkdRuntime, find_sharkd
from pcapkit.crosscheck.tshark import REFUSAL, TsharkRuntime, find_tshark, printed
from tests.crosscheck.captures import FLAGS, FRAMES, conversation, pcap, segment, timeless, toy, toy_plugin, translated
from tests.crosscheck.test_lua import mutated
from tests.needs import need


def checked(
    path: Path, plugin: str, *, program: str | None = None, two_passes: bool = False, timeout: float = 60
) -> Comparison:
    """Compare tshark with the reference."""
    program = program or find_tshark(None)
    need(program is not None, "tshark")
    dissector = toy()
    runtime = TsharkRuntime(dissector, plugin, "toy.lua", program=program, two_passes=two_passes, timeout=timeout)
    try:
        return compare(path, [PythonRuntime(dissector), runtime], 100)
    finally:
        runtime.close()


def sharkd_checked(path: Path, plugin: str, timeout: float = 60) -> Comparison:
    """Compare sharkd with the reference."""
    program = find_sharkd(find_tshark(None))
    need(program is not None, "sharkd")
    dissector = toy()
    runtime = SharkdRuntime(dissector, plugin, "toy.lua", program=program, timeout=timeout)
    try:
        return compare(path, [PythonRuntime(dissector), runtime], 100)
    finally:
        runtime.close()


@pytest.mark.parametrize("two_passes", [False, True])
def test_it_agrees(tmp_path: Path, two_passes: bool) -> None:
    comparison = checked(conversation(tmp_path), translated(), two_passes=two_passes)
    assert comparison.agrees
    outcome = comparison.outcomes[1]
    assert (outcome.name, outcome.frames, outcome.labelled) == (
        "tshark -2" if two_passes else "tshark",
        FRAMES,
        FRAMES,
    )
    assert outcome.version.count(".") == 2
    assert len(comparison.outcomes) == (2 if two_passes else 3)


def test_wireshark_decodes_the_same(tmp_path: Path) -> None:
    decode = checked(conversation(tmp_path), toy_plugin()).outcomes[-1]
    assert (decode.name, decode.frames, decode.labelled, decode.differing) == (DECODE, FRAMES, FRAMES, 0)


def test_sharkd_agrees(tmp_path: Path) -> None:
    comparison = sharkd_checked(conversation(tmp_path), translated())
    assert comparison.agrees
    assert comparison.outcomes[1].labelled == FRAMES


@pytest.mark.parametrize("two_passes", [False, True])
def test_another_plugin_shows(tmp_path: Path, two_passes: bool) -> None:
    plugin = mutated("LARGE = 60", "LARGE = 50")
    outcome = checked(conversation(tmp_path), plugin, two_passes=two_passes).outcomes[1]
    assert outcome.differing == FRAMES - 1
    assert {one.field for one in outcome.differences} == {"size"}


def test_another_plugin_shows_in_sharkd(tmp_path: Path) -> None:
    outcome = sharkd_checked(conversation(tmp_path), mutated("LARGE = 60", "LARGE = 50")).outcomes[1]
    assert outcome.differing == FRAMES - 1


def test_a_lua_error_shows(tmp_path: Path) -> None:
    plugin = mutated("local found = ", "if number == 5 then local nothing = nil; nothing.x = 1 end\n    local found = ")
    outcome = checked(conversation(tmp_path), plugin).outcomes[1]
    assert outcome.error is not None
    assert "toy.lua:" in outcome.error
    assert "nothing" in outcome.error
    assert outcome.error_frame == 5


def test_a_lua_error_that_wireshark_does_not_tell_shows_all_the_same(tmp_path: Path) -> None:
    """In the first of two passes there is no tree, and with it no word of the error; the labels are missing."""
    plugin = mutated("local found = ", "if number == 5 then local nothing = nil; nothing.x = 1 end\n    local found = ")
    for comparison in (
        checked(conversation(tmp_path), plugin, two_passes=True),
        sharkd_checked(conversation(tmp_path), plugin),
    ):
        outcome = comparison.outcomes[1]
        assert outcome.error is not None or 5 in {one.frame for one in outcome.differences}


@pytest.mark.parametrize("plugin", ["x = = 1", "error('at once')", ""])
def test_a_plugin_that_does_not_load_shows(tmp_path: Path, plugin: str) -> None:
    outcome = checked(conversation(tmp_path), plugin).outcomes[1]
    assert outcome.error is not None
    assert outcome.frames == 0
    assert "Lua" in outcome.error or "toy" in outcome.error


def test_a_plugin_without_one_of_the_fields_shows(tmp_path: Path) -> None:
    plugin = mutated('"toy.count"', '"toy.account"')
    outcome = checked(conversation(tmp_path), plugin).outcomes[1]
    assert outcome.error is not None
    assert "toy.count" in outcome.error


def test_labels_that_are_learnt_too_late_show_in_two_passes(tmp_path: Path) -> None:
    plugin = mutated("if not pinfo.visited then", "if pinfo.visited and number % 2 == 0 then")
    outcome = checked(conversation(tmp_path), plugin, two_passes=True).outcomes[1]
    assert outcome.differing > 0


def test_an_endless_loop_is_stopped(tmp_path: Path) -> None:
    plugin = mutated("local found = ", "while number == 5 do end\n    local found = ")
    outcome = checked(conversation(tmp_path), plugin, timeout=2).outcomes[1]
    assert outcome.error == "no answer within 2 s: stopped"


def test_a_capture_that_only_root_may_read(tmp_path: Path) -> None:
    folder = tmp_path / "private"
    folder.mkdir(mode=0o700)
    path = conversation(folder)
    path.chmod(0o600)
    assert checked(path, toy_plugin(), two_passes=True).agrees


def test_a_capture_that_tshark_refuses_is_not_reached(tmp_path: Path) -> None:
    path = tmp_path / "odd.pcap"
    # A link type that Wireshark has no decoder for, which is none of pcapkit's business.
    path.write_bytes(pcap([segment(flags) for flags in FLAGS], link_type=281))
    comparison = checked(path, toy_plugin())
    outcome = comparison.outcomes[1]
    need(bool(outcome.not_reached) or outcome.error is not None, "a tshark that refuses link type 281")
    assert outcome.error is None
    assert comparison.agrees
    ((reason, count),) = outcome.not_reached.items()
    assert reason.startswith("tshark refuses the file: ")
    assert count == FRAMES


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda whole: whole[:-5], "it appears to have been cut short in the middle of a packet"),
        (lambda whole: whole[:-62] + b"\xff\xff\xff\x7f" * 2 + whole[-54:], "it appears to be damaged or corrupt"),
    ],
)
def test_a_damaged_capture_is_no_failure_of_tshark(
    tmp_path: Path, damage: Callable[[bytes], bytes], reason: str
) -> None:
    path = conversation(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    comparison = checked(path, toy_plugin())
    assert comparison.damage is not None
    assert comparison.agrees
    assert comparison.frames >= FRAMES - 1
    program = find_tshark(None)
    assert program is not None
    said = subprocess.run([program, "-n", "-r", str(path)], capture_output=True).stderr
    found = REFUSAL.search(said)
    assert found is not None
    assert f"it {found[1].decode()}" == reason


@pytest.mark.parametrize("which", ["gone", "private"])
def test_a_capture_that_tshark_cannot_open_is_a_failure(tmp_path: Path, which: str) -> None:
    """What it says then is no refusal."""
    program = find_tshark(None)
    need(program is not None, "tshark")
    assert program is not None
    path = tmp_path if which == "private" else tmp_path / "gone"
    said = subprocess.run([program, "-n", "-r", str(path)], capture_output=True)
    assert said.returncode != 0
    assert said.stderr
    assert REFUSAL.search(said.stderr) is None


def test_fragments_and_tunnels_are_not_reached_by_name(tmp_path: Path) -> None:
    inner = segment(16)[14:]
    path = tmp_path / "odd.pcap"
    gtp = b"\x30\xff" + len(inner).to_bytes(2, "big") + bytes(4) + inner
    udp = (2152).to_bytes(2, "big") * 2 + (8 + len(gtp)).to_bytes(2, "big") + bytes(2) + gtp
    header = b"\x45\0" + (20 + len(udp)).to_bytes(2, "big") + bytes(4) + b"\x40\x11" + bytes(2) + b"\n\0\0\1\n\0\0\2"
    path.write_bytes(pcap([segment(16), segment(16)[:12] + b"\x08\0" + header + udp]))
    decode = checked(path, toy_plugin()).outcomes[-1]
    assert (decode.frames, decode.differing) == (1, 0)
    assert decode.not_reached == {"inside gtp": 1}


# ---- stand-ins --------------------------------------------------------------------------------------------------


@pytest.fixture
def standin() -> Iterator[Callable[[str], str]]:
    """Makes a program in tshark's place, which passes tshark's lines through a shell command.

    Not under tmp_path, where another user, as whom root runs it, may not go.
    """
    with tempfile.TemporaryDirectory(prefix="pcapkit-test-") as folder:

        def make(command: str) -> str:
            need(find_tshark(None) is not None, "tshark")
            Path(folder).chmod(0o755)
            path = Path(folder) / "tshark"
            real = find_tshark(None)
            path.write_text(
                f'#!/bin/sh\ncase "$*" in *--version*) exec {real} --version;; esac\n{real} "$@" | {command}\n'
            )
            path.chmod(0o755)
            return str(path)

        yield make


@pytest.mark.parametrize(
    ("command", "error", "frame"),
    [
        ("sed 5d", "no answer for frame 5: the next is for frame 6", 5),
        ("sed '10,$d'", "stopped after frame 9 with exit code 0", 10),
        ("sed 1p", "no answer for frame 2: the next is for frame 1", 2),
        ("sed '$p; $s/^11/12/'", "goes on after the capture's last frame: '12 ", None),
        ("sed '2a ** (tshark:1): WARNING **: something'", "printed what is no row of fields", 3),
        ("sed d", "stopped after frame 0 with exit code 0", 1),
        ("sed '7s/\\t7\\t/\\tseven\\t/'", "is 'seven', no number", 7),
        ("exec sleep 60", "no answer within 3 s: stopped", None),
        ("(echo a crash >&2; exit 3)", "a crash", 1),
        ("(echo 'tshark: The file \"x\" is mine to dislike.' >&2; exit 2)", "is mine to dislike", 1),
        ("(echo 'tshark: The file \"x\" was cut short by me.' >&2; exit 2)", "was cut short by me", 1),
        ("(echo 'tshark: You do not have permission to read the file \"x\".' >&2; exit 2)", "permission", 1),
        ("(echo 'tshark: The file \"x appears to be damaged or corrupt\" does not exist.' >&2; exit 2)", "exist", 1),
        ("(echo 'tshark: The file \"x\" appears to be damaged or corrupt.' >&2)", "appears to be", 1),
        ("(cat; exit 3)", "exit code 3", None),
        ("(cat; echo 'tshark: Lua: Error during loading' >&2)", "Lua: Error during loading", None),
    ],
)
def test_a_tshark_that_does_not_say_the_truth(
    tmp_path: Path, standin: Callable[[str], str], command: str, error: str, frame: int | None
) -> None:
    begin = time.monotonic()
    outcome = checked(conversation(tmp_path), toy_plugin(), program=standin(command), timeout=3).outcomes[1]
    assert outcome.error is not None
    assert error in outcome.error
    assert outcome.error_frame == frame
    assert time.monotonic() - begin < 30


def test_a_program_that_is_no_tshark(tmp_path: Path) -> None:
    path = tmp_path / "tshark"
    path.write_text("not a program")
    path.chmod(0o755)
    outcome = checked(conversation(tmp_path), toy_plugin(), program=str(path)).outcomes[1]
    assert outcome.error is not None
    assert "cannot be run" in outcome.error


def test_no_tshark() -> None:
    runtime = TsharkRuntime(toy(), "", "toy.lua", program=None, two_passes=False, timeout=1)
    assert "PCAPKIT_TSHARK" in (runtime.missing() or "")


def test_where_tshark_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "my-tshark"
    path.write_text("")
    path.chmod(0o755)
    monkeypatch.setenv("PCAPKIT_TSHARK", str(path))
    assert find_tshark(None) == str(path)
    assert find_tshark("/nowhere/tshark") is None


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("7", "number", 7),
        ("0x10", "number", 16),
        ("1", "flag", 1),
        ("True", "flag", True),
        ("False", "flag", False),
        ("0.000001234", "duration", b"0:1234"),
        ("-1.000000005", "duration", b"0:-1000000005"),
        ("-0.500000000", "duration", b"0:-500000000"),
        ("3", "duration", b"0:3000000000"),
    ],
)
def test_values_as_they_are_printed(text: str, kind: str, value: object) -> None:
    assert printed(text, kind) == value


def test_frames_without_a_time_agree(tmp_path: Path) -> None:
    path = timeless(tmp_path)
    assert checked(path, toy_plugin()).agrees
    assert checked(path, toy_plugin(), two_passes=True).agrees


@pytest.mark.parametrize("two_passes", [False, True])
def test_blocks_that_hold_no_packet_are_passed_over(tmp_path: Path, two_passes: bool) -> None:
    """Wireshark numbers custom blocks as if they were frames; here one lies before, and one behind, a segment."""
    custom = struct.pack("<IIIII", 0xBAD, 20, 32473, 7, 20)
    data = segment(0x02)
    padded = data + bytes(-len(data) % 4)
    length = 32 + len(padded)
    packet = struct.pack("<IIIIIII", 6, length, 0, 0, 0, len(data), len(data)) + padded + struct.pack("<I", length)
    header = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    interface = struct.pack("<IIHHII", 1, 20, 1, 0, 0, 20)
    path = tmp_path / "custom.pcapng"
    path.write_bytes(header + interface + custom + packet + custom)
    comparison = checked(path, toy_plugin(), two_passes=two_passes)
    assert comparison.agrees, comparison
    assert (comparison.frames, comparison.outcomes[-1].frames) == (1, 1)
