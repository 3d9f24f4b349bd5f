/* From a block of the receive ring to frames: what pcapkit.capture.walk yields, as rows that point into the block.
 *
 * Layout: linux/if_packet.h, in the machine's byte order; walk.py lists the fields. The kernel wrote it, but no length is
 * believed: nothing outside [block, block + end) is read.
 */
#ifndef PCAPKIT_RING_H
#define PCAPKIT_RING_H

#include <stdint.h>
#include <string.h>

#include "program.h"

enum {
    RING_DESCRIPTION = 24,   /* of tpacket_block_desc, what is read */
    RING_HEADER = 48,        /* tpacket3_hdr */
    RING_ADDRESS = 20,       /* sockaddr_ll, directly behind */
    RING_COOKED = 16,        /* LINKTYPE_LINUX_SLL's header */
    RING_TAG = 4,
    RING_VLAN_VALID = 1 << 4,      /* TP_STATUS_VLAN_VALID */
    RING_VLAN_TPID_VALID = 1 << 6, /* TP_STATUS_VLAN_TPID_VALID */
    RING_OUTGOING = 4,             /* PACKET_OUTGOING */
    RING_TPID = 0x8100
};

/* What an interface's frames are like; see pcapkit.capture.linktypes.LinkType. */
typedef struct {
    uint32_t link;       /* LINKTYPE_* */
    uint32_t snaplen;
    uint32_t tag_offset; /* 0: no tag goes back in; at most RING_COOKED */
    int cooked;
    int skip_outgoing;
} RingLink;

/* On the way through one block. */
typedef struct {
    const unsigned char *block;
    uint64_t end;    /* bytes of the block */
    uint64_t offset; /* of the next header */
    uint32_t left;   /* frames that the block still claims */
    RingLink link;
} RingWalk;

/* Bytes that have to be put together anew (a tag, a cooked header) lie here; rows point to them. */
typedef struct {
    unsigned char *bytes;
    uint64_t room, used;
} RingScratch;

static inline uint32_t ring_u32(const unsigned char *at) {
    uint32_t value;
    memcpy(&value, at, 4);
    return value;
}

static inline uint32_t ring_u16(const unsigned char *at) {
    uint16_t value;
    memcpy(&value, at, 2);
    return value;
}

static inline void ring_begin(RingWalk *walk, const unsigned char *block, uint64_t end, const RingLink *link) {
    walk->block = block;
    walk->end = end;
    walk->link = *link;
    walk->left = 0;
    walk->offset = 0;
    if (end >= RING_DESCRIPTION) {
        walk->left = ring_u32(block + 12);
        walk->offset = ring_u32(block + 16);
    }
}

/* Write `front` and `rest` behind one another into the scratch, at most `most` bytes. Returns how many; -1: no room. */
static inline int64_t ring_compose(RingScratch *scratch, const unsigned char *front, uint64_t ahead,
                                   const unsigned char *rest, uint64_t behind, uint64_t most) {
    unsigned char *to = scratch->bytes + scratch->used;
    if (ahead > most)
        ahead = most;
    if (behind > most - ahead)
        behind = most - ahead;
    if (ahead + behind > scratch->room - scratch->used)
        return -1;
    memcpy(to, front, ahead);
    memcpy(to + ahead, rest, behind);
    scratch->used += ahead + behind;
    return (int64_t)(ahead + behind);
}

/* LINKTYPE_LINUX_SLL's 16 bytes out of a sockaddr_ll; its protocol is in network order already. */
static inline void ring_cooked_header(unsigned char *to, const unsigned char *address) {
    uint32_t hardware = ring_u16(address + 8);
    to[0] = 0;
    to[1] = address[10];
    to[2] = (unsigned char)(hardware >> 8);
    to[3] = (unsigned char)hardware;
    to[4] = 0;
    to[5] = address[11];
    memcpy(to + 6, address + 12, 8);
    memcpy(to + 14, address + 2, 2);
}

