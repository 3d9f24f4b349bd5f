/* Table[record]: records by key, found by open addressing with a seeded hash.
 *
 * The index holds a tag (32 bits of the hash) and a slot's number; slots lie in chunks that never move, so that a
 * reference to a record stays good while its frame is worked on. A removed record keeps its slot until then too
 * (table_settle), since the dissector may still hold it.
 */
#ifndef PCAPKIT_TABLE_H
#define PCAPKIT_TABLE_H

#include "hash.h"
#include "memory.h"
#include "slots.h"

typedef struct {
    uint32_t tag;
    uint32_t handle; /* 0: empty; else 1 + (slot << 1 | pool) */
} Entry;

typedef struct TableBody {
    Entry *index;
    uint32_t size; /* entries */
    uint32_t count;
    Pool pools[POOLS];
    uint32_t walk_pool, walk_slot; /* where the walk goes on */
    Drop drop;
    struct TableBody *next_pending;
    int listed, dead;
} TableBody;

enum { WALK = 16 }; /* slots that one step of a walk looks at */

/* Unaligned as all that a packed record holds; all zero is an empty table. */
typedef struct __attribute__((packed)) {
    TableBody *body;
} Table;

/* Where a search begins. Tags in their order have places in their order, whatever the size: growing goes straight
 * through memory, and an index may have any size. */
static inline uint32_t table_home(const TableBody *body, uint32_t tag) {
    return (uint32_t)((uint64_t)tag * body->size >> 32);
}

static inline uint32_t table_next(const TableBody *body, uint32_t at) {
    return at + 1 == body->size ? 0 : at + 1;
}

/* Where in the index the key is, or, if it is not there, where it would be put; `found`: its slot, or NULL. */
static inline uint32_t table_place(const TableBody *body, const Key *key, uint32_t tag, unsigned char **found) {
    uint32_t at = table_home(body, tag);
    for (; body->index[at].handle != 0; at = table_next(body, at)) {
        if (body->index[at].tag == tag) {
            uint32_t handle = body->index[at].handle - 1;
            const Pool *pool = &body->pools[handle & 1];
            unsigned char *slot = slot_at(pool, handle >> 1);
            if (slot[0] == key->length && key_same(key, slot + 1)) {
                *found = slot;
                return at;
            }
        }
    }
    *found = NULL;
    return at;
}

__attribute__((always_inline)) static inline void *table_find(Table *table, const Key *key) {
    TableBody *body = table->body;
    if (body == NULL || body->count == 0 || key->length > PCAPKIT_MAX_KEY)
        return NULL;
    unsigned char *slot;
    table_place(body, key, hash_key(key), &slot);
    return slot == NULL ? NULL : record_in(&body->pools[key->length > SHORT_KEY], slot);
}

/* Where a search will begin, known before it is made: its lines of memory can come meanwhile. */
#define PCAPKIT_SPOTS 4

typedef struct {
    const TableBody *body;
    uint32_t tag;
} Spot;

static inline void table_ahead(Spot *spot, const Table *table, const Key *key) {
    const TableBody *body = table->body;
    spot->body = NULL;
    if (body == NULL || body->count == 0 || key->length > PCAPKIT_MAX_KEY)
        return;
    spot->body = body;
    spot->tag = hash_key(key);
    __builtin_prefetch(&body->index[table_home(body, spot->tag)]);
}

static inline void table_nearer(const Spot *spot) {
    const TableBody *body = spot->body;
    if (body == NULL)
        return;
    uint32_t at = table_home(body, spot->tag);
    for (int turn = 0; turn < 8 && body->index[at].handle != 0; turn++, at = table_next(body, at)) {
        if (body->index[at].tag == spot->tag) {
            uint32_t handle = body->index[at].handle - 1;
            const Pool *pool = &body->pools[handle & 1];
            slot_fetch(pool, slot_at(pool, handle >> 1));
            return;
        }
    }
}

