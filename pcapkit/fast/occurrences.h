/* How often which values stood together in a few fields of a dissector: counts of what happened, and no look back at a
 * frame.
 *
 * A hash table of the combinations, of which there are few: sets have few members that occur together, and names few
 * values. A dissector with more gets a table of OCCURRENCES_MOST rows, of which three quarters are used; what finds no room
 * is counted as `others`.
 */

#ifndef PCAPKIT_OCCURRENCES_H
#define PCAPKIT_OCCURRENCES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    OCCURRENCES_FIELDS = 4,        /* that are looked at together */
    OCCURRENCES_LEAST = 64,        /* rows of a new table; as all numbers of rows, a power of two */
    OCCURRENCES_MOST = 1 << 16
};

typedef struct {
    int64_t values[OCCURRENCES_FIELDS];
    int64_t count; /* 0: the row is free */
} Occurrence;

typedef struct {
    Occurrence *rows;
    int64_t room;
    int64_t used;
    int64_t others; /* frames whose combination found no room */
    int fields;
    uint32_t places[OCCURRENCES_FIELDS]; /* of the fields, in what a dissector tells of a frame */
} Occurrences;

/* The row of a combination, or the free one where it belongs. At least one row is free. */
static inline Occurrence *occurrences_find(Occurrence *rows, int64_t room, const int64_t *values) {
    uint64_t hash = 0;
    for (int field = 0; field < OCCURRENCES_FIELDS; field++)
        hash = (hash ^ (uint64_t)values[field]) * 0x9E3779B97F4A7C15u;
    uint64_t at = hash >> 32;
    for (;; at++) {
        Occurrence *row = &rows[at & (uint64_t)(room - 1)];
        if (row->count == 0 || memcmp(row->values, values, sizeof row->values) == 0)
            return row;
    }
}

/* Twice as many rows; -1 where there may be no more. */
static inline int occurrences_grow(Occurrences *all) {
    int64_t room = all->room ? 2 * all->room : OCCURRENCES_LEAST;
    Occurrence *rows = room <= OCCURRENCES_MOST ? (Occurrence *)calloc((size_t)room, sizeof *rows) : NULL;
    if (rows == NULL)
        return -1;
    for (int64_t at = 0; at < all->room; at++)
        if (all->rows[at].count)
            *occurrences_find(rows, room, all->rows[at].values) = all->rows[at];
    free(all->rows);
    all->rows = rows;
    all->room = room;
    return 0;
}

/* Count what is told of a frame. */
static inline void occurrences_add(Occurrences *all, const int64_t *told) {
    int64_t values[OCCURRENCES_FIELDS] = {0};
    for (int field = 0; field < all->fields; field++)
        values[field] = told[all->places[field]];
    if (2 * all->used >= all->room && occurrences_grow(all) != 0 && all->room == 0) {
        all->others++;
        return;
    }
    Occurrence *row = occurrences_find(all->rows, all->room, values);
    if (row->count == 0) {
        if (4 * (all->used + 1) > 3 * all->room) { /* fuller, it would be slow */
            all->others++;
            return;
        }
        memcpy(row->values, values, sizeof values);
        all->used++;
    }
    row->count++;
}

#endif
