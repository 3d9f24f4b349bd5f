# Interfaces: frames of ring blocks, put in order of time, labelled, and encoded as whole blocks of a file.

cdef extern from "encode.h" nogil:
    int64_t EPB_COMMENT_MOST
    int64_t epb_comment_at(uint32_t captured)
    int64_t epb_write(
        unsigned char *out, int64_t room, uint32_t interface, uint64_t ticks, const unsigned char *data,
        uint32_t captured, uint32_t wire, const unsigned char *comment, int64_t comment_length, uint32_t flags,
        uint64_t dropped
    )

cdef extern from "ring.h" nogil:
    ctypedef struct RingLink:
        uint32_t link
        uint32_t snaplen
        uint32_t tag_offset
        int cooked
        int skip_outgoing
    ctypedef struct RingWalk:
        uint64_t fetched
        uint32_t left
    ctypedef struct RingScratch:
        unsigned char *bytes
        uint64_t room
        uint64_t used
    uint32_t RING_COOKED
    void ring_begin(RingWalk *walk, const unsigned char *block, uint64_t end, const RingLink *link)
    void ring_fetch(RingWalk *walk, uint64_t until)
    int64_t ring_rows(RingWalk *walk, Sight *rows, int64_t most, RingScratch *scratch)

cdef extern from "order.h" nogil:
    ctypedef struct OrderRun:
        Sight *rows
        int64_t count
        int64_t next
        int64_t taken
        uint64_t dropped
        uint32_t source
        int32_t place
        int64_t copied
    ctypedef struct Order:
        int64_t count
    OrderRun *order_read(const unsigned char *block, uint64_t end, const RingLink *link)
    int64_t order_copy(OrderRun *run, const unsigned char *block, uint64_t end)
    int order_add(Order *order, OrderRun *run)
    OrderRun *order_next(Order *order, int64_t cut, int64_t old, int64_t most, int64_t *count)
    OrderRun *order_advance(Order *order, int64_t count)
    void order_run_free(OrderRun *run)
    void order_end(Order *order)

cdef extern from "buffer.h" nogil:
    ctypedef struct Buffer:
        unsigned char *memory
        int64_t room
        int64_t lead
        int64_t fill
        int64_t frames
    int buffer_begin(Buffer *buffer, int64_t room)
    void buffer_end(Buffer *buffer)
    int64_t buffer_whole(const Buffer *buffer, int64_t size, int64_t *frames)
    void buffer_clear(Buffer *buffer, int keep_page)
    int64_t buffer_write_file(Buffer *buffer, int descriptor, int64_t size, int *direct, int *error)

cdef enum:
    LIVE_BATCH = 64  # frames that are labelled together
    LIVE_SCRATCH = 1 << 20
    BUFFER_SLACK = 1 << 19  # the largest frame, with the longest comment, behind a buffer that is all but full
    LARGEST_FRAME = 262144  # bytes: capturing.LARGEST_SNAPLEN
    COMMENT_ROOM = BUFFER_SLACK - LARGEST_FRAME - 4096
    FLAGS_MASK = 0xFF
    DROPPED_BEFORE = 0x100  # in a row's mark: frames were lost right before it
    SOURCE_SHIFT = 16
    RING_BETWEEN = 128  # bytes of a ring around a frame, about
    LIVE_NOTHING = 0
    LIVE_FULL = 1
    LIVE_LIMITED = 2

NOTHING = LIVE_NOTHING  # encode: no frame is there, or none whose turn it is
FULL = LIVE_FULL  # the buffer has to be written first
LIMITED = LIVE_LIMITED  # there is a frame more than so many, or it does not fit into so many bytes


