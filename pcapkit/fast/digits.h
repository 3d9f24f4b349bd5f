/* Numbers as decimal text; see copying.h for what is written, and where.
 *
 * Digits come three at a time, out of tables that stay in the processor's nearest cache.
 */
#ifndef PCAPKIT_DIGITS_H
#define PCAPKIT_DIGITS_H

#include "copying.h"

/* Each number below 1000 as three digits, the first in the lowest byte, and without zeros in front; there the length is
 * in the highest byte. */
static uint32_t three_digits[1000], up_to_three[1000];

/* To be called before anything else here. */
static void digits_begin(void) {
    for (uint32_t number = 0; number < 1000; number++) {
        uint32_t zeros = (uint32_t)(number < 10) + (number < 100);
        uint32_t digits = number / 100 | (number / 10 % 10) << 8 | (number % 10) << 16 | 0x303030;
        three_digits[number] = digits;
        up_to_three[number] = digits >> 8 * zeros | (3 - zeros) << 24;
    }
}

static inline void put_word4(unsigned char *out, uint32_t word) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    memcpy(out, &word, 4);
}

static inline unsigned char *put_three(unsigned char *out, uint32_t number) {
    put_word4(out, three_digits[number]);
    return out + 3;
}

static inline unsigned char *put_up_to_three(unsigned char *out, uint32_t number) {
    uint32_t word = up_to_three[number];
    put_word4(out, word);
    return out + (word >> 24);
}

/* From 1,000,000 on. Most are sequence numbers, with ten digits or nine: which, no branch has to guess. */
static inline unsigned char *put_long(unsigned char *out, uint32_t number) {
    uint32_t millions = number / 1000000, rest = number - millions * 1000000;
    if (__builtin_expect(millions >= 100, 1)) {
        uint32_t top = millions / 1000;
        *out = (unsigned char)('0' + top);
        out = put_three(out + (top != 0), millions - top * 1000);
    } else {
        out = put_up_to_three(out, millions);
    }
    uint32_t thousands = rest / 1000;
    out = put_three(out, thousands);
    return put_three(out, rest - thousands * 1000);
}

__attribute__((always_inline)) static inline unsigned char *put_u32(unsigned char *out, uint32_t number) {
    if (number < 1000)
        return put_up_to_three(out, number);
    if (number < 1000000) {
        out = put_up_to_three(out, number / 1000);
        return put_three(out, number % 1000);
    }
    return put_long(out, number);
}

/* A port, a window. */
static inline unsigned char *put_u16(unsigned char *out, uint32_t number) {
    if (number < 1000)
        return put_up_to_three(out, number);
    out = put_up_to_three(out, number / 1000);
    return put_three(out, number % 1000);
}

static unsigned char *put_large(unsigned char *out, uint64_t number) {
    unsigned char digits[20];
    int at = 20;
    for (; number != 0; number /= 10)
        digits[--at] = (unsigned char)('0' + number % 10);
    memcpy(out, digits + at, (size_t)(20 - at));
    return out + 20 - at;
}

static inline unsigned char *put_u64(unsigned char *out, uint64_t number) {
    if (__builtin_expect(number <= UINT32_MAX, 1))
        return put_u32(out, (uint32_t)number);
    return put_large(out, number);
}

static inline unsigned char *put_i64(unsigned char *out, int64_t number) {
    if (__builtin_expect(number < 0, 0)) {
        *out++ = '-';
        return put_u64(out, 0 - (uint64_t)number);
    }
    return put_u64(out, (uint64_t)number);
}

/* pcapkit.annotate.comment.seconds_text. */
static inline unsigned char *put_seconds(unsigned char *out, int64_t nanoseconds) {
    uint64_t size = (uint64_t)nanoseconds;
    if (__builtin_expect(nanoseconds < 0, 0)) {
        *out++ = '-';
        size = 0 - size;
    }
    uint64_t whole = size / 1000000000;
    uint32_t fraction = (uint32_t)(size - whole * 1000000000);
    out = put_u64(out, whole);
    *out++ = '.';
    out = put_three(out, fraction / 1000000);
    out = put_three(out, fraction / 1000 % 1000);
    out = put_three(out, fraction % 1000);
    return PUT(out, " s");
}

static inline unsigned char *put_hex_byte(unsigned char *out, unsigned byte) {
    static const char digits[] = "0123456789abcdef";
    out[0] = (unsigned char)digits[byte >> 4];
    out[1] = (unsigned char)digits[byte & 15];
    return out + 2;
}

#endif
