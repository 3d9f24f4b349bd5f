/* The memory of one run: counted, bounded if a bound is set, and given back as a whole.
 *
 * Nothing here fails loudly: where memory runs out, `failure` is set and a scratch record is handed out, so that the
 * dissector's code, which knows no errors, goes on to the end of its frame. What was put there is then forgotten, the
 * frame is counted, and the run goes on with what it has kept.
 */
#ifndef PCAPKIT_MEMORY_H
#define PCAPKIT_MEMORY_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "reading.h"

enum { PCAPKIT_FINE = 0, PCAPKIT_NO_MEMORY = 1, PCAPKIT_LONG_KEY = 2 };

#define PCAPKIT_ARENA 4096 /* bytes at first: the records that functions make live until their frame is done */

typedef void (*Drop)(void *memory, void *record); /* give back the tables inside a record */

typedef struct Allocation {
    struct Allocation *before, *after;
    uint64_t size;
    uint64_t unused; /* keeps what follows aligned to 16 bytes */
} Allocation;

typedef struct Block {
    struct Block *next;
    size_t size, used;
} Block;

typedef struct Temporary {
    struct Temporary *next;
    Drop drop;
} Temporary;

/* A record that could not be kept, of those that hold more than themselves: each kind has its own, so that none takes
 * the numbers of another for its tables. What it came to hold is dropped with it. */
typedef struct Scratch {
    struct Scratch *next;
    Drop drop;
    uint64_t size, used;
} Scratch;

struct TableBody;
struct Pool;

typedef struct {
    Allocation *allocations;
    uint64_t used;  /* bytes, headers included */
    uint64_t limit; /* bytes; 0: none */
    int failure;
    Block *arena;
    Temporary *temporaries;
    struct TableBody *pending; /* tables from which records were removed in this frame */
    Scratch *scratches;
    void *scratch; /* the same for all records that are nothing but numbers, flags and keys */
    void *nowhere; /* the same for rare parts */
    size_t scratch_size;
    uint64_t lost;      /* frames of which something could not be kept */
    struct Pool *parts; /* rare parts, by kind */
    uint32_t part_kinds;
} Memory;

/* Large allocations begin on a large page and ask for such: a table of millions is looked up all over the place. */
#define PCAPKIT_LARGE_PAGE ((uint64_t)1 << 21)

static void *memory_allocate(uint64_t size) {
    void *made;
    if (size < PCAPKIT_LARGE_PAGE)
        return malloc(size);
    if (posix_memalign(&made, PCAPKIT_LARGE_PAGE, size) != 0)
        return NULL;
#ifdef MADV_HUGEPAGE
    madvise(made, size, MADV_HUGEPAGE); /* a wish: where it is not granted, all is as before */
#endif
    return made;
}

static void *memory_take(Memory *memory, uint64_t size) {
    uint64_t whole = size + sizeof(Allocation);
    Allocation *made = NULL;
    if (whole > size && (memory->limit == 0 || whole <= memory->limit - memory->used))
        made = memory_allocate(whole);
    if (made == NULL) {
        if (memory->failure == PCAPKIT_FINE)
            memory->failure = PCAPKIT_NO_MEMORY;
        return NULL;
    }
    made->size = whole;
    made->before = NULL;
    made->after = memory->allocations;
    if (made->after != NULL)
        made->after->before = made;
    memory->allocations = made;
    memory->used += whole;
    return made + 1;
}

static void memory_give(Memory *memory, void *taken) {
    Allocation *made = taken;
    if (made == NULL)
        return;
    made--;
    if (made->before != NULL)
        made->before->after = made->after;
    else
        memory->allocations = made->after;
    if (made->after != NULL)
        made->after->before = made->before;
    memory->used -= made->size;
    free(made);
}

