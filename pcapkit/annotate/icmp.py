"""An ICMP or ICMPv6 message as text."""

from typing import Final

from pcapkit.annotate.addresses import endpoints_text, hardware_text, hosts_text, ip_text
from pcapkit.annotate.flaws import MESSAGE_FLAWS
from pcapkit.annotate.icmp_names import name_of
from pcapkit.annotate.protocols import WITH_PORTS, ip_protocol
from pcapkit.layers import icmp
from pcapkit.layers.icmp import Message
from pcapkit.layers.packet import Packet

_LONGEST_ADDRESS: Final = 20  # bytes of a link-layer address that are shown


def icmp_text(frame: bytes, message: Message) -> str:
    """The message by name, its numbers and addresses, and what it quotes."""
    text = name_of(message.version, message.type, message.code)
    if message.version == 4:
        text += _details_4(frame, message)
    else:
        text += _details_6(frame, message)
    if message.quotes:
        text += f", quoting {quoted_text(frame, message.quoted)}"
    flaw = MESSAGE_FLAWS.get(message.flaw)
    return f"{text}, {flaw}" if flaw else text


def quoted_text(frame: bytes, quoted: Packet) -> str:
    """`UDP 10.0.0.1:5 > 10.0.0.2:9`, without the ports where they are not there."""
    if quoted.fragment:
        name = f"fragment {quoted.fragment_offset} of {ip_protocol(quoted.protocol)}"
        return f"{name} {hosts_text(frame, quoted)}"
    name = ip_protocol(quoted.protocol) if quoted.protocol < 256 else "datagram"
    if quoted.protocol in WITH_PORTS:
        return f"{name} {endpoints_text(frame, quoted)}"
    return f"{name} {hosts_text(frame, quoted)}"


def _details_4(frame: bytes, message: Message) -> str:
    kind = message.type
    if kind in (icmp.ECHO_REQUEST, icmp.ECHO_REPLY) or icmp.TIMESTAMP_REQUEST <= kind <= icmp.ADDRESS_MASK_REPLY:
        mask = f" mask {_address(frame, message.address_at, 4)}" if message.address_at else ""
        return f" id {message.identifier} seq {message.sequence}{mask}"
    if kind in (icmp.EXTENDED_ECHO_REQUEST, icmp.EXTENDED_ECHO_REPLY):
        return f" id {message.identifier} seq {message.sequence}"
    if kind == icmp.REDIRECT:
        return f" to {_address(frame, message.address_at, 4)}"
    if kind == icmp.PARAMETER_PROBLEM and message.code == 0:
        return f" at byte {message.pointer}"
    if kind == icmp.UNREACHABLE and message.code == icmp.CODE_FRAGMENTATION_NEEDED:
        return f", MTU {message.mtu}"
    if kind == icmp.ROUTER_ADVERTISEMENT and message.address_at:
        return f" of {_address(frame, message.address_at, 4)}, lifetime {message.lifetime} s"
    return ""


def _details_6(frame: bytes, message: Message) -> str:
    kind = message.type
    if kind in (
        icmp.ECHO_REQUEST_6,
        icmp.ECHO_REPLY_6,
        icmp.EXTENDED_ECHO_REQUEST_6,
        icmp.EXTENDED_ECHO_REPLY_6,
    ):
        return f" id {message.identifier} seq {message.sequence}"
    if kind == icmp.PACKET_TOO_BIG_6:
        return f", MTU {message.mtu}"
    if kind == icmp.PARAMETER_PROBLEM_6:
        return f" at byte {message.pointer}"
    if icmp.LISTENER_QUERY_6 <= kind <= icmp.LISTENER_DONE_6:
        return _listener(frame, message)
    if kind == icmp.LISTENER_REPORT_2_6:
        return f", {message.records} group" + ("" if message.records == 1 else "s")
    if icmp.ROUTER_SOLICITATION_6 <= kind <= icmp.REDIRECT_6:
        return _discovery(frame, message)
    return ""


def _listener(frame: bytes, message: Message) -> str:
    if not message.address_at:
        return ""
    group = frame[message.address_at : message.address_at + 16]
    text = f" for {ip_text(group)}" if any(group) else ", general"
    return f"{text}, {message.sources} source" + ("" if message.sources == 1 else "s") if message.sources else text


def _discovery(frame: bytes, message: Message) -> str:
    """Neighbour discovery, in the words of ARP where they fit."""
    kind = message.type
    target = _address(frame, message.address_at, 16) if message.address_at else ""
    length = min(message.hardware_length, _LONGEST_ADDRESS)
    hardware = hardware_text(frame[message.hardware_at : message.hardware_at + length]) if message.hardware_at else ""
    if kind == icmp.NEIGHBOUR_SOLICITATION_6:
        text = f": who has {target}?" if target else ""
        return f"{text} tell {hardware}" if hardware else text
    if kind == icmp.NEIGHBOUR_ADVERTISEMENT_6:
        text = f": {target} is " + (f"at {hardware}" if hardware else "here") if target else ""
        flags = ((0x80, "router"), (0x40, "solicited"), (0x20, "override"))
        words = ", ".join(name for bit, name in flags if message.flags & bit)
        return f"{text} ({words})" if words else text
    if kind == icmp.REDIRECT_6:
        text = f" to {target}" if target else ""
        return f"{text} at {hardware}" if hardware else text
    text = f" from {hardware}" if hardware else ""
    if kind == icmp.ROUTER_SOLICITATION_6:
        return text
    text += f", lifetime {message.lifetime} s"
    if message.prefix_at:
        text += f", prefix {_address(frame, message.prefix_at, 16)}/{message.prefix_length}"
    return f"{text}, MTU {message.mtu}" if message.mtu else text


def _address(frame: bytes, at: int, length: int) -> str:
    return ip_text(frame[at : at + length])
