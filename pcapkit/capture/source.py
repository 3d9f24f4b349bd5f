"""One interface being captured: its ring, and what was counted on it.

`any` has a socket for each interface too, not one for all of them: so each keeps its real link type, a filter compiled
for that link type, and its own count of drops. The price: an interface made later is not covered, and frames have to be
put in order of time (timeorder.py).
"""

from socket import socket
from typing import Final

from pcapkit.capture import bpf
from pcapkit.capture.filter import compile_filter
from pcapkit.capture.interface_losses import lost_by
from pcapkit.capture.interfaces import Choice, NetworkInterface
from pcapkit.capture.memory import MEBIBYTE, SMALLEST, ring_size
from pcapkit.capture.ring import BLOCK_TIMEOUT_MS, Ring, open_socket
from pcapkit.capture.walk import Frame, walk
from pcapkit.errors import CaptureError, PcapkitError

_SMALLEST_SHARE: Final = 1 * MEBIBYTE


class Source:
    """An open capture on one interface. delivered counts the frames handed to the sink; interface_losses, since the
    capture began, those that never reached the kernel."""

    __slots__ = ("_lost_before", "delivered", "interface", "interface_losses", "ring", "snaplen", "unread", "up")

    def __init__(self, interface: NetworkInterface, ring: Ring, snaplen: int) -> None:
        self.interface = interface
        self.ring = ring
        self.snaplen = snaplen
        self.delivered = 0
        self.unread = 0
        self.up = interface.up
        self.interface_losses = 0
        self._lost_before: int | None = None

    def read_counters(self) -> None:
        """Bring the kernel's and the interface's counts up to date; of an interface that has gone, the last stay."""
        self.ring.read_counters()
        lost = lost_by(self.interface.index)
        if lost is None:
            return
        if self._lost_before is None:
            self._lost_before = lost
        self.interface_losses = max(self.interface_losses, lost - self._lost_before)

    def count_unread(self) -> None:
        """Count what the kernel has kept for us and was never read, after the capture has ended."""
        self.read_counters()
        counters = self.ring.counters
        self.unread = max(0, counters.received - counters.dropped - self.delivered)

    def read_block(self) -> list[tuple[Frame, int]] | None:
        """The frames of the next ready block, the block given back; None if none is ready.

        The number with a frame is how many were dropped right before it.
        """
        block = self.ring.ready()
        if block is None:
            return None
        interface = self.interface
        frames = [(frame, 0) for frame in walk(block, interface.link, self.snaplen, skip_outgoing=interface.loopback)]
        if frames:
            frames[0] = (frames[0][0], self.ring.lost_before(block))
        self.ring.release()
        return frames


def program_for(choice: Choice, filter_text: str, snaplen: int) -> bpf.Program:
    """The program as it is compiled for the interface's link type (and printed by -d). Raises FilterError."""
    link = choice.interface.link
    return compile_filter(filter_text, link, snaplen, interface=choice.interface.name)


def open_sources(
    choices: list[Choice],
    filter_text: str,
    snaplen: int,
    buffer_size: int | None,
    block_timeout: int = BLOCK_TIMEOUT_MS,
) -> list[Source]:
    """Open a capture on each interface; all compile and allocate first, then all start receiving.

    buffer_size is in bytes for each -i option, None for a share of the available memory (memory.py); block_timeout in
    ms. Raises CaptureError, FilterError, InterfaceError.
    """
    share = ring_size(len(choices))
    sources: list[Source] = []
    try:
        for choice in choices:
            interface = choice.interface
            sock = open_socket(cooked=interface.link.cooked)
            try:
                program = program_for(choice, filter_text, snaplen) if filter_text else bpf.keep(snaplen)
                bpf.attach(sock, bpf.for_cooked_socket(program) if interface.link.cooked else program)
                if buffer_size is not None:
                    ring = Ring(sock, max(_SMALLEST_SHARE, buffer_size // choice.share), block_timeout)
                else:
                    ring = _ring_of_about(sock, share, block_timeout)
            except BaseException:
                sock.close()
                raise
            sources.append(Source(interface, ring, snaplen))
        for choice, source in zip(choices, sources, strict=True):
            interface = choice.interface
            source.ring.start(
                interface.name,
                interface.index,
                cooked=interface.link.cooked,
                promiscuous=choice.promiscuous,
                loopback=interface.loopback,
            )
            source.read_counters()
            if not interface.up:
                source.ring.error()  # says only what is known: it is down
    except PcapkitError:
        for source in sources:
            source.ring.close()
        raise
    return sources


def _ring_of_about(sock: socket, size: int, block_timeout: int) -> Ring:
    """A ring of that size; of half of it, and so on, where the kernel does not grant so much. Raises CaptureError."""
    while True:
        try:
            return Ring(sock, size, block_timeout)
        except CaptureError:
            size //= 2
            if size < SMALLEST:
                raise
