/* A second thread for a file: it makes chunks (chunk.h) ahead of the one that asks for them, in their order, and does
 * jobs that are left behind, with rows that were told.
 *
 * The chunks go round in a ring. All that both threads look at is guarded by the lock, but for one count, which is
 * peeked at for a moment before going to sleep. The worker touches nothing of Python's, and no signal reaches it. It
 * does a job only between `worker_post` and `worker_settle`. Behind a last chunk it sleeps until it is led on.
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
    WORKER_CHUNKS = 12,
    WORKER_JOBS = 8,
    WORKER_MARK = 32,           /* bytes of a mark that it can take */
    WORKER_SPINS = 1000,        /* looks before going to sleep: some 20 us */
    WORKER_PATIENCE = 200000000 /* ns after which the other thread looks for signals */
};

/* What is to be done with rows that were told, by either thread. helper: 1 in the worker. */
typedef void (*Work)(const void *of, const Window *rows, int64_t place, int helper);

typedef struct {
    Work work;
    const void *of;
    Window rows;
    int64_t place;
} Job;

typedef struct {
    Chunk chunks[WORKER_CHUNKS];
    /* The worker's while it is active, else the other thread's. What the walk points to are copies. */
    Making making;
    WalkInterface *interfaces;
    unsigned char mark[WORKER_MARK];
    int64_t at; /* where in the file the next chunk begins */
    /* Chunks since the beginning: that are there, that were taken (by the other thread, whose number that is), that
     * are done with. */
    uint64_t made, taken, done;
    Job jobs[WORKER_JOBS];
    int posted, claimed, finished;
    uint64_t events;   /* counts what somebody may wait for */
    int active, ended;
    int idle, waiting; /* which of the threads is asleep */
    pid_t process;     /* where the thread is: not in a child of a fork */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t for_worker, for_other;
} Worker;

/* Look for a change of `events` for a moment, without the lock. */
static inline void worker_spin(Worker *worker, uint64_t seen) {
    for (int spins = 0; spins < WORKER_SPINS && __atomic_load_n(&worker->events, __ATOMIC_RELAXED) == seen; spins++) {
#if defined(__x86_64__) || defined(__i386__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        __asm__ __volatile__("yield");
#endif
    }
}

/* Something has changed; with the lock. */
static inline void worker_tell(Worker *worker) {
    __atomic_store_n(&worker->events, worker->events + 1, __ATOMIC_RELAXED);
    if (worker->waiting)
        pthread_cond_signal(&worker->for_other);
    if (worker->idle)
        pthread_cond_signal(&worker->for_worker);
}

/* Do a job that nobody does, if there is one; with the lock, which is given up meanwhile. */
static inline int worker_help(Worker *worker, int helper) {
    const Job *job;
    if (worker->claimed == worker->posted)
        return 0;
    job = &worker->jobs[worker->claimed++];
    pthread_mutex_unlock(&worker->lock);
    job->work(job->of, &job->rows, job->place, helper);
    pthread_mutex_lock(&worker->lock);
    worker->finished++;
    return 1;
}

static inline int worker_can_make(const Worker *worker) {
    return worker->active && worker->made - worker->done < WORKER_CHUNKS;
}

/* Whether there is enough ahead for now, and jobs may be done first: else they would all be left to the other thread. */
static inline int worker_is_ahead(const Worker *worker) {
    return worker->made - worker->taken >= 2 && worker->claimed < worker->posted;
}

