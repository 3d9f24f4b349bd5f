/* A frame's headers as text, byte for byte as pcapkit.annotate.describe.Describer writes them. */
#ifndef PCAPKIT_HEADERS_H
#define PCAPKIT_HEADERS_H

#include "icmp.h"
#include "wording.h"

/* int.from_bytes of a slice of two bytes, which may be cut. */
static int64_t cut16(Frame frame, int64_t at) {
    return at + 1 < frame.length ? u16(frame, at) : u8(frame, at);
}

static unsigned char *put_vlan(unsigned char *out, Frame frame, int64_t link, const Packet *packet) {
    int count = 0;
    unsigned char *first = out = PUT(out, "VLAN ");
    if (link == LINK_LINK_ETHERNET && packet->vlan_tags > 1) {
        for (int64_t at = 12; count < packet->vlan_tags; at += 4, count++) {
            int64_t type = cut16(frame, at);
            if (type != TAGS_TYPE_VLAN && type != TAGS_TYPE_VLAN_SERVICE && type != TAGS_TYPE_VLAN_OLD)
                break;
            if (count > 0)
                *out++ = '/';
            out = put_u32(out, (uint32_t)cut16(frame, at + 2) & 0x0FFF);
        }
    }
    if (count != packet->vlan_tags)
        out = put_u32(first, packet->vlan & 0x0FFF);
    return PUT(out, ": ");
}

static unsigned char *make_flags(const Wording *wording, unsigned char *out, uint32_t flags) {
    int some = 0;
    out = PUT(out, " [");
    for (int64_t place = 0; place < wording->flag_count; place++) {
        if ((flags & wording->flag_bits[place]) != 0) {
            if (some++)
                out = PUT(out, ", ");
            out = put_piece(out, wording->flags[place]);
        }
    }
    if (!some)
        out = PUT(out, "none");
    return PUT(out, "] seq ");
}

static inline unsigned char *put_flags(const Wording *wording, unsigned char *out, uint32_t flags) {
    FlagsText *kept = &wording->flags_kept[flags & 0xFFF];
    if (__builtin_expect(kept->length == 0, 0)) {
        unsigned char made[256];
        size_t length = (size_t)(make_flags(wording, made, flags) - made);
        if (length > LONGEST_FLAGS) {
            memcpy(out, made, length);
            return out + length;
        }
        memcpy(kept->text, made, length);
        kept->length = (uint8_t)length;
    }
    return put_text(out, kept->text, kept->length);
}

/* pcapkit.annotate.tcp.options_text. */
static unsigned char *put_options(const Wording *wording, unsigned char *out, Frame frame, const Packet *packet) {
    Options found;
    unsigned char *begin = out;
    memset(&found, 0, sizeof found);
    wording->layers.options(frame, packet->transport_at, packet->segment.header_length, &found);
#define WORD(literal) (out = out == begin ? PUT(out, " <" literal) : PUT(out, ", " literal))
    if (found.has_maximum_size) {
        WORD("mss ");
        out = put_u32(out, found.maximum_size);
    }
    if (found.sack_permitted)
        WORD("sack ok");
    if (found.has_timestamps) {
        WORD("ts ");
        out = put_u32(out, found.timestamp);
        *out++ = '/';
        out = put_u32(out, found.timestamp_echo);
    }
    if (found.has_scale) {
        WORD("wscale ");
        out = put_u32(out, found.scale);
    }
    if (found.sack_blocks) {
        WORD("sack ");
        out = put_u32(out, found.sack_blocks);
        out = found.sack_blocks > 1 ? PUT(out, " blocks") : PUT(out, " block");
    }
    if (found.has_fast_open && found.cookie_length) {
        WORD("fast open cookie ");
        out = put_u32(out, found.cookie_length);
    } else if (found.has_fast_open) {
        WORD("fast open request");
    }
    if (found.others) {
        if (out == begin)
            out = PUT(out, " <");
        else
            out = PUT(out, ", ");
        out = put_u32(out, found.others);
        out = found.others > 1 ? PUT(out, " others") : PUT(out, " other");
    }
    if (found.malformed)
        WORD("malformed");
    if (found.cut)
        WORD("cut by the snaplen");
#undef WORD
    if (out != begin)
        *out++ = '>';
    return out;
}

