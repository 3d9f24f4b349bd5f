"""A TCP segment as text."""

from functools import lru_cache

from pcapkit.annotate.addresses import endpoints_text
from pcapkit.annotate.protocols import TCP_FLAGS
from pcapkit.layers.packet import Packet
from pcapkit.layers.tcp import ACK
from pcapkit.layers.tcp_options import Options, read_options


@lru_cache(maxsize=4096)
def flags_text(flags: int) -> str:
    """`SYN, ACK`; `none` for none."""
    return ", ".join(name for bit, name in TCP_FLAGS if flags & bit) or "none"


def tcp_text(frame: bytes, packet: Packet, options: Options) -> str:
    """A whole header: endpoints, flags, raw numbers, payload length, options. `options` is overwritten."""
    segment = packet.segment
    text = f"TCP {endpoints_text(frame, packet)} [{flags_text(segment.flags)}] seq {segment.seq}"
    if segment.flags & ACK:
        text += f" ack {segment.ack}"
    text += f" win {segment.window} length {segment.payload_length}"
    if segment.header_length > 20:
        read_options(frame, packet.transport_at, segment.header_length, options)
        text += options_text(options)
    return text


def options_text(options: Options) -> str:
    """` <mss 1460, sack ok, ts 1/0, wscale 7>`; empty for none."""
    words = []
    if options.has_maximum_size:
        words.append(f"mss {options.maximum_size}")
    if options.sack_permitted:
        words.append("sack ok")
    if options.has_timestamps:
        words.append(f"ts {options.timestamp}/{options.timestamp_echo}")
    if options.has_scale:
        words.append(f"wscale {options.scale}")
    if options.sack_blocks:
        words.append(f"sack {options.sack_blocks} block" + ("s" if options.sack_blocks > 1 else ""))
    if options.has_fast_open:
        words.append(f"fast open cookie {options.cookie_length}" if options.cookie_length else "fast open request")
    if options.others:
        words.append(f"{options.others} other" + ("s" if options.others > 1 else ""))
    if options.malformed:
        words.append("malformed")
    if options.cut:
        words.append("cut by the snaplen")
    return f" <{', '.join(words)}>" if words else ""
