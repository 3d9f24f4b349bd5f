/* Rare[record]: the parts of records that most do without, each kind in a pool of its own.
 *
 * A record has the number of its part, 0 until that is first touched: four bytes, where a pointer has eight.
 */
#ifndef PCAPKIT_PARTS_H
#define PCAPKIT_PARTS_H

#include "slots.h"

/* Unaligned as all that a packed record holds. */
typedef struct __attribute__((packed)) {
    uint32_t number; /* 1 + its slot */
} Part;

/* A part, all zero, of the kind that was numbered so when the program was printed. */
static void *part_make(Memory *memory, Part *part, uint32_t kind, uint32_t size) {
    if (kind >= memory->part_kinds) {
        Pool *parts = memory_take(memory, (kind + 1) * sizeof *parts);
        if (parts == NULL)
            return memory_nowhere(memory);
        memset(parts, 0, (kind + 1) * sizeof *parts);
        if (memory->parts != NULL)
            memcpy(parts, memory->parts, memory->part_kinds * sizeof *parts);
        memory_give(memory, memory->parts);
        memory->parts = parts;
        memory->part_kinds = kind + 1;
    }
    Pool *pool = &memory->parts[kind];
    pool->slot_size = 1 + (size < sizeof(uint32_t) ? (uint32_t)sizeof(uint32_t) : size); /* a free slot has a link */
    uint32_t number = slot_take(memory, pool);
    if (number == MOST_SLOTS)
        return memory_nowhere(memory);
    unsigned char *slot = slot_at(pool, number);
    slot[0] = 0;
    part->number = number + 1;
    return memset(record_in(pool, slot), 0, size);
}

static inline void *part_at(Memory *memory, Part *part, uint32_t kind, uint32_t size) {
    uint32_t number = part->number;
    if (PCAPKIT_LIKELY(number != 0))
        return record_in(&memory->parts[kind], slot_at(&memory->parts[kind], number - 1));
    return part_make(memory, part, kind, size);
}

static inline void part_drop(Memory *memory, Part *part, uint32_t kind) {
    if (part->number != 0)
        link_slot(&memory->parts[kind], part->number - 1, SLOT_FREE, &memory->parts[kind].free);
    part->number = 0;
}

#endif