cdef class FrameBuffer:
    """Whole blocks on their way to a file: bytes(buffer) are those that were put in since `clear`."""

    cdef Buffer buffer
    cdef public int64_t limit  # bytes; encoding stops when there are so many

    def __cinit__(self, int64_t largest=16 << 20):
        """largest: the largest limit."""
        if buffer_begin(&self.buffer, largest + BUFFER_SLACK) != 0:
            raise MemoryError("no memory for an output buffer")
        self.limit = largest

    def __dealloc__(self):
        buffer_end(&self.buffer)

    def __len__(self):
        return self.buffer.fill - self.buffer.lead

    @property
    def frames(self):
        """How many of the blocks are frames."""
        return self.buffer.frames

    def __getbuffer__(self, Py_buffer *view, int flags):
        PyBuffer_FillInfo(
            view, self, self.buffer.memory + self.buffer.lead, self.buffer.fill - self.buffer.lead, 1, flags
        )

    def append(self, bytes block not None, bint frame):
        """Put in one block; False where there is no room."""
        cdef int64_t size = PyBytes_GET_SIZE(block)
        if size > self.buffer.room - self.buffer.fill:
            return False
        memcpy(self.buffer.memory + self.buffer.fill, PyBytes_AS_STRING(block), size)
        self.buffer.fill += size
        self.buffer.frames += frame
        return True

    def write_file(self, int descriptor, int64_t size, bint direct):
        """Write everything to the end of a regular file that has `size` bytes.

        direct: large pieces past the page cache. Returns the bytes written, whether `direct` was possible, and errno (0
        for success).
        """
        cdef int wanted = direct, error = 0
        cdef int64_t written
        with nogil:
            written = buffer_write_file(&self.buffer, descriptor, size, &wanted, &error)
        return written, bool(wanted), error

    def whole(self, int64_t size):
        """Of the first `size` bytes: those of whole blocks, and how many of these are frames."""
        cdef int64_t frames = 0
        cdef int64_t found = buffer_whole(&self.buffer, size, &frames)
        return found, frames

    def clear(self, *, bint keep_page):
        """Everything is written. keep_page: by write_file, and this file goes on."""
        buffer_clear(&self.buffer, keep_page)


