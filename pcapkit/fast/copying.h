/* Copying text that was prepared, by whole words.
 *
 * Everything here, in digits.h, and all that is built on them writes at `out` and returns the place behind what it
 * wrote. No single step writes more than SLACK bytes behind its text, and what is behind may be overwritten: who calls
 * sees to that much room behind the longest text.
 */
#ifndef PCAPKIT_COPYING_H
#define PCAPKIT_COPYING_H

#include <stdint.h>
#include <string.h>

enum {
    SLACK = 64,
    COPY_STEP = 32 /* bytes that are copied together */
};

_Static_assert(COPY_STEP <= SLACK, "a step of a copy writes no further than all may");

/* Text that was prepared: SLACK bytes can be read from any place of it. */
typedef struct {
    const unsigned char *text;
    int64_t length;
} Piece;

/* Bytes that a literal is copied by: whole words, so that a store or two do it. */
#define PUT_WORDS(length) ((length) <= 4 ? 4 : (length) <= 8 ? 8 : ((length) + 15) / 16 * 16)

/* Write a literal of at most SLACK bytes. */
#define PUT(out, literal)                                                                                              \
    __extension__({                                                                                                    \
        static const unsigned char words_[PUT_WORDS(sizeof(literal) - 1)] = literal;                                   \
        _Static_assert(sizeof words_ <= SLACK, "a longer literal is a piece");                                         \
        (unsigned char *)memcpy(out, words_, sizeof words_) + sizeof(literal) - 1;                                     \
    })

/* `length` bytes of a text from any place of which SLACK bytes can be read. */
static inline unsigned char *put_text(unsigned char *out, const unsigned char *text, int64_t length) {
    memcpy(out, text, COPY_STEP);
    for (int64_t done = COPY_STEP; __builtin_expect(done < length, 0); done += COPY_STEP)
        memcpy(out + done, text + done, COPY_STEP);
    return out + length;
}

static inline unsigned char *put_piece(unsigned char *out, Piece piece) {
    return put_text(out, piece.text, piece.length);
}

#endif