/* The frames that come next: at most `most` rows, with the epb_flags as their mark. Returns how many; walk->left is 0 where
 * the block is at its end. What points into the scratch is good until its `used` is set back, which the caller does: fewer
 * than `most` rows before the end mean that the scratch has no room for the next one, which takes up to snaplen bytes. */
static inline int64_t ring_rows(RingWalk *walk, Sight *rows, int64_t most, RingScratch *scratch) {
    /* epb_flags by sll_pkttype: host, broadcast, multicast, other host, outgoing; as in walk.py. */
    static const unsigned char flags_of[5] = {0x05, 0x0D, 0x09, 0x11, 0x02};
    const RingLink link = walk->link;
    const uint32_t tag_offset = link.tag_offset <= RING_COOKED ? link.tag_offset : 0;
    int64_t count = 0;
    while (walk->left > 0 && count < most) {
        const unsigned char *header;
        uint64_t at = walk->offset, start, captured;
        uint64_t length;
        uint32_t step, status, tci;
        unsigned char type;
        if (walk->end < RING_HEADER + RING_ADDRESS || at > walk->end - (RING_HEADER + RING_ADDRESS)) {
            walk->left = 0;
            break;
        }
        header = walk->block + at;
        step = ring_u32(header);
        type = header[RING_HEADER + 10];
        if (!(link.skip_outgoing && type == RING_OUTGOING)) {
            Sight *row = &rows[count];
            unsigned char front[RING_COOKED + RING_TAG];
            const unsigned char *rest;
            uint64_t ahead = 0;
            captured = ring_u32(header + 12);
            length = ring_u32(header + 16);
            status = ring_u32(header + 20);
            tci = ring_u32(header + 32);
            start = at + ring_u16(header + (link.cooked ? 26 : 24));
            if (start > walk->end)
                start = walk->end;
            if (captured > walk->end - start)
                captured = walk->end - start;
            rest = walk->block + start;
            row->time = (int64_t)((uint64_t)ring_u32(header + 4) * 1000000000u + ring_u32(header + 8));
            row->link = link.link;
            row->mark = type <= RING_OUTGOING ? flags_of[type] : 0;
            if (link.cooked) {
                ring_cooked_header(front, header + RING_HEADER);
                ahead = RING_COOKED;
                length += RING_COOKED;
            }
            if ((tci || (status & RING_VLAN_VALID)) && tag_offset > 0 && ahead + captured >= tag_offset) {
                uint32_t tpid = status & RING_VLAN_TPID_VALID ? ring_u16(header + 36) : RING_TPID;
                if (ahead) {
                    memmove(front + tag_offset + RING_TAG, front + tag_offset, ahead - tag_offset);
                } else {
                    memcpy(front, rest, tag_offset);
                    ahead = tag_offset;
                    rest += tag_offset;
                    captured -= tag_offset;
                }
                front[tag_offset] = (unsigned char)(tpid >> 8);
                front[tag_offset + 1] = (unsigned char)tpid;
                front[tag_offset + 2] = (unsigned char)(tci >> 8);
                front[tag_offset + 3] = (unsigned char)tci;
                ahead += RING_TAG;
                length += RING_TAG;
            }
            row->bytes = rest;
            if (ahead) {
                const unsigned char *made = scratch->bytes + scratch->used;
                int64_t size = ring_compose(scratch, front, ahead, rest, captured, link.snaplen);
                if (size < 0)
                    break; /* the caller handles the rows that are there, then asks again */
                row->bytes = made;
                captured = (uint64_t)size;
            }
            if (captured > link.snaplen)
                captured = link.snaplen;
            if (length < captured)
                length = captured;
            row->captured = (uint32_t)captured;
            row->wire = length < UINT32_MAX ? (uint32_t)length : UINT32_MAX;
            count++;
        }
        walk->left = step < RING_HEADER ? 0 : walk->left - 1; /* 0 marks the last frame of a block */
        walk->offset = at + step;
    }
    return count;
}

#endif
