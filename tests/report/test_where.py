"""Conditions on connections: what holds, and what is refused with which words."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcapkit.errors import OptionError
from pcapkit.report.where import condition
from tests.report.test_collect import SAMPLES, of_file

ONE = of_file(SAMPLES / "ten_frames.pcapng")[0]._replace(
    response_time=250_000_000, server_time=None, problems=("second ISN",)
)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("opened == 'complete'", True),
        ("opened != 'complete'", False),
        ("response_time > 200ms", True),
        ("response_time > 200 ms", True),
        ("start > '2026-11-22'", True),
        ("start > '2026-11-22 23:59:59'", False),
        ("'2026-11-22T20:48:53Z' <= start < '2026-11-22T21:48:54+01:00'", True),
        ("start in ('2026-11-22',)", False),
        ("'200 ms' not in client", True),
        ("response_time > 0.25s", False),
        ("response_time >= 0.25s", True),
        ("200ms < response_time < 300ms", True),
        ("response_time > 0", True),
        ("server_time > 0", False),
        ("server_time == None", True),
        ("not server_time < 1h", True),
        ("server_port == 10000 and closed == 'merged'", True),
        ("server_port == 10000 and closed == 'four-step'", False),
        ("server_port in (80, 443) or closed_first == 'server'", True),
        ("closed in ('merged', 'four-step')", True),
        ("'second ISN' in problems", True),
        ("'odd flags' not in problems", True),
        ("'10.0.0.' in client", True),
        ("'5ms' in client", False),
        ("client == '10.0.0.1'", True),
        ("client != '10.0.0.1'", False),
        ("client == '10.0.0.1:46934'", True),
        ("'10.0.0.1:46934' == client", True),
        ("client == '10.0.0.1:46935'", False),
        ("client != '10.0.0.1:46935'", True),
        ("client == '10.0.0.0/24'", True),
        ("client == '10.0.1.0/24'", False),
        ("server in ('10.0.0.0/31', '10.0.0.0/30:10000')", True),
        ("server in ['10.0.0.0/30:80', 'fd00::1', '[fd00::2]:10000']", False),
        ("server not in ('192.168.0.0/16', 'fd00::/8')", True),
        ("client == server", False),
        ("response_time > -5ms", True),
        ("client_frames == server_frames", True),
    ],
)
def test_conditions(text: str, holds: bool) -> None:
    """As a person would read them."""
    assert condition(text)(ONE) is holds


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("closd == 'merged'", "did you mean closed?"),
        ("x == 1", "there are file, number"),
        ("response_time > 200", "needs a unit"),
        ("opened == 5", "different kinds"),
        ("opened", "compare it with something"),
        ("problems == 'second ISN'", "write 'second ISN' in problems"),
        ("'repeat' in problems", "never have 'repeat' among them: did you mean repeats?"),
        ("tcp.port == 80", "did you mean client_port or server_port?"),
        ("data_in > 5ms", "did you mean response_time?"),
        ("server_port in 80,443", 'write "server_port in (80,443)"'),
        ("client_bytes > 10k", 'write "client_bytes > 10000"'),
        ("start > 'yesterday'", "is no time: write it like '2026-11-22'"),
        ("merged", "merged is a value of closed"),
        ("server_time < None", "None is neither more nor less"),
        ("5 in server_port", "one value"),
        ("server_port in 'abc'", "cannot be in a text"),
        ("opened ==", "is no condition: write it like"),
        ("('a',) in client", "a list stands only behind in"),
        ("client < ('a',)", "a list stands only behind in"),
        ("() < server_port", "a list stands only behind in"),
        ("closed == 'merged (3 frames)'", "closed is never 'merged (3 frames)': did you mean merged?"),
        ("closed == 'fine'", "is never 'fine': there are four-step, merged"),
        ("closed == merged", "stands in quotes: write \"closed == 'merged'\""),
        (
            "closed == reset by server and server_port == 80",
            "write \"closed == 'reset by server' and server_port == 80\"",
        ),
        ("(client == 10.0.0.1)", "write \"(client == '10.0.0.1')\""),
        ("client == fd00::1 or client == fd00::2", "write \"client == 'fd00::1' or client == 'fd00::2'\""),
        ("opened = 'refused'", "write \"opened == 'refused'\""),
        ("opened = refused && server_port = 80", "write \"opened == 'refused' and server_port == 80\""),
        ("!(opened == 'refused') || repeats > 1", "write \"not (opened == 'refused') or repeats > 1\""),
        ("frames > 5", "did you mean client_frames or server_frames?"),
        ("merged in closed", "merged is a value of closed"),
        ("__import__('os').system('id') == 0", "only fields"),
        ("client.upper() == 'X'", "only fields"),
        ("[x for x in client] == 1", "only fields"),
        ("client == 'localhost'", "write client == '10.0.0.1', '10.0.0.1:80'"),
        ("server in ('10.0.0.1', '10.0.0.300')", "server is never '10.0.0.300': it is an address"),
        ("client == '10.0.0.1:99999'", "client is never"),
        ("client == '10.0.0.1:80:80'", "client is never"),
        ("opened is 'x'", "use =="),
        ("1 + 1 == 2", "only fields"),
        ("lambda: 1", "only comparisons"),
        ("a" * 3000, "longer than"),
        ("(" * 500 + "1" + ")" * 500, "is no condition"),
        ("", "is no condition"),
    ],
)
def test_refusals(text: str, told: str) -> None:
    """One sentence that says what is wrong."""
    with pytest.raises(OptionError) as raised:
        condition(text)
    assert told in str(raised.value)
    assert str(raised.value).startswith("--where ")


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    """Never anything else."""
    with contextlib.suppress(OptionError):
        condition(text)(ONE)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("client == 'fd00::1'", True),
        ("client == 'fd00:0:0::1'", True),
        ("client == '[fd00::1]:46926'", True),
        ("client == '[fd00::1]'", True),
        ("client == '[fd00::1]:80'", False),
        ("client == 'fd00::/8'", True),
        ("client == '10.0.0.0/8'", False),
    ],
)
def test_conditions_of_ipv6(text: str, holds: bool) -> None:
    """However an address is written."""
    (one,) = of_file(SAMPLES / "ipv6.pcapng")
    assert condition(text)(one) is holds
