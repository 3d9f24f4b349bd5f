"""The shim of Wireshark's Lua API: against tshark itself where there is one, and on its own."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pcapkit.crosscheck.frames import batches
from pcapkit.crosscheck.lua import delivered
from pcapkit.crosscheck.luahost import LUAS, LuaHost, PluginError
from pcapkit.crosscheck.tshark import find_tshark
from pcapkit.crosscheck.wiresharkhome import WiresharkHome
from tests.crosscheck.captures import conversation
from tests.needs import need

PROBE = Path(__file__).with_name("probe.lua").read_text()
FRAME = (1, bytes(range(60)), 60, 0.5, 1.5, 0.5, 2, 80, 90)


def shim_fields(lua: str, plugin: str, path: Path) -> list[list[tuple[str, Any]]]:
    """For each frame the fields that the plugin adds in the shim, as (name, value)."""
    host = LuaHost(lua, plugin, "probe.lua")
    host.begin()
    rows = []
    for batch in batches(path):
        for frame in batch:
            added = host.deliver(False, delivered(frame)) or ()
            rows.append(
                [(host.fields[number - 1][0], value) for number, value in zip(added[::2], added[1::2], strict=True)]
            )
    return rows


def tshark_fields(plugin: str, path: Path, names: list[str]) -> list[dict[str, list[str]]]:
    """For each frame the values that tshark prints, by field."""
    program = find_tshark(None)
    assert program is not None
    home = WiresharkHome(plugin, "probe.lua")
    try:
        command = [program, "-n", "-r", str(home.readable(path)), "-X", f"lua_script:{home.plugin}"]
        command += ["-T", "fields", "-E", "separator=/t", "-E", "aggregator=;"]
        for name in [*names, "_ws.lua.error", "_ws.expert.message"]:
            command += ["-e", name]
        process = home.start(command, subprocess.DEVNULL, personal_plugin=False)
        out, _ = process.communicate(timeout=60)
    finally:
        home.close()
    rows = [line.split("\t") for line in out.decode().splitlines()]
    for row in rows:
        assert row[-2] == "", row[-1]
    return [{name: text.split(";") if text else [] for name, text in zip(names, row, strict=False)} for row in rows]


def as_printed(value: Any) -> str:
    """A value of the shim's as tshark prints it."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, bytes):
        time = re.fullmatch(rb"(-?\d+):(-?\d+)", value)
        if time is None:
            return value.decode()
        sign = "-" if b"-" in value else ""
        return f"{sign}{abs(int(time[1]))}.{abs(int(time[2])):09d}"
    return str(int(value))


def test_the_shim_gives_what_tshark_gives(tmp_path: Path) -> None:
    need(find_tshark(None) is not None, "tshark")
    path = conversation(tmp_path)
    shim = shim_fields("lua52", PROBE, path)
    names = sorted({name for row in shim for name, _ in row if name != "toy" and "problem" not in name})
    assert len(names) >= 15
    real = tshark_fields(PROBE, path, names)
    assert len(real) == len(shim) > 5
    for number, (row, printed) in enumerate(zip(shim, real, strict=True), 1):
        for name in names:
            mine = [as_printed(value) for other, value in row if other == name]
            theirs = [str(int(text, 16)) if text.startswith("0x") else text for text in printed[name]]
            theirs = [{"True": "1", "False": "0"}.get(text, text) for text in theirs]
            assert mine == theirs, f"frame {number}, {name}"


@pytest.mark.parametrize("lua", LUAS)
def test_every_lua_gives_the_same(lua: str, tmp_path: Path) -> None:
    path = conversation(tmp_path)
    assert shim_fields(lua, PROBE, path) == shim_fields("lua52", PROBE, path)


def plugin(dissector: str = "", *, head: str = "") -> str:
    """A plugin with one field of each kind, and these statements in its dissector."""
    return f"""
        local p = Proto("p", "P")
        local n = ProtoField.uint32("p.n", "N")
        local s = ProtoField.uint8("p.s", "S")
        local b = ProtoField.bool("p.b", "B")
        local i = ProtoField.int16("p.i", "I")
        local t = ProtoField.relative_time("p.t", "T")
        p.fields = {{ n, s, b, i, t }}
        {head}
        function p.dissector(tvb, pinfo, tree)
          local item = tree:add(p)
          {dissector}
        end
        register_postdissector(p)
    """


