"""A capture on one interface: what the kernel puts into its ring."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pcapkit.capture.interfaces import choose
from pcapkit.capture.memory import MEBIBYTE
from pcapkit.capture.ring import Ring
from pcapkit.capture.source import Source, open_sources
from pcapkit.capture.walk import BLOCK_DESCRIPTION, FRAME_HEADER
from pcapkit.errors import CaptureError
from tests.capture.lab import Wire, numbered
from tests.needs import need


@contextmanager
def opened(pair: Wire, filter_text: str = "", snaplen: int = 262144, buffer: int | None = MEBIBYTE) -> Iterator[Source]:
    choices = pair.left.inside(lambda: choose(["left"], promiscuous=False))
    [source] = pair.left.inside(lambda: open_sources(choices, filter_text, snaplen, buffer))
    try:
        yield source
    finally:
        source.ring.close()


def in_the_ring(source: Source) -> list[tuple[int, int, int]]:
    """Of each frame of the next block: bytes in the ring, on the wire, and how far away the next one is."""
    deadline = time.monotonic() + 10
    while (block := source.ring.ready()) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert block is not None
    _, _, _, count, offset, _ = BLOCK_DESCRIPTION.unpack_from(block)
    found = []
    for _ in range(count):
        step, _, _, captured, length, *_ = FRAME_HEADER.unpack_from(block, offset)
        found.append((captured, length, step))
        offset += step
    return found


@pytest.mark.parametrize("filter_text", ["", "ether proto 0x88b5"])
def test_the_kernel_copies_no_more_than_the_snaplen(pair: Wire, filter_text: str) -> None:
    if filter_text:
        need(shutil.which("tcpdump") is not None, "libpcap, which comes with tcpdump")
    with opened(pair, filter_text, 70) as source, pair.right.raw("right") as sender:
        for _ in range(3):
            sender.send(numbered(1, 1400))
        found = in_the_ring(source)
        assert [(captured, length) for captured, length, _ in found] == [(70, 1400)] * 3
        assert all(step < 256 for _, _, step in found[:-1])  # nor leaves room for more
        block = source.read_block()
        assert block is not None
        assert [(len(frame.data), frame.wire_length) for frame, _ in block] == [(70, 1400)] * 3


def test_without_a_size_it_is_a_share_of_the_memory_or_what_the_kernel_grants(
    pair: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = Ring.__init__

    def scarce(ring: Ring, sock: object, size: int, timeout: int) -> None:
        asked.append(size)
        if size > 8 * MEBIBYTE:
            raise CaptureError("no memory for a ring")
        real(ring, sock, size, timeout)  # type: ignore[arg-type]

    monkeypatch.setattr("pcapkit.capture.source.ring_size", lambda interfaces: 32 * MEBIBYTE * interfaces)
    monkeypatch.setattr(Ring, "__init__", scarce)
    with opened(pair, buffer=None) as source:
        assert source.ring.size == 8 * MEBIBYTE
    assert asked == [size * MEBIBYTE for size in (32, 16, 8)]
    # What somebody asked for he gets, or is told; here on our own loopback, since an error leaves no thread.
    with pytest.raises(CaptureError, match="no memory"):
        open_sources(choose(["lo"], promiscuous=False), "", 100, 16 * MEBIBYTE)
    assert asked[3:] == [16 * MEBIBYTE]
