"""What the handshake's plugin shows in the real Wireshark besides fields: preferences, expert information, reports."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pcapkit.crosscheck.luahost import LuaHost, PluginError
from pcapkit.crosscheck.tshark import find_tshark
from pcapkit.crosscheck.wiresharkhome import WiresharkHome
from tests.needs import PROJECT, need

PLUGIN = PROJECT / "dissectors" / "tcp_handshake.lua"


@pytest.fixture(scope="module")
def home() -> Iterator[WiresharkHome]:
    """A place for tshark, with the plugin in it."""
    need(find_tshark(None) is not None, "no tshark")
    made = WiresharkHome(PLUGIN.read_text(), "tcp_handshake.lua")
    yield made
    made.close()


def tshark(home: WiresharkHome, sample: str, *options: str) -> str:
    """What tshark prints; anything on standard error is a failure."""
    program = find_tshark(None)
    assert program is not None
    path = home.readable(PROJECT / "samples" / f"{sample}.pcapng")
    command = [program, "-n", "-r", str(path), "-X", f"lua_script:{home.plugin}", *options]
    process = home.start(command, subprocess.PIPE, personal_plugin=False)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, b"")
    return output.decode()


def test_the_lines_of_the_tree(home: WiresharkHome) -> None:
    """Each frame's line says it all."""
    lines = [line for line in tshark(home, "syn_lost", "-V").splitlines() if line.startswith("[TCP Handshake")]
    assert lines[:4] == [
        "[TCP Handshake: open 1/3 SYN, client]",
        "[TCP Handshake: open 1/3 SYN + repeat, client, answers frame 1 after 1 s]",
        lines[2],
        lines[3],
    ]
    assert lines[2].startswith("[TCP Handshake: open 2/3 SYN-ACK, server, answers frame 1 after ")


def test_the_info_column_is_left_alone_unless_asked(home: WiresharkHome) -> None:
    plain = tshark(home, "ten_frames")
    assert "open 1/3" not in plain
    shown = tshark(home, "ten_frames", "-o", "tcp_handshake.info:TRUE").splitlines()
    assert [line.partition(" [open 1/3 SYN, client]")[0] for line in shown][:1] == plain.splitlines()[:1]
    assert shown[8].endswith(" [close 2/4 ACK + close 3/4 FIN, client, answers frame 8 after 1.2 ms]")
    assert len(shown) == 10


@pytest.mark.parametrize(
    ("sample", "line"),
    [
        ("closed_port", "Expert Info (Warning/Sequence): refused RST"),
        ("linger_zero", "Expert Info (Warning/Sequence): reset RST"),
        ("forged_rst_outside", "Expert Info (Note/Sequence): ignored RST"),
        ("syn_lost", "Expert Info (Note/Sequence): repeat"),
        ("odd_flags", "Expert Info (Warning/Sequence): odd flags"),
    ],
)
def test_expert_information(home: WiresharkHome, sample: str, line: str) -> None:
    """By member: what is odd or ends a connection is a warning, what merely happens is a note."""
    assert line in tshark(home, sample, "-V", "-O", "tcp_handshake")
    hidden = tshark(home, sample, "-V", "-O", "tcp_handshake", "-o", "tcp_handshake.expert:FALSE")
    assert line not in hidden
    assert "[TCP Handshake: " in hidden


