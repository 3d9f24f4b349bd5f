"""What became of the frames: kept, or lost and where. Every frame that the kernel let through is in one of these.

ring       the kernel's receive ring was full (tp_drops): pcapkit, or what reads its output, was too slow
interface  the interface's own buffers were full (interface_losses.py)
output     the disk was full, or the reader of a pipe stuck: received, and then not written
unread     left in the ring by somebody who would not wait for the end (a second Ctrl-C)
"""

from collections.abc import Sequence
from typing import NamedTuple

from pcapkit.capture.source import Source


class Losses(NamedTuple):
    """Frames lost on one interface, by cause."""

    ring: int
    interface: int
    output: int
    unread: int


class Section(NamedTuple):
    """What the statistics block of one interface in one file tells, in frames."""

    received: int
    delivered: int
    ring: int
    interface: int


class _Counts:
    """Of one source. In the current file, and in those before it."""

    __slots__ = ("dropped", "earlier_dropped", "earlier_interface", "earlier_received", "kept", "missing", "taken")

    def __init__(self) -> None:
        self.kept = 0  # taken by the operating system
        self.taken = 0  # given to the file
        self.dropped = 0  # marked in the file as missing
        self.missing = 0  # given to the file and not taken
        self.earlier_received = 0
        self.earlier_dropped = 0
        self.earlier_interface = 0


class Tally:
    """The counts of a recording, by source and by file."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.frames = 0
        """Frames given to the output."""
        self.bytes = 0
        """What they had on the wire."""
        self._sources = sources
        self._counts = [_Counts() for _ in sources]
        self._unsettled: list[list[int]] = []  # source, frames: given to the output, in their order
        self._cut_off = False

    def took(self, source: int, frames: int, dropped: int, size: int) -> None:
        """So many frames of a source go to the output; dropped: how many are marked as missing before them. size: their
        bytes on the wire."""
        counts = self._counts[source]
        counts.taken += frames
        counts.dropped += dropped
        self.frames += frames
        self.bytes += size
        last = self._unsettled
        if last and last[-1][0] == source:
            last[-1][1] += frames
        else:
            last.append([source, frames])

    def settle(self) -> None:
        """The system has taken everything."""
        for source, frames in self._unsettled:
            self._counts[source].kept += frames
        self._unsettled.clear()

    def fail(self, missing: int, *, capturing: bool) -> None:
        """Writing failed: the last so many frames that were given to the output are not there.

        capturing: it failed in the middle, so whatever else was received is lost as well.
        """
        while missing > 0 and self._unsettled:
            source, frames = self._unsettled.pop()
            lost = min(missing, frames)
            missing -= lost
            self._counts[source].missing += lost
            if lost < frames:
                self._unsettled.append([source, frames - lost])
        self.settle()
        self._cut_off = capturing

    def read(self) -> None:
        """Bring what the kernel counts up to date."""
        for source in self._sources:
            source.read_counters()

    @property
    def kept(self) -> int:
        """Frames that the operating system has taken."""
        return sum(counts.kept for counts in self._counts)

    def kept_of(self, source: int) -> int:
        """The same of one source."""
        return self._counts[source].kept

    def losses(self, source: int) -> Losses:
        """What was lost on a source, as of the last `read`."""
        one, counts = self._sources[source], self._counts[source]
        kernel = one.ring.counters
        output = counts.missing
        if self._cut_off:
            output = max(output, kernel.received - kernel.dropped - counts.kept)
        return Losses(kernel.dropped, one.interface_losses, output, one.unread)

    def all_losses(self) -> Losses:
        """The same of all sources together."""
        each = [self.losses(number) for number in range(len(self._sources))]
        return Losses(*(sum(column) for column in zip(*each, strict=True)))

    def end_section(self, source: int, *, last: bool) -> Section:
        """The counts of a file that ends, for one interface; what comes later belongs to the next.

        What still waits in the ring is the next file's, and so are drops that no frame in this one marks. The files'
        counts add up to the kernel's.
        """
        one, counts = self._sources[source], self._counts[source]
        kernel = one.ring.counters
        if last:
            dropped = kernel.dropped - counts.earlier_dropped
            received = kernel.received - counts.earlier_received
        else:
            dropped = counts.dropped
            received = counts.taken + dropped
        section = Section(received, counts.taken, dropped, one.interface_losses - counts.earlier_interface)
        counts.earlier_received += received
        counts.earlier_dropped += dropped
        counts.earlier_interface = one.interface_losses
        counts.taken = counts.dropped = 0
        return section
