"""The Lua runtimes: an error planted in a plugin shows, by the runtime's name and the frame."""

import time
from pathlib import Path

import pytest

from pcapkit.crosscheck import luachild, luahost
from pcapkit.crosscheck.compare import Comparison, Outcome, compare
from pcapkit.crosscheck.face import Runtime
from pcapkit.crosscheck.lua import LuaRuntime
from pcapkit.crosscheck.luahost import LUAS
from pcapkit.crosscheck.python import PythonRuntime
from tests.crosscheck.captures import FRAMES, conversation, pcap, segment, toy, toy_plugin, translated

TIMEOUT = 30.0


def checked(folder: Path, plugin: str, lua: str = "lua54", timeout: float = TIMEOUT) -> Outcome:
    """What became of a Lua with this plugin."""
    return against_reference(conversation(folder), plugin, lua, timeout).outcomes[1]


def against_reference(path: Path, plugin: str, lua: str = "lua54", timeout: float = TIMEOUT) -> Comparison:
    """Compare one Lua with the reference."""
    dissector = toy()
    runtime = LuaRuntime(lua, dissector, plugin, "toy.lua", timeout)
    try:
        return compare(path, [PythonRuntime(dissector), runtime], 100)
    finally:
        runtime.close()


def mutated(old: str, new: str) -> str:
    """The toy's plugin with one thing changed; the thing has to be there."""
    plugin = toy_plugin()
    assert plugin.count(old) == 1, old
    return plugin.replace(old, new)


@pytest.mark.parametrize("lua", LUAS)
def test_the_plugin_agrees(lua: str, tmp_path: Path) -> None:
    for plugin in (translated(), toy_plugin()):
        outcome = checked(tmp_path, plugin, lua)
        assert outcome.error is None
        assert (outcome.frames, outcome.labelled, outcome.differing) == (FRAMES, FRAMES, 0)
        assert outcome.version


@pytest.mark.parametrize("lua", LUAS)
def test_a_swapped_constant_shows(lua: str, tmp_path: Path) -> None:
    outcome = checked(tmp_path, mutated("LARGE = 60", "LARGE = 50"), lua)
    assert outcome.differing == FRAMES - 1  # frame 4 is larger than both
    assert {one.field for one in outcome.differences} == {"size"}
    first = outcome.differences[0]
    assert (first.frame, first.reference, first.other) == (1, 0, 1)


@pytest.mark.parametrize("lua", LUAS)
def test_an_error_on_frame_5_shows(lua: str, tmp_path: Path) -> None:
    plugin = mutated("local found = ", "if number == 5 then local nothing = nil; nothing.x = 1 end\n    local found = ")
    outcome = checked(tmp_path, plugin, lua)
    assert outcome.error is not None
    assert "toy.lua:" in outcome.error
    assert outcome.error_frame == 5


@pytest.mark.parametrize("lua", ["lua51", "lua54", "luajit20", "luajit21"])
def test_an_endless_loop_is_stopped(lua: str, tmp_path: Path) -> None:
    plugin = mutated("local found = ", "while number == 5 do end\n    local found = ")
    before = time.monotonic()
    outcome = checked(tmp_path, plugin, lua, timeout=0.5)
    assert time.monotonic() - before < 15
    assert outcome.error == "no answer within 0.5 s: stopped"
    assert outcome.error_frame == 5


def test_an_endless_search_is_stopped(tmp_path: Path) -> None:
    search = 'string.find(string.rep("a", 200), string.rep("a*", 40) .. "b")'
    plugin = mutated("local found = ", f"if number == 3 then {search} end\n    local found = ")
    outcome = checked(tmp_path, plugin, timeout=0.5)
    assert outcome.error == "no answer within 0.5 s: stopped"
    assert outcome.error_frame == 3


