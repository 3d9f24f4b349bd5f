"""Lines of text and of JSON."""

import json

import pytest

from pcapkit.capfile.model import CapturedFrame, Interface
from pcapkit.cli.clock import decimal_seconds
from pcapkit.cli.linetext import LineFormat, printable

FIRST = 1_700_000_000_000_000_001


def frame(moment: int, flags: int = 5) -> CapturedFrame:
    return CapturedFrame(
        number=3,
        interface=Interface(link_type=1, name="eth0"),
        interface_id=0,
        time=moment,
        data=b"abc",
        wire_length=60,
        comments=(),
        flags=flags,
        drop_count=0,
        offset=0,
    )


@pytest.mark.parametrize(
    ("style", "first", "second"),
    [
        (0, "22:13:20.000000001 hello", "22:13:21.500000000 hello"),
        (1, "hello", "hello"),
        (2, "1700000000.000000001 hello", "1700000001.500000000 hello"),
        (3, "0.000000000 hello", "1.499999999 hello"),
        (4, "2023-11-14 22:13:20.000000001 hello", "2023-11-14 22:13:21.500000000 hello"),
        (5, "0.000000000 hello", "1.499999999 hello"),
    ],
)
def test_times_as_in_tcpdump_exact_to_the_nanosecond(style: int, first: str, second: str) -> None:
    form = LineFormat(time_style=style, utc=True)
    assert form.text(frame(FIRST), "hello") == f"3 {first}"
    assert form.text(frame(FIRST + 1_499_999_999), "hello") == f"3 {second}"


def test_since_the_line_before_may_be_negative() -> None:
    form = LineFormat(time_style=3)
    form.text(frame(FIRST), "")
    assert form.text(frame(FIRST - 5), "x") == "3 -0.000000005 x"
    assert decimal_seconds(-1_000_000_005) == "-1.000000005"


def test_an_unlabelled_frame_shows_its_length_and_several_interfaces_their_names() -> None:
    assert LineFormat(time_style=1, with_interface=True).text(frame(FIRST), "") == "3 eth0 60 bytes"


def test_captured_bytes_do_not_steer_the_terminal() -> None:
    assert printable("a\x1b[2J\n\x9b\u202e") == "a\\x1b[2J\\n\\x9b\\u202e"


def test_json_is_one_object_a_line() -> None:
    form = LineFormat(json=True, prefix="us: ", fields=lambda label: {"size": len(label)})
    line = form.object(frame(FIRST, flags=2), 'us: say "hi"\n')
    assert "\n" not in line
    assert json.loads(line) == {
        "frame": 3,
        "time": "2023-11-14T22:13:20.000000001Z",
        "time_ns": FIRST,
        "interface": "eth0",
        "direction": "out",
        "length": 60,
        "captured": 3,
        "dropped": 0,
        "text": 'say "hi"\n',
        "size": 13,
    }
