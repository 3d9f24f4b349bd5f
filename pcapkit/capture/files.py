"""The files of a recording, one after the other, and what each of them may hold.

Whether a frame still has room is decided before it is written: no file is larger than asked for, the statistics at its
end included. The one exception is a frame that alone is larger; it gets a file of its own.
"""

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from math import inf
from typing import Final, Protocol

from pcapkit.capfile.writer import PcapngWriter
from pcapkit.capture.keeper import FileMaker
from pcapkit.capture.output import Output
from pcapkit.capture.rotation import Rotation
from pcapkit.capture.stops import Stops
from pcapkit.errors import FileError, WriteError

UNBOUNDED: Final = 1 << 62


class Opened(Protocol):
    """Where the bytes of one file go, and how it ends."""

    output: Output

    def finish(self) -> str | None:
        """The file is closed: give it its name, and return that. Raises WriteError."""


class Opener(Protocol):
    """What makes the files."""

    rotating: bool

    def open(self, number: int) -> Opened:
        """Make the file with that number. Raises WriteError."""

    def remove(self, number: int) -> str | None:
        """Remove a file that is finished; returns why it is still there, if it is."""


class Files:
    """One file is open at any time between `begin` and `end`: `writer` writes it."""

    writer: PcapngWriter

    def __init__(
        self,
        opener: Opener,
        begin: Callable[[Output, int], PcapngWriter],
        stops: Stops,
        rotation: Rotation | None,
        reserve: int,
        notice: Callable[[str], None],
    ) -> None:
        """begin: writes the header of the file with that number, and the interfaces. reserve: bytes for what `end`
        will add to a file. notice gets what a person should know.
        """
        bounds = rotation or Rotation()
        sizes = [size for size in (stops.size, bounds.size) if size is not None]
        self.number = 0
        self.due = inf
        """When, on the monotonic clock, the next file begins, whatever happens."""
        self.written = 0
        """How many files are finished, removed ones among them."""
        self.removed = 0
        self._opener = opener
        self._begin = begin
        self._bounds = bounds
        self._most_files = stops.files
        self._size = min(sizes) - reserve if sizes else UNBOUNDED
        self._most_frames = bounds.frames if bounds.frames is not None else UNBOUNDED
        self._notice = notice
        self._frames = 0
        self._opened: Opened | None = None
        self._numbers: deque[int] = deque()  # of the files that are there

    @property
    def rotating(self) -> bool:
        """Whether there can be a next file (-b)."""
        return self._opener.rotating

    def room(self) -> tuple[int, int]:
        """How many frames, and bytes of their blocks, this file still takes. (0, 0): no frame at all."""
        if self._frames == 0:
            return (1, UNBOUNDED) if self._size < UNBOUNDED else (self._most_frames, UNBOUNDED)
        frames = self._most_frames - self._frames
        room = self._size - self.writer.size if self._size < UNBOUNDED else UNBOUNDED
        return (frames, room) if frames > 0 and room > 0 else (0, 0)

    def has_room(self, size: int) -> bool:
        """Whether one more frame, of that many bytes as a block, fits."""
        frames, room = self.room()
        return frames > 0 and size <= room

    def took(self, frames: int) -> None:
        """So many frames were given to the writer."""
        self._frames += frames

    @property
    def missing(self) -> int:
        """Frames that were given to the writer of this file and that the system has not taken."""
        return max(0, self._frames - self.writer.frames)  # none where a file could not be begun

    def may_turn(self) -> bool:
        """Whether there may be a next file: with -b, until -a files are written."""
        return self.rotating and (self._most_files is None or self.number < self._most_files)

    def open_next(self) -> None:
        """Begin the next file, the one before being closed; with -b files the oldest makes place. Raises WriteError."""
        while self._bounds.files is not None and len(self._numbers) >= self._bounds.files:
            trouble = self._opener.remove(self._numbers.popleft())
            if trouble is not None:
                self._notice(trouble)
            self.removed += trouble is None
        number = self.number + 1
        opened = self._opener.open(number)
        self._frames = 0
        try:
            self.writer = self._begin(opened.output, number)
        except WriteError:
            with suppress(OSError):
                opened.output.close()
            self._opener.remove(number)  # without a whole header it is no capture file
            raise
        self.number, self._opened = number, opened
        if self._bounds.files is not None:
            self._numbers.append(number)
        self.due = self._bounds.due(time.monotonic(), time.time())

    def discard(self) -> None:
        """The capture does not begin: leave no file behind, and what was there untouched."""
        opened, self._opened = self._opened, None
        if opened is not None:
            with suppress(OSError):
                opened.output.close()
            self._opener.remove(self.number)

    def close(self) -> str | None:
        """Close the file and give it its name; whatever happened before, what is in it stays. Raises WriteError."""
        opened, self._opened = self._opened, None
        if opened is None:
            return None
        failure = None
        try:
            opened.output.close()
        except OSError as error:
            failure = WriteError(f"{opened.output.name}: {error.strerror}")
            failure.__cause__ = error
        name = opened.finish()
        self.written += 1
        if failure is not None:
            raise failure
        return name


class PlainFile:
    """A file that has its name only once it is whole."""

    def __init__(self, maker: FileMaker, number: int, output: Output, partial: str, final: str) -> None:
        self.output = output
        self.partial = partial
        self._maker = maker
        self._number = number
        self._final = final

    def finish(self) -> str:
        """Raises WriteError; the frames are in the partial file then."""
        try:
            self._maker.finish(self._number)
        except OSError as error:
            raise WriteError(
                f"cannot rename {self.partial} to {self._final}: {error.strerror}; what was captured is in the former"
            ) from error
        return self._final


class PlainFiles:
    """Makes them, one or a ring."""

    def __init__(self, maker: FileMaker, path: str, give_up: Callable[[], bool], *, rotating: bool) -> None:
        self.rotating = rotating
        self._maker = maker
        self._path = path
        self._give_up = give_up

    def open(self, number: int) -> PlainFile:
        """Raises WriteError, and FileError for the first one: nothing was captured yet."""
        try:
            descriptor, partial, final = self._maker.create(number)
        except OSError as error:
            kind = FileError if number == 1 else WriteError
            raise kind(f"cannot write {self._path if number == 1 else 'the next file'}: {error.strerror}") from error
        return PlainFile(self._maker, number, Output(descriptor, final, self._give_up), partial, final)

    def remove(self, number: int) -> str | None:
        try:
            self._maker.remove(number)
        except OSError as error:
            return f"file {number} of the ring is still there: {error.strerror}"
        return None


class Stream:
    """Standard output, a pipe or a device: what is written is there at once, and has no other name."""

    rotating = False

    def __init__(self, output: Output) -> None:
        self.output = output

    def open(self, number: int) -> "Stream":
        """There is only this one."""
        return self

    def finish(self) -> None:
        return None

    def remove(self, number: int) -> str | None:
        return None
