"""One frame as a line of text: the innermost header that pcapkit reads, what is around it, what is wrong with it."""

from typing import Final

from pcapkit.annotate.addresses import endpoints_text, hosts_text
from pcapkit.annotate.arp import arp_text
from pcapkit.annotate.flaws import HEADER_FLAWS
from pcapkit.annotate.icmp import icmp_text
from pcapkit.annotate.igmp import igmp_text
from pcapkit.annotate.protocols import ETHERNET_TYPES, ip_protocol
from pcapkit.annotate.tcp import tcp_text
from pcapkit.layers.arp import Resolution, resolution
from pcapkit.layers.icmp import ICMP, ICMPV6, Message, icmp
from pcapkit.layers.igmp import IGMP, Membership, igmp
from pcapkit.layers.ipv4 import AUTHENTICATION
from pcapkit.layers.ipv6 import is_extension
from pcapkit.layers.link import LINK_ETHERNET
from pcapkit.layers.packet import NO_PROTOCOL, NO_TYPE, Flaw, Network, Packet
from pcapkit.layers.tags import TYPE_VLAN, TYPE_VLAN_OLD, TYPE_VLAN_SERVICE
from pcapkit.layers.tcp import TCP
from pcapkit.layers.tcp_options import Options
from pcapkit.layers.tunnels import UDP
from pcapkit.layers.udp import Datagram, udp

_VLAN_TYPES: Final = frozenset((TYPE_VLAN, TYPE_VLAN_SERVICE, TYPE_VLAN_OLD))


class Describer:
    """Describes frames, one after the other."""

    def __init__(self) -> None:
        """Make the records that every frame is read into."""
        self._options = Options()
        self._datagram = Datagram()
        self._message = Message()
        self._membership = Membership()
        self._resolution = Resolution()

    def text(self, frame: bytes, wire: int, link: int, packet: Packet) -> str:
        """The line for a frame that `decode` has described, ASCII; "" where pcapkit reads none of its headers.

        frame: the captured bytes. wire: bytes on the wire. link: a LINKTYPE_* number.
        """
        if packet.has_segment:
            text = tcp_text(frame, packet, self._options)
        elif packet.network == Network.ARP:
            resolution(frame, packet, self._resolution)
            text = arp_text(frame, self._resolution)
        elif packet.network != Network.NONE:
            text = self._datagram_text(frame, packet)
        elif packet.flaw != Flaw.NONE:
            text = f"frame of {wire} bytes"
        else:
            return ""
        if packet.flaw != Flaw.NONE:
            text = f"{text}, {HEADER_FLAWS[packet.flaw]}"
        elif packet.network == Network.IPV4 and not packet.ethertype:
            text += _excess_text(packet, int.from_bytes(frame[packet.network_at + 2 : packet.network_at + 4], "big"))
        elif packet.network == Network.IPV6 and not packet.ethertype:
            at = packet.network_at + 4
            text += _excess_text(packet, 40 + int.from_bytes(frame[at : at + 2], "big"))
        around = packet.datagrams - (packet.network != Network.ARP)
        if around > 0:
            text = f"{text}, inside {around} datagram" + ("s" if around > 1 else "")
        return vlan_text(frame, link, packet) + text if packet.vlan_tags else text

    def _datagram_text(self, frame: bytes, packet: Packet) -> str:
        if packet.flaw != Flaw.NONE:
            return _flawed_text(frame, packet)
        protocol = packet.protocol
        if packet.fragment:
            return _fragment_text(frame, packet)
        if protocol == UDP:
            return self._udp_text(frame, packet)
        if protocol in (ICMP, ICMPV6):
            name = f"{ip_protocol(protocol)} {hosts_text(frame, packet)}"
            if icmp(frame, packet, self._message):
                return f"{name} {icmp_text(frame, self._message)}"
            return f"{name}, {HEADER_FLAWS[self._message.flaw]}"
        if protocol == IGMP:
            name = f"IGMP {hosts_text(frame, packet)}"
            if igmp(frame, packet, self._membership):
                return f"{name} {igmp_text(frame, self._membership)}"
            return f"{name}, {HEADER_FLAWS[self._membership.flaw]}"
        carried = "no next header" if protocol == NO_PROTOCOL else ip_protocol(protocol)
        length = packet.end - packet.transport_at
        return f"{_version(packet)} {hosts_text(frame, packet)} {carried} length {length}"

    def _udp_text(self, frame: bytes, packet: Packet) -> str:
        datagram = self._datagram
        if not udp(frame, packet, datagram):
            return f"UDP {endpoints_text(frame, packet)}, {HEADER_FLAWS[datagram.flaw]}"
        text = f"UDP {endpoints_text(frame, packet)} length {datagram.payload_length}"
        if datagram.flaw == Flaw.BAD_LENGTH:
            return f"{text}, bad length {datagram.length}"
        if datagram.flaw == Flaw.SHORT:
            return f"{text} of {datagram.length - 8}: the datagram ends too early"
        return text


