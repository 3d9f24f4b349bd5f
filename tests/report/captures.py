"""Large captures for the tests of the views, made of the two frames of a refused connection."""

import struct
from pathlib import Path

from pcapkit.capfile.model import Interface
from pcapkit.capfile.writer import PcapngWriter
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell

_PORTS = 34  # offset of the ports behind Ethernet and IPv4


def refused_connections(path: Path, count: int, apart: int = 1_000_000) -> Path:
    """`count` attempts from as many ports, 10,000 and up, each refused; `apart` ns lie between two."""
    syn, rst = (frame.data for frame in tell(SCENARIOS["closed port"]))
    with path.open("wb") as file:
        writer = PcapngWriter(file, hardware="", os="", application="a test")
        writer.add_interface(Interface(link_type=1))
        for number in range(count):
            port = struct.pack(">H", 10_000 + number)
            there = syn[:_PORTS] + port + syn[_PORTS + 2 :]
            back = rst[: _PORTS + 2] + port + rst[_PORTS + 4 :]
            for place, frame in enumerate((there, back)):
                writer.write(0, 1_700_000_000_000_000_000 + number * apart + place * 50_000, frame, len(frame))
        writer.flush()
    return path
