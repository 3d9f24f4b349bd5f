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

#include "packet_layout.h"
#include "walk.h"

enum {
    MOST_DISSECTORS = 16, /* that are run natively together */
    CHUNK_PAGE = 4096,
    CHUNK_SPAN = 1 << 17, /* bytes that are read at once: few enough to stay in a processor's own cache */
    CHUNK_ROWS = 512,
    CHUNK_ROOM = CHUNK_PAGE + WALK_LARGEST /* any ordinary frame is whole in a chunk that begins with it */
};

/* Rows, and what is known of them. fields: numbers that each dissector tells of a frame. */
typedef struct {
    Sight *sights;
    Row *rows;
    Packet *packets;
    int64_t count;
    int64_t number; /* of the first frame */
    int dissectors;
    int64_t fields[MOST_DISSECTORS];
    int64_t *told[MOST_DISSECTORS];
    signed char *found[MOST_DISSECTORS];
} Window;

typedef struct {
    unsigned char *bytes;
    Window whole;
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
    void (*decode)(const Sight *frames, int64_t count, void *packets);
} Making;

static inline void window_end(Window *window) {
    free(window->sights);
    free(window->rows);
    free(window->packets);
    for (int place = 0; place < window->dissectors; place++) {
        free(window->told[place]);
        free(window->found[place]);
    }
}

/* Room for so many rows; `dissectors` and `fields` are those of `like`. 0; -1: no memory. It wants window_end. */
static inline int window_begin(Window *window, const Window *like, int64_t rows) {
    int there;
    memset(window, 0, sizeof *window);
    window->dissectors = like->dissectors;
    window->sights = (Sight *)calloc((size_t)rows, sizeof(Sight));
    window->rows = (Row *)malloc((size_t)rows * sizeof(Row));
    window->packets = (Packet *)malloc((size_t)rows * sizeof(Packet));
    there = window->sights && window->rows && window->packets;
    for (int place = 0; place < window->dissectors; place++) {
        window->fields[place] = like->fields[place];
        window->told[place] = (int64_t *)calloc((size_t)(rows * (like->fields[place] + 1)), 8);
        window->found[place] = (signed char *)malloc((size_t)rows);
        there = there && window->told[place] && window->found[place];
    }
    return there ? 0 : -1;
}

/* Some of the rows. */
static inline Window window_part(const Window *of, int64_t from, int64_t count, int64_t number) {
    Window part = *of;
    part.sights += from;
    part.rows += from;
    part.packets += from;
    part.count = count;
    part.number = number;
    for (int place = 0; place < part.dissectors; place++) {
        part.told[place] += from * part.fields[place];
        part.found[place] += from;
    }
    return part;
}

/* 0; -1: no memory. Either way it wants chunk_end. */
static inline int chunk_begin(Chunk *chunk, const Window *like) {
    memset(chunk, 0, sizeof *chunk);
    chunk->bytes = (unsigned char *)aligned_alloc(CHUNK_PAGE, CHUNK_ROOM);
    return window_begin(&chunk->whole, like, CHUNK_ROWS) == 0 && chunk->bytes != NULL ? 0 : -1;
}

static inline void chunk_end(Chunk *chunk) {
    free(chunk->bytes);
    window_end(&chunk->whole);
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
    int64_t page = at & ~(int64_t)(CHUNK_PAGE - 1), begin = at - page, there = 0, wanted = begin + making->span;
    Window *rows = &chunk->whole;
    Walk *walk = &making->walk;
    int why;
    walk->bytes = chunk->bytes;
    walk->budget = CHUNK_ROOM;
    for (;;) {
        there += chunk_read(making->descriptor, chunk->bytes + there, wanted - there, page + there);
        walk->at = begin;
        walk->end = there > begin ? there : begin;
        why = making->records ? walk_records(walk, rows->sights, rows->rows, making->most, &rows->count)
                              : walk_blocks(walk, rows->sights, rows->rows, making->most, &rows->count);
        /* Nothing but a frame that is larger than what was read? One that is larger than the room is not ordinary. */
        if (why != WALK_MORE || rows->count > 0 || there < wanted || begin + walk->needed > CHUNK_ROOM)
            break;
        wanted = begin + walk->needed;
    }
    chunk->last = why == WALK_OTHER || (why == WALK_MORE && (there < wanted || rows->count == 0));
    chunk->page = page;
    chunk->after = page + walk->at;
    making->decode(rows->sights, rows->count, rows->packets);
    return chunk->after;
}

/* Where in the file a row of a chunk begins; the one behind the last is where the next chunk does. */
static inline int64_t chunk_place(const Chunk *chunk, int64_t row) {
    return row < chunk->whole.count ? chunk->page + (chunk->whole.rows[row].block - chunk->bytes) : chunk->after;
}

#endif
