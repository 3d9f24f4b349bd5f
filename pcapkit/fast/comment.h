/* A comment put into a packet block that exists: pcapkit.capfile.annotate's _with_comment, byte for byte.
 *
 * The text is not copied: `comment_begin` says where it belongs, it is written there, and `comment_end` puts the rest of
 * the block around it.
 */
#ifndef PCAPKIT_COMMENT_H
#define PCAPKIT_COMMENT_H

#include <stdint.h>
#include <string.h>

#include "walk.h"

enum {
    /* Bytes that a block or record grows by, beside the text: the option's head and padding, the end mark; a record also
     * by what a block has around its data, and by its flags. */
    COMMENT_EXTRA = 48
};

/* Where things are in a block. mark: what our comments begin with. */
typedef struct {
    const unsigned char *mark;
    uint32_t marked;
    uint32_t start, end; /* of the options that are whole */
    uint32_t position;   /* where the new comment goes: in place of our first earlier one, or behind the options */
    int own;             /* whether there is an earlier one */
} CommentPlace;

static inline int comment_is_own(const CommentPlace *place, const unsigned char *option, int big) {
    return walk_u16(option, big) == 1 && walk_u16(option + 2, big) >= place->marked &&
           memcmp(option + 4, place->mark, place->marked) == 0;
}

/* Find the place for a comment in a block that walk_blocks has found. */
static inline void comment_find(CommentPlace *place, const unsigned char *block, uint32_t length, uint32_t captured,
                                int big) {
    uint32_t stop = length - 4, at = WALK_HEAD + ((captured + 3) & ~(uint32_t)3);
    place->start = at;
    place->own = 0;
    while (stop - at >= 4) {
        uint32_t after = at + 4 + walk_u16(block + at + 2, big);
        if (walk_u16(block + at, big) == 0 || after > stop)
            break;
        if (!place->own && comment_is_own(place, block + at, big)) {
            place->own = 1;
            place->position = at;
        }
        at = (after + 3) & ~(uint32_t)3;
    }
    place->end = at;
    if (!place->own)
        place->position = at;
}

/* Copy what precedes the comment; returns where in `out` its text belongs. */
static inline int64_t comment_begin(const CommentPlace *place, unsigned char *out, const unsigned char *block) {
    memcpy(out, block, place->position);
    return (int64_t)place->position + 4;
}

/* Finish the block: `text` bytes stand where they belong, 0 for no comment. Returns the block's new length. */
static inline int64_t comment_end(const CommentPlace *place, unsigned char *out, const unsigned char *block,
                                  uint32_t length, int big, int64_t text) {
    uint32_t stop = length - 4, at = place->position, removed = 0, rest, total;
    unsigned char *to = out + at;
    if (text == 0 && !place->own) {
        memcpy(to, block + at, length - at);
        return length;
    }
    if (text > 0) {
        to[0] = big ? 0 : 1;
        to[1] = big ? 1 : 0;
        to[2] = (unsigned char)(big ? text >> 8 : text);
        to[3] = (unsigned char)(big ? text : text >> 8);
        to += 4 + text;
        for (; text & 3; text++)
            *to++ = 0;
    }
    while (at < place->end) {
        uint32_t after = (at + 4 + walk_u16(block + at + 2, big) + 3) & ~(uint32_t)3;
        if (comment_is_own(place, block + at, big)) {
            removed += after - at;
        } else {
            memcpy(to, block + at, after - at);
            to += after - at;
        }
        at = after;
    }
    rest = stop - at;
    if (place->start == stop) {
        memset(to, 0, 4); /* there were no options, and so no opt_endofopt */
        to += 4;
    } else if (!(text == 0 && rest == 4 && memcmp(block + at, "\0\0\0\0", 4) == 0 &&
                 removed == place->end - place->start)) { /* else no option is left for it to end */
        memcpy(to, block + at, rest);
        to += rest;
    }
    total = (uint32_t)(to - out) + 4;
    if (big != WALK_HOST_BIG)
        total = __builtin_bswap32(total);
    memcpy(out + 4, &total, 4);
    memcpy(to, &total, 4);
    return to - out + 4;
}

#endif
