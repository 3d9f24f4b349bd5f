/* Frames of several rings in the order of their times: pcapkit.capture.timeorder.TimeOrder over rows.
 *
 * Each block of a ring is one run of rows, in order in itself; the runs are merged with a heap. Frames of the same time
 * come in the order in which their blocks were taken.
 */
#ifndef PCAPKIT_ORDER_H
#define PCAPKIT_ORDER_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ring.h"

/* The rows of one block. They point into the ring's block, into `copy` or into the scratch pieces. */
typedef struct {
    Sight *rows;
    int64_t count, next, room;
    int64_t taken;        /* when, monotonic ns */
    uint64_t sequence;    /* of its taking */
    uint64_t dropped;     /* frames lost right before the row with MARK_DROPPED */
    uint32_t source;
    int32_t place;        /* of the block in its ring; -1: `copy` has it */
    unsigned char *copy;
    int64_t copied; /* its bytes */
    RingScratch *pieces;  /* frames that were put together anew */
    int piece_count;
} OrderRun;

typedef struct {
    OrderRun **heap;
    int64_t count, room;
    uint64_t sequence;
} Order;

static inline int order_before(const OrderRun *one, const OrderRun *other) {
    int64_t left = one->rows[one->next].time, right = other->rows[other->next].time;
    return left != right ? left < right : one->sequence < other->sequence;
}

static inline void order_sink(Order *order, int64_t at) {
    OrderRun *run = order->heap[at];
    for (;;) {
        int64_t child = 2 * at + 1;
        if (child >= order->count)
            break;
        if (child + 1 < order->count && order_before(order->heap[child + 1], order->heap[child]))
            child++;
        if (!order_before(order->heap[child], run))
            break;
        order->heap[at] = order->heap[child];
        at = child;
    }
    order->heap[at] = run;
}

static inline void order_run_free(OrderRun *run) {
    if (run == NULL)
        return;
    for (int place = 0; place < run->piece_count; place++)
        free(run->pieces[place].bytes);
    free(run->pieces);
    free(run->copy);
    free(run->rows);
    free(run);
}

static inline void order_end(Order *order) {
    for (int64_t at = 0; at < order->count; at++)
        order_run_free(order->heap[at]);
    free(order->heap);
    memset(order, 0, sizeof *order);
}

/* Sort by time, frames of the same time as they were: a merge sort, since almost every block is sorted already. */
static inline int order_sort(Sight *rows, int64_t count) {
    Sight *other, *from = rows, *to;
    int64_t at;
    for (at = 1; at < count && rows[at - 1].time <= rows[at].time; at++)
        ;
    if (at >= count)
        return 0;
    other = (Sight *)malloc((size_t)count * sizeof(Sight));
    if (other == NULL)
        return -1;
    to = other;
    for (int64_t width = 1; width < count; width *= 2) {
        for (int64_t begin = 0; begin < count; begin += 2 * width) {
            int64_t middle = begin + width < count ? begin + width : count;
            int64_t end = begin + 2 * width < count ? begin + 2 * width : count;
            int64_t left = begin, right = middle;
            for (int64_t place = begin; place < end; place++) {
                if (right >= end || (left < middle && from[left].time <= from[right].time))
                    to[place] = from[left++];
                else
                    to[place] = from[right++];
            }
        }
        { Sight *swap = from; from = to; to = swap; }
    }
    if (from != rows)
        memcpy(rows, from, (size_t)count * sizeof(Sight));
    free(other);
    return 0;
}

