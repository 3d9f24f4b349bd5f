# Comments put on the frames of a file: whole packet blocks, encoded into a buffer.

cdef extern from "comment.h" nogil:
    enum:
        COMMENT_EXTRA
    ctypedef struct CommentPlace:
        const unsigned char *mark
        uint32_t marked
    void comment_find(CommentPlace *place, const unsigned char *block, uint32_t length, uint32_t captured, int big)
    int64_t comment_begin(const CommentPlace *place, unsigned char *out, const unsigned char *block)
    int64_t comment_end(
        const CommentPlace *place, unsigned char *out, const unsigned char *block, uint32_t length, int big,
        int64_t text
    )

cdef enum:
    HANDED_ON = 1 << 18  # bytes of blocks that are gathered before they are handed on


cdef class Commenter(Frames):
    """Puts a comment on each frame that has one; earlier comments with the same prefix give way to it.

    flags: epb_flags of all frames of a classic pcap file. frames, comments: how many packet blocks were put out since they were last set, and how many with a comment.
    """

    cdef Wording wording
    cdef int level
    cdef readonly bytes mark
    cdef CommentPlace place
    cdef unsigned char *out
    cdef int64_t used
    cdef public uint32_t flags  # epb_flags of a pcap file's frames
    cdef public int64_t frames
    cdef public int64_t comments

    def __init__(self, Runs runs not None, Wording wording not None, int level, bytes mark not None):
        """level: one of TEXT_LEVELS. mark: what our comments begin with."""
        take_wording(runs, wording)
        self.wording = wording
        self.level = level
        self.mark = mark
        self.place.mark = <const unsigned char *>PyBytes_AS_STRING(mark)
        self.place.marked = <uint32_t>PyBytes_GET_SIZE(mark)
        # What is gathered, what is walked at once, and a comment on each of these frames: that always has room.
        self.out = <unsigned char *>PyMem_Malloc(
            HANDED_ON + BUDGET + WALK_LARGEST + WALK_ROWS * (wording.table.bound + COMMENT_EXTRA)
        )
        if self.out == NULL:
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.out)

    def __len__(self):
        """Bytes of blocks that are gathered."""
        return self.used

    def __getbuffer__(self, Py_buffer *view, int flags):
        """The blocks that are gathered, until `clear`."""
        PyBuffer_FillInfo(view, self, self.out, self.used, 1, flags)

    def clear(self):
        """What was gathered is written."""
        self.used = self.frames = self.comments = 0

    def gather(self, buffer, int64_t begin, int64_t end, int64_t number):
        """Put out the frames in buffer[begin:end], the first of which has this number.

        Returns why it ended (RUN_OTHER, RUN_MORE, RUN_FULL), how far it got in the buffer, and for RUN_MORE how many
        bytes are needed from there on.
        """
        cdef Py_buffer held
        cdef int why = WALK_FULL
        if not self.runs.clocked():
            return WALK_OTHER, begin, 0
        self.runs.enter()
        try:
            PyObject_GetBuffer(buffer, &held, PyBUF_SIMPLE)
            try:
                if not 0 <= begin <= end <= held.len:
                    raise ValueError(f"a buffer of {held.len} bytes has no {begin} to {end}")
                self.on(<const unsigned char *>held.buf, begin, end)
                with nogil:
                    while why == WALK_FULL and self.used < HANDED_ON:
                        why = self.next(number, WALK_ROWS)
                        number += self.count
                        if self.records:
                            self.put_records()
                        else:
                            self.put_blocks()
            finally:
                PyBuffer_Release(&held)
        finally:
            self.runs.leave()
        if why < 0:
            run_failed(why)
        return why, self.walk.at, self.walk.needed

    cdef void put_blocks(self) noexcept nogil:
        """The rows that were just labelled, as they were, but for the comment."""
        cdef CommentPlace *place = &self.place
        cdef const Row *row
        cdef unsigned char *out
        cdef int64_t index, text
        for index in range(self.count):
            row = &self.rows[index]
            out = self.out + self.used
            comment_find(place, row.block, row.length, self.sights[index].captured, self.walk.big)
            text = self.text(
                index, &self.wording.table, self.level, out + comment_begin(place, out, row.block)
            )
            self.used += comment_end(place, out, row.block, row.length, self.walk.big, text)
            self.frames += 1
            self.comments += text > 0

    cdef void put_records(self) noexcept nogil:
        """The records that were just labelled, as pcapkit.capfile.writer writes them."""
        cdef const Sight *sight
        cdef unsigned char *out
        cdef unsigned char *where
        cdef int64_t index, text
        for index in range(self.count):
            sight = &self.sights[index]
            out = self.out + self.used
            where = out + epb_comment_at(sight.captured)
            text = self.text(index, &self.wording.table, self.level, where)
            self.used += epb_write(
                out, WALK_LARGEST + self.wording.table.bound + COMMENT_EXTRA, 0, <uint64_t>sight.time, sight.bytes,
                sight.captured, sight.wire, where, text, self.flags, 0
            )
            self.frames += 1
            self.comments += text > 0
