/* Rows of labelled frames written into columns: arrays of 64-bit integers, column after column. */
#ifndef PCAPKIT_COLUMNS_H
#define PCAPKIT_COLUMNS_H

#include <stdint.h>
#include <string.h>

#include "packet_layout.h"
#include "walk.h"

enum { COLUMN_HEADERS = 16, COLUMN_ADDRESSES = 32 };

/* Fill in one column, if it is wanted. */
#define COLUMN(place, value)                                                                                          \
    do {                                                                                                              \
        int64_t *restrict column = to[place];                                                                         \
        if (column != NULL)                                                                                           \
            for (int64_t at = 0; at < count; at++)                                                                    \
                column[at] = (int64_t)(value);                                                                        \
    } while (0)

/* What headers say; `to` are the columns in the order of COLUMNS in columns.pxi, each from the first row on, or NULL. */
static void columns_headers(int64_t *const *to, int64_t first, int64_t count, const Sight *sights, const Row *rows,
                            const Packet *packets, const signed char *found) {
    int64_t mask[WALK_ROWS]; /* all bits where there is a segment */
    for (int64_t at = 0; at < count; at++)
        mask[at] = -(int64_t)(packets[at].has_segment != 0);
    COLUMN(0, first + at);
    COLUMN(1, sights[at].time);
    COLUMN(2, 1);
    COLUMN(3, sights[at].wire);
    COLUMN(4, sights[at].captured);
    COLUMN(5, rows[at].interface);
    COLUMN(6, sights[at].link);
    COLUMN(7, mask[at] & 1);
    COLUMN(8, packets[at].segment.source_port & mask[at]);
    COLUMN(9, packets[at].segment.destination_port & mask[at]);
    COLUMN(10, packets[at].segment.seq & mask[at]);
    COLUMN(11, packets[at].segment.ack & mask[at]);
    COLUMN(12, packets[at].segment.flags & mask[at]);
    COLUMN(13, packets[at].segment.window & mask[at]);
    COLUMN(14, packets[at].segment.payload_length & mask[at]);
    COLUMN(15, found[at] > 0);
}

/* How long the addresses of the innermost datagram are: 0 where they were not captured. */
static inline uint32_t columns_length(const Sight *sight, const Packet *packet) {
    uint32_t length = packet->address_length;
    return (uint64_t)packet->addresses_at + 2 * length <= sight->captured && (length == 4 || length == 16) ? length : 0;
}

/* The addresses themselves, 32 bytes a row. */
static void columns_addresses(unsigned char *restrict to, int64_t count, const Sight *sights, const Packet *packets) {
    for (int64_t at = 0; at < count; at++, to += COLUMN_ADDRESSES) {
        uint32_t length = columns_length(&sights[at], &packets[at]);
        const unsigned char *from = sights[at].bytes + packets[at].addresses_at;
        if (length == 16) {
            memcpy(to, from, 32);
            continue;
        }
        memset(to, 0, COLUMN_ADDRESSES);
        if (length == 4) {
            memcpy(to, from, 4);
            memcpy(to + 16, from + 4, 4);
        }
    }
}

static void columns_lengths(int64_t *restrict to, int64_t count, const Sight *sights, const Packet *packets) {
    for (int64_t at = 0; at < count; at++)
        to[at] = columns_length(&sights[at], &packets[at]);
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
