/* Queue: keys in a row, one behind the other in a ring of bytes, each after its length. */
#ifndef PCAPKIT_QUEUE_H
#define PCAPKIT_QUEUE_H

#include "memory.h"

enum { QUEUE_ROOM = 64 }; /* bytes at first; a power of two, as every room after it */

typedef struct {
    unsigned char *bytes;
    uint64_t room, first, used;
    uint32_t count;
} QueueBody;

/* Unaligned as all that a packed record holds; all zero is an empty queue. */
typedef struct __attribute__((packed)) {
    QueueBody *body;
} Queue;

static inline int64_t queue_length(const Queue *queue) {
    return queue->body == NULL ? 0 : queue->body->count;
}

static void queue_copy(const QueueBody *body, uint64_t at, unsigned char *to, uint64_t length) {
    at &= body->room - 1;
    uint64_t whole = body->room - at < length ? body->room - at : length;
    memcpy(to, body->bytes + at, whole);
    memcpy(to + whole, body->bytes, length - whole);
}

static int queue_grow(Memory *memory, QueueBody *body) {
    uint64_t room = body->room == 0 ? QUEUE_ROOM : body->room * 2;
    int failure = memory->failure;
    unsigned char *bytes = memory_spares(memory, room) ? memory_take(memory, room) : NULL;
    memory->failure = failure; /* queue_put knows what to do */
    if (bytes == NULL)
        return -1;
    if (body->used != 0)
        queue_copy(body, body->first, bytes, body->used);
    memory_give(memory, body->bytes);
    body->bytes = bytes;
    body->room = room;
    body->first = 0;
    return 0;
}

static void queue_take(Queue *queue, Key *key) {
    QueueBody *body = queue->body;
    key->length = 0;
    if (body == NULL || body->count == 0)
        return;
    unsigned char length;
    queue_copy(body, body->first, &length, 1);
    queue_copy(body, body->first + 1, key->bytes, length);
    key->length = length;
    body->first = (body->first + 1 + length) & (body->room - 1);
    body->used -= 1 + (uint64_t)length;
    body->count--;
}

/* Without memory for one more, the first ones make room: those in the queue are the latest in any case. */
static void queue_put(Memory *memory, Queue *queue, const Key *key) {
    if (key->length > PCAPKIT_MAX_KEY) {
        memory->failure = PCAPKIT_LONG_KEY;
        return;
    }
    if (queue->body == NULL) {
        QueueBody *made = memory_take(memory, sizeof *made);
        if (made == NULL)
            return;
        memset(made, 0, sizeof *made);
        queue->body = made;
    }
    QueueBody *body = queue->body;
    uint64_t length = (uint64_t)key->length, at;
    while (body->room - body->used < 1 + length) {
        Key lost;
        if (queue_grow(memory, body) == 0)
            continue;
        if (body->count == 0)
            return;
        queue_take(queue, &lost);
    }
    at = body->first + body->used;
    body->bytes[at++ & (body->room - 1)] = (unsigned char)length;
    for (uint64_t place = 0; place < length; place++)
        body->bytes[at++ & (body->room - 1)] = key->bytes[place];
    body->used += 1 + length;
    body->count++;
}

static void queue_drop(Memory *memory, Queue *queue) {
    if (queue->body == NULL)
        return;
    memory_give(memory, queue->body->bytes);
    memory_give(memory, queue->body);
    queue->body = NULL;
}

#endif