@pytest.mark.parametrize("lua", ["lua54", "luajit21"])
def test_a_plugin_that_takes_all_memory_is_stopped(tmp_path: Path, lua: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(luahost, "MAX_MEMORY", 64 << 20)
    monkeypatch.setattr(luachild, "ADDRESS_SPACE", 1 << 30)
    greedy = "if number == 2 then local t = {} for i = 1, 1e9 do t[i] = string.rep('x', 1e7) .. i end end"
    outcome = checked(tmp_path, mutated("local found = ", f"{greedy}\n    local found = "), lua)
    assert outcome.error is not None
    assert "memory" in outcome.error
    assert outcome.error_frame == 2


def test_a_lost_field_shows(tmp_path: Path) -> None:
    outcome = checked(tmp_path, mutated("item:add(fields.count, told.count)", ""))
    assert [(one.frame, one.field, one.other) for one in outcome.differences] == [
        (number, "count", None) for number in range(1, FRAMES + 1)
    ]


def test_a_field_of_its_own_shows(tmp_path: Path) -> None:
    plugin = mutated("local fields = {", 'local fields = { own = ProtoField.uint8("toy.own", "Own"),')
    plugin = plugin.replace("item:add(fields.count, ", "item:add(fields.own, 3) item:add(fields.count, ")
    outcome = checked(tmp_path, plugin)
    assert {(one.field, one.reference, one.other) for one in outcome.differences} == {("toy.own", None, (3,))}


def test_a_field_added_twice_shows(tmp_path: Path) -> None:
    line = "item:add(fields.count, told.count)"
    outcome = checked(tmp_path, mutated(line, f"{line} {line}"))
    assert (outcome.differences[2].reference, outcome.differences[2].other) == (3, (3, 3))


def test_a_set_in_another_order_shows(tmp_path: Path) -> None:
    outcome = checked(tmp_path, mutated("table.insert(told.sign, 1)", "table.insert(told.sign, 1, 1)"))
    assert [(one.frame, one.field, one.reference, one.other) for one in outcome.differences] == [
        (2, "sign", (0, 1), (1, 0))
    ]


def test_labels_on_a_frame_that_has_none_show(tmp_path: Path) -> None:
    plugin = mutated("if not told then return end", "if not told then tree:add(proto) return end")
    path = tmp_path / "other.pcap"
    path.write_bytes(pcap([segment(16), bytes(12) + b"\x88\xcc" + bytes(46)]))
    outcome = against_reference(path, plugin).outcomes[1]
    assert [(one.frame, one.reference) for one in outcome.differences] == [(2, None)]


def test_a_problem_without_its_expert_info_shows(tmp_path: Path) -> None:
    outcome = checked(tmp_path, mutated("item:add_proto_expert_info(troubles[member])", ""))
    assert [(one.frame, one.field, one.other) for one in outcome.differences] == [
        (10, "trouble (expert info)", ()),
        (11, "trouble (expert info)", ()),
    ]


def test_labels_that_change_when_seen_again_show(tmp_path: Path) -> None:
    plugin = mutated("(fields.count, told.count)", "(fields.count, told.count + (pinfo.visited and 1 or 0))")
    outcome = checked(tmp_path, plugin)
    assert outcome.error is None
    found = {(one.frame, one.field, one.reference, one.other) for one in outcome.differences}
    assert found == {(number, "count (shown again)", number, number + 1) for number in range(1, FRAMES + 1)}


def test_an_error_when_seen_again_shows(tmp_path: Path) -> None:
    outcome = checked(
        tmp_path,
        mutated("local told = kept[number]", "local told = kept[number] told.late = not pinfo.visited or told[nil].x"),
    )
    assert outcome.error is not None
    assert outcome.error.startswith("shown again: Lua error")


def test_state_left_from_the_capture_before_shows(tmp_path: Path) -> None:
    forgetful = mutated("proto.init = begin", "")
    dissector = toy()
    path = conversation(tmp_path)
    for plugin, differing in ((toy_plugin(), 0), (forgetful, FRAMES)):
        runtime = LuaRuntime("lua54", dissector, plugin, "toy.lua", TIMEOUT)
        runtimes: list[Runtime] = [PythonRuntime(dissector), runtime]
        try:
            assert compare(path, runtimes, 9).outcomes[1].differing == 0
            assert compare(path, runtimes, 9).outcomes[1].differing == differing
        finally:
            runtime.close()


def test_a_runtime_that_failed_is_started_afresh_for_the_next_capture(tmp_path: Path) -> None:
    plugin = mutated("local found = ", "while number == 12 do end\n    local found = ")
    long = tmp_path / "long.pcap"
    long.write_bytes(pcap([segment(16)] * 20))
    short = conversation(tmp_path)
    dissector = toy()
    runtime = LuaRuntime("lua54", dissector, plugin, "toy.lua", 0.5)
    runtimes: list[Runtime] = [PythonRuntime(dissector), runtime]
    try:
        errors = [compare(path, runtimes, 9).outcomes[1].error for path in (short, long, short)]
    finally:
        runtime.close()
    assert errors == [None, "no answer within 0.5 s: stopped", None]


def test_a_plugin_that_does_not_load_shows(tmp_path: Path) -> None:
    outcome = checked(tmp_path, "x = = 1")
    assert outcome.error is not None
    assert "toy.lua:1:" in outcome.error
    assert outcome.frames == 0


def test_many_batches(tmp_path: Path) -> None:
    path = tmp_path / "many.pcap"
    path.write_bytes(pcap([segment(16, to_server=number % 3 == 0) for number in range(3000)]))
    comparison = against_reference(path, toy_plugin())
    assert comparison.agrees
    assert [outcome.frames for outcome in comparison.outcomes] == [3000, 3000]
    late = mutated("told.again =", "if number == 2999 then told.size = 1 end told.again =")
    outcome = against_reference(path, late).outcomes[1]
    assert [(one.frame, one.field, one.reference, one.other) for one in outcome.differences] == [(2999, "size", 0, 1)]
