/* Slots: a key and its record each, in chunks that never move, so that a reference to a record stays good. */
#ifndef PCAPKIT_SLOTS_H
#define PCAPKIT_SLOTS_H

#include "memory.h"

/* Most keys are two IPv4 addresses and two ports: their slots have no room for longer ones. */
enum { SHORT_KEY = 12, POOLS = 2 };
enum { SLOT_LINE = 64 }; /* bytes that a processor fetches together */
enum { SLOT_FREE = 0xFF, SLOT_PENDING = 0xFE }; /* in place of a key's length */

#define FIRST_CHUNK 8 /* slots; each chunk up to CHUNK doubles the table, those after have CHUNK slots each */
#define CHUNK_BITS 15
#define CHUNK (1u << CHUNK_BITS)
#define DOUBLINGS 13 /* chunks before the first with CHUNK slots: FIRST_CHUNK << (DOUBLINGS - 1) == CHUNK */
#define MOST_SLOTS 0x7FFFFFF0u

typedef struct Pool {
    unsigned char **chunks;
    uint32_t chunk_room;
    uint32_t begun;   /* slots that were ever used */
    uint32_t free;    /* 1 + the first slot of the list, 0: none */
    uint32_t pending; /* the same */
    uint32_t key_room, slot_size;
    int spare; /* whether it leaves room for others: memory_spares */
} Pool;

static inline void chunk_of(uint32_t slot, uint32_t *chunk, uint32_t *offset) {
    if (slot >= CHUNK) {
        *chunk = DOUBLINGS + (slot >> CHUNK_BITS) - 1;
        *offset = slot & (CHUNK - 1);
    } else if (slot < FIRST_CHUNK) {
        *chunk = 0;
        *offset = slot;
    } else {
        uint32_t doubling = 31 - (uint32_t)__builtin_clz(slot / FIRST_CHUNK);
        *chunk = doubling + 1;
        *offset = slot - (FIRST_CHUNK << doubling);
    }
}

/* Slots begin at multiples of 16, as allocations do: then a slot never reaches into one line of memory more. */
static inline uint32_t slot_rounded(uint32_t size) {
    return (size + 15) & ~(uint32_t)15;
}

/* All of a slot's lines of memory can come, to be read and written. */
static inline void slot_fetch(const Pool *pool, const unsigned char *slot) {
    uint32_t past = (uint32_t)((uintptr_t)slot & (SLOT_LINE - 1)) + pool->slot_size;
    for (uint32_t line = 0; line < past; line += SLOT_LINE)
        __builtin_prefetch(slot + line, 1);
}

static uint32_t slots_in(uint32_t chunk) {
    return chunk == 0 ? FIRST_CHUNK : chunk < DOUBLINGS ? (uint32_t)FIRST_CHUNK << (chunk - 1) : CHUNK;
}

static inline unsigned char *slot_at(const Pool *pool, uint32_t slot) {
    uint32_t chunk, offset;
    chunk_of(slot, &chunk, &offset);
    return pool->chunks[chunk] + (size_t)offset * pool->slot_size;
}

static inline void *record_in(const Pool *pool, unsigned char *slot) {
    return slot + 1 + pool->key_room;
}

static uint32_t linked(const unsigned char *slot) {
    uint32_t next;
    memcpy(&next, slot + 1, sizeof next);
    return next;
}

static void link_slot(Pool *pool, uint32_t number, unsigned char state, uint32_t *list) {
    unsigned char *slot = slot_at(pool, number);
    slot[0] = state;
    memcpy(slot + 1, list, sizeof *list);
    *list = number + 1;
}

static int chunk_add(Memory *memory, Pool *pool, uint32_t chunk) {
    if (pool->spare && !memory_spares(memory, (uint64_t)slots_in(chunk) * pool->slot_size))
        return -1;
    if (chunk >= pool->chunk_room) {
        uint32_t room = pool->chunk_room == 0 ? 4 : pool->chunk_room * 2;
        unsigned char **chunks = memory_take(memory, room * sizeof *chunks);
        if (chunks == NULL)
            return -1;
        if (pool->chunk_room != 0)
            memcpy(chunks, pool->chunks, pool->chunk_room * sizeof *chunks);
        memory_give(memory, pool->chunks);
        pool->chunks = chunks;
        pool->chunk_room = room;
    }
    pool->chunks[chunk] = memory_take(memory, (uint64_t)slots_in(chunk) * pool->slot_size);
    return pool->chunks[chunk] == NULL ? -1 : 0;
}

/* The number of a slot that nobody has, or MOST_SLOTS where there is no memory for one. */
static uint32_t slot_take(Memory *memory, Pool *pool) {
    uint32_t number = pool->free, chunk, offset;
    if (number != 0) {
        number--;
        pool->free = linked(slot_at(pool, number));
        return number;
    }
    number = pool->begun;
    if (number == MOST_SLOTS) {
        memory->failure = PCAPKIT_NO_MEMORY;
        return MOST_SLOTS;
    }
    chunk_of(number, &chunk, &offset);
    if (offset == 0 && chunk_add(memory, pool, chunk) != 0)
        return MOST_SLOTS;
    pool->begun++;
    return number;
}

static void pool_give(Memory *memory, Pool *pool) {
    uint32_t last, offset;
    if (pool->begun != 0) {
        chunk_of(pool->begun - 1, &last, &offset);
        for (uint32_t chunk = 0; chunk <= last; chunk++)
            memory_give(memory, pool->chunks[chunk]);
    }
    memory_give(memory, pool->chunks);
    memset(pool, 0, sizeof *pool);
}

#endif
