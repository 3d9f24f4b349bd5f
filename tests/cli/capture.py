"""Capture files for the tests of the command line."""

import struct
from collections.abc import Sequence
from pathlib import Path

from pcapkit.capfile.model import Interface
from pcapkit.capfile.writer import PcapngWriter
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell
from tests.layers import build
from tests.layers.build import ethernet

START = 1_700_000_000 * 10**9  # 2023-11-14 22:13:20 UTC
OPEN = [frame.data for frame in tell(SCENARIOS["open"])]
LLDP = ethernet(0x88CC, bytes(46))
ARP = ethernet(0x0806, build.arp(1), pad=True)


def write_pcapng(
    path: Path, frames: Sequence[bytes], comments: Sequence[tuple[str, ...]] = (), times: Sequence[int] = ()
) -> Path:
    """Frames of Ethernet on `eth0`, 1.5 seconds apart unless `times` (ns) says otherwise."""
    with path.open("wb") as file:
        writer = PcapngWriter(file, hardware="", os="", application="a test")
        writer.add_interface(Interface(link_type=1, name="eth0"))
        for number, frame in enumerate(frames):
            writer.write(
                0,
                times[number] if times else START + 1 + number * 1_500_000_000,
                frame,
                len(frame),
                comments=comments[number] if comments else (),
            )
        writer.flush()
    return path


def write_pcap(path: Path, frames: Sequence[bytes], link: int = 1) -> Path:
    """A classic file with microseconds."""
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link))
        for number, frame in enumerate(frames):
            file.write(struct.pack("<IIII", 1_700_000_000 + number, 5, len(frame), len(frame)) + frame)
    return path
