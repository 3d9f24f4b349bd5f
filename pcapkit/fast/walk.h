/* Frames in the bytes of a file: runs of ordinary pcapng blocks, or of pcap records, as rows that point into a buffer.
 *
 * Ordinary is an Enhanced Packet Block (draft-ietf-opsawg-pcapng 4.3) that pcapkit.capfile would read without a word, of
 * an interface that is known, with a time that fits into 64 bits, of moderate size; or such a record. Before anything
 * else the walk stops, and Python has its turn: it says what is wrong, or reads what is rare. No length is believed.
 */
#ifndef PCAPKIT_WALK_H
#define PCAPKIT_WALK_H

#include <stdint.h>
#include <string.h>

#include "program.h"

enum {
    WALK_ROWS = 64,         /* frames that are walked, labelled and written together: what is known of them stays near */
    WALK_LARGEST = 1 << 17, /* bytes of a block or record; a larger one is Python's */
    WALK_HEAD = 28,         /* bytes of an Enhanced Packet Block before the data */
    WALK_LEAST = 32,
    WALK_ENHANCED = 6
};

/* Why a walk has stopped. */
enum {
    WALK_OTHER = 0, /* what comes next is Python's */
    WALK_MORE = 1,  /* what comes next is not all there: `needed` bytes from `at` on */
    WALK_FULL = 2   /* as many rows as were asked for */
};

/* time in ns = ticks * multiplier / divisor + offset, rounded down; see _Clock in pcapkit.capfile.section. */
typedef struct {
    uint64_t multiplier, divisor; /* divisor 0: these do not fit into 64 bits, and its frames are Python's */
    int64_t offset;
    uint32_t link;
} WalkInterface;

typedef struct {
    const unsigned char *bytes;
    int64_t at, end; /* what of the bytes is still to be walked */
    int64_t needed;
    int64_t budget;  /* bytes of blocks or records after which a walk ends as full; a last one may go beyond */
    int big;         /* the section's, or file's, byte order */
    const WalkInterface *interfaces;
    uint32_t known; /* interfaces */
    /* Of a classic pcap file, as PcapFrames has it. */
    uint32_t head, bound, unit;
    /* What our comments begin with: blocks with other people's are Python's. NULL: comments do not matter. */
    const unsigned char *mark;
    uint32_t marked;
    int lengths; /* IN_ORDER, SWAPPED or SWAPPED_IF_LARGER in pcapkit.capfile.pcap */
} Walk;

/* Where a frame was found: its whole block or record. */
typedef struct {
    const unsigned char *block;
    uint32_t length;
    uint32_t interface;
} Row;

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define WALK_HOST_BIG 1
#else
#define WALK_HOST_BIG 0
#endif

static inline uint32_t walk_u32(const unsigned char *at, int big) {
    uint32_t value;
    memcpy(&value, at, 4);
    return big == WALK_HOST_BIG ? value : __builtin_bswap32(value);
}

static inline uint32_t walk_u16(const unsigned char *at, int big) {
    return big ? (uint32_t)at[0] << 8 | at[1] : (uint32_t)at[1] << 8 | at[0];
}

/* Whether the time fits into 64 bits. */
static inline int walk_time(const WalkInterface *of, uint64_t ticks, int64_t *time) {
    uint64_t whole;
    if (of->divisor == 1) {
        if (__builtin_mul_overflow(ticks, of->multiplier, &whole))
            return 0;
    } else {
        unsigned __int128 large;
        if (of->divisor == 0)
            return 0;
        large = (unsigned __int128)ticks * of->multiplier / of->divisor;
        if (large > UINT64_MAX)
            return 0;
        whole = (uint64_t)large;
    }
    return whole <= INT64_MAX && !__builtin_add_overflow((int64_t)whole, of->offset, time);
}

/* Whether there is a comment that is not ours among the options: from `at` on, up to opt_endofopt or one that does not
 * fit before `stop`. */
static inline int walk_foreign(const Walk *walk, const unsigned char *block, uint32_t at, uint32_t stop, int big) {
    while (stop - at >= 4) {
        uint32_t code = walk_u16(block + at, big), size = walk_u16(block + at + 2, big);
        uint32_t after = at + 4 + size;
        if (code == 0 || after > stop)
            return 0;
        if (code == 1 && (size < walk->marked || memcmp(block + at + 4, walk->mark, walk->marked) != 0))
            return 1;
        at = (after + 3) & ~(uint32_t)3;
    }
    return 0;
}

