# Files on two processors: a worker reads, walks and decodes ahead of what is told, and helps with what is behind.

cdef extern from "worker.h" nogil:
    enum:
        CHUNK_SPAN
        CHUNK_ROWS
        CHUNK_ROOM
        WORKER_JOBS
    ctypedef struct Window:
        Sight *sights
        Row *rows
        Packet *packets
        int64_t count
        int64_t number
        int dissectors
        int64_t *fields
        int64_t **told
        signed char **found
    ctypedef struct Chunk:
        Window whole
        int last
    ctypedef struct Making:
        int records
        Walk walk
        int64_t span
        int64_t most
        void (*decode)(const Sight *, int64_t, void *) noexcept nogil
    ctypedef void (*Work)(const void *, const Window *, int64_t, int) noexcept nogil
    ctypedef struct Job:
        Work work
        const void *of
        Window rows
        int64_t place
    ctypedef struct Worker:
        pass
    int window_begin(Window *window, const Window *like, int64_t rows)
    void window_end(Window *window)
    Window window_part(const Window *of, int64_t first, int64_t count, int64_t number)
    int64_t chunk_place(const Chunk *chunk, int64_t row)
    Worker *worker_begin(int descriptor, const Window *like)
    void worker_end(Worker *worker)
    bint worker_is_here(const Worker *worker)
    int worker_lead(Worker *worker, const Making *making, int64_t at)
    Chunk *worker_take(Worker *worker)
    void worker_release(Worker *worker, uint64_t chunks)
    void worker_post(Worker *worker, const Job *job)
    void worker_settle(Worker *worker)


cdef class Ahead:
    """The chunks of a file that a worker makes, given out in windows of some rows.

    active: there may be more of them. reached: where in the file that ends which was given out. stalled: the latest
    window has no rows since they are long in coming.
    """

    cdef Worker *worker
    cdef Chunk *chunk
    cdef int64_t next   # of the chunk's rows
    cdef uint64_t done  # chunks that may be released
    cdef readonly bint active
    cdef readonly bint stalled
    cdef readonly int64_t reached

    def __dealloc__(self):
        self.end()

    cdef bint begin(self, int descriptor, const Making *making, int64_t at, const Window *like):
        """From this place in the file on. False where there is no thread or memory for it."""
        if self.worker == NULL:
            self.worker = worker_begin(descriptor, like)
        if self.worker == NULL or worker_lead(self.worker, making, at) != 0:
            return False
        self.active = True
        self.reached = at
        return True

    cdef void end(self) noexcept:
        """Wait until the worker has stopped. What it made is gone."""
        cdef Worker *worker = self.worker
        self.active = False
        self.worker = NULL
        self.chunk = NULL
        self.done = 0
        if worker != NULL:
            with nogil:
                worker_end(worker)

    cdef void leave_to_parent(self) noexcept:
        """In a child of a fork, go on without a worker."""
        if self.worker != NULL and not worker_is_here(self.worker):
            self.end()

    cdef void release(self) noexcept nogil:
        """The windows given so far are done with, but for what is left of the latest one's chunk."""
        if self.done > 0:
            worker_release(self.worker, self.done)
            self.done = 0

    cdef Window window(self, int64_t most, int64_t number) noexcept nogil:
        """The next rows, at most so many, the first of which has this number; good until `release`.

        None: they are long in coming, or there are no more.
        """
        cdef Window given
        given.count = 0
        self.stalled = False
        while given.count == 0 and self.active:
            if self.chunk == NULL:
                self.chunk = worker_take(self.worker)
                self.next = 0
                if self.chunk == NULL:
                    self.stalled = True
                    break
            given = window_part(&self.chunk.whole, self.next, min(most, self.chunk.whole.count - self.next), number)
            self.next += given.count
            self.reached = chunk_place(self.chunk, self.next)
            if self.next == self.chunk.whole.count:
                self.active = not self.chunk.last
                self.done += 1
                self.chunk = NULL
        return given