cdef class LiveEncoder:
    """Frames of ring blocks as enhanced packet blocks: in order of time, with the dissectors' comments.

    The same frames, in the same order and with the same comments, as capture.walk, capture.timeorder, annotate.Annotator
    and capfile.writer make.
    """

    cdef RingLink *links
    cdef int sources
    cdef readonly int64_t number  # frames that were shown to the dissectors
    cdef readonly Runs runs
    cdef readonly Wording wording
    cdef int level
    cdef Order order
    cdef RingWalk walk  # of a single source: its blocks pass straight through
    cdef RingScratch scratch
    cdef int walked  # the walked block's place in its ring; -1: none
    cdef uint64_t *carried  # of each source: frames lost before the next one that comes
    cdef list done
    cdef readonly int64_t copied  # bytes of the copies that are kept now
    cdef OrderRun **spent  # runs whose last rows are in the batch
    cdef int spent_count
    cdef int spent_room
    cdef int64_t *kept
    cdef int64_t *lost
    cdef int64_t *wire
    # The batch: frames that are labelled but for those before `next`, which are encoded too.
    cdef Sight *rows
    cdef uint64_t *dropped
    cdef Packet *packets
    cdef int64_t *told[MOST_DISSECTORS]
    cdef signed char *found[MOST_DISSECTORS]
    cdef RunHandle **handles
    cdef int dissectors
    cdef int64_t next
    cdef int64_t count
    cdef Occurrences occurrences
    cdef OccurrenceTable *occurring  # NULL: nothing is counted

    def __cinit__(self, links, Runs runs=None, Wording wording=None, int level=TEXT_ALL):
        """links: of each source the LINKTYPE_*, the snaplen, the tag's offset, whether cooked, whether outgoing frames are
        left out. runs, wording, level (one of TEXT_LEVELS): for comments; None for none.
        """
        cdef int place
        cdef uint64_t longest = 0
        self.walked = -1
        self.done = []
        self.sources = len(links)
        self.runs = runs
        self.wording = wording
        self.level = level
        if (runs is None) != (wording is None) or (runs is not None and wording.table.count != runs.count):
            raise ValueError("runs and words are of the same dissectors")
        if not 0 < self.sources < 1 << 16:
            raise ValueError(f"{self.sources} sources")
        self.links = <RingLink *>calloc(self.sources, sizeof(RingLink))
        self.kept = <int64_t *>calloc(self.sources, sizeof(int64_t))
        self.lost = <int64_t *>calloc(self.sources, sizeof(int64_t))
        self.wire = <int64_t *>calloc(self.sources, sizeof(int64_t))
        self.carried = <uint64_t *>calloc(self.sources, sizeof(uint64_t))
        self.rows = <Sight *>calloc(LIVE_BATCH, sizeof(Sight))
        self.dropped = <uint64_t *>calloc(LIVE_BATCH, sizeof(uint64_t))
        self.packets = <Packet *>calloc(LIVE_BATCH, sizeof(Packet))
        if self.links == NULL or self.kept == NULL or self.lost == NULL or self.wire == NULL or self.carried == NULL:
            raise MemoryError
        if self.rows == NULL or self.dropped == NULL or self.packets == NULL:
            raise MemoryError
        for place, (link, snaplen, tag_offset, cooked, skip_outgoing) in enumerate(links):
            if not 0 <= tag_offset <= RING_COOKED:
                raise ValueError(f"a tag's offset of {tag_offset}")
            if not 0 < snaplen <= LARGEST_FRAME:
                raise ValueError(f"a snaplen of {snaplen}")
            self.links[place].link = link
            self.links[place].snaplen = snaplen
            self.links[place].tag_offset = tag_offset
            self.links[place].cooked = cooked
            self.links[place].skip_outgoing = skip_outgoing
            longest = max(longest, self.links[place].snaplen)
        self.scratch.room = LIVE_SCRATCH + longest
        self.scratch.bytes = <unsigned char *>malloc(self.scratch.room)
        if self.scratch.bytes == NULL:
            raise MemoryError
        if runs is not None:
            self.dissectors = runs.count
            self.handles = runs.handles
            for place in range(runs.count):
                self.told[place] = <int64_t *>calloc(LIVE_BATCH, 8 * max(1, runs.handles[place].program.fields))
                self.found[place] = <signed char *>calloc(LIVE_BATCH, 1)
                if self.told[place] == NULL or self.found[place] == NULL:
                    raise MemoryError

    def __dealloc__(self):
        cdef int place
        order_end(&self.order)
        for place in range(self.spent_count):
            order_run_free(self.spent[place])
        for place in range(MOST_DISSECTORS):
            free(self.told[place])
            free(self.found[place])
        free(self.spent)
        free(self.scratch.bytes)
        free(self.links)
        free(self.kept)
        free(self.lost)
        free(self.wire)
        free(self.carried)
        free(self.rows)
        free(self.dropped)
        free(self.packets)

    def take(self, int source, block, int place, uint64_t dropped, int64_t now, bint copy):
        """Take a block of the source's ring, which stays as it is until `released` names it, unless its copy is taken.

        place: of the block in its ring. dropped: frames lost before it. now: monotonic ns. copy: always release it, by
        keeping a copy. Of a single source each block has to be encoded before the next is taken. Returns the time of the
        block's last frame, ns since 1970; None where there is none, or one source alone.
        """
        cdef Py_buffer held
        cdef OrderRun *run
        cdef int64_t copied = 0
        if not 0 <= source < self.sources:
            raise ValueError(f"no source {source}")
        if self.sources == 1 and self.walked >= 0:
            raise RuntimeError("the block before is not encoded yet")
        PyObject_GetBuffer(block, &held, PyBUF_SIMPLE)
        try:
            if self.sources == 1:
                ring_begin(&self.walk, <const unsigned char *>held.buf, held.len, &self.links[source])
                self.walked = place
                self.carried[0] += dropped
                return None
            with nogil:
                run = order_read(<const unsigned char *>held.buf, held.len, &self.links[source])
                if run != NULL and run.count > 0 and copy:
                    copied = order_copy(run, <const unsigned char *>held.buf, held.len)
            if run == NULL or copied < 0:
                order_run_free(run)
                raise MemoryError("no memory for frames that wait for those of other interfaces")
        finally:
            PyBuffer_Release(&held)
        if run.count == 0 or copy:
            self.done.append((source, place))
        self.carried[source] += dropped
        if run.count == 0:
            order_run_free(run)
            return None
        last = run.rows[run.count - 1].time  # before they are sorted
        run.place = -1 if copy else place
        run.source = source
        run.taken = now
        run.dropped = self.carried[source]
        run.copied = copied
        if run.dropped:
            run.rows[0].mark |= DROPPED_BEFORE
        self.carried[source] = 0
        if order_add(&self.order, run) != 0:
            order_run_free(run)
            raise MemoryError("no memory for frames that wait for those of other interfaces")
        self.copied += copied
        return last

    def count_in(self, Occurrences occurrences not None):
        """Count in there what is told of each frame that is encoded from now on."""
        cdef int field
        if not 0 <= occurrences.dissector < self.dissectors:
            raise ValueError(f"no dissector {occurrences.dissector}")
        for field in range(occurrences.table.fields):
            if occurrences.table.places[field] >= self.handles[occurrences.dissector].program.fields:
                raise ValueError(f"no field {occurrences.table.places[field]}")
        self.occurrences = occurrences
        self.occurring = &occurrences.table

    @property
    def waiting(self):
        """Whether frames are there that were not encoded yet."""
        return self.next < self.count or self.walked >= 0 or self.order.count > 0

    def released(self):
        """The blocks that are done with, as pairs of source and place; the next call tells of later ones."""
        done, self.done = self.done, []
        return done

    def counts(self):
        """Since the last call, for each source: frames that were encoded, those that they say were lost before them, and
        their bytes on the wire.
        """
        cdef int place
        kept = [self.kept[place] for place in range(self.sources)]
        lost = [self.lost[place] for place in range(self.sources)]
        wire = [self.wire[place] for place in range(self.sources)]
        memset(self.wire, 0, self.sources * sizeof(int64_t))
        memset(self.kept, 0, self.sources * sizeof(int64_t))
        memset(self.lost, 0, self.sources * sizeof(int64_t))
        return kept, lost, wire

    def encode(self, FrameBuffer to not None, int64_t frames, int64_t size, int64_t cut, int64_t old):
        """Put frames whose turn has come into the buffer: at most so many, and so many bytes of blocks.

        cut, old: with several sources a frame's turn has come if its time is at most `cut`, ns since 1970, or if it was
        taken before `old`, monotonic ns. Returns NOTHING, FULL or LIMITED. Raises MemoryError, and ValueError where a
        dissector's key is too long: what was encoded before is in the buffer, some frames behind that are given up.
        """
        cdef int result
        if self.runs is not None:
            self.runs.enter()
        try:
            with nogil:
                result = self.encode_all(&to.buffer, to.limit, frames, size, cut, old)
        finally:
            if self.runs is not None:
                self.runs.leave()
        self.let_go()
        if result < 0:
            run_failed(result)
        return result

    cdef int encode_all(
        self, Buffer *to, int64_t limit, int64_t frames, int64_t size, int64_t cut, int64_t old
    ) noexcept nogil:
        cdef const Sight *row
        cdef int64_t written, text
        cdef unsigned char *out
        cdef unsigned char *comment
        cdef int64_t room
        cdef uint32_t source
        while True:
            if self.next == self.count:
                written = self.fetch(cut, old)
                if written <= 0:
                    return <int>written
            while self.next < self.count:
                if frames <= 0:
                    return LIVE_LIMITED
                if to.fill - to.lead >= limit or to.room - to.fill < BUFFER_SLACK:
                    return LIVE_FULL
                row = &self.rows[self.next]
                ring_fetch(&self.walk, self.walk.fetched + row.captured + RING_BETWEEN)  # a frame of the next batch
                out = to.memory + to.fill
                room = to.room - to.fill
                comment = out + epb_comment_at(row.captured)
                text = live_text(self, self.next, comment) if self.dissectors else 0
                written = epb_write(
                    out, room, row.mark >> SOURCE_SHIFT, <uint64_t>row.time, row.bytes, row.captured, row.wire,
                    comment, text, row.mark & FLAGS_MASK, self.dropped[self.next]
                )
                if written > size:
                    return LIVE_LIMITED
                size -= written
                frames -= 1
                source = row.mark >> SOURCE_SHIFT
                to.fill += written
                to.frames += 1
                self.kept[source] += 1
                self.lost[source] += <int64_t>self.dropped[self.next]
                self.wire[source] += row.wire
                if self.occurring != NULL:
                    self.occurred(self.next)
                self.next += 1

    cdef void occurred(self, int64_t at) noexcept nogil:
        cdef int place = self.occurrences.dissector
        if self.found[place][at] > 0:
            occurrences_add(self.occurring, self.told[place] + at * self.handles[place].program.fields)

    cdef int fetch(self, int64_t cut, int64_t old) noexcept nogil:
        """Fill the batch, which is empty, and label it. Returns 1; 0: no frame's turn has come; below 0: as runs_block,
        and the batch is empty: these frames are given up.
        """
        cdef int result
        self.next = self.count = 0
        if self.sources == 1:
            self.fetch_walked()
        elif self.fetch_ordered(cut, old) != 0:
            return -1
        if self.count == 0:
            return 0
        if self.dissectors:
            result = runs_block(
                self.handles, self.dissectors, self.rows, self.count, self.number + 1, self.packets, self.told, self.found
            )
            if result < 0:
                self.next = self.count = 0
                return result
        self.number += self.count
        return 1

    cdef void fetch_walked(self) noexcept nogil:
        if self.walked < 0 or self.walk.left == 0:
            return
        self.scratch.used = 0
        self.count = ring_rows(&self.walk, self.rows, LIVE_BATCH, &self.scratch)
        if self.count:
            memset(self.dropped, 0, self.count * sizeof(uint64_t))
            self.dropped[0] = self.carried[0]
            self.carried[0] = 0

    cdef int fetch_ordered(self, int64_t cut, int64_t old) noexcept nogil:
        cdef OrderRun *run
        cdef int64_t found = 0, at
        cdef Sight *row
        while self.count < LIVE_BATCH:
            run = order_next(&self.order, cut, old, LIVE_BATCH - self.count, &found)
            if run == NULL:
                break
            if self.spent_count == self.spent_room and self.more_spent() != 0:
                return -1
            for at in range(found):
                row = &self.rows[self.count + at]
                row[0] = run.rows[run.next + at]
                self.dropped[self.count + at] = run.dropped if row.mark & DROPPED_BEFORE else 0
                row.mark = (row.mark & FLAGS_MASK) | run.source << SOURCE_SHIFT
            self.count += found
            run = order_advance(&self.order, found)
            if run != NULL:
                self.spent[self.spent_count] = run
                self.spent_count += 1
        return 0

    cdef int more_spent(self) noexcept nogil:
        cdef int room = 2 * self.spent_room + LIVE_BATCH
        cdef OrderRun **more = <OrderRun **>realloc(self.spent, room * sizeof(OrderRun *))
        if more == NULL:
            return -1
        self.spent = more
        self.spent_room = room
        return 0

    cdef int let_go(self) except -1:
        """Note which blocks nothing points to any more."""
        cdef int place
        if self.next < self.count:
            return 0
        if self.walked >= 0 and self.walk.left == 0:
            self.done.append((0, self.walked))
            self.walked = -1
        for place in range(self.spent_count):
            self.copied -= self.spent[place].copied
            if self.spent[place].place >= 0:
                self.done.append((self.spent[place].source, self.spent[place].place))
            order_run_free(self.spent[place])
        self.spent_count = 0
        return 0


