"""Whether the plugins load: asked of tshark, which ends with 0 whatever happens to a plugin."""

import re
import struct
from dataclasses import dataclass
from typing import Final

from pcapkit.wireshark.account import Account
from pcapkit.wireshark.program import Wireshark, run

FAILED: Final = "_ws.lua.error"  # there where a plugin failed on the frame; the words are among the expert messages

_WAY: Final = re.compile(r"^stack traceback:\n(?:[ \t]+.*\n?)*", re.M)


@dataclass(frozen=True, slots=True)
class Loading:
    """missing: the protocols that Wireshark does not know. complaint: its words about Lua, "" if it has none."""

    missing: list[str]
    complaint: str


def load(account: Account, wireshark: Wireshark, names: list[str]) -> Loading:
    """Let tshark read one frame and ask for a field of each plugin. Raises NotFound where it does not run."""
    unknown, complaint = _ask(account, wireshark, names)
    missing = [name for name in names if name in unknown]
    known = [name for name in names if name not in unknown]
    if missing and known and not complaint:  # then no frame was read
        complaint = _ask(account, wireshark, known)[1]
    return Loading(missing, complaint)


def _ask(account: Account, wireshark: Wireshark, names: list[str]) -> tuple[set[str], str]:
    """Which fields it calls invalid (among other lines), and what it says about Lua."""
    fields = [word for name in (FAILED, "_ws.expert.message", *names) for word in ("-e", name)]
    done = run(account, [wireshark.program, "-n", "-r", "-", "-T", "fields", *fields], _capture())
    before, _, invalid = done.stderr.partition("fields aren't valid:")  # and then one a line
    at = before.find("Lua:")
    if at >= 0:
        return set(invalid.split()), _brief(before[at:].removesuffix("tshark: Some "))
    failed, _, rest = done.stdout.strip("\n").partition("\t")
    return set(invalid.split()), _brief(rest[max(rest.find("Lua Error"), 0) :]) if failed else ""


def _brief(complaint: str) -> str:
    """Without the way to the place that it names, and in one line."""
    return " ".join(_WAY.sub("", complaint).split())


def _capture() -> bytes:
    """A capture file (pcap, LINKTYPE_ETHERNET) with one frame: a SYN from 192.0.2.1 to 192.0.2.2."""
    addresses = bytes([192, 0, 2, 1, 192, 0, 2, 2])
    datagram = struct.pack(">BBHHHBBH", 0x45, 0, 40, 0, 0, 64, 6, 0) + addresses
    segment = struct.pack(">HHIIBBHHH", 49152, 80, 1, 0, 0x50, 0x02, 65535, 0, 0)
    frame = bytes(12) + b"\x08\x00" + datagram + segment
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    return head + struct.pack("<IIII", 1, 0, len(frame), len(frame)) + frame
