/* A second thread, which makes the chunks of a file (chunk.h) ahead of the one that asks for them, in their order.
 *
 * The chunks go round in a ring. All that both threads look at is guarded by the lock, but for the two counts, which
 * are peeked at for a moment before a thread goes to sleep. The worker touches nothing of Python's, and no signal
 * reaches it. It sleeps where there is nothing to do, and after a last chunk until it is led on.
 */
#ifndef PCAPKIT_WORKER_H
#define PCAPKIT_WORKER_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "chunk.h"

enum {
    WORKER_CHUNKS = 6,
    WORKER_MARK = 32, /* bytes of a mark that it can take */
    WORKER_SPINS = 2000,    /* looks at a count before going to sleep: some 10 us */
    WORKER_PATIENCE = 200000000 /* ns after which the other thread looks for signals */
};

typedef struct {
    Chunk chunks[WORKER_CHUNKS];
    /* The worker's while it is active, else the other thread's. What the walk points to are copies. */
    Making making;
    WalkInterface *interfaces;
    unsigned char mark[WORKER_MARK];
    int64_t at; /* where in the file the next chunk begins */
    uint64_t made, done; /* chunks since the beginning */
    int active, ended;
    int idle, waiting;   /* which of the threads is asleep */
    pid_t process;       /* where the thread is: not in a child of a fork */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t more_room, more_chunks;
} Worker;

static inline uint64_t worker_peek(const uint64_t *count) {
    return __atomic_load_n(count, __ATOMIC_ACQUIRE);
}

static inline void worker_relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

static void *worker_run(void *of) {
    Worker *worker = (Worker *)of;
    pthread_mutex_lock(&worker->lock);
    for (;;) {
        Chunk *chunk;
        worker->idle = 1;
        while (!worker->ended && (!worker->active || worker->made - worker->done == WORKER_CHUNKS))
            pthread_cond_wait(&worker->more_room, &worker->lock);
        worker->idle = 0;
        if (worker->ended)
            break;
        chunk = &worker->chunks[worker->made % WORKER_CHUNKS];
        pthread_mutex_unlock(&worker->lock);
        worker->at = chunk_make(&worker->making, chunk, worker->at);
        pthread_mutex_lock(&worker->lock);
        if (chunk->last)
            worker->active = 0;
        __atomic_store_n(&worker->made, worker->made + 1, __ATOMIC_RELEASE);
        if (worker->waiting)
            pthread_cond_signal(&worker->more_chunks);
    }
    pthread_mutex_unlock(&worker->lock);
    return NULL;
}

static void worker_free(Worker *worker) {
    for (int place = 0; place < WORKER_CHUNKS; place++)
        chunk_end(&worker->chunks[place]);
    if (worker->making.descriptor >= 0)
        close(worker->making.descriptor);
    free(worker->interfaces);
    free(worker);
}

/* A worker that sleeps still; NULL where there is no memory, descriptor or thread for it. It reads through a descriptor
 * of its own. */
static Worker *worker_begin(const Making *making) {
    Worker *worker = (Worker *)calloc(1, sizeof(Worker));
    pthread_condattr_t attributes;
    sigset_t all, before;
    int failed = 0;
    if (worker == NULL)
        return NULL;
    worker->making.descriptor = fcntl(making->descriptor, F_DUPFD_CLOEXEC, 0);
    failed = worker->making.descriptor < 0;
    for (int place = 0; place < WORKER_CHUNKS; place++)
        failed |= chunk_begin(&worker->chunks[place], making->packet_size) != 0;
    if (failed) {
        worker_free(worker);
        return NULL;
    }
    worker->process = getpid();
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->more_room, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&worker->more_chunks, &attributes);
    pthread_condattr_destroy(&attributes);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&worker->thread, NULL, worker_run, worker);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) {
        worker_free(worker);
        return NULL;
    }
    return worker;
}

/* Whether its thread is in this process. */
static inline int worker_is_here(const Worker *worker) {
    return worker->process == getpid();
}

/* Wait for the thread's end, and free everything. */
static void worker_end(Worker *worker) {
    if (worker_is_here(worker)) {
        pthread_mutex_lock(&worker->lock);
        worker->ended = 1;
        pthread_cond_signal(&worker->more_room);
        pthread_mutex_unlock(&worker->lock);
        pthread_join(worker->thread, NULL);
        pthread_cond_destroy(&worker->more_room);
        pthread_cond_destroy(&worker->more_chunks);
        pthread_mutex_destroy(&worker->lock);
    }
    worker_free(worker);
}

/* Make chunks from `at` in the file on. It is not active, and all that it made before is done with. -1: no memory. */
static int worker_lead(Worker *worker, const Making *making, int64_t at) {
    size_t size = making->walk.known * sizeof(WalkInterface);
    int descriptor = worker->making.descriptor;
    WalkInterface *interfaces;
    if (making->walk.marked > WORKER_MARK)
        return -1;
    interfaces = (WalkInterface *)realloc(worker->interfaces, size + 1);
    if (interfaces == NULL)
        return -1;
    if (size > 0)
        memcpy(interfaces, making->walk.interfaces, size);
    pthread_mutex_lock(&worker->lock);
    worker->making = *making;
    worker->making.descriptor = descriptor;
    worker->making.walk.interfaces = worker->interfaces = interfaces;
    if (making->walk.mark != NULL) {
        memcpy(worker->mark, making->walk.mark, making->walk.marked);
        worker->making.walk.mark = worker->mark;
    }
    worker->at = at;
    worker->active = 1;
    pthread_cond_signal(&worker->more_room);
    pthread_mutex_unlock(&worker->lock);
    return 0;
}

/* The chunk that was taken is done with. */
static void worker_release(Worker *worker) {
    pthread_mutex_lock(&worker->lock);
    __atomic_store_n(&worker->done, worker->done + 1, __ATOMIC_RELEASE);
    /* Not for every chunk: waking costs as much as a part of it. */
    if (worker->idle && worker->made - worker->done <= WORKER_CHUNKS / 2)
        pthread_cond_signal(&worker->more_room);
    pthread_mutex_unlock(&worker->lock);
}

/* The next chunk; it is there until it is released. NULL: it is long in coming. */
static Chunk *worker_take(Worker *worker) {
    Chunk *chunk = NULL;
    for (int spins = 0; spins < WORKER_SPINS && worker_peek(&worker->made) == worker->done; spins++)
        worker_relax();
    pthread_mutex_lock(&worker->lock);
    if (worker->made == worker->done) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += WORKER_PATIENCE;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        worker->waiting = 1;
        while (worker->made == worker->done &&
               pthread_cond_timedwait(&worker->more_chunks, &worker->lock, &until) == 0)
            ;
        worker->waiting = 0;
    }
    if (worker->made != worker->done)
        chunk = &worker->chunks[worker->done % WORKER_CHUNKS];
    pthread_mutex_unlock(&worker->lock);
    return chunk;
}

#endif
