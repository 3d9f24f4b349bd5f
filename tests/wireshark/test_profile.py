"""The profile, as Wireshark reads it."""

import pytest

from pcapkit.wireshark import installing, profile
from tests.wireshark.conftest import Home


@pytest.fixture
def installed(home: Home) -> Home:
    """The user has installed it."""
    installing.install(home.user, home.wireshark, everyone=False, force=False)
    return home


def rules(home: Home, sample: str) -> list[str]:
    """Which colour rule each frame takes."""
    done = home.tshark(sample, "-C", "pcapkit", "--color", "-T", "fields", "-e", "frame.coloring_rule.name")
    assert done.stderr == ""
    return [line.removeprefix("pcapkit: ") for line in done.stdout.splitlines()]


def test_colours(installed: Home) -> None:
    """By kind of step; what matters more comes first."""
    assert rules(installed, "ten_frames") == [*["open"] * 3, "data", "ack", "data", "ack", *["close"] * 3]
    assert rules(installed, "closed_port")[:2] == ["open", "refused"]
    assert "reset" in rules(installed, "linger_zero")
    assert "repeat" in rules(installed, "syn_lost")
    assert "ignored reset" in rules(installed, "forged_rst_outside")
    assert "other flags" in rules(installed, "odd_flags")
    assert "problem" in rules(installed, "forged_rst_inside")
    assert "keep-alive" in rules(installed, "keep_alive")


def test_buttons(installed: Home) -> None:
    """Every button's filter is one that Wireshark takes, and finds its frames."""
    expected = {"handshakes": 3, "teardowns": 3, "resets": 0, "refused": 0, "problems": 0, "disagreements": 0}
    assert [label for label, _, _ in profile.BUTTONS] == list(expected)
    for label, text, _ in profile.BUTTONS:
        done = installed.tshark("ten_frames", "-Y", text, "-T", "fields", "-e", "frame.number")
        assert (len(done.stdout.split()), done.returncode, done.stderr) == (expected[label], 0, ""), label


def test_formats() -> None:
    """The tables' own quoting, and 16-bit colours."""
    files = profile.files()
    assert (
        '"TRUE","refused","tcp_handshake.step == \\x22refused RST\\x22","connections that nobody took"'
        in files["dfilter_buttons"].splitlines()
    )
    assert (
        '@pcapkit: data@tcp_handshake.step == "data"@[65535,65535,65535][0,0,0]' in files["colorfilters"].splitlines()
    )
    assert 'auto_switch_filter: frame.comment contains "pcapkit: "' in files["profile_settings"].splitlines()
    assert '\t"Step", "%Cus:tcp_handshake.step:0:R",' in files["preferences"].splitlines()


def test_first_sight() -> None:
    """A width for each column; a custom one is called by its field alone there."""
    lines = profile.first_sight()["recent"].splitlines()
    assert '\t"%m", 48,' in lines
    assert '\t"%Cus:tcp_handshake.step", 236,' in lines
    assert sum(line.startswith('\t"') for line in lines) == len(profile.COLUMNS)


def brightness(colour: int) -> float:
    """The relative luminance of WCAG 2.1."""
    parts = [(colour >> shift & 0xFF) / 255 for shift in (16, 8, 0)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_readable() -> None:
    """Every text stands out from its background as WCAG 2.1 (1.4.3) asks for."""
    for name, _, back, text in profile.COLOURS:
        dark, light = sorted((brightness(back), brightness(text)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name
