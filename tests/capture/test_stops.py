"""-c and -a."""

import pytest

from pcapkit.capture.stops import Stops, parse_stops
from pcapkit.errors import OptionError


def test_nothing_given_never_stops() -> None:
    assert parse_stops(None, [], writes_file=False) == Stops(None, None, None)


def test_units_are_those_of_dumpcap() -> None:
    stops = parse_stops(None, ["duration:1.5", "filesize:20", "packets:7", "files:2"], writes_file=True)
    assert stops == Stops(frames=7, seconds=1.5, size=20_000, files=2)


def test_the_smaller_of_two_packet_counts_counts() -> None:
    assert parse_stops(5, ["packets:9"], writes_file=True).frames == 5
    assert parse_stops(9, ["packets:5"], writes_file=True).frames == 5


@pytest.mark.parametrize(
    "condition",
    [
        "duration", "duration:", "duration:0", "duration:-1", "duration:nan", "duration:inf", "duration:1e99",
        "filesize:0", "filesize:1.5", "packets:x", "packets:²", "packets:" + "9" * 5000, "speed:3", "", ":",
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(condition: str) -> None:
    with pytest.raises(OptionError, match=r"^-a "):
        parse_stops(None, [condition], writes_file=True)


@pytest.mark.parametrize("condition", ["filesize:3", "files:3"])
def test_what_measures_files_needs_one(condition: str) -> None:
    with pytest.raises(OptionError, match="-o"):
        parse_stops(None, [condition], writes_file=False)


def test_count_must_be_positive() -> None:
    with pytest.raises(OptionError, match=r"-c 0"):
        parse_stops(0, [], writes_file=False)
