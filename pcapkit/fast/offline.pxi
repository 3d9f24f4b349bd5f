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


cdef class Frames:
    """The frames of one file on their way through the dissectors; subclasses say what becomes of them."""

    cdef Runs runs
    cdef Walk walk
    cdef bint records  # the file is classic pcap
    cdef WalkInterface *interfaces
    cdef uint32_t room
    cdef Sight sights[WALK_ROWS]
    cdef Row rows[WALK_ROWS]
    cdef Packet packets[WALK_ROWS]
    cdef int64_t *told[MOST_DISSECTORS]
    cdef signed char *found[MOST_DISSECTORS]
    cdef int64_t count  # rows that are labelled
    cdef int64_t done   # of which nothing more is to be done with these

    def __cinit__(self, Runs runs not None, *args):
        cdef int place
        self.runs = runs
        self.walk.budget = BUDGET
        for place in range(self.runs.count):
            self.told[place] = <int64_t *>PyMem_Calloc(WALK_ROWS * (self.runs.handles[place].program.fields + 1), 8)
            self.found[place] = <signed char *>PyMem_Calloc(WALK_ROWS, 1)
            if self.told[place] == NULL or self.found[place] == NULL:
                raise MemoryError

    def __dealloc__(self):
        cdef int place
        for place in range(MOST_DISSECTORS):
            PyMem_Free(self.told[place])
            PyMem_Free(self.found[place])
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

    cdef int on(self, const unsigned char *bytes, int64_t begin, int64_t end) except -1:
        """Walk along these bytes from now on. Rows that are not done with have to lie in the same bytes."""
        self.walk.bytes = bytes
        self.walk.at = begin
        self.walk.end = end
        return 0

    cdef int next(self, int64_t number, int64_t most) noexcept nogil:
        """Label the next rows, the first of which has this number: up to `most`; why there are not more.

        Below 0: as runs_block.
        """
        cdef int why, result
        self.done = self.count = 0
        most = min(most, <int64_t>WALK_ROWS)
        if self.records:
            why = walk_records(&self.walk, self.sights, self.rows, most, &self.count)
        else:
            why = walk_blocks(&self.walk, self.sights, self.rows, most, &self.count)
        if self.count > 0:
            result = runs_block(
                self.runs.handles,
                self.runs.count,
                self.sights,
                self.count,
                number,
                self.packets,
                self.told,
                self.found,
            )
            if result < 0:
                self.count = 0
                return result
        return why

    cdef int64_t text(
        self, int64_t index, const WordingTable *wording, int level, unsigned char *out
    ) noexcept nogil:
        """Write the text of a row that was just labelled, into `bound` bytes of room; its bytes, 0 for none."""
        cdef const int64_t *told[MOST_DISSECTORS]
        cdef signed char found[MOST_DISSECTORS]
        cdef const Sight *sight = &self.sights[index]
        cdef int place
        for place in range(self.runs.count):
            told[place] = self.told[place] + index * self.runs.handles[place].program.fields
            found[place] = self.found[place][index]
        return text_write(
            wording,
            frame_of(sight.bytes, sight.captured),
            sight.wire,
            sight.link,
            &self.packets[index],
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
