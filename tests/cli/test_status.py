"""The line that is kept up to date, and what is in it."""

import os
from types import SimpleNamespace
from typing import cast

import pytest

from pcapkit.annotate import Annotator
from pcapkit.capfile.model import CapturedFrame, Interface
from pcapkit.capture.files import Files
from pcapkit.capture.ring import Counters
from pcapkit.capture.source import Source
from pcapkit.capture.tally import Tally
from pcapkit.cli import status
from pcapkit.cli.outcomes import Connections
from pcapkit.cli.progress import Progress
from pcapkit.cli.status import Status, byte_count, can_update, clock
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell

PARTS = [("00:00:01", False), ("12 frames", False), ("lost: ring full 3", True), ("a long explanation", False)]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that went to standard error."""
    pieces: list[str] = []

    def say(text: str, *, end: str = "\n") -> None:
        pieces.append(text + end)

    monkeypatch.setattr(status, "say", say)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(status, "width", lambda: 80)
    return pieces


def test_it_is_written_in_its_place_once_a_second_and_only_if_it_changed(said: list[str]) -> None:
    line = Status(lambda now: [(f"{now // 4:.0f}", False)])
    for now in (0.0, 0.5, 0.99, 1.0, 2.0, 3.0, 4.0):
        line.update(now)
    assert said == ["\r\x1b[K0", "\r\x1b[K1"]


def test_other_text_stands_above_it_and_it_goes_at_the_end(said: list[str]) -> None:
    line = Status(lambda now: [("status", False)])
    line.say("before")
    line.update(0.0)
    line.say("a sentence")
    line.end()
    line.say("after")
    assert "".join(said) == "before\n\r\x1b[Kstatus\r\x1b[Ka sentence\nstatus\r\x1b[Kafter\n"


@pytest.mark.parametrize(
    ("columns", "shown"), [(80, 4), (59, 4), (58, 3), (39, 3), (38, 2), (20, 2), (19, 1), (9, 1), (8, 0)]
)
def test_it_shows_as_many_parts_as_there_is_room_for(
    said: list[str], monkeypatch: pytest.MonkeyPatch, columns: int, shown: int
) -> None:
    monkeypatch.setattr(status, "width", lambda: columns)
    monkeypatch.setenv("NO_COLOR", "1")
    Status(lambda now: PARTS).update(0.0)
    texts = "".join(said).removeprefix("\r\x1b[K")
    assert texts == "  ".join(text for text, _ in PARTS[:shown])
    assert len(texts) < columns


def test_only_losses_have_a_colour(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    Status(lambda now: PARTS).update(0.0)
    assert "12 frames  \x1b[33mlost: ring full 3\x1b[0m  a long" in said[0]
    monkeypatch.setenv("NO_COLOR", "1")
    Status(lambda now: PARTS).update(0.0)
    assert "\x1b[3" not in said[1]


@pytest.mark.parametrize(("terminal", "possible"), [("xterm", True), ("dumb", False), ("", False), (None, False)])
def test_a_terminal_must_be_able_to_do_it(
    monkeypatch: pytest.MonkeyPatch, terminal: str | None, possible: bool
) -> None:
    monkeypatch.setattr(os, "isatty", lambda descriptor: descriptor == 2)
    if terminal is None:
        monkeypatch.delenv("TERM", raising=False)
    else:
        monkeypatch.setenv("TERM", terminal)
    assert can_update() is possible
    monkeypatch.setattr(os, "isatty", lambda descriptor: False)
    assert not can_update()


def test_units() -> None:
    assert [byte_count(number) for number in (0, 999, 1000, 99_949, 99_950, 999_499, 1_000_000, 5 * 10**12)] == [
        "0 B", "999 B", "1.0 kB", "99.9 kB", "100 kB", "999 kB", "1.0 MB", "5.0 TB",
    ]  # fmt: skip
    assert [clock(seconds) for seconds in (0, 59.9, 3600, 360_000)] == ["00:00:00", "00:00:59", "01:00:00", "100:00:00"]


def played(received: int, dropped: int) -> Source:
    source = SimpleNamespace(
        interface=SimpleNamespace(name="eth0"),
        ring=SimpleNamespace(counters=Counters(received, dropped)),
        interface_losses=2,
        unread=0,
        read_counters=lambda: None,
    )
    return cast("Source", source)


def test_progress_in_words() -> None:
    sources = [played(1510, 10), played(0, 0)]
    tally = Tally(sources)
    files = cast("Files", SimpleNamespace(rotating=True, number=7))
    progress = Progress(sources, tally, files, to_pipe=False, connections=None)
    tally.took(0, 1500, 10, 2_000_000)
    parts = dict(progress.parts(progress._begun + 3))
    assert list(parts) == ["00:00:03", "1,500 frames", "500/s", "2.0 MB", "lost: ring full 10, interface 4", "file 7"]
    assert [text for text, bad in parts.items() if bad] == ["lost: ring full 10, interface 4"]
    assert "0/s" in dict(progress.parts(progress._begun + 4))
    tally.took(0, 1, 0, 60)
    assert "0/s" in dict(progress.parts(progress._begun + 4.1))  # too soon to tell
    tally.took(0, 99, 0, 60)
    assert "100/s" in dict(progress.parts(progress._begun + 5))
    tally.fail(600, capturing=False)
    assert progress.counts() == [
        "Packets captured: 1000",
        "Packets received/dropped on interface 'eth0': 1000/612 "
        "(ring full: 10/interface: 2/disk: 600/unread: 0) (62.0%)",
        "Packets received/dropped on interface 'eth0': 0/2 (ring full: 0/interface: 2/disk: 0/unread: 0) (0.0%)",
    ]


def labels(scenario: str) -> list[str]:
    annotator = Annotator("all")
    frames = enumerate(tell(SCENARIOS[scenario]), start=1)
    return [
        annotator.line(
            CapturedFrame(number, Interface(link_type=1), 0, frame.time, frame.data, len(frame.data), (), 0, 0, 0)
        )
        for number, frame in frames
    ]


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_connections_are_counted_by_their_steps(scenario: str) -> None:
    connections = Connections()
    steps = []
    for label in labels(scenario):
        connections.saw(label)
        if "repeat" not in label:
            steps.append(label)
    expected = {
        "opened": sum("open 3/3 ACK" in label for label in steps),
        "refused": sum("refused RST" in label for label in steps),
        "closed": sum("close 4/4 ACK" in label for label in steps),
        "reset": sum("reset RST" in label for label in steps),
    }
    assert connections.counts == expected


def test_what_is_said_of_connections() -> None:
    connections = Connections()
    assert connections.texts() == ["0 opened", "0 closed"]
    for label in labels("open") + labels("closed port"):
        connections.saw(label)
    assert connections.texts() == ["1 opened", "0 closed", "1 refused"]
