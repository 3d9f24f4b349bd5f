/* Whether to fetch memory ahead: worth it where the connections at work do not fit into the processor's caches.
 *
 * Nobody can tell but by trying: some batches are done either way, and the quicker way is kept for a while.
 */
#ifndef PCAPKIT_PACE_H
#define PCAPKIT_PACE_H

#include <stdint.h>
#include <time.h>

enum { TRIAL = 32, KEPT = 2048 }; /* batches */

typedef struct {
    uint32_t turn; /* counts batches: TRIAL of each kind, then KEPT of the quicker one */
    int ahead;
    uint64_t spent[2], begun; /* ns */
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

/* After it. */
static inline void pace_end(Pace *pace) {
    if (pace->turn < 2 * TRIAL) {
        pace->spent[pace->ahead] += pace_now() - pace->begun;
        if (pace->turn == 2 * TRIAL - 1) {
            pace->ahead = pace->spent[1] < pace->spent[0];
            pace->spent[0] = pace->spent[1] = 0;
        }
    } else if (pace->turn == 2 * TRIAL + KEPT) {
        pace->turn = UINT32_MAX;
    }
    pace->turn++;
}

#endif
