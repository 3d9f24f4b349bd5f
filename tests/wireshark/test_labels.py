"""The labels inside the real Wireshark with its windows: in its list, and in the details of frames in any order."""

import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pcapkit.capfile.reader import read_frames
from pcapkit.crosscheck.naming import Naming, Raw
from pcapkit.dissector import Dissector, Values, find_one
from pcapkit.wireshark import PROFILE
from tests.needs import PROJECT, need
from tests.wireshark.screen import Screen, missing, wireshark

NAME = "tcp_handshake"
SCRIPT = Path(__file__).with_name("labels.lua")
SAMPLES = ("ten_frames", "closed_port", "forged_rst_inside", "seen_twice", "keep_alive", "odd_flags")
LIST = (140, 420)  # the part of the screen that the list takes in every version
ROW = 14  # not higher than a row, so that none is left out
PATIENCE = 30  # seconds


class Line:
    """One dissection: the frame, whether a person sees all of its tree, and what the plugin added to it."""

    def __init__(self, text: str, naming: Naming) -> None:
        number, seen, _, *words = text.rstrip("\n").split("\t")
        self.number = int(number)
        self.seen = seen == "seen"
        pairs = list(zip(words[::2], words[1::2], strict=True))
        self.agrees = [value for name, value in pairs if name == f"{NAME}.agrees"]
        self.names = {name for name, _ in pairs}
        kept = [(name, raw(value)) for name, value in pairs if not name.startswith(f"{NAME}.agrees")]
        self.values = naming.values(kept) or {}


def raw(text: str) -> Raw:
    """A value as Lua writes it."""
    if ":" in text:
        return text.encode()
    return text == "true" if text in ("true", "false") else int(text)


def lines(path: Path, naming: Naming) -> list[Line]:
    """What was written down so far; the last line may not be whole."""
    return [Line(text, naming) for text in path.read_text().splitlines(keepends=True) if text.endswith("\n")]


def reference(dissector: Dissector, capture: Path) -> list[Values | None]:
    """What Python says of every frame, the first of them at 1."""
    run = dissector.begin()
    said: list[Values | None] = [None]
    for number, frame in enumerate(read_frames(capture), 1):
        said.append(run.feed(number, frame.time, frame.data, frame.wire_length, frame.interface.link_type))
    return said


def look_about(screen: Screen, seed: int) -> None:
    """Click on rows of the list, up and down, as a person does who looks for something."""
    rows = list(range(*LIST, ROW))
    random.Random(seed).shuffle(rows)
    for y in rows:
        screen.click(300, y)
        time.sleep(0.1)  # two clicks close together are a double one
    screen.settle(0.5)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another user may write to: root's Wireshark ignores plugins."""
    with tempfile.TemporaryDirectory(prefix="pcapkit-labels-") as name:
        Path(name).chmod(0o777)
        yield Path(name)


def merged(folder: Path, samples: Sequence[str]) -> Path:
    """The samples one behind the other, as one capture."""
    need(shutil.which("mergecap") is not None, "mergecap is missing: install wireshark-common")
    path = folder / "several.pcapng"
    command = ["mergecap", "-a", "-w", str(path), *(str(PROJECT / "samples" / f"{name}.pcapng") for name in samples)]
    subprocess.run(command, check=True, timeout=PATIENCE)
    path.chmod(0o644)
    return path


def check(folder: Path, tools: Path | None = None, *, options: Sequence[str] = ("-C", PROFILE)) -> None:
    """Every label that Wireshark shows is the reference's: in the list, in the details, at any time.

    The list shows them only in pcapkit's profile: without an option for it, Wireshark has to take it by itself.
    """
    dissector = find_one(NAME)
    naming = Naming(dissector)
    capture, written, script = merged(folder, SAMPLES), folder / "labels.txt", folder / SCRIPT.name
    shutil.copy(SCRIPT, script)
    expected = reference(dissector, capture)
    numbers = [number for number, values in enumerate(expected) if values is not None]
    arguments = [*options, "-X", f"lua_script:{script}", "-X", f"lua_script1:{written}", "-r", str(capture)]
    with wireshark(arguments, tools=tools, wait=capture.stem) as screen:
        screen.settle()
        look_about(screen, seed=5)
        found = lines(written, naming)
    for line in found:
        values = expected[line.number]
        assert values is not None, line.number
        if line.seen:
            assert line.values == values, line.number
        else:
            shown = {name: value for name, value in line.values.items() if "expert" not in name}  # not asked for
            assert {name: values.get(name) for name in shown} == shown, line.number
    looked_at = [line.number for line in found if line.seen]
    assert len(set(looked_at)) >= 10
    assert looked_at != sorted(looked_at)
    # Those of the list: columns and colours of every row that the window has room for.
    listed = {line.number for line in found if f"{NAME}.step" in line.names and not line.seen}
    assert listed >= set(numbers[:10])


def test_the_windows_say_what_python_says(folder: Path) -> None:
    """Over several samples, the frames chosen in random order."""
    need(not missing(), f"packages that are missing: {' '.join(missing())}")
    check(folder)
