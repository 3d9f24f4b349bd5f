"""-b."""

from math import inf

import pytest

from pcapkit.capture.rotation import Rotation, parse_rotation
from pcapkit.errors import OptionError


def test_without_an_option_there_is_one_file() -> None:
    assert parse_rotation([]) is None


def test_units_are_those_of_dumpcap_and_of_two_the_last_counts() -> None:
    given = ["filesize:1", "filesize:20", "duration:1.5", "interval:60", "packets:7", "files:3"]
    assert parse_rotation(given) == Rotation(size=20_000, frames=7, seconds=1.5, interval=60, files=3)


@pytest.mark.parametrize(
    "condition",
    ["filesize", "filesize:", "filesize:0", "packets:-1", "duration:0", "interval:1.5", "files:x", "speed:3", "", ":"],
)
def test_what_makes_no_sense_is_refused(condition: str) -> None:
    with pytest.raises(OptionError, match=r"^-b "):
        parse_rotation(["packets:1", condition])


def test_a_number_of_files_does_not_say_when_one_ends() -> None:
    with pytest.raises(OptionError, match="when a file ends"):
        parse_rotation(["files:3"])


def test_a_file_is_due_after_its_time_or_when_the_clock_strikes() -> None:
    assert Rotation(frames=1).due(100.0, 1000.0) == inf
    assert Rotation(seconds=2.5).due(100.0, 1000.0) == 102.5
    assert Rotation(interval=60).due(100.0, 1000.0) == 100 + 20  # 1020 is a multiple
    assert Rotation(interval=60).due(100.0, 1020.0) == 100 + 60
    assert Rotation(seconds=2.5, interval=60).due(100.0, 1019.0) == 101
