"""The plugin inside sharkd: frames asked for in random order, as the GUI does when a person clicks about."""

import json
import os
import random
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pcapkit.crosscheck.face import Again, Answer, NotReached, RuntimeFailure, Shown
from pcapkit.crosscheck.lines import Lines
from pcapkit.crosscheck.naming import Naming, Raw
from pcapkit.crosscheck.tshark import LUA_ERROR, printed
from pcapkit.crosscheck.wiresharkhome import WiresharkHome, stop
from pcapkit.dissector import Dissector, Values

SAMPLE: Final = 200
NOT_ASKED: Final = NotReached("not in the sample that sharkd is asked for")
FILTER: Final = re.compile(r"([\w.-]+)(?: == (.*))?", re.DOTALL)
LUA_TEXT: Final = re.compile(r"Lua Error: (.*)", re.DOTALL)


def find_sharkd(tshark: str | None) -> str | None:
    """The program: as PCAPKIT_SHARKD says, or beside tshark, or on the path."""
    beside = str(Path(tshark).with_name("sharkd")) if tshark is not None else "sharkd"
    return shutil.which(os.environ.get("PCAPKIT_SHARKD") or beside) or shutil.which("sharkd")


class SharkdRuntime:
    """sharkd with the plugin."""

    name = "sharkd"

    def __init__(self, dissector: Dissector, plugin: str, title: str, *, program: str | None, timeout: float) -> None:
        """program: where sharkd is, None if it is nowhere; timeout: seconds that it may say nothing."""
        self._naming = Naming(dissector)
        self._plugin = plugin
        self._title = title
        self._program = program
        self._timeout = timeout
        self._home: WiresharkHome | None = None

    def missing(self) -> str | None:
        """Whether there is no sharkd."""
        return None if self._program is not None else "no sharkd: it comes with tshark; or set PCAPKIT_SHARKD"

    def version(self) -> str:
        """That of the tshark beside it; it does not tell."""
        return ""

    def begin(self, path: Path) -> "SharkdAnswers":
        """Start sharkd, load a capture, ask for a sample of its frames."""
        assert self._program is not None
        if self._home is None:
            self._home = WiresharkHome(self._plugin, self._title)
        try:
            return SharkdAnswers(self._program, self._home, self._naming, path, self._timeout)
        except OSError as error:
            raise RuntimeFailure(f"cannot be run: {error}") from error

    def close(self) -> None:
        """Remove its home."""
        if self._home is not None:
            self._home.close()
            self._home = None


class SharkdAnswers:
    """What sharkd says of a sample of one capture's frames."""

    def __init__(self, program: str, home: WiresharkHome, naming: Naming, path: Path, timeout: float) -> None:
        """Ask everything at once. Raises OSError, RuntimeFailure."""
        import tempfile

        self._naming = naming
        self._home = home
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._process = home.start([program, "-"], self._errors, personal_plugin=True)
        self._lines = Lines(self._process, timeout)
        self._number = 0
        self._refusal: NotReached | None = None
        self._answers: dict[int, Values | None] = {}
        self._frames = 0
        try:
            loaded = self._ask("load", {"file": str(home.readable(path))})
            if "error" in loaded:
                self._refusal = NotReached("sharkd refuses the file")
            else:
                self._frames = int(self._ask("status", {})["result"].get("frames", 0))
                self._take_sample()
        except (RuntimeFailure, KeyError, TypeError, ValueError) as error:
            self.close()
            if isinstance(error, RuntimeFailure):
                raise
            raise RuntimeFailure(f"an answer that cannot be read: {error!r}") from error

    def submit(self, frames: Sequence[Shown]) -> None:
        """Everything was asked at the beginning."""

    def collect(self, frames: Sequence[Shown]) -> list[tuple[int, Answer]]:
        """The answers for those of the frames that are in the sample."""
        if self._refusal is not None:
            return [(frame.number, self._refusal) for frame in frames]
        beyond = next((frame.number for frame in frames if frame.number > self._frames), None)
        if beyond is not None:
            raise RuntimeFailure(f"knows {self._frames} frames only", beyond)
        return [(frame.number, self._answers.get(frame.number, NOT_ASKED)) for frame in frames]

    def finish(self, damaged: bool) -> list[Again]:
        """It was asked everything at the beginning."""
        return []

    def close(self) -> None:
        """End it."""
        stop(self._process)
        self._errors.close()
        self._home.forget_capture()

    def _take_sample(self) -> None:
        chance = random.Random(self._frames)
        numbers = list(range(1, self._frames + 1))
        for number in chance.sample(numbers, min(SAMPLE, self._frames)):
            tree = self._ask("frame", {"frame": number, "proto": True})["result"].get("tree", [])
            self._answers[number] = self._values(tree, number)

    def _ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        request = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise RuntimeFailure(f"ended: {self._said()}") from error
        while True:
            line = self._lines.next()
            if line is None:
                raise RuntimeFailure(f"ended: {self._said()}")
            if line.strip():
                answer: dict[str, Any] = json.loads(line)
                return answer

    def _said(self) -> str:
        self._errors.seek(0)
        return " ".join(self._errors.read(2000).decode("utf-8", "replace").split())

    def _values(self, tree: list[dict[str, Any]], number: int) -> Values | None:
        pairs: list[tuple[str, Raw]] = []
        pending = list(reversed(tree))
        while pending:
            node = pending.pop()
            pending += reversed(node.get("n", []))
            matched = FILTER.fullmatch(node.get("f", ""))
            if matched is None:
                continue
            name, text = matched[1], matched[2]
            if name == LUA_ERROR:
                told = LUA_TEXT.search(node.get("l", ""))
                raise RuntimeFailure(f"Lua error: {told[1] if told else node.get('l')}", number)
            if name == self._naming.protocol:
                pairs.append((name, True))
            elif name in self._naming.targets:
                kind = self._naming.targets[name].field.kind
                pairs.append((name, printed(text, kind) if text is not None else True))
        return self._naming.values(pairs)
