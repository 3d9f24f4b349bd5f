"""How a recorded file begins: the machine, the interfaces, and how to read a file that is one of several."""

import os
from collections.abc import Sequence

from pcapkit.capfile.model import Interface
from pcapkit.capfile.writer import PcapngWriter
from pcapkit.capture.output import Output
from pcapkit.capture.source import Source
from pcapkit.version import VERSION


class Header:
    """Begins each file of a recording."""

    def __init__(self, sources: Sequence[Source], filter_text: str, snaplen: int) -> None:
        self._system = _system()
        self._processor = _processor()
        self.interfaces = [self._describe(source, filter_text, snaplen) for source in sources]

    def begin(self, output: Output, comment: str) -> PcapngWriter:
        """Write it, at once: whoever reads along can begin. Raises WriteError."""
        application = f"pcapkit {VERSION}"
        writer = PcapngWriter(
            output, hardware=self._processor, os=self._system, application=application, comment=comment
        )
        for interface in self.interfaces:
            writer.add_interface(interface)
        writer.flush()
        return writer

    def _describe(self, source: Source, filter_text: str, snaplen: int) -> Interface:
        one = source.interface
        return Interface(
            link_type=one.link.number,
            snaplen=snaplen,
            name=one.name,
            description=one.description,
            filter=filter_text,
            os=self._system,
            hardware=one.hardware,
            speed=one.speed,
        )


def numbering(file: int, frames_before: int) -> str:
    """What the section of a ring's file says about itself. Labels know what was in the files before."""
    counting = "frames and connections are counted through all files"
    if file == 1:
        return f"File 1 of a recording in several files; in comments, {counting}."
    return (
        f"File {file} of a recording in several files; in comments, {counting}: the first frame here is frame "
        f"{frames_before + 1}."
    )


def _system() -> str:
    names = os.uname()
    return f"{names.sysname} {names.release}"


def _processor() -> str:
    """The processor's name, as Wireshark shows it under the capture's hardware; else its architecture."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                key, _, value = line.partition(":")
                if key.strip() == "model name":
                    return value.strip()
    except OSError:
        pass
    return os.uname().machine
