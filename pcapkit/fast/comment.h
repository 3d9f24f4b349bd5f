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
    COMMENT_OWN = 8,      /* earlier comments of ours on one frame; where there are more, the block is Python's */
    COMMENT_MOST = 65532, /* pcapkit.capfile.options.MAXIMUM_VALUE */
    COMMENT_PYTHON = -1,
    COMMENT_EXTRA = 16    /* beside block and text: the option's head and padding, the end mark */
};

typedef struct {
    int own;                 /* how many of the spans */
    uint32_t spans[COMMENT_OWN][2]; /* where in the block an earlier comment of ours begins, and where its padding ends */
    uint32_t start, end;     /* of the options that are whole */
    uint32_t position;       /* where the new comment goes */
} CommentPlace;

/* Find the place for a comment. mark: what our comments begin with. Returns 0 or COMMENT_PYTHON. */
static int comment_find(CommentPlace *place, const unsigned char *block, uint32_t length, uint32_t captured, int big,
                        const unsigned char *mark, uint32_t marked) {
    uint32_t stop = length - 4;
    uint32_t at = WALK_HEAD + ((captured + 3) & ~(uint32_t)3);
    place->own = 0;
    place->start = at;
    while (stop - at >= 4) {
        uint32_t code = walk_u16(block + at, big), size = walk_u16(block + at + 2, big);
        uint32_t after = at + 4 + size;
        if (code == 0 || after > stop)
            break;
        after = (after + 3) & ~(uint32_t)3;
        if (code == 1 && size >= marked && memcmp(block + at + 4, mark, marked) == 0) {
            if (place->own == COMMENT_OWN)
                return COMMENT_PYTHON;
            place->spans[place->own][0] = at;
            place->spans[place->own][1] = after;
            place->own++;
        }
        at = after;
    }
    place->end = at;
    place->position = place->own ? place->spans[0][0] : at;
    return 0;
}

/* Copy what precedes the comment; returns where in `out` its text belongs. There is room for the block and for
 * COMMENT_EXTRA more bytes beside the text. */
static inline int64_t comment_begin(const CommentPlace *place, unsigned char *out, const unsigned char *block) {
    memcpy(out, block, place->position);
    return (int64_t)place->position + 4;
}

/* Finish the block: `text` bytes stand where they belong, 0 for no comment. Returns the block's new length. */
static inline int64_t comment_end(const CommentPlace *place, unsigned char *out, const unsigned char *block,
                                  uint32_t length, int big, int64_t text) {
    uint32_t stop = length - 4, from = place->position, rest, removed = 0;
    unsigned char *to = out + from;
    uint32_t total;
    int index;
    if (text == 0 && place->own == 0) {
        memcpy(to, block + from, length - from);
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
    for (index = 0; index < place->own; index++) {
        uint32_t size = place->spans[index][0] - from;
        memcpy(to, block + from, size);
        to += size;
        from = place->spans[index][1];
        removed += from - place->spans[index][0];
    }
    rest = stop - from;
    if (place->start == stop) {
        memset(to, 0, 4);
        to += 4;
    } else if (!(text == 0 && rest == 4 && memcmp(block + from, "\0\0\0\0", 4) == 0 &&
                 removed == place->end - place->start)) {
        memcpy(to, block + from, rest);
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
