/* ICMP and ICMPv6 messages as text, as pcapkit.annotate.icmp writes them. */
#ifndef PCAPKIT_ICMP_H
#define PCAPKIT_ICMP_H

#include "messages.h"

static unsigned char *put_message_name(const Wording *wording, unsigned char *out, const Message *message) {
    for (int64_t place = 0; place < wording->code_count; place++) {
        const CodeName *row = &wording->codes[place];
        if (row->type == message->type && row->code == message->code && row->version == message->version)
            return put_piece(out, row->name);
    }
    out = put_piece(out, (message->version == 4 ? wording->types_4 : wording->types_6)[message->type]);
    if (message->code != 0) {
        out = PUT(out, " code ");
        out = put_u32(out, message->code);
    }
    return out;
}

static unsigned char *put_quoted(const Wording *wording, unsigned char *out, Frame frame, const Packet *quoted) {
    uint32_t protocol = quoted->protocol;
    if (quoted->fragment) {
        out = PUT(out, "fragment ");
        out = put_u32(out, quoted->fragment_offset);
        out = PUT(out, " of ");
        out = put_piece(out, wording->protocols[protocol < 256 ? protocol : PACKET_NO_PROTOCOL]);
        *out++ = ' ';
        return put_hosts(out, frame, quoted, wording->kept);
    }
    if (protocol < 256)
        out = put_piece(out, wording->protocols[protocol]);
    else
        out = PUT(out, "datagram");
    *out++ = ' ';
    if (protocol < 256 && wording->with_ports[protocol])
        return put_endpoints(out, frame, quoted, wording->kept);
    return put_hosts(out, frame, quoted, wording->kept);
}

static unsigned char *put_id_and_seq(unsigned char *out, const Message *message) {
    out = PUT(out, " id ");
    out = put_u32(out, message->identifier);
    out = PUT(out, " seq ");
    return put_u32(out, message->sequence);
}

static unsigned char *put_details_4(const Wording *wording, unsigned char *out, Frame frame, const Message *message) {
    Slice address = slice(frame, message->address_at, 4);
    switch (message->type) {
    case ICMP_ECHO_REQUEST:
    case ICMP_ECHO_REPLY:
    case ICMP_EXTENDED_ECHO_REQUEST:
    case ICMP_EXTENDED_ECHO_REPLY:
        return put_id_and_seq(out, message);
    case ICMP_REDIRECT:
        out = PUT(out, " to ");
        return put_slice(wording, out, address);
    case ICMP_PARAMETER_PROBLEM:
        if (message->code != 0)
            return out;
        out = PUT(out, " at byte ");
        return put_u32(out, message->pointer);
    case ICMP_UNREACHABLE:
        if (message->code != ICMP_CODE_FRAGMENTATION_NEEDED)
            return out;
        out = PUT(out, ", MTU ");
        return put_u32(out, message->mtu);
    case ICMP_ROUTER_ADVERTISEMENT:
        if (message->address_at == 0)
            return out;
        out = PUT(out, " of ");
        out = put_slice(wording, out, address);
        out = PUT(out, ", lifetime ");
        out = put_u32(out, message->lifetime);
        return PUT(out, " s");
    }
    if (message->type >= ICMP_TIMESTAMP_REQUEST && message->type <= ICMP_ADDRESS_MASK_REPLY) {
        out = put_id_and_seq(out, message);
        if (message->address_at != 0) {
            out = PUT(out, " mask ");
            out = put_slice(wording, out, address);
        }
    }
    return out;
}

static unsigned char *put_listener(const Wording *wording, unsigned char *out, Frame frame, const Message *message) {
    if (message->address_at == 0)
        return out;
    Slice group = slice(frame, message->address_at, 16);
    if (any(group)) {
        out = PUT(out, " for ");
        out = put_slice(wording, out, group);
    } else {
        out = PUT(out, ", general");
    }
    if (message->sources) {
        out = PUT(out, ", ");
        out = put_count(out, message->sources, "source");
    }
    return out;
}

