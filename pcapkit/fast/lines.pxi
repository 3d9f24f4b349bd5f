# Lines for people: the text of each frame of a file.

cdef enum:
    LINES = 1024  # that are made before they are handed on


cdef class Lines(Frames):
    """Makes the text of frames, but not of those with comments by others: these stand in lines of their own."""

    cdef Wording wording
    cdef int level
    cdef readonly bytes mark
    cdef unsigned char *out

    def __init__(self, Runs runs not None, Wording wording not None, int level, bytes mark not None):
        """level: one of TEXT_LEVELS. mark: what our comments begin with."""
        take_wording(runs, wording)
        self.wording = wording
        self.level = level
        self.mark = mark
        self.walk.mark = <const unsigned char *>PyBytes_AS_STRING(mark)
        self.walk.marked = <uint32_t>PyBytes_GET_SIZE(mark)
        self.out = <unsigned char *>PyMem_Malloc(WALK_ROWS * wording.table.bound)
        if self.out == NULL:
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.out)

    def gather(self, buffer, int64_t begin, int64_t end, int64_t number, int64_t most, list times, list texts):
        """Add time and text of the frames in buffer[begin:end], the first of which has this number, at most `most`.

        In place of a text stand wire length, link type and EtherType of a frame of which nothing can be said.
        Returns why it ended (RUN_OTHER, RUN_MORE, RUN_FULL), how far it got in the buffer, and for RUN_MORE how many
        bytes are needed from there on.
        """
        cdef Py_buffer held
        cdef int why = WALK_FULL
        cdef int64_t left = min(most, <int64_t>LINES)
        cdef int64_t ends[WALK_ROWS]
        cdef int64_t index, at
        cdef const Sight *sight
        if not self.runs.clocked():
            return WALK_OTHER, begin, 0
        self.runs.enter()
        try:
            PyObject_GetBuffer(buffer, &held, PyBUF_SIMPLE)
            try:
                if not 0 <= begin <= end <= held.len:
                    raise ValueError(f"a buffer of {held.len} bytes has no {begin} to {end}")
                self.on(<const unsigned char *>held.buf, begin, end)
                while why == WALK_FULL and left > 0:
                    with nogil:
                        why = self.next(number, left)
                        self.put(ends)
                    number += self.window.count
                    left -= self.window.count
                    at = 0
                    for index in range(self.window.count):
                        times.append(self.window.sights[index].time)
                        if ends[index] > at:
                            texts.append(PyUnicode_DecodeASCII(<const char *>self.out + at, ends[index] - at, NULL))
                        else:
                            sight = &self.window.sights[index]
                            texts.append((sight.wire, sight.link, self.window.packets[index].ethertype))
                        at = ends[index]
            finally:
                PyBuffer_Release(&held)
        finally:
            self.runs.leave()
        if why < 0:
            run_failed(why)
        return why, self.walk.at, self.walk.needed

    cdef void put(self, int64_t *ends) noexcept nogil:
        """The texts of the rows that were just labelled, one behind the other; ends: where each ends."""
        cdef int64_t index, at = 0
        for index in range(self.window.count):
            at += row_text(&self.window, index, &self.wording.table, self.level, self.out + at)
            ends[index] = at
