"""Recorded against computed, in the real Wireshark: `NAME.agrees` on every frame that has a comment of pcapkit's."""

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pcapkit.annotate import Annotator
from pcapkit.capfile.annotate import annotate
from pcapkit.capfile.model import Interface
from pcapkit.capfile.reader import read_frames
from pcapkit.capfile.writer import PcapngWriter
from pcapkit.crosscheck.sharkd import find_sharkd
from pcapkit.crosscheck.tshark import find_tshark
from pcapkit.crosscheck.wiresharkhome import WiresharkHome, stop
from pcapkit.dissector import find_one
from tests.crosscheck.captures import FRAMES, conversation, toy, translated
from tests.needs import PROJECT, need

PLUGIN = PROJECT / "dissectors" / "tcp_handshake.lua"
NAME = "tcp_handshake"
MODES = [["-Y"], ["-2", "-Y"]]


@pytest.fixture(scope="module")
def home() -> Iterator[WiresharkHome]:
    """A place for tshark, with the plugin in it."""
    need(find_tshark(None) is not None, "no tshark")
    made = WiresharkHome(PLUGIN.read_text(), "tcp_handshake.lua")
    yield made
    made.close()


def tshark(home: WiresharkHome, capture: Path, *options: str) -> list[str]:
    """The lines that tshark prints; anything on standard error is a failure."""
    program = find_tshark(None)
    assert program is not None
    command = [program, "-n", "-r", str(home.readable(capture)), "-X", f"lua_script:{home.plugin}", *options]
    process = home.start(command, subprocess.PIPE, personal_plugin=False)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, b"")
    return output.decode().splitlines()


def values(home: WiresharkHome, capture: Path, name: str = NAME) -> list[str]:
    """`agrees` of each frame: 1, 0, or nothing."""
    printed = tshark(home, capture, "-T", "fields", "-e", f"{name}.agrees", "-e", "_ws.lua.error")
    assert all(line.endswith("\t") for line in printed)
    return [{"True": "1", "False": "0"}.get(line[:-1], line[:-1]) for line in printed]


def found(home: WiresharkHome, capture: Path, options: Sequence[str], text: str) -> list[int]:
    """The frames that a display filter finds, without any tree being shown."""
    number = 'gui.column.format:"No.","%m"'
    return [int(line) for line in tshark(home, capture, "-o", number, *options, text)]


def edited(folder: Path, sample: str, change: Callable[[int, str], str]) -> Path:
    """A sample with its comments changed; `change` takes frame number and comment."""
    path = folder / f"{sample}.pcapng"
    annotate(
        PROJECT / "samples" / f"{sample}.pcapng",
        path,
        lambda frame: change(frame.number, frame.comments[0]),
        is_own=lambda comment: True,
    )
    return path


@cache
def samples() -> list[Path]:
    """All with TCP in them."""
    return sorted(path for path in (PROJECT / "samples").glob("*.pcapng") if not path.name.startswith(("arp", "udp")))


def test_every_sample_agrees(home: WiresharkHome) -> None:
    """Whatever was recorded in them is, to the letter, what the plugin concludes."""
    assert len(samples()) >= 25
    for path in samples():
        expected = [
            "1" if any(f" | {NAME}: " in comment for comment in frame.comments) else "" for frame in read_frames(path)
        ]
        assert "1" in expected, path
        assert values(home, path) == expected, path


@pytest.mark.parametrize("frame", [1, 5, 9, 10])
def test_a_comment_that_was_changed(home: WiresharkHome, tmp_path: Path, frame: int) -> None:
    """Exactly that frame is found: in one pass and two, also the first."""
    path = edited(
        tmp_path,
        "ten_frames",
        lambda number, comment: comment.replace("; sender ", "; sender un") if number == frame else comment,
    )
    assert values(home, path) == ["0" if number == frame else "1" for number in range(1, 11)]
    for options in MODES:
        assert found(home, path, options, f"{NAME}.agrees == 0") == [frame]
        assert found(home, path, options, f"{NAME}.agrees == 1") == [n for n in range(1, 11) if n != frame]


def test_colours_and_columns(home: WiresharkHome, tmp_path: Path) -> None:
    """They ask for the field in ways of their own."""
    path = edited(tmp_path, "ten_frames", lambda number, comment: comment + (" too" if number in (1, 4) else ""))
    columns = f'gui.column.format:"No.","%m","Agrees","%Cus:{NAME}.agrees:0:R"'
    lines = [line.split() for line in tshark(home, path, "-o", columns)]
    assert [line[1] in ("0", "False") for line in lines] == [number in (1, 4) for number in range(1, 11)]


