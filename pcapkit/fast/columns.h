/* Rows of labelled frames written into columns: arrays of 64-bit integers, column after column. */
#ifndef PCAPKIT_COLUMNS_H
#define PCAPKIT_COLUMNS_H

#include <stdint.h>
#include <string.h>

#include "packet_layout.h"
#include "walk.h"

enum { COLUMN_HEADERS = 16, COLUMN_ADDRESSES = 32 };

/* What headers say; `to` are the columns in the order of COLUMNS in columns.pxi, each from the first row on. */
static void columns_headers(int64_t *const *to, int64_t first, int64_t count, const Sight *sights, const Row *rows,
                            const Packet *packets, const signed char *found) {
    int64_t *restrict number = to[0], *restrict time = to[1], *restrict has_time = to[2], *restrict wire = to[3];
    int64_t *restrict captured = to[4], *restrict interface = to[5], *restrict link = to[6];
    int64_t *restrict has_segment = to[7], *restrict source = to[8], *restrict destination = to[9];
    int64_t *restrict seq = to[10], *restrict ack = to[11], *restrict flags = to[12], *restrict window = to[13];
    int64_t *restrict payload = to[14], *restrict told = to[15];
    for (int64_t at = 0; at < count; at++) {
        number[at] = first + at;
        has_time[at] = 1;
        told[at] = found[at];
        interface[at] = rows[at].interface;
    }
    for (int64_t at = 0; at < count; at++) {
        time[at] = sights[at].time;
        wire[at] = sights[at].wire;
        captured[at] = sights[at].captured;
        link[at] = sights[at].link;
    }
    for (int64_t at = 0; at < count; at++) {
        const Packet *packet = &packets[at];
        int64_t there = packet->has_segment != 0, mask = -there;
        has_segment[at] = there;
        source[at] = packet->segment.source_port & mask;
        destination[at] = packet->segment.destination_port & mask;
        seq[at] = packet->segment.seq & mask;
        ack[at] = packet->segment.ack & mask;
        flags[at] = packet->segment.flags & mask;
        window[at] = packet->segment.window & mask;
        payload[at] = packet->segment.payload_length & mask;
    }
}

/* The addresses of the innermost datagrams, 32 bytes a row, and how long they are: 0 where they were not captured. */
static void columns_addresses(unsigned char *restrict to, int64_t *restrict lengths, int64_t count,
                              const Sight *sights, const Packet *packets) {
    for (int64_t at = 0; at < count; at++, to += COLUMN_ADDRESSES) {
        uint32_t length = packets[at].address_length;
        const unsigned char *from = sights[at].bytes + packets[at].addresses_at;
        int there = (uint64_t)packets[at].addresses_at + 2 * length <= sights[at].captured;
        memset(to, 0, COLUMN_ADDRESSES);
        if (there && length == 4) {
            memcpy(to, from, 4);
            memcpy(to + 16, from + 4, 4);
        } else if (there && length == 16) {
            memcpy(to, from, 32);
        } else {
            length = 0;
        }
        lengths[at] = length;
    }
}

/* What the dissector says: `told` has `fields` numbers a row, of which field `when` has to be set if it is not -1. */
static void columns_field(int64_t *restrict to, int64_t count, const int64_t *restrict told, int64_t fields,
                          int64_t field, int64_t when, const signed char *found) {
    if (when < 0) {
        for (int64_t at = 0; at < count; at++)
            to[at] = told[at * fields + field] & -(int64_t)(found[at] > 0);
    } else {
        for (int64_t at = 0; at < count; at++)
            to[at] = told[at * fields + field] & -(int64_t)(found[at] > 0 && told[at * fields + when] != 0);
    }
}

#endif
