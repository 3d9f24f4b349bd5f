# Columns: what headers and a dissector say of frames, as arrays of 64-bit integers.

cdef enum:
    HEADERS = 16  # columns before the dissector's own
    ADDRESSES = 32  # bytes of a frame's row: two addresses of up to 16

# In this order; see pcapkit.columns.Batch.
COLUMNS = (
    "number",
    "time",
    "has_time",
    "wire_length",
    "captured_length",
    "interface",
    "link_type",
    "has_segment",
    "source_port",
    "destination_port",
    "seq",
    "ack",
    "flags",
    "window",
    "payload_length",
    "found",
)
if len(COLUMNS) != HEADERS:
    raise ImportError("the columns of the engine are not those that it fills in")


cdef class Columns(Frames):
    """Fills in columns. whens: for each field the place of the one without which it is not there, -1 for none."""

    cdef int fields
    cdef int *whens
    cdef Py_buffer *held
    cdef int64_t **columns

    def __init__(self, runs, whens):
        self.fields = self.runs.handles[0].program.fields
        if self.runs.count != 1 or len(whens) != self.fields:
            raise ValueError("columns are those of one dissector, with one entry for each of its fields")
        self.whens = <int *>PyMem_Calloc(self.fields + 1, sizeof(int))
        self.held = <Py_buffer *>PyMem_Calloc(HEADERS + self.fields + 3, sizeof(Py_buffer))
        self.columns = <int64_t **>PyMem_Calloc(HEADERS + self.fields, sizeof(int64_t *))
        if self.whens == NULL or self.held == NULL or self.columns == NULL:
            raise MemoryError
        for place, when in enumerate(whens):
            if not -1 <= when < self.fields:
                raise ValueError(f"there is no field {when}")
            self.whens[place] = when

    def __dealloc__(self):
        PyMem_Free(self.whens)
        PyMem_Free(self.held)
        PyMem_Free(self.columns)

    def fill(self, buffer, int64_t begin, int64_t end, int64_t number, columns, lengths, addresses, int64_t row):
        """Label frames in buffer[begin:end], and fill in the rows from `row` on; the first frame has this number.

        columns: arrays of type q, the COLUMNS and the dissector's fields; lengths: one more for the address length;
        addresses: 32 bytes a row. Returns why it ended (OTHER, MORE, FULL), how far it got in the buffer, which row
        is the next, and for MORE how many bytes are needed from there on.
        """
        cdef int taken = 0, why = WALK_OTHER, place
        cdef int64_t room
        if not self.runs.clocked():
            return why, begin, row, 0
        self.runs.enter()
        try:
            PyObject_GetBuffer(buffer, &self.held[0], PyBUF_SIMPLE)
            taken = 1
            PyObject_GetBuffer(addresses, &self.held[1], PyBUF_WRITABLE)
            taken = 2
            PyObject_GetBuffer(lengths, &self.held[2], PyBUF_WRITABLE)
            taken = 3
            if len(columns) != HEADERS + self.fields or not 0 <= begin <= end <= self.held[0].len or row < 0:
                raise ValueError("fill needs all columns, and bytes and rows that are there")
            for place, column in enumerate(columns):
                PyObject_GetBuffer(column, &self.held[taken], PyBUF_WRITABLE)
                taken += 1
                self.columns[place] = <int64_t *>self.held[taken - 1].buf
            room = min(self.held[1].len // ADDRESSES, self.held[2].len // 8)
            for place in range(3, taken):
                room = min(room, self.held[place].len // 8)
            self.on(<const unsigned char *>self.held[0].buf, begin, end)
            with nogil:
                while True:
                    if row >= room:
                        why = WALK_FULL
                        break
                    why = self.next(number, room - row)
                    if self.count > 0:
                        self.put(number, row)
                        number += self.count
                        row += self.count
                    if why != WALK_FULL:
                        break
        finally:
            for place in range(taken):
                PyBuffer_Release(&self.held[place])
            self.runs.leave()
        if why < 0:
            raise_failed(why)
        return why, self.walk.at, row, self.walk.needed

    cdef void put(self, int64_t number, int64_t row) noexcept nogil:
        """The rows that were just labelled."""
        cdef int64_t **columns = self.columns
        cdef int64_t *values
        cdef int64_t *told = self.told[0]
        cdef int64_t *lengths = <int64_t *>self.held[2].buf
        cdef unsigned char *addresses = <unsigned char *>self.held[1].buf
        cdef const Packet *packet
        cdef const Sight *sight
        cdef int64_t index, at, length
        cdef int field, when, fields = self.fields
        for index in range(self.count):
            at = row + index
            sight = &self.sights[index]
            packet = &self.packets[index]
            columns[0][at] = number + index
            columns[1][at] = sight.time
            columns[2][at] = 1
            columns[3][at] = sight.wire
            columns[4][at] = sight.captured
            columns[5][at] = self.rows[index].interface
            columns[6][at] = sight.link
            if packet.has_segment:
                columns[7][at] = 1
                columns[8][at] = packet.segment.source_port
                columns[9][at] = packet.segment.destination_port
                columns[10][at] = packet.segment.seq
                columns[11][at] = packet.segment.ack
                columns[12][at] = packet.segment.flags
                columns[13][at] = packet.segment.window
                columns[14][at] = packet.segment.payload_length
            else:
                for field in range(7, 15):
                    columns[field][at] = 0
            columns[15][at] = self.found[0][index]
            length = packet.address_length
            memset(addresses + at * ADDRESSES, 0, ADDRESSES)
            if length <= 16 and packet.addresses_at + 2 * length <= sight.captured:
                memcpy(addresses + at * ADDRESSES, sight.bytes + packet.addresses_at, length)
                memcpy(addresses + at * ADDRESSES + 16, sight.bytes + packet.addresses_at + length, length)
            else:
                length = 0
            lengths[at] = length
        for field in range(fields):
            values = columns[HEADERS + field] + row
            when = self.whens[field]
            for index in range(self.count):
                if self.found[0][index] and (when < 0 or told[index * fields + when]):
                    values[index] = told[index * fields + field]
                else:
                    values[index] = 0