/* All rows of a block. NULL: no memory. The result has count 0 where the block has no frame. */
static inline OrderRun *order_read(const unsigned char *block, uint64_t end, const RingLink *link) {
    OrderRun *run = (OrderRun *)calloc(1, sizeof *run);
    RingScratch none = {NULL, 0, 0}, *scratch = &none;
    RingWalk walk;
    uint64_t begun = 0;
    if (run == NULL)
        return NULL;
    run->place = -1;
    ring_begin(&walk, block, end, link);
    for (;;) {
        int64_t found;
        if (run->count == run->room) {
            int64_t room = run->room ? 2 * run->room : 256;
            Sight *rows = (Sight *)realloc(run->rows, (size_t)room * sizeof(Sight));
            if (rows == NULL)
                goto failed;
            run->rows = rows;
            run->room = room;
        }
        found = ring_rows(&walk, run->rows + run->count, run->room - run->count, scratch);
        run->count += found;
        if (walk.left == 0)
            break;
        if (found == 0 || run->count < run->room) { /* what has to be put together anew finds no more room */
            RingScratch *pieces = (RingScratch *)realloc(run->pieces, (size_t)(run->piece_count + 1) * sizeof *pieces);
            uint64_t room = (uint64_t)link->snaplen + (begun ? (1u << 20) : (1u << 16));
            if (pieces == NULL)
                goto failed;
            run->pieces = pieces;
            pieces[run->piece_count].bytes = (unsigned char *)malloc((size_t)room);
            pieces[run->piece_count].room = room;
            pieces[run->piece_count].used = 0;
            if (pieces[run->piece_count].bytes == NULL)
                goto failed;
            scratch = &pieces[run->piece_count++];
            begun = 1;
        }
    }
    return run;
failed:
    order_run_free(run);
    return NULL;
}

/* Let a run no longer point into the block that it was read from. Returns its bytes; -1: no memory, all is as it was. */
static inline int64_t order_copy(OrderRun *run, const unsigned char *block, uint64_t end) {
    uint64_t extent = 0;
    for (int64_t at = 0; at < run->count; at++) {
        const Sight *row = &run->rows[at];
        if (row->bytes >= block && row->bytes <= block + end && (uint64_t)(row->bytes - block) + row->captured > extent)
            extent = (uint64_t)(row->bytes - block) + row->captured;
    }
    run->copy = (unsigned char *)malloc(extent ? (size_t)extent : 1);
    if (run->copy == NULL)
        return -1;
    memcpy(run->copy, block, (size_t)extent);
    for (int64_t at = 0; at < run->count; at++) {
        Sight *row = &run->rows[at];
        if (row->bytes >= block && row->bytes <= block + end)
            row->bytes = run->copy + (row->bytes - block);
    }
    run->place = -1;
    return (int64_t)extent;
}

/* Let a run with rows take part. Returns 0; -1: no memory, the run is still the caller's. */
static inline int order_add(Order *order, OrderRun *run) {
    int64_t at = order->count;
    if (order_sort(run->rows, run->count) != 0)
        return -1;
    if (order->count == order->room) {
        int64_t room = order->room ? 2 * order->room : 16;
        OrderRun **heap = (OrderRun **)realloc(order->heap, (size_t)room * sizeof *heap);
        if (heap == NULL)
            return -1;
        order->heap = heap;
        order->room = room;
    }
    run->sequence = order->sequence++;
    order->count++;
    while (at > 0 && order_before(run, order->heap[(at - 1) / 2])) {
        order->heap[at] = order->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    order->heap[at] = run;
    return 0;
}

/* The run whose frame is next, with in *count how many of its rows come before any of another run (at most `most`);
 * NULL: none may go yet. A frame may go whose time is at most `cut`, or that was taken before `old` (monotonic ns). */
static inline OrderRun *order_next(Order *order, int64_t cut, int64_t old, int64_t most, int64_t *count) {
    OrderRun *run, *rival = NULL;
    int64_t taken = 0;
    if (order->count == 0)
        return NULL;
    run = order->heap[0];
    if (order->count > 1)
        rival = order->heap[1];
    if (order->count > 2 && order_before(order->heap[2], rival))
        rival = order->heap[2];
    while (taken < most && run->next + taken < run->count) {
        int64_t time = run->rows[run->next + taken].time;
        if (time > cut && run->taken >= old)
            break;
        if (rival != NULL) {
            int64_t other = rival->rows[rival->next].time;
            if (other < time || (other == time && rival->sequence < run->sequence))
                break;
        }
        taken++;
    }
    *count = taken;
    return taken ? run : NULL;
}

/* `count` rows of the first run are gone. Returns the run if it has no more, and takes it out: the caller frees it. */
static inline OrderRun *order_advance(Order *order, int64_t count) {
    OrderRun *run = order->heap[0];
    run->next += count;
    if (run->next < run->count) {
        order_sink(order, 0);
        return NULL;
    }
    order->heap[0] = order->heap[--order->count];
    if (order->count)
        order_sink(order, 0);
    return run;
}

#endif
