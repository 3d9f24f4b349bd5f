"""A tracepoint of the kernel, through a process that holds a trace instance (see tracechild), and what it tells.

The pages of a trace buffer: a time stamp, how much of the page is written, then entries, each with a word of header:
five bits of kind or length, 27 bits of time since the entry before (include/linux/ring_buffer.h).
"""

import json
import re
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

_PATIENCE: Final = 10.0  # seconds
_HEAD: Final = struct.Struct("=QQ")
_WORD: Final = struct.Struct("=I")
_WRITTEN: Final = (1 << 28) - 1  # of the second word of a page; above it are flags
_MISSED: Final = 1 << 31  # events before this page were overwritten
_PADDING: Final = 29
_TIME_EXTEND: Final = 30
_TIME_STAMP: Final = 31
_DELTA_BITS: Final = 27
_FIELD: Final = re.compile(r"\sfield:.+?(?P<name>\w+)(?:\[\d+\])?;\s+offset:(?P<at>\d+);\s+size:(?P<size>\d+);")


class Unavailable(Exception):
    """The tracepoint cannot be listened to here; the text says why."""


@dataclass(frozen=True)
class Sample:
    """One event. time: ns since 1970. fields: where each stands in `raw`, offset and size in bytes."""

    time: int
    raw: bytes
    fields: dict[str, tuple[int, int]]

    def integer(self, name: str) -> int:
        """A field as an unsigned integer in the machine's byte order."""
        return int.from_bytes(self.data(name), sys.byteorder)

    def data(self, name: str) -> bytes:
        """A field as bytes."""
        at, size = self.fields[name]
        return self.raw[at : at + size]


class Tracepoint:
    """From its making on the kernel writes events down, until `stop`; `samples` then are all there are."""

    def __init__(self, system: str, name: str, condition: str) -> None:
        """condition: in the language of tracefs filters, over the tracepoint's fields. Raises Unavailable."""
        self.samples: list[Sample] = []
        self.complete = True
        self._child = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("tracechild.py")), system, name, condition],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._child.stdout is not None
        first = self._child.stdout.readline()
        if first.strip() != b"ready":
            self._child.communicate()
            raise Unavailable(_reason(first))

    def stop(self) -> None:
        """End it. Raises Unavailable if nothing came of it."""
        said = self._end()
        try:
            told: dict[str, Any] = json.loads(said)
        except ValueError:
            raise Unavailable("the tracing process said nothing") from None
        if "pages" not in told:
            raise Unavailable(_reason(said))
        fields = {match["name"]: (int(match["at"]), int(match["size"])) for match in _FIELD.finditer(told["format"])}
        ahead = time.time_ns() - time.monotonic_ns()
        for text in told["pages"]:
            page = bytes.fromhex(text)
            self.complete = self.complete and not _HEAD.unpack_from(page)[1] & _MISSED
            for moment, raw in entries(page):
                if int.from_bytes(raw[:2], sys.byteorder) == told["id"]:
                    self.samples.append(Sample(moment + ahead, raw, fields))
        self.samples.sort(key=lambda sample: sample.time)

    def _end(self) -> bytes:
        try:
            return self._child.communicate(timeout=_PATIENCE)[0]
        except BaseException:
            assert self._child.stdin is not None
            self._child.stdin.close()  # which ends it in order; killing it would leave its instance behind
            raise

    def __enter__(self) -> "Tracepoint":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child.poll() is None:
            self.stop()


def entries(page: bytes) -> Iterator[tuple[int, bytes]]:
    """The events of a page: time by the trace's clock in ns, and the raw event."""
    moment, written = _HEAD.unpack_from(page)
    at, end = _HEAD.size, min(len(page), _HEAD.size + (written & _WRITTEN))
    while at + 4 <= end:
        word = _WORD.unpack_from(page, at)[0]
        # struct ring_buffer_event: a bit field, which begins at the other end on a big-endian machine.
        kind, delta = (word & 31, word >> 5) if sys.byteorder == "little" else (word >> _DELTA_BITS, word & 0x7FFFFFF)
        at += 4
        if kind == _PADDING and delta == 0:
            return
        if kind in (0, _PADDING, _TIME_EXTEND, _TIME_STAMP):
            if at + 4 > end:
                return
            more = _WORD.unpack_from(page, at)[0]
        if kind == _TIME_EXTEND:
            moment += (more << _DELTA_BITS) + delta
            at += 4
        elif kind == _TIME_STAMP:
            moment = (moment & ~((1 << 59) - 1)) | ((more << _DELTA_BITS) + delta)
            at += 4
        elif kind == _PADDING:
            moment += delta
            at += more
        elif kind == 0:
            moment += delta
            yield moment, page[at + 4 : at + more]
            at += more
        else:
            moment += delta
            yield moment, page[at : at + 4 * kind]
            at += 4 * kind


def _reason(said: bytes) -> str:
    try:
        return str(json.loads(said)["reason"])
    except (ValueError, KeyError, TypeError):
        return "the tracing process did not start"
