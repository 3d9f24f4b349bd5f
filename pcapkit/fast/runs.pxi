# The runs of the chosen dissectors, taken for native code: the first decodes and dissects, the others dissect.

cdef enum:
    MOST_DISSECTORS = 16  # that are run natively together


cdef class Runs:
    """NativeRuns of the chosen dissectors, in their order.

    While native code is at work with them they are marked busy: `enter`, and `leave` in a finally.
    """

    cdef RunHandle *handles[MOST_DISSECTORS]
    cdef readonly int count
    cdef readonly list runs

    def __init__(self, runs):
        """Raises ValueError where these cannot be run together natively: Python runs them then."""
        cdef RunHandle *handle
        self.count = 0
        self.runs = list(runs)
        if not 0 < len(self.runs) <= MOST_DISSECTORS:
            raise ValueError(f"{len(self.runs)} dissectors: from 1 to {MOST_DISSECTORS} run natively together")
        for run in self.runs:
            handle = <RunHandle *>PyCapsule_GetPointer(run.handle, PCAPKIT_RUN_CAPSULE)
            if handle.program.face != <uint32_t>PCAPKIT_FACE or handle.program.packet_size != sizeof(Packet):
                raise ValueError(f"{handle.program.name.decode()} was compiled by another version of pcapkit")
            self.handles[self.count] = handle
            self.count += 1

    cdef int enter(self) except -1:
        """Mark all busy. Raises RuntimeError where one is at work elsewhere."""
        cdef int place
        for place in range(self.count):
            if self.handles[place].busy:
                self.leave_first(place)
                raise RuntimeError("this run is at work in another thread")
            self.handles[place].busy = True
        return 0

    cdef void leave(self) noexcept:
        self.leave_first(self.count)

    cdef void leave_first(self, int count) noexcept:
        cdef int place
        for place in range(count):
            self.handles[place].busy = False

    cdef bint clocked(self) noexcept:
        """Whether native code can tell the time: not where the first frame's has more than 64 bits."""
        cdef int place
        for place in range(self.count):
            if self.handles[place].far:
                return False
        return True


cdef int runs_block(
    RunHandle **handles,
    int dissectors,
    const Sight *frames,
    int64_t count,
    int64_t first,
    Packet *packets,
    int64_t **told,
    signed char **found,
) noexcept nogil:
    """Decode `count` frames, the first of which has the number `first`, and show them to all dissectors.

    told[d]: room for `fields` numbers of each frame, found[d]: for one of each frame, as in Program.tell. The result
    is 0, or what is below 0 in found[d]: then what is told is of no use, and dissector d is at its end.
    """
    cdef int place, result
    handles[0].program.decode(frames, count, packets)
    for place in range(dissectors):
        result = handles[place].program.tell(
            handles[place].run, frames, packets, count, first, told[place], found[place]
        )
        if result < 0:
            return result
    return 0


cdef int run_failed(int result) except -1:
    """Raise what NativeRun.feed would, for a result below 0."""
    if result == -2:
        raise ValueError("a key has at most 40 bytes")
    raise MemoryError("no more memory for what is known of open connections")