/* Begin with scratch records that are large enough for every record of the program; nonzero: no memory. */
static int memory_begin(Memory *memory, uint64_t limit, size_t largest) {
    memset(memory, 0, sizeof *memory);
    memory->limit = limit;
    memory->scratch_size = largest;
    memory->scratch = memory_take(memory, largest);
    memory->nowhere = memory_take(memory, largest);
    return memory->failure;
}

/* One more, of the records that `drop` is for; nonzero: no memory. */
static int memory_prepare(Memory *memory, Drop drop, size_t size) {
    Scratch *made = memory_take(memory, sizeof *made + size);
    if (made == NULL)
        return memory->failure;
    made->drop = drop;
    made->size = size;
    made->used = 0;
    made->next = memory->scratches;
    memory->scratches = made;
    return 0;
}

/* Whether a table may take that much: an eighth of the limit is left to the connections that are known already. */
static int memory_spares(Memory *memory, uint64_t size) {
    uint64_t most = memory->limit - memory->limit / 8;
    if (memory->limit == 0 || (memory->used <= most && size <= most - memory->used))
        return 1;
    memory->failure = PCAPKIT_NO_MEMORY;
    return 0;
}

static void memory_end(Memory *memory) {
    Allocation *made = memory->allocations, *after;
    for (; made != NULL; made = after) {
        after = made->after;
        free(made);
    }
    memset(memory, 0, sizeof *memory);
}

/* A record that lasts until memory_forget. */
static void *memory_scratch(Memory *memory, Drop drop) {
    if (drop == NULL)
        return memset(memory->scratch, 0, memory->scratch_size);
    Scratch *scratch = memory->scratches;
    while (scratch->drop != drop)
        scratch = scratch->next;
    if (scratch->used)
        drop(memory, scratch + 1);
    scratch->used = 1;
    return memset(scratch + 1, 0, scratch->size);
}

static void *memory_nowhere(Memory *memory) {
    return memset(memory->nowhere, 0, memory->scratch_size);
}

/* A frame for which memory did not suffice is done. */
static void memory_forget(Memory *memory) {
    for (Scratch *scratch = memory->scratches; scratch != NULL; scratch = scratch->next) {
        if (scratch->used)
            scratch->drop(memory, scratch + 1);
        scratch->used = 0;
    }
    memory->failure = PCAPKIT_FINE;
    memory->lost++;
}

/* A record, all zero, that lives until memory_settle. */
static void *record_new(Memory *memory, size_t size, Drop drop) {
    size_t head = drop != NULL ? sizeof(Temporary) : 0;
    size_t whole = (head + size + 15) & ~(size_t)15;
    Block *block = memory->arena;
    unsigned char *made;
    if (block == NULL || block->size - block->used < whole) {
        size_t room = block == NULL ? PCAPKIT_ARENA : block->size * 2;
        if (room < whole)
            room = whole;
        Block *more = memory_take(memory, sizeof(Block) + room);
        if (more == NULL)
            return memory_scratch(memory, drop);
        more->next = block;
        more->size = room;
        more->used = 0;
        memory->arena = block = more;
    }
    made = (unsigned char *)(block + 1) + block->used;
    block->used += whole;
    memset(made, 0, whole);
    if (drop != NULL) {
        Temporary *temporary = (Temporary *)made;
        temporary->drop = drop;
        temporary->next = memory->temporaries;
        memory->temporaries = temporary;
    }
    return made + head;
}

static int key_equal(Memory *memory, const Key *left, const Key *right) {
    if (left->length != right->length)
        return 0;
    if (left->length > PCAPKIT_MAX_KEY) {
        memory->failure = PCAPKIT_LONG_KEY;
        return 0;
    }
    return key_same(left, right->bytes);
}

static void key_store(Memory *memory, StoredKey *to, const Key *key) {
    if (key->length > PCAPKIT_MAX_KEY) {
        memory->failure = PCAPKIT_LONG_KEY;
        return;
    }
    to->length = (uint8_t)key->length;
    memcpy(to->bytes, key->bytes, (size_t)key->length);
}

#endif
