/* Numbers as decimal text; see copying.h for what is written, and where.
 *
 * Digits come three at a time out of a table, which stays in the processor's nearest cache, or eight at a time by sums
 * over all of them at once. Words of text have their first character in the lowest byte.
 */
#ifndef PCAPKIT_DIGITS_H
#define PCAPKIT_DIGITS_H

#include "copying.h"

/* Each number below 1000 as three digits, and without zeros in front; there the length is in the highest byte. */
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

static inline void put_word8(unsigned char *out, uint64_t word) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    memcpy(out, &word, 8);
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

/* The digits of a number below 100,000,000, as bytes from 0 to 9: halves, their halves, and theirs, in lanes of a word. */
static inline uint64_t eight_digits(uint32_t number) {
    uint64_t fours = (uint64_t)(number / 10000) | (uint64_t)(number % 10000) << 32;
    uint64_t hundreds = (fours * 5243 >> 19) & 0x0000007F0000007F; /* exact below 10,000 */
    uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
    uint64_t tens = (twos * 103 >> 10) & 0x000F000F000F000F; /* exact below 100 */
    return tens | (twos - 10 * tens) << 8;
}

#define ASCII_DIGITS 0x3030303030303030u

/* From 1,000,000 on. */
static inline unsigned char *put_long(unsigned char *out, uint32_t number) {
    uint32_t high = number / 100000000;
    uint64_t digits = eight_digits(number - high * 100000000);
    if (__builtin_expect(high != 0, 1)) {
        out = put_up_to_three(out, high);
        put_word8(out, digits + ASCII_DIGITS);
        return out + 8;
    }
    int zeros = __builtin_ctzll(digits) >> 3; /* not all are zero */
    put_word8(out, (digits + ASCII_DIGITS) >> 8 * zeros);
    return out + 8 - zeros;
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
