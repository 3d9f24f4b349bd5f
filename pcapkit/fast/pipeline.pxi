# Files on two processors: a worker reads, walks and decodes ahead of what is dissected.

cdef extern from "worker.h" nogil:
    enum:
        CHUNK_SPAN
        CHUNK_ROWS
    ctypedef struct Chunk:
        unsigned char *bytes
        Sight *sights
        Row *rows
        void *packets
        int64_t count
        int last
    ctypedef struct Making:
        int descriptor
        int records
        Walk walk
        int64_t span
        int64_t most
        int64_t packet_size
        void (*decode)(const Sight *, int64_t, void *) noexcept nogil
    ctypedef struct Worker:
        pass
    Worker *worker_begin(const Making *making)
    void worker_end(Worker *worker)
    bint worker_is_here(const Worker *worker)
    int worker_lead(Worker *worker, const Making *making, int64_t at)
    void worker_release(Worker *worker)
    Chunk *worker_take(Worker *worker)
    int64_t chunk_place(const Chunk *chunk, int64_t row)


cdef class Ahead:
    """The chunks of a file that a worker makes, given out in windows of some rows.

    active: there may be more of them. reached: where in the file that ends which was given out. stalled: the latest
    window has no rows since they are long in coming.
    """

    cdef Worker *worker
    cdef Chunk *chunk
    cdef int64_t next  # of the chunk's rows
    cdef readonly bint active
    cdef readonly bint stalled
    cdef readonly int64_t reached

    def __dealloc__(self):
        self.end()

    cdef bint begin(self, const Making *making, int64_t at):
        """From this place in the file on. False where there is no thread or memory for it."""
        if self.worker == NULL:
            self.worker = worker_begin(making)
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
        if worker != NULL:
            with nogil:
                worker_end(worker)

    cdef void leave_to_parent(self) noexcept:
        """In a child of a fork, go on without a worker."""
        if self.worker != NULL and not worker_is_here(self.worker):
            self.end()

    cdef int64_t window(self, int64_t most, Sight **sights, Row **rows, Packet **packets) noexcept nogil:
        """The next rows, at most so many, good until the next call. 0: they are long in coming, or there are no more."""
        cdef int64_t count
        self.stalled = False
        while True:
            if self.chunk == NULL:
                self.chunk = worker_take(self.worker)
                self.next = 0
                if self.chunk == NULL:
                    self.stalled = True
                    return 0
            count = min(most, self.chunk.count - self.next)
            if count > 0 or self.chunk.last:
                break
            worker_release(self.worker)
            self.chunk = NULL
        sights[0] = self.chunk.sights + self.next
        rows[0] = self.chunk.rows + self.next
        packets[0] = <Packet *>self.chunk.packets + self.next
        self.next += count
        self.reached = chunk_place(self.chunk, self.next)
        if self.chunk.last and self.next == self.chunk.count:
            # The worker sleeps until it is led on, and its chunks stay as they are.
            worker_release(self.worker)
            self.chunk = NULL
            self.active = False
        return count
