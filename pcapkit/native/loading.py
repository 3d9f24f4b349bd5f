"""Finding the compiled form of a dissector, and making sure that it may be run and is of the source that is here."""

import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Protocol

from pcapkit.native.limit import memory_limit
from pcapkit.native.trust import OFF, distrusted, extension_in, is_off

if TYPE_CHECKING:
    from array import array

    from pcapkit.dissector import Dissector, Run, Values

FACE: Final = 4
"""As PCAPKIT_FACE in program.h: what this version of pcapkit expects of a compiled dissector."""

_loaded: dict[str, "ModuleType | str"] = {}


class NativeRun(Protocol):
    """A compiled dissector on its way through one capture."""

    @property
    def handle(self) -> object:
        """The run for other native code: a capsule with a RunHandle (program.h), good as long as this object lives."""

    @property
    def memory(self) -> int:
        """Bytes that all state takes now."""

    @property
    def counts(self) -> dict[str, int]:
        """As pcapkit.dissector.Run has them."""

    @property
    def lost(self) -> int:
        """Frames of which something could not be kept within the limit.

        Later frames of the same connection are told as if these had not been captured; all that was known before
        stays known.
        """

    @property
    def packet(self) -> Any:
        """What the layers made of the latest frame, as pcapkit.dissector.Run has it."""

    def feed(self, number: int, time: int | None, data: bytes, wire_length: int, link_type: int) -> "Values | None":
        """As pcapkit.dissector.Run.feed; where memory runs out, the run goes on: see `lost`."""

    def columns(self, rows: int) -> "Mapping[str, array[int]]":
        """Arrays of type q for `label`: the frames' numbers, and each field, by name."""

    def label(
        self, data: bytes, frames: "Sequence[array[int]]", first: int, columns: "Mapping[str, array[int]]"
    ) -> int:
        """Label a block of frames at once, other threads running meanwhile; returns how many rows were filled in.

        data: bytes that hold the frames. frames: arrays of type q, with a number for each frame: offset, length,
        length on the wire, LINKTYPE_*, time (ns since 1970). first: the number of the first frame.
        columns: as from `columns`, a row for each frame. A set is its bits; an absent field is 0.
        Raises IndexError where a frame is not within `data`.
        """


def available(dissector: "Dissector") -> str | None:
    """Why a dissector runs in Python, in one clause; None where it runs as native code."""
    found = load(dissector)
    return found if isinstance(found, str) else None


def begin(dissector: "Dissector", limit: int | None = None) -> "Run | NativeRun":
    """Start on a capture: natively where the dissector is compiled, else in Python.

    limit: bytes that the native run may take for its state, 0 for any number, None for `memory_limit()`.
    """
    found = load(dissector)
    if isinstance(found, str):
        return dissector.begin()
    run: NativeRun = found.NativeRun(memory_limit() if limit is None else limit)
    return run


def describe(dissectors: "Sequence[Dissector]") -> str:
    """Which of these run as native code, for people."""
    reasons = [available(dissector) for dissector in dissectors]
    if not any(reasons):
        return "native code"
    if len(set(reasons)) == 1:
        return f"Python: {reasons[0]}"
    pairs = zip(dissectors, reasons, strict=True)
    return "; ".join(f"{dissector.name}: {reason or 'native code'}" for dissector, reason in pairs)


def state() -> str:
    """What `describe` says of all installed dissectors, by what lies beside them: quick, since none of them is run.

    And whether the engine runs them; without it, frames are handed to them one by one.
    """
    from pcapkit import fast
    from pcapkit.entry_points import entry_points

    if is_off():
        return f"Python: {OFF} is set"
    lacking = []
    refused = []
    for point in entry_points("pcapkit.dissectors"):
        spec = importlib.util.find_spec(point.module)
        path = _beside(spec.origin) if spec is not None and spec.origin is not None else None
        if path is None:
            lacking.append(point.name)
        elif (reason := distrusted(path)) is not None:
            refused.append(reason)
    if refused:
        return f"Python: {'; '.join(refused)}"
    if lacking:
        return f"Python: {', '.join(lacking)} not compiled"
    without = fast.available()
    return "native code" if without is None else f"native dissectors, fed from Python: {without}"


def load(dissector: "Dissector") -> "ModuleType | str":
    """The compiled form of a dissector, or why there is none."""
    if is_off():
        return f"{OFF} is set"
    if dissector.file not in _loaded:
        _loaded[dissector.file] = _load(dissector)
    return _loaded[dissector.file]


def _load(dissector: "Dissector") -> "ModuleType | str":
    path = _beside(dissector.file)
    if path is None:
        return f"no compiled form of {os.path.basename(dissector.file)} is beside it"
    name = os.path.basename(path)
    spec = importlib.util.spec_from_file_location(_native_name(dissector.file), path)
    if spec is None or spec.loader is None:
        return f"{name} is no module"
    # Before it is loaded: loading runs it.
    reason = distrusted(path)
    if reason is not None:
        return reason
    try:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        changed = _changed(dissector, module)
    except (ImportError, OSError) as error:
        return f"{name} cannot be loaded: {error}"
    except Exception as error:
        # It is anybody's code: whatever it raises, there is still Python.
        return f"{name} cannot be loaded: {type(error).__name__}: {error}"
    if changed is not None:
        return f"{name} was compiled from another version of {changed}: compile it again"
    return module


def _beside(source: str) -> str | None:
    """The extension's file, for this version of Python, in the source's folder."""
    return extension_in(os.path.dirname(source), _native_name(source))


def _native_name(source: str) -> str:
    return f"{os.path.splitext(os.path.basename(source))[0]}_native"


def _changed(dissector: "Dissector", module: ModuleType) -> str | None:
    """What has changed since the dissector was compiled: pcapkit, or a source."""
    if getattr(module, "FACE", None) != FACE or getattr(module, "NAME", None) != dissector.name:
        return "pcapkit"
    for name, digest in module.SOURCES.items():
        source = dissector.file if name == "" else _source_of(name)
        try:
            if source is None or _hash(source) != digest:
                return name or os.path.basename(dissector.file)
        except OSError:
            return name or os.path.basename(dissector.file)
    return None


def _hash(source: str) -> str:
    with open(source, "rb") as file:
        return importlib.util.source_hash(file.read()).hex()


def _source_of(name: str) -> str | None:
    """The file of a module that the dissector has imported already."""
    return getattr(sys.modules.get(name), "__file__", None)
