"""A plugin in one Lua at whose fields nobody looks in the first pass over a capture, and everybody in the second."""

import random
from collections.abc import Sequence
from pathlib import Path

from pcapkit.crosscheck.face import Shown
from pcapkit.crosscheck.frames import batches
from pcapkit.crosscheck.lua import delivered
from pcapkit.crosscheck.luahost import LuaHost, Pairs

# Before the plugin: its tree says that something is looked at only where a frame comes again.
UNSEEN = """
local register = register_postdissector
function register_postdissector(protocol)
    local dissect = protocol.dissector
    protocol.dissector = function(tvb, pinfo, tree)
        local asked = pinfo.visited
        local seen = setmetatable({ referenced = function() return asked end }, {
            __index = function(_, name)
                return function(_, ...) return tree[name](tree, ...) end
            end,
        })
        dissect(tvb, pinfo, seen)
    end
    register(protocol)
end
"""


def frames_of(path: Path) -> list[Shown]:
    """All frames of a capture."""
    return [frame for batch in batches(path) for frame in batch]


def at_once(lua: str, plugin: str, frames: Sequence[Shown]) -> list[Pairs | None]:
    """What is added to each frame where everybody looks from the first one on."""
    host = LuaHost(lua, plugin, "plugin.lua")
    host.begin()
    return [host.deliver(False, delivered(frame)) for frame in frames]


class Unseen:
    """A plugin whose frames wait."""

    def __init__(self, lua: str, plugin: str) -> None:
        self._host = LuaHost(lua, UNSEEN + plugin, "plugin.lua")

    def first(self, frames: Sequence[Shown]) -> None:
        """The first pass: nothing is added to any frame."""
        self._host.begin()
        for frame in frames:
            assert self._host.deliver(False, delivered(frame)) is None

    def second(self, frames: Sequence[Shown]) -> list[Pairs | None]:
        """The second pass, in any order: what is added to each frame."""
        order = list(frames)
        random.Random(1).shuffle(order)
        found = {frame.number: self._host.deliver(True, delivered(frame)) for frame in order}
        return [found[frame.number] for frame in frames]
