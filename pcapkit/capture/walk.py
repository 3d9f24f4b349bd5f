"""From a block of the receive ring to frames.

The ring hands over a whole block (a memoryview), `walk` yields what is in it, and nobody else in Python knows the
layout; the native walker, pcapkit/fast/ring.h, finds the same. Layout from linux/if_packet.h, in the machine's byte
order:

    struct tpacket_block_desc   version, offset_to_priv, then tpacket_hdr_v1:
                                block_status, num_pkts, offset_to_first_pkt, blk_len, seq_num,
                                ts_first_pkt (in fact when the block was begun), ...
    struct tpacket3_hdr         tp_next_offset, tp_sec, tp_nsec, tp_snaplen, tp_len, tp_status,
                                tp_mac, tp_net, tp_rxhash, tp_vlan_tci, tp_vlan_tpid, padding to 48 bytes
    struct sockaddr_ll          directly behind: family, protocol, ifindex, hatype, pkttype, halen, addr[8]

The kernel wrote it, but lengths are checked against the block all the same: a walker must not read outside
its block.
"""

from collections.abc import Iterator
from struct import Struct
from typing import Final, NamedTuple

from pcapkit.capture.linktypes import LinkType

BLOCK_DESCRIPTION: Final = Struct("=IIIIII")
FRAME_HEADER: Final = Struct("=IIIIIIHHIIH")
FRAME_HEADER_SIZE: Final = 48
LINK_ADDRESS: Final = Struct("=H2siHBB8s")
BLOCK_STATUS_OFFSET: Final = 8
BLOCK_BEGUN: Final = Struct("=II")
BLOCK_BEGUN_OFFSET: Final = 32

STATUS_USER: Final = 1  # TP_STATUS_USER: the block is ours
STATUS_LOSING: Final = 1 << 2  # TP_STATUS_LOSING: frames were dropped since the statistics were last read
STATUS_VLAN_VALID: Final = 1 << 4
STATUS_VLAN_TPID_VALID: Final = 1 << 6

PACKET_OUTGOING: Final = 4

# epb_flags of pcapng: bits 0-1 direction (1 in, 2 out), bits 2-4 reception (1 unicast, 2 multicast, 3
# broadcast, 4 promiscuous), by the kernel's sll_pkttype: host, broadcast, multicast, other host, outgoing.
FLAGS_BY_PACKET_TYPE: Final = (0b00101, 0b01101, 0b01001, 0b10001, 0b00010)

_COOKED_HEADER: Final = Struct(">HHH8s")
_TAG: Final = Struct(">HH")
_TPID_8021Q: Final = 0x8100
_LONGEST: Final = 0xFFFFFFFF  # what a file's field for the length on the wire holds


class Frame(NamedTuple):
    """One frame: time in ns since 1970 UTC, captured bytes, bytes on the wire, and pcapng's epb_flags."""

    time: int
    data: bytes
    wire_length: int
    flags: int


def walk(block: memoryview, link: LinkType, snaplen: int, *, skip_outgoing: bool = False) -> Iterator[Frame]:
    """Yield the frames of a ring block in the kernel's order.

    An 802.1Q tag that the kernel moved to the ring header is put back. skip_outgoing leaves out frames that
    are being sent: on loopback each frame passes twice, and the received copy is the one that is kept.
    """
    end = len(block)
    if end < BLOCK_DESCRIPTION.size:
        return
    _, _, _, count, offset, _ = BLOCK_DESCRIPTION.unpack_from(block)
    unpack_header = FRAME_HEADER.unpack_from
    tag_offset = link.tag_offset
    cooked = link.cooked
    for _ in range(count):
        if offset + FRAME_HEADER_SIZE + LINK_ADDRESS.size > end:
            return
        step, seconds, nanoseconds, captured, length, status, mac, net, _, tci, tpid = unpack_header(block, offset)
        packet_type = block[offset + FRAME_HEADER_SIZE + 10]
        if not (skip_outgoing and packet_type == PACKET_OUTGOING):
            start = offset + (net if cooked else mac)
            data = bytes(block[start : start + captured])  # a slice ends with the block
            if cooked:
                data = _cooked_header(block, offset + FRAME_HEADER_SIZE) + data
                length += 16
            if (tci or status & STATUS_VLAN_VALID) and len(data) >= tag_offset > 0:
                if not status & STATUS_VLAN_TPID_VALID:
                    tpid = _TPID_8021Q
                data = data[:tag_offset] + _TAG.pack(tpid, tci & 0xFFFF) + data[tag_offset:]
                length += 4
            if len(data) > snaplen:
                data = data[:snaplen]
            flags = FLAGS_BY_PACKET_TYPE[packet_type] if packet_type <= PACKET_OUTGOING else 0
            if length < len(data):
                length = len(data)
            if length > _LONGEST:
                length = _LONGEST
            yield Frame(seconds * 1_000_000_000 + nanoseconds, data, length, flags)
        if step < FRAME_HEADER_SIZE:  # 0 marks the last frame of a block
            return
        offset += step


def _cooked_header(block: memoryview, offset: int) -> bytes:
    """LINKTYPE_LINUX_SLL's 16 bytes out of the sockaddr_ll at offset; its protocol is in network order."""
    _, protocol, _, hardware, packet_type, address_length, address = LINK_ADDRESS.unpack_from(block, offset)
    header = _COOKED_HEADER.pack(packet_type, hardware, address_length, address)
    return header + bytes(protocol)
