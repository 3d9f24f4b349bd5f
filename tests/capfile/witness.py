"""What tshark reads in a capture file: the independent witness for our own reader."""

import functools
import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pcapkit.capfile.model import CapturedFrame
from tests.needs import need

_FIELDS = (
    "number",
    "time_epoch",
    "cap_len",
    "len",
    "md5_hash",
    "comment",
    "packet_flags",
    "drop_count",
    "encap_type",
)


@dataclass
class Seen:
    """A frame as both sides can tell it: time in ns, data as its MD5."""

    number: int
    time: int | None
    captured: int
    wire_length: int
    md5: str
    comments: tuple[str, ...]
    flags: int
    drop_count: int


def need_tshark() -> None:
    need(shutil.which("tshark") is not None, "tshark (Debian package tshark)")


@functools.cache
def tshark_version() -> tuple[int, ...]:
    text = subprocess.run(["tshark", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in text.split("\n")[0].split()[2].rstrip(".").split("."))


def tshark_frames(path: Path) -> tuple[list[Seen], str]:
    """The frames that tshark reads, and what it complains of (empty if nothing).

    Records that Wireshark numbers but that are no frames (journal entries, custom blocks) are left out.
    """
    command = ["tshark", "-n", "-r", str(path), "-o", "frame.generate_md5_hash:TRUE", "-T", "json"]
    for field in _FIELDS:
        command += ["-e", f"frame.{field}"]
    result = subprocess.run(command, capture_output=True, timeout=120, check=False)
    complaints = [
        line
        for line in result.stderr.decode("utf-8", "replace").splitlines()
        if line.strip() and not line.startswith("Running as user")
    ]
    text = result.stdout.decode("utf-8", "replace").strip()
    if text and not text.endswith("]"):
        text += "]"
    seen = []
    for packet in json.loads(text or "[]", strict=False):
        layers = packet["_source"]["layers"]
        if "frame.encap_type" in layers:
            seen.append(_seen({name: layers.get(f"frame.{name}", []) for name in _FIELDS}))
    return seen, "\n".join(complaints)


def _seen(fields: dict[str, list[str]]) -> Seen:
    time = None
    if fields["time_epoch"]:
        seconds, _, fraction = fields["time_epoch"][0].partition(".")
        nanoseconds = int(fraction.ljust(9, "0"))
        time = int(seconds) * 1_000_000_000 + (-nanoseconds if seconds.startswith("-") else nanoseconds)
    return Seen(
        number=int(fields["number"][0]),
        time=time,
        captured=int(fields["cap_len"][0]),
        wire_length=int(fields["len"][0]),
        md5=fields["md5_hash"][0] if fields["md5_hash"] else "",
        comments=tuple(fields["comment"]),
        flags=int(fields["packet_flags"][0], 16) if fields["packet_flags"] else 0,
        drop_count=int(fields["drop_count"][0]) if fields["drop_count"] else 0,
    )


def ours(frame: CapturedFrame) -> Seen:
    """The same of a frame that we read."""
    return Seen(
        frame.number,
        frame.time,
        len(frame.data),
        frame.wire_length,
        hashlib.md5(frame.data).hexdigest(),
        frame.comments,
        frame.flags,
        frame.drop_count,
    )
