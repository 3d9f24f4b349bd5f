"""Captures whose clock jumped: said of every connection that it concerns, and no span of time that is wrong."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from pcapkit.cli.main import main
from pcapkit.report.catalogue import languages, translation
from pcapkit.report.connection import CLOCK_JUMPED, Connection
from pcapkit.report.ladder import Rung
from pcapkit.report.ladder_mermaid import ladder_mermaid
from pcapkit.report.ladder_svg import ladder_svg
from pcapkit.report.ladder_text import ladder_text
from pcapkit.report.story import Story
from pcapkit.report.vocabulary import vocabulary
from tests.cli.capture import START, write_pcapng
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell
from tests.needs import need_corpus
from tests.report.test_collect import of_file
from tests.report.test_ladder import pictured

TEN = [frame.data for frame in tell(SCENARIOS["server closes at once (ten frames)"])]
MS = 1_000_000
MINUTE = 60_000 * MS
DAY = 24 * 60 * MINUTE
SPANS = ("duration", "server_time", "client_time", "handshake_time", "response_time")


def capture(folder: Path, shifts: dict[int, int], frames: Sequence[bytes] = TEN) -> Path:
    """Frames a millisecond apart, but for those whose clock is shifted by so many ns."""
    times = [START + place * MS + shifts.get(place, 0) for place in range(len(frames))]
    return write_pcapng(folder / "jump.pcapng", frames, times=times)


def spans(one: Connection) -> list[int | None]:
    return [getattr(one, name) for name in SPANS]


@pytest.mark.parametrize("shift", [-MINUTE, MINUTE, -13_000 * DAY, 6_500 * DAY])
@pytest.mark.parametrize("place", range(1, 9))
def test_one_frame_with_a_wrong_clock(place: int, shift: int, tmp_path: Path) -> None:
    """It is one connection all the same; its clock is a problem, and no span is told."""
    (one,) = of_file(capture(tmp_path, {place: shift}))
    assert (one.opened, one.closed, one.closed_first) == ("complete", "merged", "server")
    assert CLOCK_JUMPED in one.problems
    assert spans(one) == [None] * len(SPANS)


@pytest.mark.parametrize("shift", [-15_000 * DAY, 6_000 * DAY])
@pytest.mark.parametrize("place", range(1, 10))
def test_one_frame_that_makes_two_connections_of_one(place: int, shift: int, tmp_path: Path) -> None:
    """Since the dissector takes the connection for long silent. Of both it is said."""
    found = of_file(capture(tmp_path, {place: shift}))
    assert [(one.first_frame, one.last_frame) for one in found] == [(1, place), (place + 1, 10)]
    for one in found:
        assert CLOCK_JUMPED in one.problems
        assert spans(one) == [None] * len(SPANS)


@pytest.mark.parametrize("shift", [-13_000 * DAY, -15_000 * DAY, 6_000 * DAY, 6_500 * DAY])
def test_the_first_frame_with_a_wrong_clock(shift: int, tmp_path: Path) -> None:
    """Whether or not the dissector takes what follows for another connection."""
    assert all(CLOCK_JUMPED in one.problems for one in of_file(capture(tmp_path, {0: shift})))


def test_the_last_frame_with_a_wrong_clock(tmp_path: Path) -> None:
    """No connection is silent for years and then goes on."""
    (one,) = of_file(capture(tmp_path, {9: 6_500 * DAY}))
    assert one.problems == (CLOCK_JUMPED,)
    assert spans(one) == [None] * len(SPANS)


def test_frames_slightly_out_of_order_are_no_jump(tmp_path: Path) -> None:
    """As where two processors hand frames over: only the spans that would be negative are left out."""
    (one,) = of_file(capture(tmp_path, {1: -2 * MS, 5: -4 * MS}))
    assert one.problems == ()
    assert (one.server_time, one.response_time) == (None, None)
    assert one.duration == 9 * MS


def test_silence_is_no_jump(tmp_path: Path) -> None:
    """An hour in which nothing is said; and captures that were put behind each other, the later one first."""
    (one,) = of_file(capture(tmp_path, dict.fromkeys(range(7, 10), 60 * MINUTE)))
    assert one.problems == ()
    other = [frame.data for frame in tell(SCENARIOS["closed port"])]
    both = capture(tmp_path, dict.fromkeys(range(2), 3 * DAY), [*other, *TEN])
    assert [one.problems for one in of_file(both)] == [(), ()]


def test_times_that_alternate_between_two_clocks(tmp_path: Path) -> None:
    """Hostile: every frame is a jump; the search for what it tore apart is bounded, and the problem still told."""
    frames = TEN * 20
    found = of_file(capture(tmp_path, dict.fromkeys(range(0, len(frames), 2), 300 * DAY), frames))
    assert all(CLOCK_JUMPED in one.problems for one in found)


def test_ladders_show_where_the_clock_jumps(tmp_path: Path) -> None:
    """At the frame, in every form; no time of it is shown."""
    ((ladder, row),) = pictured(capture(tmp_path, {4: -13_000 * DAY}))
    assert CLOCK_JUMPED in row.problems
    rungs = [rung for rung in ladder.rungs if isinstance(rung, Rung)]
    assert [rung.number for rung in rungs if rung.jump] == [5, 6]
    assert rungs[4].time is None
    wanted = "the clock jumps back 12999 days 23 h"
    for drawn in ("\n".join(ladder_text(ladder)), ladder_svg(ladder), "\n".join(ladder_mermaid(ladder))):
        assert drawn.count(wanted) == 1
        assert " -1" not in drawn
    for width in (60, 80, 110):
        assert max(map(len, ladder_text(ladder, width))) <= max(width, 80)


@pytest.mark.parametrize("language", languages())
def test_stories_tell_that_the_clock_jumped(language: str, tmp_path: Path) -> None:
    """And no wrong span in them."""
    (one,) = pictured(capture(tmp_path, {8: -13_000 * DAY}))
    text = "\n".join(" ".join(passage.sentences) for passage in Story(vocabulary(), translation(language)).tell(*one))
    assert text.count("12999 days 23 h") == 1
    assert ("clock" if language == "en" else "时钟") in text
    assert " -1" not in text


def test_a_leap_ahead_is_shown_too(tmp_path: Path) -> None:
    """As a frame that no connection would have waited for."""
    (one,) = pictured(capture(tmp_path, {5: 6_500 * DAY}))
    notes = [(rung.number, rung.notes) for rung in one.ladder.rungs if isinstance(rung, Rung) and rung.notes]
    assert notes == [
        (6, ("the clock jumps ahead 6500 days 0 h",)),
        (7, ("the clock jumps back 6499 days 23 h",)),
    ]
    text = " ".join(" ".join(passage.sentences) for passage in Story(vocabulary(), translation("en")).tell(*one))
    assert "jumps ahead by 6500 days 0 h before this frame" in text


def test_programs_are_told_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a problem by name, for conditions, exit codes and JSON."""
    file = str(capture(tmp_path, {4: -13_000 * DAY}))
    assert main(["connections", "--json", "--where", f"'{CLOCK_JUMPED}' in problems", file]) == 0
    (told,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert told["problems"] == [CLOCK_JUMPED]
    assert told["duration"] is None
    assert main(["connections", "--fail-on", "clock-jumped", file]) == 1


def test_captures_by_others() -> None:
    """Frames whose clocks a fuzzer has shifted by years, some back to 1970."""
    folder = need_corpus() / "tcpdump" / "tests"
    for name, count in (("kday3.pcap", 8), ("of10_inv_OFPST_FLOW.pcap", 2), ("smb_data_print-segv.pcap", 1)):
        found = of_file(folder / name)
        assert sum(CLOCK_JUMPED in one.problems for one in found) == count
        assert all(span is None or 0 <= span < 366 * DAY for one in found for span in spans(one))
