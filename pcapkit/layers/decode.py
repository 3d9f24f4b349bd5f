"""From the outside in: the headers of one frame, up to the innermost datagram's transport header."""

from typing import Final

from pcapkit.layers.arp import arp
from pcapkit.layers.ipv4 import ipv4
from pcapkit.layers.ipv6 import ipv6
from pcapkit.layers.link import TYPE_ARP, TYPE_IPV4, TYPE_IPV6, TYPE_RARP, link_layer
from pcapkit.layers.packet import NO_TYPE, Flaw, Packet, clear, stop
from pcapkit.layers.tags import tags
from pcapkit.layers.tcp import TCP, tcp
from pcapkit.layers.tunnels import tunnel
from pcapkit.subset import U16, U32, Frame

MAX_DATAGRAMS: Final = 8  # one inside another


def decode(frame: Frame, wire: U32, link: U16, packet: Packet) -> None:
    """Describe a frame of `wire` bytes, of which `frame` was captured, from an interface of type `link`.

    Nothing in a frame makes this fail: where it is short, cut or lying, `packet.flaw` says so, and what was read
    before stays. A TCP header that an ICMP error quotes is not read: the error is ICMP, not a segment.
    """
    clear(packet, wire)
    link_layer(frame, link, packet)
    for _ in range(MAX_DATAGRAMS):
        tags(frame, packet)
        if packet.ethertype == TYPE_IPV4:
            ipv4(frame, packet)
        elif packet.ethertype == TYPE_IPV6:
            ipv6(frame, packet)
        elif packet.ethertype == TYPE_ARP or packet.ethertype == TYPE_RARP:
            arp(frame, packet)
            return
        else:
            return
        packet.transport_at = packet.at
        if packet.fragment or packet.flaw != Flaw.NONE:
            return
        tunnel(frame, packet)
        if packet.protocol == TCP:
            tcp(frame, packet)
            return
        if packet.ethertype == NO_TYPE:
            return
    stop(packet, Flaw.TOO_DEEP)
