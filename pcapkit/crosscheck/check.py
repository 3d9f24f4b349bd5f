"""A whole cross-check: which runtimes, over which captures, several at a time."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Final

from pcapkit.crosscheck.compare import Comparison, compare
from pcapkit.crosscheck.face import Runtime
from pcapkit.crosscheck.lua import LuaRuntime
from pcapkit.crosscheck.luahost import LUAS
from pcapkit.crosscheck.native import NativeRuntime
from pcapkit.crosscheck.python import PythonRuntime
from pcapkit.crosscheck.recorded import RecordedRuntime
from pcapkit.crosscheck.sharkd import SharkdRuntime, find_sharkd
from pcapkit.crosscheck.tshark import TsharkRuntime, find_tshark
from pcapkit.dissector import Dissector, find_one
from pcapkit.errors import OptionError

NAMES: Final = ("python", "native", *LUAS, "tshark", "tshark -2", "sharkd", "recorded")
GROUPS: Final = {"lua": LUAS, "tshark2": ("tshark -2",), "tshark-2": ("tshark -2",)}
WORDS: Final = ("lua", *(name.replace(" ", "") for name in NAMES))
"""What one types for them, without blanks."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. dissector: name or path; title: what to call the plugin; names: of the runtimes, in order."""

    dissector: str
    plugin: str
    title: str
    names: tuple[str, ...]
    tshark: str | None
    timeout: float
    keep: int


def chosen(text: str | None, *, sharkd: bool) -> tuple[str, ...]:
    """The runtimes that `--runtimes` names, the reference always among them. Raises OptionError."""
    if text is None:
        return tuple(name for name in NAMES if name != "sharkd" or sharkd)
    wanted = {"python"} | ({"sharkd"} if sharkd else set())
    for word in filter(None, (word.strip() for word in text.split(","))):
        if word not in NAMES and word not in GROUPS:
            raise OptionError(f"no runtime {word!r}: there are {', '.join(NAMES)}, and lua for all of the Luas")
        wanted.update(GROUPS.get(word, (word,)))
    return tuple(name for name in NAMES if name in wanted)


def runtimes(plan: Plan, dissector: Dissector) -> list[Runtime]:
    """The runtimes of a plan, none of them started."""
    program = find_tshark(plan.tshark)
    made: list[Runtime] = []
    for name in plan.names:
        if name == "python":
            made.append(PythonRuntime(dissector))
        elif name == "native":
            made.append(NativeRuntime(dissector))
        elif name in LUAS:
            made.append(LuaRuntime(name, dissector, plan.plugin, plan.title, plan.timeout))
        elif name == "recorded":
            made.append(RecordedRuntime(dissector))
        elif name == "sharkd":
            sharkd = find_sharkd(program)
            made.append(SharkdRuntime(dissector, plan.plugin, plan.title, program=sharkd, timeout=plan.timeout))
        else:
            two = name == "tshark -2"
            made.append(
                TsharkRuntime(dissector, plan.plugin, plan.title, program=program, two_passes=two, timeout=plan.timeout)
            )
    return made


def absent(plan: Plan, required: Sequence[str]) -> dict[str, str]:
    """Which of the required runtimes will not run, and why."""
    reasons = {runtime.name: runtime.missing() for runtime in runtimes(plan, find_one(plan.dissector))}
    found = {name: reasons.get(name, "--runtimes leaves it out") for name in required}
    return {name: reason for name, reason in found.items() if reason is not None}


def check(plan: Plan, paths: Sequence[Path], jobs: int) -> Iterator[Comparison]:
    """Compare over every capture, in order, up to `jobs` of them at a time."""
    if jobs <= 1 or len(paths) <= 1:
        worker = _Worker(plan)
        try:
            for path in paths:
                yield worker.compare(path)
        finally:
            worker.close()
        return
    # A fork: the workers keep their Luas from file to file, and end with the pipe to us.
    with ProcessPoolExecutor(
        min(jobs, len(paths)), mp_context=get_context("fork"), initializer=_begin_worker, initargs=(plan,)
    ) as pool:
        yield from pool.map(_compare, paths)


class _Worker:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._runtimes = runtimes(plan, find_one(plan.dissector))

    def compare(self, path: Path) -> Comparison:
        return compare(path, self._runtimes, self._plan.keep)

    def close(self) -> None:
        for runtime in self._runtimes:
            runtime.close()


_worker: _Worker | None = None


def _begin_worker(plan: Plan) -> None:
    global _worker
    _worker = _Worker(plan)
    Finalize(None, _worker.close, exitpriority=10)  # atexit is not heeded in such a process


def _compare(path: Path) -> Comparison:
    assert _worker is not None
    return _worker.compare(path)
