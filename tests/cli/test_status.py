"""The line that is kept up to date, and what is in it."""

import os
from types import SimpleNamespace
from typing import cast

import pytest

from pcapkit.capture.files import Files
from pcapkit.capture.ring import Counters
from pcapkit.capture.source import Source
from pcapkit.capture.tally import Tally
from pcapkit.cli import status, terminal
from pcapkit.cli.outcomes import Outcomes
from pcapkit.cli.progress import Progress
from pcapkit.cli.status import Part, Status, brief_count, byte_count, clock
from pcapkit.report.vocabulary import vocabulary

PARTS = [Part("00:00:01"), Part("12 frames"), Part("lost: ring full 3", True), Part("a long explanation")]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that went to standard error."""
    pieces: list[str] = []

    def say(text: str, *, end: str = "\n") -> None:
        pieces.append(text + end)

    monkeypatch.setattr(status, "say", say)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(terminal, "width", lambda stream: 80)
    return pieces


def test_it_is_written_in_its_place_once_a_second_and_only_if_it_changed(said: list[str]) -> None:
    line = Status(lambda now: [Part(f"{now // 4:.0f}")])
    for now in (0.0, 0.5, 0.99, 1.0, 2.0, 3.0, 4.0):
        line.update(now)
    assert said == ["\r\x1b[K0", "\r\x1b[K1"]


def test_other_text_stands_above_it_and_it_goes_at_the_end(said: list[str]) -> None:
    line = Status(lambda now: [Part("status")])
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
    monkeypatch.setattr(terminal, "width", lambda stream: columns)
    monkeypatch.setenv("NO_COLOR", "1")
    Status(lambda now: PARTS).update(0.0)
    texts = "".join(said).removeprefix("\r\x1b[K")
    assert texts == "  ".join(part.text for part in PARTS[:shown])
    assert len(texts) < columns


def test_only_losses_have_a_colour(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    Status(lambda now: PARTS).update(0.0)
    assert "12 frames  \x1b[33mlost: ring full 3\x1b[0m  a long" in said[0]
    monkeypatch.setenv("NO_COLOR", "1")
    Status(lambda now: PARTS).update(0.0)
    assert "\x1b[3" not in said[1]


@pytest.mark.parametrize(("columns", "shown"), [(24, "1 opened  2 closed (2 x)"), (23, "1 opened  2 closed")])
def test_where_not_everything_has_room_it_is_said_in_short(
    said: list[str], monkeypatch: pytest.MonkeyPatch, columns: int, shown: str
) -> None:
    monkeypatch.setattr(terminal, "width", lambda stream: columns + 1)
    Status(lambda now: [Part("1 opened"), Part("2 closed (2 x)", short="2 closed")]).update(0.0)
    assert said == ["\r\x1b[K" + shown]


@pytest.mark.parametrize(("name", "possible"), [("xterm", True), ("dumb", False), ("", False), (None, False)])
def test_a_terminal_must_be_able_to_do_it(monkeypatch: pytest.MonkeyPatch, name: str | None, possible: bool) -> None:
    if name is None:
        monkeypatch.delenv("TERM", raising=False)
    else:
        monkeypatch.setenv("TERM", name)
    main, end = os.openpty()
    with open(main, "rb"), open(end, "w") as stream:
        assert terminal.can_update(stream) is possible
    with open(os.devnull, "w") as stream:
        assert not terminal.can_update(stream)


def test_units() -> None:
    assert [byte_count(number) for number in (0, 999, 1000, 99_949, 99_950, 999_499, 1_000_000, 5 * 10**12)] == [
        "0 B", "999 B", "1.0 kB", "99.9 kB", "100 kB", "999 kB", "1.0 MB", "5.0 TB",
    ]  # fmt: skip
    assert [brief_count(number) for number in (0, 9999, 9999.6, 123_456, 999_500, 1_234_567, 12 * 10**9)] == [
        "0", "9,999", "10.0 k", "123 k", "1.0 M", "1.2 M", "12.0 G",
    ]  # fmt: skip
    assert [clock(seconds) for seconds in (0, 59.9, 3600, 360_000)] == ["00:00:00", "00:00:59", "01:00:00", "100:00:00"]


def played(received: int, dropped: int, name: str = "eth0") -> Source:
    source = SimpleNamespace(
        interface=SimpleNamespace(name=name),
        ring=SimpleNamespace(counters=Counters(received, dropped)),
        interface_losses=2,
        unread=0,
        read_counters=lambda: None,
    )
    return cast("Source", source)


def texts(progress: Progress, seconds: float) -> list[str]:
    return [part.text for part in progress.parts(progress._begun + seconds)]


def test_progress_in_words() -> None:
    sources = [played(1510, 10), played(0, 0, "eth1")]
    tally = Tally(sources)
    files = cast("Files", SimpleNamespace(rotating=True, number=7))
    progress = Progress(sources, tally, files, to_pipe=False, outcomes=None)
    tally.took(0, 1500, 10, 2_000_000)
    lost = Part("lost: eth0 ring full 10, interface 2; eth1 interface 2", True, "lost: ring full 10, interface 4")
    assert progress.parts(progress._begun + 3) == [
        Part("00:00:03"),
        Part("1,500 frames", short="1,500 frames"),
        Part("500/s", short="500/s"),
        Part("2.0 MB"),
        lost,
        Part("file 7"),
    ]
    assert "0/s" in texts(progress, 4)
    tally.took(0, 1, 0, 60)
    assert "0/s" in texts(progress, 4.1)  # too soon to tell
    tally.took(0, 99, 0, 60)
    assert "100/s" in texts(progress, 5)
    tally.fail(600, capturing=False)
    assert progress.counts() == [
        "Packets captured: 1000",
        "Packets received/dropped on interface 'eth0': 1000/612 "
        "(ring full: 10/interface: 2/disk: 600/unread: 0) (62.0%)",
        "Packets received/dropped on interface 'eth1': 0/2 (ring full: 0/interface: 2/disk: 0/unread: 0) (0.0%)",
    ]


def test_of_a_single_interface_losses_need_no_name() -> None:
    sources = [played(1510, 10)]
    progress = Progress(sources, Tally(sources), None, to_pipe=False, outcomes=None)
    assert Part("lost: ring full 10, interface 2", True) in progress.parts(progress._begun + 3)


def test_connections_stand_in_the_line_and_in_the_counts() -> None:
    outcomes = Outcomes(vocabulary())
    sources = [played(0, 0)]
    progress = Progress(sources, Tally(sources), None, to_pipe=False, outcomes=outcomes)
    assert len(progress.counts()) == 2
    outcomes.saw("pcapkit: text | tcp_handshake: open 3/3 ACK; connection 0")
    assert progress.parts(progress._begun)[-2:] == [
        Part("1 opened", short="1 opened"),
        Part("0 closed", short="0 closed"),
    ]
    assert progress.counts()[2:] == ["Connections: 1 opened, 0 closed"]
