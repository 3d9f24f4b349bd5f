/* TCP frames of one size, numbered, in as many connections as there are: frame n is data of connection n % CONNECTIONS, and
 * carries on where frame n - CONNECTIONS ended. All checksums are right and are the same for all frames: what depends on n is
 * in the frame twice, the second time inverted, and a word and its inverse together add nothing to a ones' complement sum. */
#ifndef NUMBERED_H
#define NUMBERED_H

#include <stdint.h>
#include <string.h>

#include "header.h"

enum {
    CONNECTIONS = 50000,
    ID_AT = 18,      /* IPv4 identification: the connection's inverse */
    SOURCE_AT = 28,  /* lower half of the IPv4 source address: the connection */
    SEQUENCE_AT = 38,
    PAYLOAD_AT = 54, /* the sequence number's inverse, then the connection's; zeros */
    NUMBERED_LEAST = 60,
    NUMBERED_MOST = 1514
};

/* Write frame n over the one that is there; size: its bytes. */
static void numbered_set(unsigned char *frame, uint32_t size, uint64_t n)
{
    uint16_t connection = (uint16_t)(n % CONNECTIONS);
    uint16_t inverse = (uint16_t)~connection;
    uint32_t sequence = (uint32_t)(n / CONNECTIONS) * (size - PAYLOAD_AT);
    memcpy(frame + ID_AT, &inverse, 2);
    memcpy(frame + SOURCE_AT, &connection, 2);
    put32(frame + SEQUENCE_AT, sequence);
    put32(frame + PAYLOAD_AT, ~sequence);
    memcpy(frame + PAYLOAD_AT + 4, &inverse, 2);
}

/* Frame 0 of `size` bytes: Ethernet, IPv4, TCP without options, payload. */
static void numbered_begin(unsigned char *frame, uint32_t size)
{
    static const unsigned char head[PAYLOAD_AT] = {
        2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x08, 0x00,                        /* to, from, IPv4 */
        0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 1, 0, 0, 10, 2, 0, 1, /* do not fragment; 10.1.x.x > 10.2.0.1 */
        0xc3, 0x50, 0xc3, 0x51, 0, 0, 0, 0, 0, 0, 0, 1, 0x50, 0x18, 2, 0, 0, 0, 0, 0 /* 50000 > 50001, PSH ACK */
    };
    memset(frame, 0, size);
    memcpy(frame, head, sizeof head);
    put16(frame + 16, size - 14);
    numbered_set(frame, size, 0);
    put16(frame + 24, folded(sum_of(frame + 14, 20)));
    put16(frame + 50, folded(sum_of(frame + 26, 8) + 6 + (size - 34) + sum_of(frame + 34, size - 34)));
}

#endif
