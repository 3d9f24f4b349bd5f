/* A chunk of a file: some of its bytes, and the ordinary frames among them as rows that are walked and decoded.
 *
 * Nothing here depends on what came before in the file but for where the chunk begins, so that any thread may do it. The
 * bytes are read anew for each chunk, from the page on in which it begins: nothing is carried over from one to the next.
 */
#ifndef PCAPKIT_CHUNK_H
#define PCAPKIT_CHUNK_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "walk.h"

enum {
    CHUNK_PAGE = 4096,
    CHUNK_SPAN = 1 << 17, /* bytes that are read at once: few enough to stay in a processor's own cache */
    CHUNK_ROWS = 512,
    CHUNK_ROOM = CHUNK_PAGE + WALK_LARGEST /* any ordinary frame is whole in a chunk that begins with it */
};

typedef struct {
    unsigned char *bytes;
    Sight *sights;
    Row *rows;
    void *packets;
    int64_t count; /* rows */
    int64_t page;  /* where in the file its bytes begin */
    int64_t after; /* where in the file the next chunk begins */
    int last;      /* what comes next is not ordinary, not there, or cannot be read */
} Chunk;

/* How a chunk is made. span: bytes to read, at most CHUNK_SPAN; most: rows, at most CHUNK_ROWS. */
typedef struct {
    int descriptor;
    int records; /* of a classic pcap file */
    Walk walk;
    int64_t span, most;
    int64_t packet_size;
    void (*decode)(const Sight *frames, int64_t count, void *packets);
} Making;

static inline void chunk_end(Chunk *chunk) {
    free(chunk->bytes);
    free(chunk->sights);
    free(chunk->rows);
    free(chunk->packets);
}

/* 0; -1: no memory. Either way it wants chunk_end. */
static inline int chunk_begin(Chunk *chunk, int64_t packet_size) {
    memset(chunk, 0, sizeof *chunk);
    chunk->bytes = (unsigned char *)aligned_alloc(CHUNK_PAGE, CHUNK_ROOM);
    chunk->sights = (Sight *)malloc(CHUNK_ROWS * sizeof(Sight));
    chunk->rows = (Row *)malloc(CHUNK_ROWS * sizeof(Row));
    chunk->packets = malloc((size_t)(CHUNK_ROWS * packet_size));
    return chunk->bytes && chunk->sights && chunk->rows && chunk->packets ? 0 : -1;
}

/* Read up to `size` bytes; fewer only where the file ends or cannot be read, which is then Python's to find out. */
static inline int64_t chunk_read(int descriptor, unsigned char *to, int64_t size, int64_t at) {
    int64_t there = 0;
    while (there < size) {
        ssize_t got = pread(descriptor, to + there, (size_t)(size - there), (off_t)(at + there));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        there += got;
    }
    return there;
}

/* Make the chunk that begins at `at` in the file; returns where the next one begins. */
static int64_t chunk_make(Making *making, Chunk *chunk, int64_t at) {
    int64_t page = at & ~(int64_t)(CHUNK_PAGE - 1);
    int64_t there = 0, wanted = at - page + making->span;
    Walk *walk = &making->walk;
    int why;
    chunk->page = page;
    for (;;) {
        there += chunk_read(making->descriptor, chunk->bytes + there, wanted - there, page + there);
        walk->bytes = chunk->bytes;
        walk->at = at - page;
        walk->end = there;
        walk->budget = CHUNK_ROOM;
        if (there < walk->at) {
            chunk->count = 0;
            chunk->last = 1;
            return chunk->after = at;
        }
        why = making->records ? walk_records(walk, chunk->sights, chunk->rows, making->most, &chunk->count)
                              : walk_blocks(walk, chunk->sights, chunk->rows, making->most, &chunk->count);
        /* One frame that is larger than what was read; those that are larger than the room are not ordinary. */
        if (why != WALK_MORE || chunk->count > 0 || there < wanted || walk->at + walk->needed > CHUNK_ROOM)
            break;
        wanted = walk->at + walk->needed;
    }
    chunk->last = why == WALK_OTHER || (why == WALK_MORE && (there < wanted || chunk->count == 0));
    if (making->decode != NULL)
        making->decode(chunk->sights, chunk->count, chunk->packets);
    return chunk->after = page + walk->at;
}

/* Where in the file a row of a chunk begins; the one behind the last is where the next chunk does. */
static inline int64_t chunk_place(const Chunk *chunk, int64_t row) {
    return row < chunk->count ? chunk->page + (chunk->rows[row].block - chunk->bytes) : chunk->after;
}

#endif