static inline int walk_blocks_of(Walk *walk, Sight *sights, Row *rows, int64_t most, int64_t *count, int big) {
    int64_t made = 0, enough = walk->at + walk->budget;
    int why = WALK_FULL;
    while (made < most && walk->at < enough) {
        const unsigned char *block = walk->bytes + walk->at;
        int64_t left = walk->end - walk->at;
        uint32_t length, captured, interface;
        if (left < 12) {
            walk->needed = 12;
            why = WALK_MORE;
            break;
        }
        length = walk_u32(block + 4, big);
        if (walk_u32(block, big) != WALK_ENHANCED || (length & 3) != 0 || length < WALK_LEAST ||
            length > WALK_LARGEST) {
            why = WALK_OTHER;
            break;
        }
        if (left < length) {
            walk->needed = length;
            why = WALK_MORE;
            break;
        }
        __builtin_prefetch(block + length + 64);
        captured = walk_u32(block + 20, big);
        interface = walk_u32(block + 8, big);
        if (walk_u32(block + length - 4, big) != length || captured > length - WALK_LEAST ||
            interface >= walk->known ||
            !walk_time(&walk->interfaces[interface],
                       (uint64_t)walk_u32(block + 12, big) << 32 | walk_u32(block + 16, big), &sights[made].time) ||
            (walk->mark != NULL &&
             walk_foreign(walk, block, WALK_HEAD + ((captured + 3) & ~(uint32_t)3), length - 4, big))) {
            why = WALK_OTHER;
            break;
        }
        sights[made].bytes = block + WALK_HEAD;
        sights[made].captured = captured;
        sights[made].wire = walk_u32(block + 24, big);
        sights[made].link = walk->interfaces[interface].link;
        rows[made].block = block;
        rows[made].length = length;
        rows[made].interface = interface;
        made++;
        walk->at += length;
    }
    *count = made;
    return why;
}

/* At most `most` rows of pcapng blocks; why there are no more. */
static int walk_blocks(Walk *walk, Sight *sights, Row *rows, int64_t most, int64_t *count) {
    return walk->big ? walk_blocks_of(walk, sights, rows, most, count, 1)
                     : walk_blocks_of(walk, sights, rows, most, count, 0);
}

/* The same of pcap records. Their times always fit: 32 bits of seconds, 32 of a fraction. */
static int walk_records(Walk *walk, Sight *sights, Row *rows, int64_t most, int64_t *count) {
    int64_t made = 0, enough = walk->at + walk->budget;
    int big = walk->big, why = WALK_FULL;
    while (made < most && walk->at < enough) {
        const unsigned char *record = walk->bytes + walk->at;
        int64_t left = walk->end - walk->at;
        uint32_t captured, wire;
        if (left < walk->head) {
            walk->needed = walk->head;
            why = WALK_MORE;
            break;
        }
        captured = walk_u32(record + 8, big);
        wire = walk_u32(record + 12, big);
        if (walk->lengths == 1 || (walk->lengths == 2 && captured > wire)) {
            uint32_t first = captured;
            captured = wire;
            wire = first;
        }
        if (captured > walk->bound || captured > WALK_LARGEST) {
            why = WALK_OTHER;
            break;
        }
        if (left < (int64_t)walk->head + captured) {
            walk->needed = (int64_t)walk->head + captured;
            why = WALK_MORE;
            break;
        }
        sights[made].bytes = record + walk->head;
        sights[made].time = (int64_t)((uint64_t)walk_u32(record, big) * 1000000000u +
                                      (uint64_t)walk_u32(record + 4, big) * walk->unit);
        sights[made].captured = captured;
        sights[made].wire = wire;
        sights[made].link = walk->interfaces[0].link;
        rows[made].block = record;
        rows[made].length = walk->head + captured;
        rows[made].interface = 0;
        made++;
        walk->at += rows[made - 1].length;
    }
    *count = made;
    return why;
}

#endif