/* By a quarter: the index takes 11 to 15 bytes for each record. */
static int index_grow(Memory *memory, TableBody *body) {
    TableBody grown = *body;
    uint64_t entries = body->size == 0 ? 16 : (uint64_t)body->size + body->size / 4;
    if (entries > UINT32_MAX) {
        memory->failure = PCAPKIT_NO_MEMORY;
        return -1;
    }
    if (!memory_spares(memory, entries * sizeof(Entry)))
        return -1;
    grown.size = (uint32_t)entries;
    grown.index = memory_take(memory, entries * sizeof(Entry));
    if (grown.index == NULL)
        return -1;
    memset(grown.index, 0, entries * sizeof(Entry));
    for (uint32_t from = 0; from < body->size; from++) {
        if (body->index[from].handle != 0) {
            uint32_t at = table_home(&grown, body->index[from].tag);
            while (grown.index[at].handle != 0)
                at = table_next(&grown, at);
            grown.index[at] = body->index[from];
        }
    }
    memory_give(memory, body->index);
    body->index = grown.index;
    body->size = grown.size;
    return 0;
}

static int table_make(Memory *memory, Table *table, uint32_t record_size, Drop drop) {
    TableBody *body = memory_take(memory, sizeof *body);
    if (body == NULL)
        return -1;
    memset(body, 0, sizeof *body);
    for (int pool = 0; pool < POOLS; pool++) {
        body->pools[pool].key_room = pool == 0 ? SHORT_KEY : PCAPKIT_MAX_KEY;
        body->pools[pool].slot_size = slot_rounded(1 + body->pools[pool].key_room + record_size);
        body->pools[pool].spare = 1;
    }
    body->drop = drop;
    table->body = body;
    return 0;
}

/* There is something to do with it when the frame is done. */
static void table_list(Memory *memory, TableBody *body) {
    if (!body->listed) {
        body->listed = 1;
        body->next_pending = memory->pending;
        memory->pending = body;
    }
}

static void slot_retire(Memory *memory, TableBody *body, uint32_t handle) {
    Pool *pool = &body->pools[handle & 1];
    link_slot(pool, handle >> 1, SLOT_PENDING, &pool->pending);
    table_list(memory, body);
}

static void *table_add(Memory *memory, Table *table, const Key *key, uint32_t record_size, Drop drop) {
    TableBody *body = table->body;
    if (key->length > PCAPKIT_MAX_KEY) {
        memory->failure = PCAPKIT_LONG_KEY;
        return memory_scratch(memory, drop);
    }
    if (body == NULL && table_make(memory, table, record_size, drop) != 0)
        return memory_scratch(memory, drop);
    body = table->body;
    /* At most 7 of 10 entries are taken: beyond that, the search for a key that is not there gets long. */
    if ((uint64_t)body->count * 10 >= (uint64_t)body->size * 7 &&
        index_grow(memory, body) != 0)
        return memory_scratch(memory, drop);
    uint32_t which = key->length > SHORT_KEY;
    Pool *pool = &body->pools[which];
    uint32_t number = slot_take(memory, pool);
    if (number == MOST_SLOTS)
        return memory_scratch(memory, drop);
    unsigned char *slot = slot_at(pool, number);
    unsigned char *before;
    uint32_t tag = hash_key(key);
    uint32_t at = table_place(body, key, tag, &before);
    if (before != NULL)
        slot_retire(memory, body, body->index[at].handle - 1);
    else
        body->count++;
    body->index[at].tag = tag;
    body->index[at].handle = 1 + (number << 1 | which);
    slot[0] = (unsigned char)key->length;
    memcpy(slot + 1, key->bytes, (size_t)key->length);
    return memset(record_in(pool, slot), 0, record_size);
}

/* How far it is from one place on to another. */
static inline uint32_t table_gap(const TableBody *body, uint32_t from, uint32_t to) {
    return to >= from ? to - from : to + (body->size - from);
}

static void table_remove(Memory *memory, Table *table, const Key *key) {
    TableBody *body = table->body;
    if (body == NULL || body->count == 0 || key->length > PCAPKIT_MAX_KEY)
        return;
    unsigned char *slot;
    uint32_t at = table_place(body, key, hash_key(key), &slot);
    if (slot == NULL)
        return;
    slot_retire(memory, body, body->index[at].handle - 1);
    body->count--;
    /* What follows moves up where that brings it no further from its place: no mark of what was here is left. */
    for (uint32_t next = table_next(body, at); body->index[next].handle != 0; next = table_next(body, next)) {
        uint32_t home = table_home(body, body->index[next].tag);
        if (table_gap(body, home, next) >= table_gap(body, at, next)) {
            body->index[at] = body->index[next];
            at = next;
        }
    }
    body->index[at].handle = 0;
}

