"""The kernel's receive ring: a packet socket whose frames arrive in shared memory, a block at a time.

TPACKET_V3, Documentation/networking/packet_mmap.rst. The kernel fills a block and hands it over when it is
full or its time-out has passed; the reader gives it back. Everything is set up on a socket without a
protocol, which receives nothing, and binding starts the capture: so no frame gets in that the filter did not
see.
"""

import errno
import mmap
import os
import socket
import time
from struct import Struct
from typing import Final

from pcapkit.capture import bpf
from pcapkit.capture.memory import MEBIBYTE
from pcapkit.capture.walk import (
    BLOCK_BEGUN,
    BLOCK_BEGUN_OFFSET,
    BLOCK_DESCRIPTION,
    BLOCK_STATUS_OFFSET,
    FRAME_HEADER,
    STATUS_LOSING,
    STATUS_USER,
)
from pcapkit.errors import CaptureError, InterfaceError

BLOCK_TIMEOUT_MS: Final = 50
IMMEDIATE_TIMEOUT_MS: Final = 1
"""For those who want each frame at once: the least that the kernel takes. It costs more wake-ups, and blocks that are
handed over nearly empty."""

_ETH_P_ALL: Final = 3
_SOL_PACKET: Final = 263
_PACKET_ADD_MEMBERSHIP: Final = 1
_PACKET_RX_RING: Final = 5
_PACKET_STATISTICS: Final = 6
_PACKET_VERSION: Final = 10
_PACKET_IGNORE_OUTGOING: Final = 23
_TPACKET_V3: Final = 2
_PACKET_MR_PROMISC: Final = 1
_SMALL_BLOCK: Final = 256 << 10
_IMMEDIATE_BLOCK: Final = 128 << 10  # still larger than what offloading makes of frames, 64 KiB
_FRAME_SIZE: Final = 2048  # V3 packs frames tightly; the kernel only wants a number that divides the block

_RING_REQUEST: Final = Struct("=7I")  # struct tpacket_req3
_STATISTICS: Final = Struct("=3I")  # struct tpacket_stats_v3
_MEMBERSHIP: Final = Struct("@iHH8s")  # struct packet_mreq
_STATUS: Final = Struct("=I")


class Counters:
    """What the kernel counted since the capture began: frames that passed the filter (dropped ones included),
    frames dropped because the ring was full, and how often the ring froze."""

    __slots__ = ("dropped", "freezes", "received")

    def __init__(self, received: int = 0, dropped: int = 0, freezes: int = 0) -> None:
        self.received = received
        self.dropped = dropped
        self.freezes = freezes