def test_the_warning_says_what_differs(home: WiresharkHome, tmp_path: Path) -> None:
    path = edited(
        tmp_path,
        "ten_frames",
        lambda number, comment: comment.replace("answers frame 8", "answers frame 7; extra"),
    )
    printed = "\n".join(tshark(home, path, "-V", "-O", NAME, "-Y", f"{NAME}.agrees == 0"))
    assert 'Expert Info (Warning/Protocol): recorded "answers frame 7; extra", computed "answers frame 8"' in printed
    assert "[TCP Handshake: close 2/4 ACK + close 3/4 FIN, client, answers frame 8 after 1.2 ms]" in printed


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one pass", "two passes"])
def test_who_asks_for_expert_information_gets_the_warning(
    home: WiresharkHome, tmp_path: Path, passes: list[str]
) -> None:
    """By its own name or by Wireshark's, or by the list of all: nobody has to ask for `agrees` itself."""
    path = edited(tmp_path, "ten_frames", lambda number, comment: comment + ("; odd" if number in (4, 9) else ""))
    for text in (f"{NAME}.agrees.not", '_ws.expert.message contains "recorded"'):
        assert found(home, path, [*passes, "-Y"], text) == [4, 9]
        assert found(home, PROJECT / "samples" / "ten_frames.pcapng", [*passes, "-Y"], text) == []
        assert found(home, path, [*passes, "-o", f"{NAME}.compare:FALSE", "-Y"], text) == []
    listed = tshark(home, path, *passes, "-q", "-z", "expert,warn", "-o", f"{NAME}.at_once:TRUE")
    assert ["2", "Protocol", "TCP_HANDSHAKE", "recorded", '"odd",', "computed", '""'] in map(str.split, listed)


def test_where_there_is_no_comment_nobody_looks_for_long(home: WiresharkHome, tmp_path: Path) -> None:
    """Whoever asks for expert information in general; who asks for the comparison itself means every frame."""
    frames = list(read_frames(PROJECT / "samples" / "ten_frames.pcapng"))
    path = tmp_path / "long.pcapng"
    with path.open("wb", buffering=0) as stream:
        writer = PcapngWriter(stream, hardware="", os="", application="")
        interface = writer.add_interface(Interface(link_type=1))
        for number in range(1, 151):
            comments = (f"pcapkit: x | {NAME}: odd",) if number == 150 else ()
            writer.write(interface, number * 1_000_000, frames[0].data, len(frames[0].data), comments=comments)
        writer.flush()
    assert found(home, path, ["-Y"], '_ws.expert.message contains "recorded"') == []
    assert found(home, path, ["-Y"], f"{NAME}.agrees.not") == [150]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda comment: comment, "1"),
        (lambda comment: "a person's words", ""),
        (lambda comment: "pcapkit: text", ""),
        (lambda comment: "pcapkit: text | other_dissector: open 1/3 SYN", ""),
        (lambda comment: comment.replace(f" | {NAME}: ", f" | {NAME}:"), ""),
        (lambda comment: comment.replace(f" | {NAME}: ", f" || {NAME}: "), ""),
        (lambda comment: "my " + comment, ""),
        (lambda comment: comment.replace(f" | {NAME}: ", f" | other: {NAME}: x | {NAME}: "), "1"),
        (lambda comment: comment + " | other: x; y", "1"),
        (lambda comment: comment + "; odd", "0"),
        (lambda comment: f"pcapkit: x | {NAME}: ", "0"),
    ],
)
def test_what_counts_as_a_comment(
    home: WiresharkHome, tmp_path: Path, change: Callable[[str], str], expected: str
) -> None:
    """As pcapkit.annotate.comment reads them."""
    path = edited(tmp_path, "ten_frames", lambda number, comment: change(comment))
    assert values(home, path) == [expected] * 10
    numbers = list(range(1, 11))
    assert found(home, path, ["-Y"], f"{NAME}.agrees == 1") == (numbers if expected == "1" else [])
    assert found(home, path, ["-Y"], f"{NAME}.agrees == 0") == (numbers if expected == "0" else [])


