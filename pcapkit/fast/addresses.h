/* Addresses as text, as pcapkit.annotate.addresses writes them. */
#ifndef PCAPKIT_ADDRESSES_H
#define PCAPKIT_ADDRESSES_H

#include <arpa/inet.h>

#include "digits.h"
#include "packet_layout.h"
#include "reading.h"

enum {
    KEPT_ADDRESSES = 1024, /* IPv6 addresses whose text is kept: a power of two */
    LONGEST_HARDWARE = 20, /* bytes of a hardware address that are shown */
};

/* One line of the processor's cache. length 0: nothing kept. */
typedef struct {
    unsigned char address[16];
    unsigned char text[47];
    uint8_t length;
} KeptAddress;

/* Each number below 256 with a dot behind it, and the length of both; see addresses_begin. */
static struct {
    unsigned char text[4];
    uint32_t length;
} octets[256];

/* To be called before anything else here. */
static void addresses_begin(void) {
    digits_begin();
    for (uint32_t octet = 0; octet < 256; octet++) {
        unsigned char text[SLACK], *end = put_up_to_three(text, octet);
        *end++ = '.';
        octets[octet].length = (uint32_t)(end - text);
        memcpy(octets[octet].text, text, 4);
    }
}

/* By text that is kept for each octet: no length waits for another. */
static inline unsigned char *put_ipv4(unsigned char *out, const unsigned char *address) {
    for (int place = 0; place < 4; place++) {
        memcpy(out, octets[address[place]].text, 4);
        out += octets[address[place]].length;
    }
    return out - 1; /* without the last dot */
}

static inline unsigned char *put_group(unsigned char *out, uint32_t group) {
    if (group > 0xFFF)
        out = put_hex_byte(out, group >> 8);
    else if (group > 0xFF)
        *out++ = (unsigned char)"0123456789abcdef"[group >> 8];
    else if (group <= 0xF) {
        *out = (unsigned char)"0123456789abcdef"[group];
        return out + 1;
    }
    return put_hex_byte(out, group & 0xFF);
}

/* RFC 5952: the longest run of at least two zero groups, the first of several, as `::`. At most 45 bytes. */
static unsigned char *make_ipv6(unsigned char *out, const unsigned char *address) {
    static const unsigned char zeros[10];
    if (memcmp(address, zeros, sizeof zeros) == 0) {
        /* Whether an IPv4 address is shown in it, the system decides: Python asks it, too. */
        char text[64];
        size_t length = inet_ntop(AF_INET6, address, text, sizeof text) != NULL ? strlen(text) : 0;
        memcpy(out, text, length);
        return out + length;
    }
    uint32_t groups[8];
    int run = 0, best = 1, best_at = 8;
    for (int place = 0; place < 8; place++) {
        groups[place] = (uint32_t)address[2 * place] << 8 | address[2 * place + 1];
        run = groups[place] == 0 ? run + 1 : 0;
        if (run > best) {
            best = run;
            best_at = place - run + 1;
        }
    }
    for (int place = 0; place < 8; place++) {
        if (place == best_at) {
            *out++ = ':';
            place += best - 1;
            if (place == 7)
                *out++ = ':';
            continue;
        }
        if (place > 0)
            *out++ = ':';
        out = put_group(out, groups[place]);
    }
    return out;
}

/* Traffic has few addresses at a time: their text is kept. */
static inline unsigned char *put_ipv6(unsigned char *out, const unsigned char *address, KeptAddress *kept) {
    uint64_t high, low;
    memcpy(&high, address, 8);
    memcpy(&low, address + 8, 8);
    uint64_t mixed = (high ^ (low << 1 | low >> 63)) * 0x9E3779B97F4A7C15u;
    KeptAddress *found = &kept[mixed >> 32 & (KEPT_ADDRESSES - 1)];
    if (found->length == 0 || memcmp(found->address, address, 16) != 0) {
        memcpy(found->address, address, 16);
        found->length = (uint8_t)(make_ipv6(found->text, address) - found->text);
    }
    memcpy(out, found->text, sizeof found->text);
    return out + found->length;
}

static unsigned char *put_hardware(unsigned char *out, const unsigned char *address, int64_t length) {
    if (length <= 0)
        return PUT(out, "none");
    for (int64_t place = 0; place < length; place++) {
        if (place > 0)
            *out++ = ':';
        out = put_hex_byte(out, address[place]);
    }
    return out;
}

/* ip_text: IPv4 and IPv6 by their lengths, at most LONGEST_HARDWARE bytes of anything else in hexadecimal. */
static inline unsigned char *put_address(
    unsigned char *out, const unsigned char *address, int64_t length, KeptAddress *kept
) {
    if (length == 4)
        return put_ipv4(out, address);
    if (length == 16)
        return put_ipv6(out, address, kept);
    return put_hardware(out, address, length);
}

/* A slice of a frame: as much of it as the frame has. */
typedef struct {
    const unsigned char *bytes;
    int64_t length;
} Slice;

static inline Slice slice(Frame frame, int64_t at, int64_t length) {
    Slice found = {frame.bytes, 0};
    if (PCAPKIT_LIKELY(at >= 0 && at < frame.length && length > 0)) {
        found.bytes = frame.bytes + at;
        found.length = length < frame.length - at ? length : frame.length - at;
    }
    return found;
}

/* hosts_text. */
static inline unsigned char *put_hosts(unsigned char *out, Frame frame, const Packet *packet, KeptAddress *kept) {
    Slice both = slice(frame, packet->addresses_at, 2 * (int64_t)packet->address_length);
    int64_t half = both.length / 2;
    out = put_address(out, both.bytes, half, kept);
    out = PUT(out, " > ");
    return put_address(out, both.bytes + half, both.length - half, kept);
}

/* Within the frame. */
static inline uint32_t big_u16(const unsigned char *at) {
    uint16_t word;
    memcpy(&word, at, 2);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap16(word);
#endif
    return word;
}

static inline uint32_t big_u32(const unsigned char *at) {
    uint32_t word;
    memcpy(&word, at, 4);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

/* endpoints_text: the ports where datagram and capture have them. */
__attribute__((always_inline)) static inline unsigned char *put_endpoints(
    unsigned char *out, Frame frame, const Packet *packet, KeptAddress *kept
) {
    int64_t at = packet->transport_at, addresses_at = packet->addresses_at, size = packet->address_length;
    if (at + 4 > packet->end || at + 4 > frame.length || addresses_at + 2 * size > frame.length ||
        (size != 4 && size != 16))
        return put_hosts(out, frame, packet, kept);
    const unsigned char *addresses = frame.bytes + addresses_at, *ports = frame.bytes + at;
    if (PCAPKIT_LIKELY(size == 4)) {
        out = put_ipv4(out, addresses);
        *out++ = ':';
        out = put_u16(out, big_u16(ports));
        out = PUT(out, " > ");
        out = put_ipv4(out, addresses + 4);
    } else {
        *out++ = '[';
        out = put_ipv6(out, addresses, kept);
        out = PUT(out, "]:");
        out = put_u16(out, big_u16(ports));
        out = PUT(out, " > [");
        out = put_ipv6(out, addresses + 16, kept);
        *out++ = ']';
    }
    *out++ = ':';
    return put_u16(out, big_u16(ports + 2));
}

#endif