static void *worker_run(void *of) {
    Worker *worker = (Worker *)of;
    pthread_mutex_lock(&worker->lock);
    while (!worker->ended) {
        if (worker_can_make(worker) && !worker_is_ahead(worker)) {
            Chunk *chunk = &worker->chunks[worker->made % WORKER_CHUNKS];
            pthread_mutex_unlock(&worker->lock);
            worker->at = chunk_make(&worker->making, chunk, worker->at);
            pthread_mutex_lock(&worker->lock);
            worker->made++;
            if (chunk->last)
                worker->active = 0;
            worker_tell(worker);
        } else if (worker_help(worker, 1)) {
            worker_tell(worker);
        } else {
            uint64_t seen = worker->events;
            pthread_mutex_unlock(&worker->lock);
            worker_spin(worker, seen);
            pthread_mutex_lock(&worker->lock);
            worker->idle = 1;
            while (!worker->ended && !worker_can_make(worker) && worker->claimed == worker->posted)
                pthread_cond_wait(&worker->for_worker, &worker->lock);
            worker->idle = 0;
        }
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
 * of its own. like: whose dissectors its rows are for. */
static Worker *worker_begin(int descriptor, const Window *like) {
    Worker *worker = (Worker *)calloc(1, sizeof(Worker));
    pthread_condattr_t attributes;
    sigset_t all, before;
    int failed;
    if (worker == NULL)
        return NULL;
    worker->making.descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    failed = worker->making.descriptor < 0;
    for (int place = 0; place < WORKER_CHUNKS; place++)
        failed |= chunk_begin(&worker->chunks[place], like) != 0;
    if (failed) {
        worker_free(worker);
        return NULL;
    }
    worker->process = getpid();
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->for_worker, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&worker->for_other, &attributes);
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
        worker_tell(worker);
        pthread_mutex_unlock(&worker->lock);
        pthread_join(worker->thread, NULL);
        pthread_cond_destroy(&worker->for_worker);
        pthread_cond_destroy(&worker->for_other);
        pthread_mutex_destroy(&worker->lock);
    }
    worker_free(worker);
}

/* Make chunks from `at` in the file on, through the same descriptor. It is not active, and all that it made before is
 * done with. -1: no memory. */
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
    worker_tell(worker);
    pthread_mutex_unlock(&worker->lock);
    return 0;
}

/* The first `chunks` of those that were taken and are there still are done with. */
static void worker_release(Worker *worker, uint64_t chunks) {
    pthread_mutex_lock(&worker->lock);
    worker->done += chunks;
    worker_tell(worker);
    pthread_mutex_unlock(&worker->lock);
}

static inline void worker_wait(Worker *worker, const struct timespec *until) {
    worker->waiting = 1;
    if (until == NULL)
        pthread_cond_wait(&worker->for_other, &worker->lock);
    else
        pthread_cond_timedwait(&worker->for_other, &worker->lock, until);
    worker->waiting = 0;
}

/* The next chunk, which is there until it is released; jobs are done until then. NULL: it is long in coming. */
static Chunk *worker_take(Worker *worker) {
    Chunk *chunk = NULL;
    struct timespec until, now;
    int spun = 0;
    pthread_mutex_lock(&worker->lock);
    while (worker->made == worker->taken) {
        if (worker_help(worker, 0))
            continue;
        if (!spun) {
            uint64_t seen = worker->events;
            pthread_mutex_unlock(&worker->lock);
            worker_spin(worker, seen);
            clock_gettime(CLOCK_MONOTONIC, &until);
            until.tv_nsec += WORKER_PATIENCE;
            until.tv_sec += until.tv_nsec / 1000000000;
            until.tv_nsec %= 1000000000;
            spun = 1;
            pthread_mutex_lock(&worker->lock);
            continue;
        }
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec))
            break;
        worker_wait(worker, &until);
    }
    if (worker->made != worker->taken)
        chunk = &worker->chunks[worker->taken++ % WORKER_CHUNKS];
    pthread_mutex_unlock(&worker->lock);
    return chunk;
}

/* Leave a job to whoever has time; at most WORKER_JOBS until they are settled. */
static void worker_post(Worker *worker, const Job *job) {
    pthread_mutex_lock(&worker->lock);
    worker->jobs[worker->posted++] = *job;
    worker_tell(worker);
    pthread_mutex_unlock(&worker->lock);
}

/* Return when all jobs are done. */
static void worker_settle(Worker *worker) {
    pthread_mutex_lock(&worker->lock);
    while (worker->finished < worker->posted) {
        uint64_t seen = worker->events;
        if (worker_help(worker, 0))
            continue;
        pthread_mutex_unlock(&worker->lock);
        worker_spin(worker, seen);
        pthread_mutex_lock(&worker->lock);
        while (worker->finished < worker->posted)
            worker_wait(worker, NULL);
    }
    worker->posted = worker->claimed = worker->finished = 0;
    pthread_mutex_unlock(&worker->lock);
}

#endif
