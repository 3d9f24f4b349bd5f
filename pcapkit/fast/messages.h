/* ARP, ICMP, ICMPv6 and IGMP messages as text, as pcapkit.annotate.arp, .icmp and .igmp write them. */
#ifndef PCAPKIT_MESSAGES_H
#define PCAPKIT_MESSAGES_H

#include "wording.h"

static int any(Slice slice) {
    for (int64_t place = 0; place < slice.length; place++)
        if (slice.bytes[place] != 0)
            return 1;
    return 0;
}

static int same(Slice left, Slice right) {
    return left.length == right.length && memcmp(left.bytes, right.bytes, (size_t)left.length) == 0;
}

static unsigned char *put_slice(const Wording *wording, unsigned char *out, Slice slice) {
    return put_address(out, slice.bytes, slice.length, wording->kept);
}

static unsigned char *put_hardware_slice(unsigned char *out, Slice slice) {
    return put_hardware(out, slice.bytes, slice.length);
}

static unsigned char *put_count(unsigned char *out, int64_t number, const char *what) {
    size_t length = strlen(what);
    out = put_i64(out, number);
    *out++ = ' ';
    memcpy(out, what, length);
    out += length;
    if (number != 1)
        *out++ = 's';
    return out;
}

static unsigned char *put_arp(const Wording *wording, unsigned char *out, Frame frame, const Packet *packet) {
    Resolution message;
    memset(&message, 0, sizeof message);
    wording->layers.arp(frame, packet, &message);
    int64_t hardware = message.hardware_length < LONGEST_HARDWARE ? message.hardware_length : LONGEST_HARDWARE;
    int64_t protocol = message.protocol_length < LONGEST_HARDWARE ? message.protocol_length : LONGEST_HARDWARE;
    Slice sender_hardware = slice(frame, message.sender_hardware_at, hardware);
    Slice target_hardware = slice(frame, message.target_hardware_at, hardware);
    Slice sender = slice(frame, message.sender_protocol_at, protocol);
    Slice target = slice(frame, message.target_protocol_at, protocol);
    int ip = message.protocol == LINK_TYPE_IPV4;
#define SHOWN(address) (out = ip ? put_slice(wording, out, address) : put_hardware_slice(out, address))
    switch (message.operation) {
    case OPERATION_REQUEST:
        if (!any(sender)) { /* RFC 5227 section 2.1.1 */
            out = PUT(out, "ARP probe: who has ");
            SHOWN(target);
            out = PUT(out, "? asks ");
            return put_hardware_slice(out, sender_hardware);
        }
        if (same(sender, target)) { /* section 2.3 */
            out = PUT(out, "ARP announcement: ");
            SHOWN(sender);
            out = PUT(out, " is at ");
            return put_hardware_slice(out, sender_hardware);
        }
        out = PUT(out, "ARP who has ");
        SHOWN(target);
        out = PUT(out, "? tell ");
        SHOWN(sender);
        out = PUT(out, " (");
        out = put_hardware_slice(out, sender_hardware);
        return PUT(out, ")");
    case OPERATION_REPLY:
        out = same(sender, target) ? PUT(out, "ARP gratuitous: ") : PUT(out, "ARP ");
        SHOWN(sender);
        out = PUT(out, " is at ");
        return put_hardware_slice(out, sender_hardware);
    case OPERATION_REVERSE_REQUEST:
        out = PUT(out, "RARP who is ");
        out = put_hardware_slice(out, target_hardware);
        out = PUT(out, "? tell ");
        return put_hardware_slice(out, sender_hardware);
    case OPERATION_REVERSE_REPLY:
        out = PUT(out, "RARP ");
        out = put_hardware_slice(out, target_hardware);
        out = PUT(out, " is ");
        SHOWN(target);
        out = PUT(out, ", says ");
        return SHOWN(sender);
    case OPERATION_INVERSE_REQUEST:
        out = PUT(out, "ARP what is the address of ");
        out = put_hardware_slice(out, target_hardware);
        out = PUT(out, "? tell ");
        SHOWN(sender);
        out = PUT(out, " (");
        out = put_hardware_slice(out, sender_hardware);
        return PUT(out, ")");
    case OPERATION_INVERSE_REPLY:
        out = PUT(out, "ARP ");
        out = put_hardware_slice(out, sender_hardware);
        out = PUT(out, " is ");
        return SHOWN(sender);
    case OPERATION_REFUSAL:
        out = PUT(out, "ARP refusal: nothing known of ");
        SHOWN(target);
        out = PUT(out, ", says ");
        return SHOWN(sender);
    }
    out = PUT(out, "ARP operation ");
    out = put_u32(out, message.operation);
    out = PUT(out, ", ");
    SHOWN(sender);
    out = PUT(out, " (");
    out = put_hardware_slice(out, sender_hardware);
    out = PUT(out, ") to ");
    SHOWN(target);
    out = PUT(out, " (");
    out = put_hardware_slice(out, target_hardware);
    return PUT(out, ")");
#undef SHOWN
}

static unsigned char *put_igmp(const Wording *wording, unsigned char *out, Frame frame, const Packet *packet) {
    Membership message;
    memset(&message, 0, sizeof message);
    int read = wording->layers.igmp(frame, packet, &message);
    out = PUT(out, "IGMP ");
    out = put_hosts(out, frame, packet, wording->kept);
    if (!read)
        return put_piece(out, wording->flaws[message.flaw & 7]);
    *out++ = ' ';
    if (message.version == 0)
        return put_piece(out, wording->memberships[message.type]);
    Slice group = slice(frame, message.group_at, 4);
    *out++ = 'v';
    out = put_u32(out, message.version);
    if (message.type == IGMP_REPORT_3) {
        out = PUT(out, " membership report, ");
        return put_count(out, message.records, "group");
    }
    if (message.type == IGMP_QUERY) {
        if (any(group)) {
            out = PUT(out, " membership query for ");
            out = put_slice(wording, out, group);
        } else {
            out = PUT(out, " general membership query");
        }
        if (message.sources) {
            out = PUT(out, ", ");
            out = put_count(out, message.sources, "source");
        }
        return out;
    }
    out = message.type == IGMP_LEAVE ? PUT(out, " leave group ") : PUT(out, " membership report for ");
    return put_slice(wording, out, group);
}

#endif