def test_the_first_of_several_comments_of_pcapkit(home: WiresharkHome, tmp_path: Path) -> None:
    """Other people's beside it do not count; and a frame that is no segment disagrees with any comment."""
    frames = list(read_frames(PROJECT / "samples" / "ten_frames.pcapng"))
    path = tmp_path / "several.pcapng"
    with path.open("wb", buffering=0) as stream:
        writer = PcapngWriter(stream, hardware="", os="", application="")
        interface = writer.add_interface(Interface(link_type=1))
        for frame in frames:
            own = frame.comments[0]
            comments = {2: ("look!", own), 3: (own, "pcapkit: x"), 4: ("pcapkit: x", own)}.get(frame.number, (own,))
            data = b"\xff" * 60 if frame.number == 10 else frame.data
            writer.write(interface, frame.time, data, len(data), comments=comments)
        writer.flush()
    expected = ["1", "1", "1", "", "1", "1", "1", "1", "1", "0"]
    assert values(home, path) == expected
    for options in MODES:
        assert found(home, path, options, f"{NAME}.agrees == 0") == [10]
        assert found(home, path, options, f"{NAME}.agrees == 1") == [1, 2, 3, 5, 6, 7, 8, 9]


def test_the_preference(home: WiresharkHome) -> None:
    """Nothing is compared if nobody wants it."""
    path = PROJECT / "samples" / "ten_frames.pcapng"
    printed = tshark(home, path, "-o", f"{NAME}.compare:FALSE", "-T", "fields", "-e", f"{NAME}.agrees")
    assert printed == [""] * 10


def test_every_kind_of_field(tmp_path: Path) -> None:
    """The toy has them all; its comments are made by Python."""
    need(find_tshark(None) is not None, "no tshark")
    path = tmp_path / "toy.pcapng"
    annotate(conversation(tmp_path), path, Annotator(dissectors=[toy()]).line)
    home = WiresharkHome(translated(), "toy.lua")
    try:
        assert values(home, path, "toy") == ["1"] * FRAMES
    finally:
        home.close()


def test_sharkd(tmp_path: Path) -> None:
    """Its filter runs no taps, so that the comments come another way."""
    program = find_sharkd(find_tshark(None))
    need(program is not None, "no sharkd")
    assert program is not None
    path = edited(tmp_path, "ten_frames", lambda number, comment: comment + ("; odd" if number in (1, 3) else ""))
    home = WiresharkHome(PLUGIN.read_text(), "tcp_handshake.lua")
    process = home.start([program, "-"], subprocess.DEVNULL, personal_plugin=True)
    try:
        requests: list[dict[str, Any]] = [
            {"method": "load", "params": {"file": str(home.readable(path))}},
            {"method": "frames", "params": {"filter": f"{NAME}.agrees == 0"}},
            {"method": "frame", "params": {"frame": 3, "proto": True}},
            {"method": "frames", "params": {"filter": f"{NAME}.agrees == 1"}},
        ]
        for number, request in enumerate(requests, 1):
            request |= {"jsonrpc": "2.0", "id": number}
        text = "".join(json.dumps(request) + "\n" for request in requests)
        output, _ = process.communicate(text.encode(), timeout=60)
        answers = {answer["id"]: answer.get("result") for answer in map(json.loads, filter(None, output.splitlines()))}
        assert [frame["num"] for frame in answers[2]] == [1, 3]
        assert [frame["num"] for frame in answers[4]] == [2, 4, 5, 6, 7, 8, 9, 10]
        assert "recorded" in json.dumps(answers[3])
    finally:
        stop(process)
        home.close()


def test_the_corpus(home: WiresharkHome, tmp_path: Path) -> None:
    """Captures of other people's, annotated: the plugin agrees with every comment."""
    corpus = PROJECT.parent / "shared" / "corpus"
    if not corpus.is_dir():
        pytest.skip("the corpus is not here")
    paths = sorted(path for path in corpus.rglob("*.pcap") if 2000 < path.stat().st_size < 100_000)[::60]
    dissector = find_one(NAME)
    for path in paths:
        target = tmp_path / "annotated.pcapng"
        annotate(path, target, Annotator(dissectors=[dissector]).line)
        said = [f" | {NAME}: " in "".join(frame.comments) for frame in read_frames(target)]
        assert values(home, target) == ["1" if one else "" for one in said], path


def test_nothing_stays_behind(home: WiresharkHome) -> None:
    """The files that comments are read through are gone."""
    before = set(Path("/tmp").glob("lua_*"))
    found(home, PROJECT / "samples" / "ten_frames.pcapng", ["-Y"], f"{NAME}.agrees == 1")
    assert not set(Path("/tmp").glob("lua_*")) - before