def test_expert_information_without_a_tree_of_ours(home: WiresharkHome) -> None:
    """A filter on any expert information finds it; the list of all needs the preference, since nothing asks."""
    text = '_ws.expert.message == "odd flags"'
    assert len(tshark(home, "odd_flags", "-Y", text).splitlines()) == 3
    assert len(tshark(home, "odd_flags", "-2", "-Y", text).splitlines()) == 3
    listed = tshark(home, "odd_flags", "-q", "-z", "expert", "-o", "tcp_handshake.at_once:TRUE")
    assert ["3", "Sequence", "TCP_HANDSHAKE", "odd", "flags"] in [line.split() for line in listed.splitlines()]


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one pass", "two passes"])
def test_the_connections_of_a_capture(home: WiresharkHome, passes: list[str]) -> None:
    """A line each, made at the end out of frames that waited until then."""
    printed = tshark(home, "port_reuse", *passes, "-q", "-o", "tcp_handshake.report:connections")
    head, first, story, second = printed.splitlines()[:4]
    assert head.split("  ")[0] == "no."
    assert first.split()[:5] == ["0", "10.0.0.1:46920", ">", "10.0.0.2:10000", "10"]
    assert second.split()[0] == "1"
    assert "open 1/3 SYN (client), open 2/3 SYN-ACK (server), open 3/3 ACK (client); close 1/4 FIN (server)" in story
    assert "TIME-WAIT" in first
    assert "[fd00::1]:46926 > [fd00::2]:10000" in tshark(home, "ipv6", "-q", "-o", "tcp_handshake.report:connections")
    refused = tshark(home, "closed_port", "-q", "-o", "tcp_handshake.report:connections")
    assert "open 1/3 SYN (client); refused RST (server)" in refused


def test_the_connections_with_the_installed_plugin() -> None:
    """Where no script is named, since Wireshark loads the plugin by itself."""
    program = find_tshark(None)
    need(program is not None, "no tshark")
    installed = WiresharkHome(PLUGIN.read_text(), "tcp_handshake.lua")
    try:
        path = installed.readable(PROJECT / "samples" / "port_reuse.pcapng")
        command = [str(program), "-q", "-o", "tcp_handshake.report:connections", "-r", str(path)]
        output, errors = installed.start(command, subprocess.PIPE, personal_plugin=True).communicate(timeout=60)
    finally:
        installed.close()
    assert errors == b""
    assert output.decode().splitlines()[0].split() == ["no.", "between", "frames", "opened", "in", "client", "server"]


def test_the_summary_of_a_capture(home: WiresharkHome) -> None:
    printed = tshark(home, "odd_flags", "-q", "-o", "tcp_handshake.report:summary")
    assert printed.startswith("TCP Handshake: ")
    assert "Problem  odd flags" in printed
    rows = {tuple(line.split("  ")[:1]): line for line in printed.splitlines()}
    assert ("Step",) in rows


MENUS = """
    local entries, windows = {}, {}
    function gui_enabled() return true end
    MENU_TOOLS_UNSORTED = 1
    function register_menu(name, action) entries[#entries + 1] = { name = name, action = action } end
    TextWindow = { new = function(title)
        local window = { title = title, buttons = {} }
        function window:set(text) self.text = text end
        function window:add_button(name, action) self.buttons[name] = action end
        windows[#windows + 1] = window
        return window
    end }
"""
OPENED = """
    assert(#entries == 2)
    assert(entries[1].name == "pcapkit/TCP Handshake: connections", entries[1].name)
    assert(entries[2].name == "pcapkit/TCP Handshake: summary")
    for _, entry in ipairs(entries) do entry.action() end
    assert(windows[1].text:find("between") and windows[2].text:find("0 of 0 frames"))
    windows[1].buttons.Refresh()
"""


@pytest.mark.parametrize("lua", ["lua52", "lua54"])
def test_the_entries_under_tools(lua: str) -> None:
    """With a window there are two, each of which opens a window of its own; nothing is read before."""
    with pytest.raises(PluginError, match="all is well"):
        LuaHost(lua, f"{MENUS}\ndo {PLUGIN.read_text()} end\n{OPENED} error('all is well')", "menus.lua")


def test_two_reports_have_no_cost(home: WiresharkHome) -> None:
    """Without a window there are no menus, and no listener unless a report was asked for."""
    assert "connections" not in tshark(home, "ten_frames", "-q")
    assert Path(home.plugin).read_text().count("Listener.new(") == 2
