"""The process that a Lua runs in, apart from ours: a plugin may loop for ever, or take all memory, and LuaJIT heeds
no debug hook in its compiled loops; a process of its own can always be killed.
"""

import contextlib
import ctypes
import marshal
import os
import random
import resource
import signal
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any, Final

from pcapkit.crosscheck.luahost import LuaHost, Pairs, PluginError, lua_module, shim_texts

NOBODY: Final = 65534
ADDRESS_SPACE: Final = 4 << 30  # bytes beyond what our parent had; LuaJIT takes no limit of lupa's
PR_SET_PDEATHSIG: Final = 1
SAMPLE_FRAMES: Final = 1000
SAMPLE_BYTES: Final = 16 << 20
LOADING: Final = 0  # where `at` points when no frame is being shown

OPEN, SHOW, AGAIN = "open", "show", "again"  # what is asked of the child
DONE, FAILED = "done", "failed"  # what it answers


def serve(name: str, plugin: str, title: str, asked: Connection, at: Any) -> None:
    """Load the plugin, then answer until the other end is closed.

    at: a shared c_uint32 that always holds the number of the frame that is being shown.
    """
    os.environ.clear()
    with contextlib.suppress(ImportError):
        lua_module(name)  # this and the shim may lie where only we can read them
    shim_texts()
    _give_up_rights()
    _die_with_parent()
    try:
        try:
            host = LuaHost(name, plugin, title)
        except PluginError as error:
            _send(asked, (FAILED, str(error)))
            return
        _send(asked, (DONE, (host.version, host.fields)))
        session = Session(host, at)
        while True:
            order, payload = marshal.loads(asked.recv_bytes())
            at.value = LOADING
            try:
                _send(asked, (DONE, session.answer(order, payload)))
            except PluginError as error:
                _send(asked, (FAILED, str(error)))
    except (EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        return


class Session:
    """The plugin going through captures, and a sample of the frames to show it again."""

    def __init__(self, host: LuaHost, at: ctypes.c_uint32) -> None:
        """Begin without a capture."""
        self._host = host
        self._at = at
        self._random = random.Random(0)
        self._sample: list[tuple[tuple[Any, ...], Pairs | None]] = []
        self._seen = 0

    def answer(self, order: str, payload: Any) -> Any:
        """Carry out one order. Raises PluginError."""
        if order == OPEN:
            self._sample, self._seen = [], 0
            self._host.begin()
            return None
        if order == SHOW:
            return self._show(payload)
        return self._again()

    def _show(self, frames: Sequence[tuple[Any, ...]]) -> list[Pairs | None]:
        answers: list[Pairs | None] = []
        for frame in frames:
            self._at.value = frame[0]
            added = self._host.deliver(False, frame)
            answers.append(added)
            self._keep(frame, added)
        return answers

    def _keep(self, frame: tuple[Any, ...], added: Pairs | None) -> None:
        """Keep a fair sample of all frames so far (reservoir sampling)."""
        self._seen += 1
        if len(self._sample) < SAMPLE_FRAMES:
            self._sample.append((frame, added))
            return
        place = self._random.randrange(self._seen)
        if place < SAMPLE_FRAMES:
            self._sample[place] = (frame, added)

    def _again(self) -> list[tuple[int, Pairs | None, Pairs | None]]:
        """Show the sample once more, as a visited frame and in another order, as a person who clicks about does.

        Returns (frame, first answer, second answer) where the two differ.
        """
        order = list(self._sample)
        self._random.shuffle(order)
        changed = []
        size = 0
        for frame, first in order:
            size += len(frame[1])
            if size > SAMPLE_BYTES:
                break
            self._at.value = frame[0]
            second = self._host.deliver(True, frame)
            if second != first:
                changed.append((frame[0], first, second))
        self._sample = []
        return changed


def _send(to: Connection, answer: tuple[str, Any]) -> None:
    to.send_bytes(marshal.dumps(answer))


def _give_up_rights() -> None:
    """The plugin needs no right at all, so root becomes nobody; and it gets so much memory, no more."""
    most = _address_space() + ADDRESS_SPACE
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)


def _address_space() -> int:
    """Bytes that this process has mapped, 0 where the system does not tell (proc(5): statm)."""
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:
            return int(stream.read().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0


def _die_with_parent() -> None:
    """A plugin in an endless loop must not outlive a parent that was killed before it could stop us."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
