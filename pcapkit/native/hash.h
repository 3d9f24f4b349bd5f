/* The seeded hash of keys: multilinear hashing (Lemire and Kaser, "Strongly universal string hashing is fast", 2014).
 *
 * Whatever two keys somebody chooses without knowing the seed, they collide with a chance of 2**-32: nobody can aim
 * addresses and ports at one place of a table. What follows the sum only spreads it over all bits.
 */
#ifndef PCAPKIT_HASH_H
#define PCAPKIT_HASH_H

#include <stdint.h>
#include <string.h>

#include "reading.h"

#define PCAPKIT_SEEDS (PCAPKIT_MAX_KEY / 4 + 2)

static uint64_t hash_seed[PCAPKIT_SEEDS]; /* random, set once, before the first table */

/* `length` is at most PCAPKIT_MAX_KEY. */
__attribute__((always_inline)) static inline uint32_t hash_bytes(const unsigned char *bytes, uint32_t length) {
    uint64_t sum = hash_seed[0] + hash_seed[1] * length;
    uint32_t word, at = 0;
    for (; at + 4 <= length; at += 4) {
        memcpy(&word, bytes + at, 4);
        sum += hash_seed[2 + at / 4] * word;
    }
    if (at < length) {
        word = 0;
        memcpy(&word, bytes + at, length - at);
        sum += hash_seed[2 + at / 4] * word;
    }
    sum = (sum ^ sum >> 32) * 0xD6E8FEB86659FD93u;
    return (uint32_t)(sum >> 32);
}

/* Lengths that the compiler unrolls: two addresses and two ports of IPv4, and of IPv6. */
static inline uint32_t hash_key(const Key *key) {
    switch (key->length) {
    case 12:
        return hash_bytes(key->bytes, 12);
    case 36:
        return hash_bytes(key->bytes, 36);
    }
    return hash_bytes(key->bytes, (uint32_t)key->length);
}

#endif