# Wireshark takes these and changes the value in silence, or (a fraction, from 4.6 on) aborts; or has what the shim
# has not.
STRICTER = [
    "item:add(n, 1.5)",
    "item:add(n, 0/0)",
    "item:add(n, 1/0)",
    "item:add(n, -1)",
    "item:add(n, 2^32)",
    'item:add(n, "7")',
    "item:add(s, 256)",
    "item:add(i, 32768)",
    "item:add(i, -32769)",
    "item:add(b, 2)",
    'item:add(b, "yes")',
    "item:add(b, nil)",
    "item:add(n)",
    "item:add(t, NSTime.new(0.5, 0))",
    "NSTime.new(0, 2^31)",
    "tvb:raw(0.5)",
    "local a = bit",
    "local a = bit32",
    "local a = Listener",
    "local a = os",
    "local a = io",
    "require('x')",
    "load('x')",
    "local a = pinfo.src",
    "local a = base.NOSUCH",
    "python.eval('1')",
    "p.dissector = 3",
    "Proto('q', 'p')",
    "item:add(ProtoField.uint8('p.loose', 'of no protocol'), 1)",
    "p.fields.later = ProtoField.uint8('p.later', 'x'); item:add(p.fields.later, 1)",
]


@pytest.mark.parametrize("statement", STRICTER)
@pytest.mark.parametrize("lua", ["lua51", "lua54", "luajit21"])
def test_the_shim_is_stricter(lua: str, statement: str) -> None:
    host = LuaHost(lua, plugin(statement), "p.lua")
    host.begin()
    with pytest.raises(PluginError, match=r"p\.lua:\d+: "):
        host.deliver(False, FRAME)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x = = 1", "p.lua:1:"),
        ("error('at once')", "at once"),
        ("\x1bLua", "compiled"),
        ("local p = Proto('p', 'P')", "no postdissector"),
        ("local p = Proto('p', 'P') register_postdissector(p)", "no dissector"),
        (plugin(head="register_postdissector(p)"), "no dissector"),
        ("register_postdissector(nil)", "p.lua:1: bad argument #1 (Proto expected, got nil)"),
        (plugin(head="p.fields = {n, n}"), "belongs to one protocol"),
        (plugin(head="p.fields = {n, ProtoField.uint8('p.n', 'N')}"), "two fields are called p.n"),
    ],
)
def test_a_plugin_that_does_not_load(text: str, why: str) -> None:
    with pytest.raises(PluginError, match=re.escape(why)):
        LuaHost("lua54", text, "p.lua")


@pytest.mark.parametrize("lua", LUAS)
def test_the_sandbox_is_closed(lua: str) -> None:
    names = ["os", "io", "debug", "require", "package", "python", "load", "loadstring", "loadfile", "dofile", "jit"]
    statements = "\n".join(f"open = open or pcall(function() return {name}.x end)" for name in names)
    body = f"local open = false {statements} item:add(b, open or string.dump ~= nil or getmetatable(_G) ~= false)"
    host = LuaHost(lua, plugin(body), "p.lua")
    host.begin()
    added = host.deliver(False, FRAME)
    assert added is not None
    assert added[-1] is False


def test_what_a_plugin_adds_comes_in_order() -> None:
    host = LuaHost("lua54", plugin("item:add(s, 3); item:add(s, 1); item:add(n, 2^32 - 1)"), "p.lua")
    host.begin()
    added = host.deliver(False, FRAME)
    assert added is not None
    named = [(host.fields[number - 1][0], value) for number, value in zip(added[::2], added[1::2], strict=True)]
    assert named == [("p", True), ("p.s", 3), ("p.s", 1), ("p.n", 2**32 - 1)]


def test_init_runs_for_every_capture() -> None:
    host = LuaHost(
        "lua54", plugin("count = count + 1; item:add(n, count)", head="function p.init() count = 0 end"), "p.lua"
    )
    for _ in range(2):
        host.begin()
        assert (host.deliver(False, FRAME) or ())[-1] == 1
