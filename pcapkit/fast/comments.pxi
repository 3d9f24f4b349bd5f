# Comments of single frames: for those that Python hands over.

cdef class Comments:
    """What is said of single frames, each decoded and shown to the dissectors natively; see pcapkit.fast.annotator."""

    cdef readonly Runs runs
    cdef readonly Wording wording
    cdef Packet packet
    cdef int64_t *told[MOST_DISSECTORS]
    cdef signed char *found[MOST_DISSECTORS]
    cdef signed char row[MOST_DISSECTORS]
    cdef unsigned char *out

    def __cinit__(self, Runs runs not None, Wording wording not None):
        cdef int place
        if wording.table.count != runs.count:
            raise ValueError(f"{runs.count} runs, words for {wording.table.count}")
        self.runs = runs
        self.wording = wording
        self.out = <unsigned char *>PyMem_Malloc(wording.table.bound)
        if self.out == NULL:
            raise MemoryError
        for place in range(runs.count):
            if wording.table.speakers[place].count != runs.handles[place].program.fields:
                raise ValueError(f"{runs.handles[place].program.name.decode()} was compiled with other fields")
            self.found[place] = &self.row[place]
            self.told[place] = <int64_t *>PyMem_Calloc(runs.handles[place].program.fields + 1, sizeof(int64_t))
            if self.told[place] == NULL:
                raise MemoryError

    def __dealloc__(self):
        cdef int place
        PyMem_Free(self.out)
        for place in range(MOST_DISSECTORS):
            PyMem_Free(self.told[place])

    def clocked(self):
        """Whether the time of frames can be told natively; see Runs."""
        return self.runs.clocked()

    def text(self, int64_t number, int64_t time, bytes data not None, uint32_t wire, uint32_t link, int level):
        """The text of the next frame, "" for none. level: one of TEXT_LEVELS. time: ns since 1970, 0 if not told.

        Raises MemoryError, ValueError as NativeRun.feed.
        """
        cdef Sight sight
        cdef int result
        cdef int64_t length
        sight.bytes = <const unsigned char *>PyBytes_AS_STRING(data)
        sight.time = time
        sight.captured = <uint32_t>PyBytes_GET_SIZE(data)
        sight.wire = wire
        sight.link = link
        self.runs.enter()
        result = runs_block(
            self.runs.handles, self.runs.count, &sight, 1, number, &self.packet, self.told, self.found
        )
        self.runs.leave()
        if result < 0:
            run_failed(result)
        length = text_write(
            &self.wording.table,
            frame_of(sight.bytes, sight.captured),
            wire,
            link,
            &self.packet,
            <const int64_t *const *>self.told,
            self.row,
            level,
            self.out,
            self.wording.table.bound,
        )
        return PyBytes_FromStringAndSize(<const char *>self.out, length).decode()
