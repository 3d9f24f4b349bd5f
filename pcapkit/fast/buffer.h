/* Whole pcapng blocks on their way to a descriptor: gathered in memory that O_DIRECT takes, written in large pieces.
 *
 * For a file the memory begins with what the file holds of its last, partial page. So every write can begin at a page of
 * the file, and the memory is where O_DIRECT wants it without copying.
 */
#ifndef PCAPKIT_BUFFER_H
#define PCAPKIT_BUFFER_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_DIRECT */
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BUFFER_PAGE = 4096 };

typedef struct {
    unsigned char *memory;
    int64_t room;
    int64_t lead;   /* bytes at the beginning that the file has already */
    int64_t fill;   /* where the next block goes */
    int64_t frames; /* among the blocks behind the lead */
} Buffer;

/* 0; -1: no memory. */
static inline int buffer_begin(Buffer *buffer, int64_t room) {
    void *memory = mmap(NULL, (size_t)room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(buffer, 0, sizeof *buffer);
    if (memory == MAP_FAILED)
        return -1;
    buffer->memory = (unsigned char *)memory;
    buffer->room = room;
    return 0;
}

static inline void buffer_end(Buffer *buffer) {
    if (buffer->memory != NULL)
        munmap(buffer->memory, (size_t)buffer->room);
    buffer->memory = NULL;
}

/* The number of whole blocks among the first `size` bytes behind the lead: their bytes, and how many are frames. */
static inline int64_t buffer_whole(const Buffer *buffer, int64_t size, int64_t *frames) {
    const unsigned char *at = buffer->memory + buffer->lead;
    int64_t whole = 0, most = buffer->fill - buffer->lead;
    *frames = 0;
    if (size > most)
        size = most;
    while (size - whole >= 12) {
        uint32_t kind, length;
        memcpy(&kind, at + whole, 4);
        memcpy(&length, at + whole + 4, 4);
        if (length < 12 || length > size - whole)
            break;
        *frames += kind == 6 || kind == 3;
        whole += length;
    }
    return whole;
}

/* Everything behind the lead is with the system now. keep_page: the file goes on in the same page. */
static inline void buffer_clear(Buffer *buffer, int keep_page) {
    int64_t begin = keep_page ? buffer->fill & ~(int64_t)(BUFFER_PAGE - 1) : buffer->fill;
    memmove(buffer->memory, buffer->memory + begin, (size_t)(buffer->fill - begin));
    buffer->lead = buffer->fill = buffer->fill - begin;
    buffer->frames = 0;
}

static inline int buffer_set_direct(int descriptor, int on) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT);
}

/* Write memory[begin:end] at `offset` of the file. Returns how far it came; *error is 0 or errno. */
static inline int64_t buffer_put(const Buffer *buffer, int descriptor, int64_t begin, int64_t end, int64_t offset,
                                 int *error) {
    *error = 0;
    while (begin < end) {
        ssize_t taken = pwrite(descriptor, buffer->memory + begin, (size_t)(end - begin), (off_t)offset);
        if (taken < 0 && errno == EINTR)
            continue;
        if (taken <= 0) {
            *error = taken < 0 ? errno : ENOSPC;
            break;
        }
        begin += taken;
        offset += taken;
    }
    return begin;
}

/* Write all that is behind the lead to a regular file that has `size` bytes. direct: past the page cache, all but the last,
 * partial page; set to 0 where the file does not take that. Returns the bytes behind the lead that are with the system. */
static inline int64_t buffer_write_file(Buffer *buffer, int descriptor, int64_t size, int *direct, int *error) {
    int64_t done = buffer->lead, start = size - buffer->lead;
    *error = 0;
    if (*direct) {
        int64_t pages = buffer->fill & ~(int64_t)(BUFFER_PAGE - 1);
        if (start % BUFFER_PAGE || buffer_set_direct(descriptor, 1) != 0) {
            *direct = 0;
        } else {
            int64_t reached = buffer_put(buffer, descriptor, 0, pages, start, error);
            buffer_set_direct(descriptor, 0);
            if (*error == EINVAL) { /* the file system has other wishes than pages: then as everywhere */
                *direct = 0;
                *error = 0;
            }
            if (reached > done)
                done = reached;
        }
    }
    if (*error == 0)
        done = buffer_put(buffer, descriptor, done, buffer->fill, start + done, error);
    return done - buffer->lead;
}

#endif
