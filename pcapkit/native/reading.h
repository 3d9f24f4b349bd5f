/* Frames and keys: the readers of pcapkit.subset.reading, bounds-checked, over a pointer and a length.
 *
 * Nothing else touches the bytes of a frame. Offsets are 64 bits wide, so that no sum of two can wrap.
 */
#ifndef PCAPKIT_READING_H
#define PCAPKIT_READING_H

#include <stdint.h>
#include <string.h>

#define PCAPKIT_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define PCAPKIT_MAX_KEY 40 /* pcapkit.subset.records.MAX_KEY */

typedef struct {
    const unsigned char *bytes;
    int64_t length;
} Frame;

/* length: what Python would say; of a key that is too long for any table, only the first bytes are kept. The room
 * behind them lets whole words be copied. */
typedef struct {
    int64_t length;
    unsigned char bytes[2 * PCAPKIT_MAX_KEY];
} Key;

/* A key inside a record. */
typedef struct __attribute__((packed)) {
    uint8_t length;
    unsigned char bytes[PCAPKIT_MAX_KEY];
} StoredKey;

static inline Frame frame_of(const unsigned char *bytes, int64_t length) {
    Frame frame = {bytes, length};
    return frame;
}

static inline int64_t u8(Frame frame, int64_t at) {
    return PCAPKIT_LIKELY(at >= 0 && at < frame.length) ? frame.bytes[at] : 0;
}

static inline int64_t u16(Frame frame, int64_t at) {
    if (PCAPKIT_LIKELY(at >= 0 && at < frame.length - 1))
        return (int64_t)frame.bytes[at] << 8 | frame.bytes[at + 1];
    return 0;
}

static inline int64_t u32(Frame frame, int64_t at) {
    if (PCAPKIT_LIKELY(at >= 0 && at < frame.length - 3))
        return (int64_t)((uint32_t)frame.bytes[at] << 24 | (uint32_t)frame.bytes[at + 1] << 16 |
                         (uint32_t)frame.bytes[at + 2] << 8 | (uint32_t)frame.bytes[at + 3]);
    return 0;
}

static void key_add_bytes(Key *key, const unsigned char *bytes, int64_t length) {
    if (key->length < PCAPKIT_MAX_KEY) {
        int64_t room = PCAPKIT_MAX_KEY - key->length;
        memcpy(key->bytes + key->length, bytes, (size_t)(length < room ? length : room));
    }
    key->length += length;
}

static void key_add_some(Key *key, Frame frame, int64_t at, int64_t length) {
    if (at < 0 || length <= 0 || at >= frame.length)
        return;
    key_add_bytes(key, frame.bytes + at, length < frame.length - at ? length : frame.length - at);
}

/* part, put behind what the key has already: whole words wherever an address or a port lies well within the frame. */
static inline void key_add_part(Key *key, Frame frame, int64_t at, int64_t length) {
    if (PCAPKIT_LIKELY(at >= 0 && at <= frame.length - 16 && length >= 0 && length <= 16 && key->length <= PCAPKIT_MAX_KEY)) {
        memcpy(key->bytes + key->length, frame.bytes + at, 16);
        key->length += length;
    } else if (at >= 0 && at <= frame.length - 32 && length > 16 && length <= 32 && key->length <= PCAPKIT_MAX_KEY) {
        memcpy(key->bytes + key->length, frame.bytes + at, 32);
        key->length += length;
    } else {
        key_add_some(key, frame, at, length);
    }
}

static inline void key_add(Key *key, const Key *other) {
    if (key->length <= PCAPKIT_MAX_KEY && other->length <= PCAPKIT_MAX_KEY) {
        memcpy(key->bytes + key->length, other->bytes, PCAPKIT_MAX_KEY);
        key->length += other->length;
    } else {
        key_add_bytes(key, other->bytes, other->length);
    }
}

static inline void key_load(Key *key, const StoredKey *from) {
    key->length = from->length;
    memcpy(key->bytes, from->bytes, PCAPKIT_MAX_KEY);
}

static inline int key_same(const Key *left, const unsigned char *bytes) {
    switch (left->length) { /* the lengths that the compiler compares by words */
    case 12:
        return memcmp(left->bytes, bytes, 12) == 0;
    case 36:
        return memcmp(left->bytes, bytes, 36) == 0;
    }
    return memcmp(left->bytes, bytes, (size_t)left->length) == 0;
}

/* Integers: what C leaves open is done as Python does it. */

static inline int64_t floor_divide(int64_t value, int64_t by) {
    int64_t quotient = value / by;
    return value % by < 0 ? quotient - 1 : quotient;
}

static inline int64_t floor_modulo(int64_t value, int64_t by) {
    int64_t rest = value % by;
    return rest < 0 ? rest + by : rest;
}

static inline int64_t shift_left(int64_t value, int64_t by) {
    return (int64_t)((uint64_t)value << (by & 63));
}

static inline int64_t shift_right(int64_t value, int64_t by) {
    return value >> (by & 63); /* arithmetic in every compiler that CPython supports (PEP 7 builds on it too) */
}

static inline int has(int64_t members, int64_t member) {
    return (int)(members >> (member & 63) & 1);
}

static inline int64_t including(int64_t members, int64_t member) {
    return members | shift_left(1, member);
}

#endif
