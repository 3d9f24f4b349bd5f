/* Enhanced Packet Blocks, byte for byte as pcapkit.capfile.writer.PcapngWriter.write makes them: little-endian,
 * draft-ietf-opsawg-pcapng 4.3; options in the order comment, epb_flags, epb_dropcount, end.
 */
#ifndef PCAPKIT_ENCODE_H
#define PCAPKIT_ENCODE_H

#include <stdint.h>
#include <string.h>

enum {
    EPB_TYPE = 6,
    EPB_HEAD = 28,           /* bytes before the data */
    EPB_LEAST = 32,          /* a block without data and options */
    EPB_FULL = -2,           /* no room */
    EPB_LARGEST = 64 << 20,  /* pcapkit.capfile.blocks.MAXIMUM_BLOCK */
    EPB_COMMENT_MOST = 65532 /* pcapkit.capfile.options.MAXIMUM_VALUE */
};

static inline void little_u16(unsigned char *at, uint32_t value) {
    at[0] = (unsigned char)value;
    at[1] = (unsigned char)(value >> 8);
}

static inline void little_u32(unsigned char *at, uint32_t value) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(at, &value, 4);
#else
    little_u16(at, value);
    little_u16(at + 2, value >> 16);
#endif
}

static inline void little_u64(unsigned char *at, uint64_t value) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(at, &value, 8);
#else
    little_u32(at, (uint32_t)value);
    little_u32(at + 4, (uint32_t)(value >> 32));
#endif
}

static inline int64_t padded(int64_t length) {
    return (length + 3) & ~(int64_t)3;
}

/* Where in its block the comment of a frame lies: a text that is written there at once need not be copied. */
static inline int64_t epb_comment_at(uint32_t captured) {
    return EPB_HEAD + padded(captured) + 4;
}

/* The length of a comment as far as an option holds it, cut between characters of UTF-8. */
static inline int64_t epb_comment_cut(const unsigned char *comment, int64_t length) {
    if (length <= EPB_COMMENT_MOST)
        return length;
    length = EPB_COMMENT_MOST;
    while (length > 0 && (comment[length] & 0xC0) == 0x80)
        length--;
    return length;
}

/* Write a frame as one block; returns its bytes, EPB_FULL where `room` is too little or no reader would take the block.
 *
 * comment: UTF-8 without control characters, or NULL; it may stand at out + epb_comment_at(captured) already.
 * flags (epb_flags), dropped (epb_dropcount): 0 for no such option.
 */
static inline int64_t epb_write(unsigned char *out, int64_t room, uint32_t interface, uint64_t ticks,
                                const unsigned char *data, uint32_t captured, uint32_t wire,
                                const unsigned char *comment, int64_t comment_length, uint32_t flags,
                                uint64_t dropped) {
    int64_t length, at = EPB_HEAD + padded(captured);
    if (comment_length > 0)
        comment_length = epb_comment_cut(comment, comment_length);
    length = at + (comment_length > 0 ? 4 + padded(comment_length) : 0) + (flags ? 8 : 0) + (dropped ? 12 : 0) + 8;
    if (!(comment_length > 0 || flags || dropped))
        length -= 4; /* without options there is no opt_endofopt */
    if (length > room || length > EPB_LARGEST)
        return EPB_FULL;
    if (comment_length > 0) {
        unsigned char *text = out + at + 4;
        if (comment != text)
            memmove(text, comment, (size_t)comment_length);
        little_u32(out + at, 1 | (uint32_t)comment_length << 16);
        little_u32(text + comment_length, 0); /* the padding; what comes next is written over the rest */
        at += 4 + padded(comment_length);
    }
    if (flags) {
        little_u64(out + at, 2 | 4 << 16 | (uint64_t)flags << 32);
        at += 8;
    }
    if (dropped) {
        little_u32(out + at, 4 | 8 << 16);
        little_u64(out + at + 4, dropped);
        at += 12;
    }
    if (at < length - 4)
        little_u32(out + at, 0); /* opt_endofopt */
    little_u64(out, EPB_TYPE | (uint64_t)length << 32);
    little_u64(out + 8, interface | ticks >> 32 << 32);
    little_u64(out + 16, (uint32_t)ticks | (uint64_t)captured << 32);
    little_u32(out + 24, wire);
    if (captured & 3)
        little_u32(out + EPB_HEAD + (captured & ~(uint32_t)3), 0); /* the padding; the data comes over it */
    memcpy(out + EPB_HEAD, data, captured);
    little_u32(out + length - 4, (uint32_t)length);
    return length;
}

#endif