static inline unsigned char *put_tcp(const Wording *wording, unsigned char *out, Frame frame, const Packet *packet) {
    const Segment *segment = &packet->segment;
    out = PUT(out, "TCP ");
    out = put_endpoints(out, frame, packet, wording->kept);
    out = put_flags(wording, out, segment->flags);
    out = put_u32(out, segment->seq);
    if (segment->flags & TCP_ACK) {
        out = PUT(out, " ack ");
        out = put_u32(out, segment->ack);
    }
    out = PUT(out, " win ");
    out = put_u16(out, segment->window);
    out = PUT(out, " length ");
    out = put_u32(out, segment->payload_length);
    if (segment->header_length > 20) {
        int64_t at = packet->transport_at + 20;
        const unsigned char *option = frame.bytes + at;
        if (segment->header_length == 32 && at + 12 <= frame.length && memcmp(option, "\1\1\10\12", 4) == 0) {
            /* What most segments have: two bytes of padding, and timestamps. */
            out = PUT(out, " <ts ");
            out = put_u32(out, big_u32(option + 4));
            *out++ = '/';
            out = put_u32(out, big_u32(option + 8));
            *out++ = '>';
        } else {
            out = put_options(wording, out, frame, packet);
        }
    }
    return out;
}

static unsigned char *put_udp(const Wording *wording, unsigned char *out, Frame frame, const Packet *packet) {
    Datagram datagram;
    memset(&datagram, 0, sizeof datagram);
    int read = wording->layers.udp(frame, packet, &datagram);
    out = PUT(out, "UDP ");
    out = put_endpoints(out, frame, packet, wording->kept);
    if (!read)
        return put_piece(out, wording->flaws[datagram.flaw & 7]);
    out = PUT(out, " length ");
    out = put_u32(out, datagram.payload_length);
    if (datagram.flaw == FLAW_BAD_LENGTH) {
        out = PUT(out, ", bad length ");
        out = put_u32(out, datagram.length);
    } else if (datagram.flaw == FLAW_SHORT) {
        out = PUT(out, " of ");
        out = put_i64(out, (int64_t)datagram.length - 8);
        out = PUT(out, ": the datagram ends too early");
    }
    return out;
}

static inline unsigned char *put_version(unsigned char *out, const Packet *packet) {
    return packet->network == NETWORK_IPV4 ? PUT(out, "IPv4 ") : PUT(out, "IPv6 ");
}

static unsigned char *put_fragment(const Wording *wording, unsigned char *out, Frame frame, const Packet *packet) {
    int64_t id = packet->network == NETWORK_IPV4 ? u16(frame, (int64_t)packet->network_at + 4)
                                                 : u32(frame, (int64_t)packet->transport_at - 4);
    out = put_version(out, packet);
    out = put_hosts(out, frame, packet, wording->kept);
    out = PUT(out, " fragment ");
    out = put_u32(out, packet->fragment_offset);
    *out++ = '+';
    out = put_i64(out, (int64_t)packet->end - packet->transport_at);
    out = PUT(out, " of ");
    out = put_piece(out, wording->protocols[packet->protocol < 256 ? packet->protocol : PACKET_NO_PROTOCOL]);
    out = PUT(out, " (id ");
    out = put_u32(out, (uint32_t)id);
    *out++ = ')';
    return out;
}