cdef inline int64_t live_text(LiveEncoder self, int64_t at, unsigned char *out) noexcept nogil:
    """Write the comment of a frame of the batch; its bytes."""
    cdef const int64_t *told[MOST_DISSECTORS]
    cdef signed char found[MOST_DISSECTORS]
    cdef const Sight *row = &self.rows[at]
    cdef int place
    for place in range(self.dissectors):
        told[place] = self.told[place] + at * self.handles[place].program.fields
        found[place] = self.found[place][at]
    return text_write(
        &self.wording.table, frame_of(row.bytes, row.captured), row.wire, row.link, &self.packets[at], told, found,
        self.level, out, COMMENT_ROOM
    )


def epb(int interface, uint64_t time, bytes data not None, uint32_t wire, bytes comment, uint32_t flags,
        uint64_t dropped, int64_t room):
    """A frame as encode.h writes it; None where there is no room. For the tests."""
    cdef const unsigned char *text = NULL
    cdef int64_t written, length = 0
    if comment is not None:
        text, length = <const unsigned char *>PyBytes_AS_STRING(comment), PyBytes_GET_SIZE(comment)
    made = bytes(room)
    written = epb_write(
        <unsigned char *>PyBytes_AS_STRING(made), room, interface, time, <const unsigned char *>PyBytes_AS_STRING(data),
        <uint32_t>PyBytes_GET_SIZE(data), wire, text, length, flags, dropped
    )
    return made[:written] if written >= 0 else None
