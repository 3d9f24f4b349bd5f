# Files: runs of ordinary frames in a buffer of pcapng or pcap bytes, walked, decoded and shown to the dissectors.

cdef extern from "walk.h" nogil:
    enum:
        WALK_ROWS
        WALK_OTHER
        WALK_MORE
        WALK_FULL
        WALK_LARGEST
    ctypedef struct WalkInterface:
        uint64_t multiplier
        uint64_t divisor
        int64_t offset
        uint32_t link
    ctypedef struct Walk:
        const unsigned char *bytes
        int64_t at
        int64_t end
        int64_t needed
        int64_t budget
        int big
        const WalkInterface *interfaces
        uint32_t known
        uint32_t head
        uint32_t bound
        uint32_t unit
        const unsigned char *mark
        uint32_t marked
        int lengths
    ctypedef struct Row:
        const unsigned char *block
        uint32_t length
        uint32_t interface
    int walk_blocks(Walk *walk, Sight *sights, Row *rows, int64_t most, int64_t *count)
    int walk_records(Walk *walk, Sight *sights, Row *rows, int64_t most, int64_t *count)

# Why a call has ended: what comes next is Python's; more bytes are needed; there is no room for more.
RUN_OTHER, RUN_MORE, RUN_FULL = WALK_OTHER, WALK_MORE, WALK_FULL

cdef enum:
    BUDGET = 1 << 17  # bytes of blocks that are walked before they are labelled

include "pipeline.pxi"