static unsigned char *put_neighbour(
    const Wording *wording, unsigned char *out, const Message *message, Slice target, Slice hardware
) {
    if (message->type == ICMP_NEIGHBOUR_SOLICITATION_6) {
        if (message->address_at != 0) {
            out = PUT(out, ": who has ");
            out = put_slice(wording, out, target);
            *out++ = '?';
        }
        if (message->hardware_at != 0) {
            out = PUT(out, " tell ");
            out = put_hardware_slice(out, hardware);
        }
        return out;
    }
    if (message->address_at != 0) {
        out = PUT(out, ": ");
        out = put_slice(wording, out, target);
        if (message->hardware_at != 0) {
            out = PUT(out, " is at ");
            out = put_hardware_slice(out, hardware);
        } else {
            out = PUT(out, " is here");
        }
    }
    unsigned char *begin = out;
    if (message->flags & 0x80)
        out = PUT(out, " (router");
    if (message->flags & 0x40)
        out = out == begin ? PUT(out, " (solicited") : PUT(out, ", solicited");
    if (message->flags & 0x20)
        out = out == begin ? PUT(out, " (override") : PUT(out, ", override");
    if (out != begin)
        *out++ = ')';
    return out;
}

/* Neighbour discovery: pcapkit.annotate.icmp._discovery. */
static unsigned char *put_discovery(const Wording *wording, unsigned char *out, Frame frame, const Message *message) {
    int64_t length = message->hardware_length < LONGEST_HARDWARE ? message->hardware_length : LONGEST_HARDWARE;
    Slice hardware = slice(frame, message->hardware_at, length);
    Slice target = slice(frame, message->address_at, 16);
    if (message->type == ICMP_NEIGHBOUR_SOLICITATION_6 || message->type == ICMP_NEIGHBOUR_ADVERTISEMENT_6)
        return put_neighbour(wording, out, message, target, hardware);
    if (message->type == ICMP_REDIRECT_6) {
        if (message->address_at != 0) {
            out = PUT(out, " to ");
            out = put_slice(wording, out, target);
        }
        if (message->hardware_at != 0) {
            out = PUT(out, " at ");
            out = put_hardware_slice(out, hardware);
        }
        return out;
    }
    if (message->hardware_at != 0) {
        out = PUT(out, " from ");
        out = put_hardware_slice(out, hardware);
    }
    if (message->type == ICMP_ROUTER_SOLICITATION_6)
        return out;
    out = PUT(out, ", lifetime ");
    out = put_u32(out, message->lifetime);
    out = PUT(out, " s");
    if (message->prefix_at != 0) {
        out = PUT(out, ", prefix ");
        out = put_slice(wording, out, slice(frame, message->prefix_at, 16));
        *out++ = '/';
        out = put_u32(out, message->prefix_length);
    }
    if (message->mtu != 0) {
        out = PUT(out, ", MTU ");
        out = put_u32(out, message->mtu);
    }
    return out;
}

static unsigned char *put_details_6(const Wording *wording, unsigned char *out, Frame frame, const Message *message) {
    int type = message->type;
    switch (type) {
    case ICMP_ECHO_REQUEST_6:
    case ICMP_ECHO_REPLY_6:
    case ICMP_EXTENDED_ECHO_REQUEST_6:
    case ICMP_EXTENDED_ECHO_REPLY_6:
        return put_id_and_seq(out, message);
    case ICMP_PACKET_TOO_BIG_6:
        out = PUT(out, ", MTU ");
        return put_u32(out, message->mtu);
    case ICMP_PARAMETER_PROBLEM_6:
        out = PUT(out, " at byte ");
        return put_u32(out, message->pointer);
    case ICMP_LISTENER_REPORT_2_6:
        out = PUT(out, ", ");
        return put_count(out, message->records, "group");
    }
    if (type >= ICMP_LISTENER_QUERY_6 && type <= ICMP_LISTENER_DONE_6)
        return put_listener(wording, out, frame, message);
    if (type >= ICMP_ROUTER_SOLICITATION_6 && type <= ICMP_REDIRECT_6)
        return put_discovery(wording, out, frame, message);
    return out;
}

static unsigned char *put_icmp(const Wording *wording, unsigned char *out, Frame frame, const Packet *packet) {
    Message message;
    memset(&message, 0, sizeof message);
    int read = wording->layers.icmp(frame, packet, &message);
    out = put_piece(out, wording->protocols[packet->protocol]);
    *out++ = ' ';
    out = put_hosts(out, frame, packet, wording->kept);
    if (!read)
        return put_piece(out, wording->flaws[message.flaw & 7]);
    *out++ = ' ';
    out = put_message_name(wording, out, &message);
    if (message.version == 4)
        out = put_details_4(wording, out, frame, &message);
    else
        out = put_details_6(wording, out, frame, &message);
    if (message.quotes) {
        out = PUT(out, ", quoting ");
        out = put_quoted(wording, out, frame, &message.quoted);
    }
    return put_piece(out, wording->message_flaws[message.flaw & 7]);
}

#endif
