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


# Blocks that were put out one behind the other, and where.
cdef struct Put:
    int64_t used
    int64_t frames
    int64_t comments


# All that it takes to put out blocks; each thread has words of its own, since these keep what they have said.
cdef struct Commenting:
    const unsigned char *mark
    uint32_t marked
    const WordingTable *wordings[2]
    int level
    int big
    bint records
    uint32_t flags
    unsigned char *out
    int64_t stride
    Put puts[WORKER_JOBS]


cdef class Commenter(Frames):
    """Puts a comment on each frame that has one; earlier comments with the same prefix give way to it.

    flags: epb_flags of all frames of a classic pcap file. frames, comments: how many packet blocks were put out since
    `clear`, and how many with a comment.
    """

    cdef Wording wording
    cdef Wording helper
    cdef readonly bytes mark
    cdef Commenting state
    cdef public uint32_t flags  # epb_flags of a pcap file's frames

    def __init__(self, Runs runs not None, Wording wording not None, int level, bytes mark not None):
        """level: one of TEXT_LEVELS. mark: what our comments begin with."""
        cdef int64_t room
        take_wording(runs, wording)
        self.wording = wording
        self.mark = mark
        self.walk.mark = self.state.mark = <const unsigned char *>PyBytes_AS_STRING(mark)
        self.walk.marked = self.state.marked = <uint32_t>PyBytes_GET_SIZE(mark)
        self.state.wordings[0] = &wording.table
        self.state.level = level
        # What is gathered, what is walked at once, and a comment on each of these frames: that always has room.
        room = HANDED_ON + BUDGET + WALK_LARGEST + WALK_ROWS * (wording.table.bound + COMMENT_EXTRA)
        self.state.stride = CHUNK_ROOM + CHUNK_ROWS * (wording.table.bound + COMMENT_EXTRA)
        self.state.out = <unsigned char *>PyMem_Malloc(max(room, WORKER_JOBS * self.state.stride))
        if self.state.out == NULL:
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.state.out)

    def help(self, Wording wording not None):
        """The same words once more, for a worker."""
        take_wording(self.runs, wording)
        if wording is self.wording or wording.table.bound != self.wording.table.bound:
            raise ValueError("a worker needs the same words, and its own")
        self.helper = wording
        self.state.wordings[1] = &wording.table

    def __getbuffer__(self, Py_buffer *view, int flags):
        """The memory in which the blocks are gathered; see `puts`."""
        cdef Py_ssize_t size = 0
        cdef int place
        for place in range(WORKER_JOBS):
            if self.state.puts[place].used > 0:
                size = place * self.state.stride + self.state.puts[place].used
        PyBuffer_FillInfo(view, self, self.state.out, size, 1, flags)

    @property
    def puts(self):
        """Where blocks are gathered, until `clear`: begin and end, how many frames, how many with a comment."""
        cdef int64_t begin
        cdef int place
        found = []
        for place in range(WORKER_JOBS):
            begin = place * self.state.stride
            put = self.state.puts[place]
            if put.used > 0:
                found.append((begin, begin + put.used, put.frames, put.comments))
        return found

    @property
    def frames(self):
        """How many frames were put out since `clear`."""
        cdef int64_t frames = 0
        cdef int place
        for place in range(WORKER_JOBS):
            frames += self.state.puts[place].frames
        return frames

    def clear(self):
        """What was gathered is written."""
        memset(self.state.puts, 0, sizeof(self.state.puts))

    def gather(self, buffer, int64_t begin, int64_t end, int64_t number):
        """Put out the frames in buffer[begin:end], the first of which has this number; or those that a worker gives.

        Returns why it ended (RUN_OTHER, RUN_MORE, RUN_FULL), how far it got in the buffer, and for RUN_MORE how many
        bytes are needed from there on.
        """
        cdef Py_buffer held
        cdef Commenting *state = &self.state
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
                state.big = self.walk.big
                state.records = self.records
                state.flags = self.flags
                if self.ahead.active:
                    if self.helper is None or state.puts[0].used > 0:
                        raise ValueError("a worker needs words, and room")
                    with nogil:
                        why = self.share(number, CHUNK_ROWS * WORKER_JOBS, comments_put, state)
                else:
                    with nogil:
                        while why == WALK_FULL and state.puts[0].used < HANDED_ON:
                            why = self.next(number, WALK_ROWS)
                            number += self.window.count
                            comments_put(state, &self.window, 0, 0)
            finally:
                PyBuffer_Release(&held)
        finally:
            self.runs.leave()
        if why < 0:
            run_failed(why)
        return why, self.walk.at, self.walk.needed


cdef void comments_put(const void *of, const Window *rows, int64_t place, int helper) noexcept nogil:
    """Put out the blocks of labelled rows behind those that are at this place."""
    cdef Commenting *state = <Commenting *>of
    cdef Put *put = &state.puts[place]
    cdef unsigned char *out = state.out + place * state.stride
    cdef CommentPlace where
    cdef int64_t index, text, used = put.used, comments = 0
    where.mark = state.mark
    where.marked = state.marked
    for index in range(rows.count):
        if state.records:
            used += record_put(state, rows, index, helper, out + used, &text)
        else:
            used += block_put(state, rows, index, helper, &where, out + used, &text)
        comments += text > 0
    put.used = used
    put.frames += rows.count
    put.comments += comments


cdef inline int64_t block_put(
    const Commenting *state, const Window *rows, int64_t index, int helper, CommentPlace *where, unsigned char *out,
    int64_t *text,
) noexcept nogil:
    """A labelled row as it was, but for the comment."""
    cdef const Row *row = &rows.rows[index]
    comment_find(where, row.block, row.length, rows.sights[index].captured, state.big)
    text[0] = row_text(rows, index, state.wordings[helper], state.level, out + comment_begin(where, out, row.block))
    return comment_end(where, out, row.block, row.length, state.big, text[0])


cdef inline int64_t record_put(
    const Commenting *state, const Window *rows, int64_t index, int helper, unsigned char *out, int64_t *text
) noexcept nogil:
    """A labelled record as pcapkit.capfile.writer writes it."""
    cdef const Sight *sight = &rows.sights[index]
    cdef unsigned char *comment = out + epb_comment_at(sight.captured)
    text[0] = row_text(rows, index, state.wordings[helper], state.level, comment)
    return epb_write(
        out, WALK_LARGEST + state.wordings[helper].bound + COMMENT_EXTRA, 0, <uint64_t>sight.time, sight.bytes,
        sight.captured, sight.wire, comment, text[0], state.flags, 0
    )
