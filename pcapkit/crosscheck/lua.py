"""The Lua runtimes: the real plugin, over a shim of Wireshark's Lua API, in each Lua that lupa carries."""

import contextlib
import marshal
import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pcapkit.crosscheck.face import Again, Answer, RuntimeFailure, Shown
from pcapkit.crosscheck.luachild import AGAIN, FAILED, LOADING, OPEN, SHOW, serve
from pcapkit.crosscheck.luahost import Pairs, lua_module
from pcapkit.crosscheck.naming import Naming
from pcapkit.dissector import Dissector, Values
from pcapkit.dissector.clock import seconds


class LuaRuntime:
    """One Lua in a process of its own, started with the first capture and kept for the next."""

    def __init__(self, name: str, dissector: Dissector, plugin: str, title: str, timeout: float) -> None:
        """plugin: the Lua text, `title` what to call it in errors; timeout: seconds for some hundred frames."""
        self.name = name
        self._naming = Naming(dissector)
        self._plugin = plugin
        self._title = title
        self._timeout = timeout
        self._child: LuaChild | None = None
        self._version = ""

    def missing(self) -> str | None:
        """Whether lupa was built without this Lua."""
        try:
            lua_module(self.name)
        except ImportError:
            return f"lupa has no {self.name} on this machine"
        return None

    def version(self) -> str:
        """Of the Lua, known once it has run."""
        return self._version

    def begin(self, path: Path) -> "LuaAnswers":
        """Let the plugin forget the capture before; load it first where it is not."""
        if self._child is None:
            self._child = LuaChild(self.name, self._plugin, self._title, self._timeout)
        child = self._child
        try:
            self._version, _ = child.greeting()
            child.ask(OPEN, None)
            child.answer()
        except RuntimeFailure:
            self.close()
            raise
        return LuaAnswers(self, child, self._naming)

    def close(self) -> None:
        """End the process."""
        if self._child is not None:
            self._child.kill()
            self._child = None


class LuaChild:
    """The process: asked, answering, killed when it does not."""

    def __init__(self, name: str, plugin: str, title: str, timeout: float) -> None:
        """Start it; it loads the plugin meanwhile."""
        self._name = name
        self._timeout = timeout
        # A fork, not a new interpreter: seven of them start in milliseconds, with lupa's modules found already.
        context = multiprocessing.get_context("fork")
        self._at = context.RawValue("I", LOADING)
        self._pipe: Connection
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(name, plugin, title, theirs, self._at), name=f"pcapkit-{name}", daemon=True
        )
        self._process.start()
        theirs.close()
        self._greeting: tuple[str, list[tuple[str, str]]] | None = None

    def greeting(self) -> tuple[str, list[tuple[str, str]]]:
        """The version of the Lua, and the plugin's fields with their kinds."""
        if self._greeting is None:
            self._greeting = self.answer()
        return self._greeting

    def ask(self, order: str, payload: Any) -> None:
        """Give an order; its answer is to be fetched before the next."""
        self.ask_bytes(marshal.dumps((order, payload)))

    def ask_bytes(self, order: bytes) -> None:
        """The same for an order that was put into bytes already."""
        try:
            self._pipe.send_bytes(order)
        except OSError as error:
            raise self._gone() from error

    def answer(self) -> Any:
        """What the child answers. Raises RuntimeFailure: a Lua error, a child that died, no answer in time."""
        try:
            if not self._pipe.poll(self._timeout):
                at = self._where()
                self.kill()
                raise RuntimeFailure(f"no answer within {self._timeout:g} s: stopped", at)
            status, content = marshal.loads(self._pipe.recv_bytes())
        except (EOFError, OSError) as error:
            raise self._gone() from error
        if status == FAILED:
            raise RuntimeFailure(f"Lua error: {content}", self._where())
        return content

    def kill(self) -> None:
        """End it, whatever it does."""
        with contextlib.suppress(OSError):
            self._pipe.close()
        self._process.kill()
        self._process.join()

    def _where(self) -> int | None:
        return self._at.value or None

    def _gone(self) -> RuntimeFailure:
        self._process.join(1)
        code = self._process.exitcode
        how = f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        return RuntimeFailure(f"its process ended ({how})", self._where())


class LuaAnswers:
    """One Lua on its way through one capture."""

    def __init__(self, runtime: LuaRuntime, child: LuaChild, naming: Naming) -> None:
        """The plugin has been told that a capture begins."""
        self._runtime = runtime
        self._child = child
        self._naming = naming
        self._names = [name for name, _ in child.greeting()[1]]

    def submit(self, frames: Sequence[Shown]) -> None:
        """Send the frames over."""
        self._child.ask_bytes(_order(frames))

    def collect(self, frames: Sequence[Shown]) -> list[tuple[int, Answer]]:
        """Fetch the answers."""
        try:
            answers = self._child.answer()
        except RuntimeFailure:
            self._runtime.close()
            raise
        return [(frame.number, values) for frame, values in zip(frames, self._batch_values(answers), strict=False)]

    def finish(self, damaged: bool) -> list[Again]:
        """Have a sample of the frames shown again, visited, in random order."""
        try:
            self._child.ask(AGAIN, None)
            changed = self._child.answer()
        except RuntimeFailure as failure:
            self._runtime.close()
            raise RuntimeFailure(f"shown again: {failure.reason}", failure.frame) from failure
        return [Again(number, self._values(first), self._values(second)) for number, first, second in changed]

    def close(self) -> None:
        """The process stays for the next capture."""

    def _batch_values(self, answers: list[Pairs | None]) -> list[Values | None]:
        global _read
        if _read is None or _read[0] != self._names or _read[1] != answers:
            _read = self._names, answers, [self._values(pairs) for pairs in answers]
        return _read[2]

    def _values(self, pairs: Pairs | None) -> Values | None:
        if pairs is None:
            return None
        names = (self._names[number - 1] for number in pairs[::2])
        return self._naming.values(zip(names, pairs[1::2], strict=True))


# Every Lua is sent the same bytes, which are made once: (the batch that they were made of, the bytes).
_latest: tuple[Sequence[Shown], bytes] | None = None
# And most of the time they all answer the same, which is read once: (names of fields, answers, what they mean).
_read: tuple[list[str], list[Pairs | None], list[Values | None]] | None = None


def _order(frames: Sequence[Shown]) -> bytes:
    global _latest
    if _latest is None or _latest[0] is not frames:
        _latest = frames, marshal.dumps((SHOW, [delivered(frame) for frame in frames]))
    return _latest[1]


def delivered(frame: Shown) -> tuple[Any, ...]:
    return (
        frame.number,
        frame.data,
        frame.wire_length,
        seconds(frame.since_first),
        seconds(frame.time or 0),
        seconds(frame.since_previous),
        frame.port_type,
        frame.source_port,
        frame.destination_port,
    )
