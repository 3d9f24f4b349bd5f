/* Numbers as decimal text, and copying text that was prepared.
 *
 * Everything here writes at `out` and returns the place behind it; up to SLACK bytes behind that may be overwritten,
 * so that copies go by whole words. Who calls sees to the room.
 */
#ifndef PCAPKIT_DIGITS_H
#define PCAPKIT_DIGITS_H

#include <stdint.h>
#include <string.h>

enum { SLACK = 64 };

/* Text that was prepared: SLACK bytes can be read from any place of it. */
typedef struct {
    const unsigned char *text;
    int64_t length;
} Piece;

#define PUT(out, literal) ((unsigned char *)memcpy(out, literal, sizeof(literal) - 1) + sizeof(literal) - 1)

static inline unsigned char *put_piece(unsigned char *out, Piece piece) {
    memcpy(out, piece.text, 32);
    if (__builtin_expect(piece.length > 32, 0))
        memcpy(out + 32, piece.text + 32, (size_t)piece.length - 32);
    return out + piece.length;
}

static const char two_digits[201] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657"
    "585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

/* The four digits of a number below 10,000, in the order of memory. */
static inline uint32_t four_digits(uint32_t number) {
    uint32_t hundreds = number * 5243 >> 19; /* number / 100, exact below 10,000 */
    uint16_t high, low;
    memcpy(&high, two_digits + 2 * hundreds, 2);
    memcpy(&low, two_digits + 2 * (number - 100 * hundreds), 2);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (uint32_t)high | (uint32_t)low << 16;
#else
    return (uint32_t)high << 16 | (uint32_t)low;
#endif
}

static inline unsigned char *put_four(unsigned char *out, uint32_t number) {
    uint32_t digits = four_digits(number);
    memcpy(out, &digits, 4);
    return out + 4;
}

/* The same without zeros in front. */
static inline unsigned char *put_up_to_four(unsigned char *out, uint32_t number) {
    uint32_t digits = four_digits(number);
    int zeros = (number < 10) + (number < 100) + (number < 1000);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    digits >>= 8 * zeros;
#else
    digits <<= 8 * zeros;
#endif
    memcpy(out, &digits, 4);
    return out + 4 - zeros;
}

__attribute__((always_inline)) static inline unsigned char *put_u32(unsigned char *out, uint32_t number) {
    if (number < 10000)
        return put_up_to_four(out, number);
    if (number < 100000000) {
        out = put_up_to_four(out, number / 10000);
        return put_four(out, number % 10000);
    }
    out = put_up_to_four(out, number / 100000000);
    number %= 100000000;
    out = put_four(out, number / 10000);
    return put_four(out, number % 10000);
}

/* A port: by one shift, since any number of digits is as likely as another. */
static inline unsigned char *put_u16(unsigned char *out, uint32_t number) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint32_t high = number / 10000;
    uint64_t digits = (uint64_t)four_digits(number - 10000 * high) << 8 | ('0' + high);
    int zeros = (number < 10) + (number < 100) + (number < 1000) + (number < 10000);
    digits >>= 8 * zeros;
    memcpy(out, &digits, 8);
    return out + 5 - zeros;
#else
    return put_u32(out, number);
#endif
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
    if (number >= 0)
        return put_u64(out, (uint64_t)number);
    *out++ = '-';
    return put_u64(out, 0 - (uint64_t)number);
}

/* pcapkit.annotate.comment.seconds_text. */
static inline unsigned char *put_seconds(unsigned char *out, int64_t nanoseconds) {
    uint64_t size = (uint64_t)nanoseconds;
    if (nanoseconds < 0) {
        *out++ = '-';
        size = 0 - size;
    }
    out = put_u64(out, size / 1000000000);
    uint32_t fraction = (uint32_t)(size % 1000000000);
    *out++ = '.';
    *out++ = (unsigned char)('0' + fraction / 100000000);
    fraction %= 100000000;
    out = put_four(out, fraction / 10000);
    out = put_four(out, fraction % 10000);
    return PUT(out, " s");
}

static inline unsigned char *put_hex_byte(unsigned char *out, unsigned byte) {
    static const char digits[] = "0123456789abcdef";
    out[0] = (unsigned char)digits[byte >> 4];
    out[1] = (unsigned char)digits[byte & 15];
    return out + 2;
}

#endif