cdef class Frames:
    """The frames of one file on their way through the dissectors; subclasses say what becomes of them.

    They are walked along in a buffer, in this thread, or `lead` has a worker do that, for as long as `leading`.
    """

    cdef Runs runs
    cdef Walk walk
    cdef bint records  # the file is classic pcap
    cdef WalkInterface *interfaces
    cdef uint32_t room
    cdef Ahead ahead
    cdef Window own     # room for rows of a buffer
    cdef Window window  # the rows that were just labelled: these, or some of a chunk
    cdef int64_t shared

    def __cinit__(self, Runs runs not None, *args):
        cdef Window like
        cdef int place
        self.runs = runs
        self.walk.budget = BUDGET
        self.ahead = Ahead()
        like.dissectors = runs.count
        for place in range(runs.count):
            like.fields[place] = runs.handles[place].program.fields
        if window_begin(&self.own, &like, WALK_ROWS) != 0:
            raise MemoryError

    def __dealloc__(self):
        window_end(&self.own)
        PyMem_Free(self.interfaces)

    def begin_section(self, big):
        """A section of a pcapng file begins, without interfaces, in this byte order."""
        self.records = False
        self.walk.known = 0
        self.walk.big = big

    def begin_pcap(self, big, link_type, head, bound, unit, lengths):
        """A classic pcap file begins; see pcapkit.capfile.pcap.PcapFrames."""
        self.begin_section(big)
        self.add_interface(link_type, 1, 1, 0)
        self.records = True
        self.walk.head = head
        self.walk.bound = bound
        self.walk.unit = unit
        self.walk.lengths = lengths

    def add_interface(self, link_type, multiplier, divisor, offset):
        """The section's next interface. The time of its frames: ticks * multiplier // divisor + offset, in ns."""
        cdef WalkInterface *made
        if self.walk.known == self.room:
            self.room = self.room * 2 if self.room else 8
            made = <WalkInterface *>PyMem_Realloc(self.interfaces, self.room * sizeof(WalkInterface))
            if made == NULL:
                raise MemoryError
            self.interfaces = made
            self.walk.interfaces = made
        made = &self.interfaces[self.walk.known]
        made.link = link_type
        made.multiplier = made.divisor = 0
        made.offset = 0
        if divisor < 2**64 and -(2**63) <= offset < 2**63:
            made.multiplier = multiplier
            made.divisor = divisor
            made.offset = offset
        self.walk.known += 1

    def lead(self, int descriptor, int64_t at, int64_t span, int64_t most):
        """Have a worker read on from this place in a file: `span` bytes at a time, of which `most` rows.

        What is given as buffer does not matter until `leading` is no longer true; then `reached` says where in the file
        that is which comes next. Returns whether there is a worker.
        """
        cdef Making making
        self.ahead.leave_to_parent()
        if self.ahead.active or not self.runs.clocked():
            return False
        if not (0 < span <= CHUNK_SPAN and 0 < most <= CHUNK_ROWS and at >= 0):
            raise ValueError(f"no chunk has {span} bytes, {most} rows and begins at {at}")
        making.records = self.records
        making.walk = self.walk
        making.span = span
        making.most = most
        making.decode = self.runs.handles[0].program.decode
        return self.ahead.begin(descriptor, &making, at, &self.own)

    @property
    def leading(self):
        """Whether a worker has more to give."""
        return self.ahead.active

    @property
    def reached(self):
        """Where in the file that ends which the worker gave."""
        return self.ahead.reached

    @property
    def stalled(self):
        """Whether what the worker is to give next is long in coming."""
        return self.ahead.stalled

    def halt(self):
        """Wait until the worker has stopped; what it has read is gone."""
        self.ahead.end()

    cdef int on(self, const unsigned char *bytes, int64_t begin, int64_t end) except -1:
        """Walk along these bytes from now on."""
        self.ahead.leave_to_parent()
        self.walk.bytes = bytes
        self.walk.at = begin
        self.walk.end = end
        return 0

    cdef int next(self, int64_t number, int64_t most) noexcept nogil:
        """Label the next rows, the first of which has this number: up to `most`; why there are not more.

        They are good until the next call. Below 0: as runs_tell.
        """
        cdef int why = WALK_FULL
        most = min(most, <int64_t>WALK_ROWS)
        if self.ahead.active:
            self.ahead.release()
            self.window = self.ahead.window(most, number)
            if not self.ahead.active or self.ahead.stalled:
                why = WALK_OTHER
        else:
            self.window = self.own
            self.window.number = number
            if self.records:
                why = walk_records(&self.walk, self.window.sights, self.window.rows, most, &self.window.count)
            else:
                why = walk_blocks(&self.walk, self.window.sights, self.window.rows, most, &self.window.count)
            self.runs.handles[0].program.decode(self.window.sights, self.window.count, self.window.packets)
        return self.tell(why)

    cdef int tell(self, int why) noexcept nogil:
        """Label the rows of the window. Below 0, and without rows: as runs_tell; else `why`."""
        cdef Window *rows = &self.window
        cdef int result = 0
        if rows.count > 0:
            result = runs_tell(
                self.runs.handles,
                self.runs.count,
                rows.sights,
                rows.count,
                rows.number,
                rows.packets,
                rows.told,
                rows.found,
            )
        if result < 0:
            rows.count = 0
            return result
        return why

    cdef int share(self, int64_t number, int64_t most, Work work, const void *of) noexcept nogil:
        """Label rows that the worker has made, up to `most`; `work` is done with them by either thread.

        work: called with `of`, some of the rows, how often it was called before, and 1 by the worker. All of it is done
        on return, with `shared` rows. Why these are not more: as `next`.
        """
        cdef Job job
        cdef int why = WALK_FULL
        job.work = work
        job.of = of
        job.place = 0
        self.shared = 0
        self.ahead.release()
        while why == WALK_FULL and self.shared < most and job.place < WORKER_JOBS:
            self.window = self.ahead.window(most - self.shared, number + self.shared)
            if not self.ahead.active or self.ahead.stalled:
                why = WALK_OTHER
            why = self.tell(why)
            if self.window.count > 0:
                job.rows = self.window
                worker_post(self.ahead.worker, &job)
                job.place += 1
                self.shared += self.window.count
        worker_settle(self.ahead.worker)
        return why


cdef int64_t row_text(
    const Window *rows, int64_t index, const WordingTable *wording, int level, unsigned char *out
) noexcept nogil:
    """Write the text of a labelled row into `bound` bytes of room; its bytes, 0 for none."""
    cdef const int64_t *told[MOST_DISSECTORS]
    cdef signed char found[MOST_DISSECTORS]
    cdef const Sight *sight = &rows.sights[index]
    cdef int place
    for place in range(rows.dissectors):
        told[place] = rows.told[place] + index * rows.fields[place]
        found[place] = rows.found[place][index]
    return text_write(
        wording,
        frame_of(sight.bytes, sight.captured),
        sight.wire,
        sight.link,
        &rows.packets[index],
        told,
        found,
        level,
        out,
        wording.bound,
    )


cdef int take_wording(Runs runs, Wording wording) except -1:
    """Raises ValueError where these words are not those of these dissectors."""
    cdef int place
    if wording.table.count != runs.count:
        raise ValueError(f"{runs.count} runs, words for {wording.table.count}")
    for place in range(runs.count):
        if wording.table.speakers[place].count != runs.handles[place].program.fields:
            raise ValueError(f"{runs.handles[place].program.name.decode()} was compiled with other fields")
    return 0
