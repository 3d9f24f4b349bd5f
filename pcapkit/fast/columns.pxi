# Columns: what headers and a dissector say of frames, as arrays of 64-bit integers.

cdef extern from "columns.h" nogil:
    enum:
        COLUMN_HEADERS
        COLUMN_ADDRESSES
    void columns_headers(
        int64_t **to, int64_t first, int64_t count, const Sight *sights, const Row *rows, const Packet *packets,
        const signed char *found
    )
    void columns_addresses(
        unsigned char *to, int64_t *lengths, int64_t count, const Sight *sights, const Packet *packets
    )
    void columns_field(
        int64_t *to, int64_t count, const int64_t *told, int64_t fields, int64_t field, int64_t when,
        const signed char *found
    )

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
if len(COLUMNS) != COLUMN_HEADERS:
    raise ImportError("the columns of the engine are not those that it fills in")


cdef class Columns(Frames):
    """Fills in columns. whens: for each field the place of the one without which it is not there, -1 for none."""

    cdef int fields
    cdef int *whens
    cdef Py_buffer *held
    cdef int64_t **columns

    def __init__(self, Runs runs, whens):
        self.fields = self.runs.handles[0].program.fields
        if self.runs.count != 1 or len(whens) != self.fields:
            raise ValueError("columns are those of one dissector, with one entry for each of its fields")
        self.whens = <int *>PyMem_Calloc(self.fields + 1, sizeof(int))
        self.held = <Py_buffer *>PyMem_Calloc(COLUMN_HEADERS + self.fields + 3, sizeof(Py_buffer))
        self.columns = <int64_t **>PyMem_Calloc(COLUMN_HEADERS + self.fields, sizeof(int64_t *))
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
        addresses: 32 bytes a row. Returns why it ended (RUN_OTHER, RUN_MORE, RUN_FULL), how far it got in the buffer, which row
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
            if len(columns) != COLUMN_HEADERS + self.fields or not 0 <= begin <= end <= self.held[0].len or row < 0:
                raise ValueError("fill needs all columns, and bytes and rows that are there")
            for place, column in enumerate(columns):
                PyObject_GetBuffer(column, &self.held[taken], PyBUF_WRITABLE)
                taken += 1
                self.columns[place] = <int64_t *>self.held[taken - 1].buf
            room = min(self.held[1].len // COLUMN_ADDRESSES, self.held[2].len // 8)
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
            run_failed(why)
        return why, self.walk.at, row, self.walk.needed

    cdef void put(self, int64_t number, int64_t row) noexcept nogil:
        """The rows that were just labelled."""
        cdef int64_t *to[COLUMN_HEADERS]
        cdef int place
        for place in range(COLUMN_HEADERS):
            to[place] = self.columns[place] + row
        columns_headers(to, number, self.count, self.sights, self.rows, self.packets, self.found[0])
        columns_addresses(
            <unsigned char *>self.held[1].buf + row * COLUMN_ADDRESSES,
            <int64_t *>self.held[2].buf + row,
            self.count,
            self.sights,
            self.packets,
        )
        for place in range(self.fields):
            columns_field(
                self.columns[COLUMN_HEADERS + place] + row,
                self.count,
                self.told[0],
                self.fields,
                place,
                self.whens[place],
                self.found[0],
            )
