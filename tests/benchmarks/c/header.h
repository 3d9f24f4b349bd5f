/* Header fields, in network byte order, and the ones' complement checksum of the Internet (RFC 1071). */
#ifndef HEADER_H
#define HEADER_H

#include <stdint.h>

static inline uint32_t sum_of(const unsigned char *data, uint32_t length)
{
    uint32_t sum = 0;
    for (uint32_t at = 0; at < length; at++)
        sum += at % 2 ? data[at] : (uint32_t)data[at] << 8;
    return sum;
}

static inline uint16_t folded(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static inline void put16(unsigned char *at, uint32_t value)
{
    at[0] = (unsigned char)(value >> 8);
    at[1] = (unsigned char)value;
}

static inline void put32(unsigned char *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

#endif