/* A datagram behind whose header reading stopped: pcapkit.annotate.describe._flawed_text. */
static unsigned char *put_flawed(const Wording *wording, unsigned char *out, Frame frame, const Packet *packet) {
    int64_t carried = u8(frame, (int64_t)packet->network_at + (packet->network == NETWORK_IPV4 ? 9 : 6));
    if (carried == TCP_TCP) {
        out = PUT(out, "TCP ");
        return put_endpoints(out, frame, packet, wording->kept);
    }
    out = put_version(out, packet);
    out = put_hosts(out, frame, packet, wording->kept);
    if (carried == IPV4_AUTHENTICATION ||
        (packet->network == NETWORK_IPV6 && wording->layers.is_extension(carried)))
        return out;
    *out++ = ' ';
    return put_piece(out, wording->protocols[carried]);
}

static unsigned char *put_datagram(const Wording *wording, unsigned char *out, Frame frame, const Packet *packet) {
    if (packet->flaw != FLAW_NONE)
        return put_flawed(wording, out, frame, packet);
    if (packet->fragment)
        return put_fragment(wording, out, frame, packet);
    switch (packet->protocol) {
    case TUNNELS_UDP:
        return put_udp(wording, out, frame, packet);
    case ICMP_ICMP:
    case ICMP_ICMPV6:
        return put_icmp(wording, out, frame, packet);
    case IGMP_IGMP:
        return put_igmp(wording, out, frame, packet);
    }
    out = put_version(out, packet);
    out = put_hosts(out, frame, packet, wording->kept);
    *out++ = ' ';
    out = put_piece(out, wording->protocols[packet->protocol < 256 ? packet->protocol : PACKET_NO_PROTOCOL]);
    out = PUT(out, " length ");
    return put_i64(out, (int64_t)packet->end - packet->transport_at);
}

static unsigned char *put_frame_of(unsigned char *out, int64_t wire) {
    out = PUT(out, "frame of ");
    out = put_i64(out, wire);
    return PUT(out, " bytes");
}

/* Nothing where pcapkit reads none of the headers. */
static inline unsigned char *put_headers(
    const Wording *wording, unsigned char *out, Frame frame, int64_t wire, int64_t link, const Packet *packet
) {
    int network = packet->network;
    if (!packet->has_segment && network == NETWORK_NONE && packet->flaw == FLAW_NONE)
        return out;
    if (__builtin_expect(packet->vlan_tags != 0, 0))
        out = put_vlan(out, frame, link, packet);
    if (PCAPKIT_LIKELY(packet->has_segment))
        out = put_tcp(wording, out, frame, packet);
    else if (network == NETWORK_ARP)
        out = put_arp(wording, out, frame, packet);
    else if (network != NETWORK_NONE)
        out = put_datagram(wording, out, frame, packet);
    else
        out = put_frame_of(out, wire);
    if (packet->flaw != FLAW_NONE) {
        out = put_piece(out, wording->flaws[packet->flaw & 7]);
    } else if ((network == NETWORK_IPV4 || network == NETWORK_IPV6) && packet->ethertype == PACKET_NO_TYPE) {
        int64_t at = packet->network_at, length_at = network == NETWORK_IPV4 ? at + 2 : at + 4;
        int64_t stated = (network == NETWORK_IPV4 ? 0 : 40) +
                         (PCAPKIT_LIKELY(length_at + 2 <= frame.length) ? big_u16(frame.bytes + length_at) : 0);
        int64_t there = (int64_t)packet->end - at;
        if (__builtin_expect(stated > there, 0)) {
            out = PUT(out, ", IP says ");
            out = put_i64(out, stated);
            out = PUT(out, " bytes, ");
            out = put_i64(out, there);
            out = PUT(out, " are there");
        }
    }
    int around = packet->datagrams - (network != NETWORK_ARP);
    if (around > 0) {
        out = PUT(out, ", inside ");
        out = put_u32(out, (uint32_t)around);
        out = around > 1 ? PUT(out, " datagrams") : PUT(out, " datagram");
    }
    return out;
}

#endif