static inline int slot_taken(const unsigned char *slot) {
    return slot[0] != SLOT_FREE && slot[0] != SLOT_PENDING;
}

/* The key of the next record of a walk that never ends; none where the slots looked at are all free. */
static void table_walk(const Table *table, Key *key) {
    TableBody *body = table->body;
    key->length = 0;
    for (int turn = 0; body != NULL && turn < WALK; turn++) {
        const Pool *pool = &body->pools[body->walk_pool];
        if (body->walk_slot >= pool->begun) {
            body->walk_slot = 0;
            body->walk_pool = (body->walk_pool + 1) % POOLS;
            continue;
        }
        const unsigned char *slot = slot_at(pool, body->walk_slot++);
        if (slot_taken(slot)) {
            key->length = slot[0];
            memcpy(key->bytes, slot + 1, slot[0]);
            break;
        }
    }
    /* What the next step will look at can come until then. */
    if (body != NULL && body->walk_slot < body->pools[body->walk_pool].begun) {
        const Pool *pool = &body->pools[body->walk_pool];
        const unsigned char *slot = slot_at(pool, body->walk_slot);
        if (slot_taken(slot))
            __builtin_prefetch(&body->index[table_home(body, hash_bytes(slot + 1, slot[0]))]);
        if (body->walk_slot + 1 < pool->begun)
            __builtin_prefetch(slot_at(pool, body->walk_slot + 1));
    }
}

/* Give back a table that nobody can refer to any more. */
static void table_give(Memory *memory, TableBody *body) {
    for (int which = 0; which < POOLS; which++) {
        Pool *pool = &body->pools[which];
        for (uint32_t slot = 0; body->drop != NULL && slot < pool->begun; slot++)
            if (slot_at(pool, slot)[0] != SLOT_FREE)
                body->drop(memory, record_in(pool, slot_at(pool, slot)));
        pool_give(memory, pool);
    }
    memory_give(memory, body->index);
    memory_give(memory, body);
}

/* The same for one that goes with its record. Where memory has run out, that was a scratch record, and the frame at
 * hand may still refer to what was in it: then table_settle does it, as it does for one that it has yet to pass by. */
static void table_drop(Memory *memory, Table *table) {
    TableBody *body = table->body;
    table->body = NULL;
    if (body == NULL)
        return;
    if (memory->failure == PCAPKIT_FINE && !body->listed) {
        table_give(memory, body);
        return;
    }
    body->dead = 1;
    table_list(memory, body);
}

/* The frame is done: what was removed or made for it alone is given back. */
static void table_settle(Memory *memory) {
    TableBody *body;
    while (memory->temporaries != NULL) {
        Temporary *temporary = memory->temporaries;
        memory->temporaries = temporary->next;
        temporary->drop(memory, temporary + 1);
    }
    while ((body = memory->pending) != NULL) {
        memory->pending = body->next_pending;
        body->listed = 0;
        if (body->dead) {
            table_give(memory, body);
            continue;
        }
        for (int which = 0; which < POOLS; which++) {
            Pool *pool = &body->pools[which];
            while (pool->pending != 0) {
                uint32_t number = pool->pending - 1;
                unsigned char *slot = slot_at(pool, number);
                pool->pending = linked(slot);
                if (body->drop != NULL)
                    body->drop(memory, record_in(pool, slot));
                link_slot(pool, number, SLOT_FREE, &pool->free);
            }
        }
    }
    if (memory->arena != NULL) {
        Block *block = memory->arena, *older;
        for (; (older = block->next) != NULL; block->next = older->next, memory_give(memory, older))
            ;
        block->used = 0;
    }
}

static inline void settle(Memory *memory) {
    if (memory->arena != NULL || memory->pending != NULL)
        table_settle(memory);
}

#endif