class Ring:
    """A capture on one interface. Not yet receiving until `start`."""

    __slots__ = (
        "_block",
        "_block_size",
        "_blocks",
        "_map",
        "_noticed",
        "_unmarked",
        "_view",
        "block_count",
        "counters",
        "held",
        "size",
        "sock",
    )

    def __init__(self, sock: socket.socket, size: int, timeout: int = BLOCK_TIMEOUT_MS) -> None:
        """Give the socket a ring of about `size` bytes, which hands over a block not full after `timeout` ms.

        Blocks are 1 MiB, or 256 KiB in a small ring (smaller blocks cost up to twice as much per large
        frame). With a short time-out they are 128 KiB: each time-out uses up a block, however little is in it, and
        a ring of few blocks would be full after as many milliseconds of not looking. Raises CaptureError if the
        kernel does not grant the memory.
        """
        self.sock = sock
        if timeout < BLOCK_TIMEOUT_MS:
            self._block_size = _IMMEDIATE_BLOCK
        else:
            self._block_size = MEBIBYTE if size >= 8 * MEBIBYTE else _SMALL_BLOCK
        self.block_count = max(4, size // self._block_size)
        length = self._block_size * self.block_count
        try:
            sock.setsockopt(_SOL_PACKET, _PACKET_VERSION, _TPACKET_V3)
            sock.setsockopt(_SOL_PACKET, _PACKET_RX_RING, self._request(length // _FRAME_SIZE, timeout))
            self._map = mmap.mmap(sock.fileno(), length)
        except OSError as error:
            if error.errno in (errno.ENOMEM, errno.EINVAL, errno.ENOBUFS):
                raise CaptureError(f"no memory for a ring of {length // MEBIBYTE} MiB; use a smaller -B") from error
            raise CaptureError(f"the kernel refuses a receive ring: {error.strerror}") from error
        self._view = memoryview(self._map)
        size = self._block_size
        self._blocks = [self._view[i * size : (i + 1) * size] for i in range(self.block_count)]
        self._block = 0
        self.held = 0
        self.size = length
        self.counters = Counters()
        self._unmarked = 0  # dropped, and not said yet between which frames
        self._noticed = 0  # when the last of those were counted, in ns since 1970

    def _request(self, frame_count: int, timeout: int) -> bytes:
        return _RING_REQUEST.pack(self._block_size, self.block_count, _FRAME_SIZE, frame_count, timeout, 0, 0)

    def start(self, name: str, index: int, *, cooked: bool, promiscuous: bool, loopback: bool) -> None:
        """Bind to the interface: frames arrive from now on. A down interface is bound too, and waits.

        Raises InterfaceError if the interface is gone.
        """
        if loopback:
            # Not every kernel has the option (4.20), and the walker leaves the second copy out in any case:
            # this only saves its way through the ring.
            try:
                self.sock.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
            except OSError as error:
                if error.errno != errno.ENOPROTOOPT:
                    raise CaptureError(f"cannot capture on {name}: {error.strerror}") from error
        try:
            self.sock.bind((name, _ETH_P_ALL))
            if promiscuous and not loopback and not cooked:
                membership = _MEMBERSHIP.pack(index, _PACKET_MR_PROMISC, 0, bytes(8))
                self.sock.setsockopt(_SOL_PACKET, _PACKET_ADD_MEMBERSHIP, membership)
        except OSError as error:
            raise InterfaceError(f"cannot capture on {name}: {error.strerror}") from error

    def ready(self) -> memoryview | None:
        """The next block if the kernel has handed it over, else None. It stays ours until `release` or `take`."""
        if self.held == self.block_count:
            return None
        block = self._blocks[self._block]
        if _STATUS.unpack_from(block, BLOCK_STATUS_OFFSET)[0] & STATUS_USER:
            return block
        return None

    def begun(self, clock: int) -> int:
        """Since when frames may be in the block that is not ready yet, in ns since 1970.

        clock: the time just before `ready` was asked. The kernel counts frames in a block as it fills it, and notes
        when it began; so while there is none, every frame that this ring will deliver is newer than `clock`. A block
        that it has not begun yet still says when it was begun the last time: less than could be known, but true.
        """
        _, _, _, count, _, _ = BLOCK_DESCRIPTION.unpack_from(self._blocks[self._block])
        if not count:
            return clock
        seconds, nanoseconds = BLOCK_BEGUN.unpack_from(self._blocks[self._block], BLOCK_BEGUN_OFFSET)
        begun: int = seconds * 1_000_000_000 + nanoseconds
        return min(clock, begun)

    def release(self) -> None:
        """Give the block that `ready` returned back to the kernel."""
        self.give_back(self.take())

    def take(self) -> int:
        """Keep the block that `ready` returned, and go on to the next; returns its place, for `give_back`."""
        place = self._block
        self._block = (place + 1) % self.block_count
        self.held += 1
        return place

    def give_back(self, place: int) -> None:
        """Give a block that was taken back to the kernel."""
        self.held -= 1
        _STATUS.pack_into(self._blocks[place], BLOCK_STATUS_OFFSET, 0)

    def read_counters(self) -> None:
        """Bring `counters` up to date (the kernel's reset on each read)."""
        raw = self.sock.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, _STATISTICS.size)
        received, dropped, freezes = _STATISTICS.unpack(raw)
        self.counters.received += received
        self.counters.dropped += dropped
        self.counters.freezes += freezes
        if dropped:
            self._unmarked += dropped
            self._noticed = time.time_ns()

    def lost_before(self, block: memoryview) -> int:
        """How many frames were dropped before a block that is ready, each counted once.

        A ring drops when it is full, so what is missing is missing before the block that was opened next: it says so in
        its status. Unless somebody has read the counters in between; then it is the first block that begins later.
        """
        _, _, status, count, offset, _ = BLOCK_DESCRIPTION.unpack_from(block)
        if status & STATUS_LOSING:
            self.read_counters()
        elif not self._unmarked or not count:
            return 0
        else:
            _, seconds, nanoseconds, *_ = FRAME_HEADER.unpack_from(block, offset)
            if seconds * 1_000_000_000 + nanoseconds < self._noticed:
                return 0
        lost, self._unmarked = self._unmarked, 0
        return lost

    def error(self) -> int:
        """The socket's pending error number (ENETDOWN when the interface went down), 0 if none; clears it."""
        return self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)

    def reject_all(self) -> None:
        """Let nothing more in; what is in the ring stays to be read."""
        bpf.attach(self.sock, bpf.REJECT_ALL)

    def close(self) -> None:
        """Release the memory and the socket. Blocks handed out are invalid afterwards."""
        for block in self._blocks:
            block.release()
        self._view.release()
        self._map.close()
        self.sock.close()


def open_socket(*, cooked: bool) -> socket.socket:
    """A packet socket that receives nothing yet (protocol 0).

    Raises CaptureError with what to do, if this process may not capture.
    """
    kind = socket.SOCK_DGRAM if cooked else socket.SOCK_RAW
    try:
        return socket.socket(socket.AF_PACKET, kind, 0)
    except PermissionError:
        import sys

        python = os.path.realpath(sys.executable)
        raise CaptureError(
            "no right to capture: run it with sudo, or once `sudo setcap cap_net_raw,cap_net_admin=eip "
            f"{python}` (then every script that this Python runs may capture)"
        ) from None
    except OSError as error:
        raise CaptureError(f"this system has no packet sockets: {error.strerror}") from error
