/* Whether to fetch memory ahead: worth it where the connections at work do not fit into the processor's caches.
 *
 * Nobody can tell but by trying: some batches are done either way, and the way that was quicker more often is kept for
 * a while. How often, not by how much: now and then another program interrupts a batch.
 */
#ifndef PCAPKIT_PACE_H
#define PCAPKIT_PACE_H

#include <stdint.h>
#include <time.h>

enum { TRIAL = 32, KEPT = 2048 }; /* batches */

typedef struct {
    uint32_t turn; /* counts batches: TRIAL of each kind, by turns, then KEPT of the quicker one */
    int ahead, quicker; /* quicker: trials in which fetching ahead was */
    uint64_t begun;
    double spent; /* ns a frame in the batch before, which was done without */
} Pace;

static uint64_t pace_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Before a batch: whether to fetch ahead. */
static inline int pace_begin(Pace *pace) {
    if (pace->turn < 2 * TRIAL) {
        pace->ahead = pace->turn & 1;
        pace->begun = pace_now();
    }
    return pace->ahead;
}

/* After it: so many frames were in it. */
static inline void pace_end(Pace *pace, uint64_t frames) {
    if (pace->turn < 2 * TRIAL) {
        double spent = (double)(pace_now() - pace->begun) / (double)frames;
        if (!pace->ahead)
            pace->spent = spent;
        else if (spent < pace->spent)
            pace->quicker++;
        if (pace->turn == 2 * TRIAL - 1) {
            pace->ahead = pace->quicker > TRIAL / 2;
            pace->quicker = 0;
        }
    } else if (pace->turn == 2 * TRIAL + KEPT) {
        pace->turn = UINT32_MAX;
    }
    pace->turn++;
}

#endif