def _excess_text(packet: Packet, stated: int) -> str:
    """What there is to say where a datagram claims to be longer than the frame, or the datagram around it, has room."""
    there = packet.end - packet.network_at
    return f", IP says {stated} bytes, {there} are there" if stated > there else ""


def vlan_text(frame: bytes, link: int, packet: Packet) -> str:
    """`VLAN 7: `; several tags that stand together in an Ethernet header as `VLAN 100/7: `, outermost first."""
    innermost = packet.vlan & 0x0FFF
    tags: list[int] = []
    if link == LINK_ETHERNET and packet.vlan_tags > 1:
        at = 12
        while int.from_bytes(frame[at : at + 2], "big") in _VLAN_TYPES and len(tags) < packet.vlan_tags:
            tags.append(int.from_bytes(frame[at + 2 : at + 4], "big") & 0x0FFF)
            at += 4
    if len(tags) != packet.vlan_tags:
        tags = [innermost]
    return f"VLAN {'/'.join(map(str, tags))}: "


def unread_text(wire: int, link: int, packet: Packet) -> str:
    """A frame of which pcapkit reads nothing: `Ethernet type 0x88cc (LLDP), 60 bytes`."""
    if packet.ethertype != NO_TYPE:
        name = ETHERNET_TYPES.get(packet.ethertype)
        text = f"Ethernet type 0x{packet.ethertype:04x}" + (f" ({name})" if name else "")
    elif link == LINK_ETHERNET:
        text = "IEEE 802.3"
    else:
        text = f"link type {link}"
    return f"{text}, {wire} bytes"


def _version(packet: Packet) -> str:
    return "IPv4" if packet.network == Network.IPV4 else "IPv6"


def _fragment_text(frame: bytes, packet: Packet) -> str:
    at = packet.network_at
    if packet.network == Network.IPV4:
        identification = int.from_bytes(frame[at + 4 : at + 6], "big")
    else:
        identification = int.from_bytes(frame[packet.transport_at - 4 : packet.transport_at], "big")
    extent = f"{packet.fragment_offset}+{packet.end - packet.transport_at}"
    return (
        f"{_version(packet)} {hosts_text(frame, packet)} fragment {extent}"
        f" of {ip_protocol(packet.protocol)} (id {identification})"
    )


def _flawed_text(frame: bytes, packet: Packet) -> str:
    """A datagram behind whose header reading stopped: what it was to carry, if its header tells, and to which port."""
    at = packet.network_at + (9 if packet.network == Network.IPV4 else 6)
    carried = frame[at]
    if carried == TCP:
        return f"TCP {endpoints_text(frame, packet)}"
    if carried == AUTHENTICATION or (packet.network == Network.IPV6 and is_extension(carried)):
        return f"{_version(packet)} {hosts_text(frame, packet)}"
    return f"{_version(packet)} {hosts_text(frame, packet)} {ip_protocol(carried)}"
