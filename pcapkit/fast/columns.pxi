# Columns: what headers and a dissector say of frames, as arrays of 64-bit integers.

cdef extern from "columns.h" nogil:
    enum:
        COLUMN_HEADERS
        COLUMN_ADDRESSES
    void columns_headers(
        int64_t **to, int64_t first, int64_t count, const Sight *sights, const Row *rows, const Packet *packets,
        const signed char *found
    )
    void columns_addresses(unsigned char *to, int64_t count, const Sight *sights, const Packet *packets)
    void columns_lengths(int64_t *to, int64_t count, const Sight *sights, const Packet *packets)
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


cdef array.array COLUMN = array.array("q")


def column(rows):
    """An array of type q for so many rows, whatever is in them."""
    return array.clone(COLUMN, rows, False)


# Where rows go: columns, NULL for those that are not wanted.
cdef struct ColumnsTo:
    int64_t *columns[COLUMN_HEADERS]
    int64_t **fields
    const int *whens
    int64_t *lengths
    unsigned char *addresses
    int64_t begun  # the number of the frame in the first row


cdef class Columns(Frames):
    """Fills in columns. whens: for each field the place of the one without which it is not there, -1 for none."""

    cdef int fields
    cdef int *whens
    cdef Py_buffer *held
    cdef ColumnsTo to

    def __init__(self, Runs runs, whens):
        self.fields = self.runs.handles[0].program.fields
        if self.runs.count != 1 or len(whens) != self.fields:
            raise ValueError("columns are those of one dissector, with one entry for each of its fields")
        self.whens = <int *>PyMem_Calloc(self.fields + 1, sizeof(int))
        self.held = <Py_buffer *>PyMem_Calloc(COLUMN_HEADERS + self.fields + 3, sizeof(Py_buffer))
        self.to.fields = <int64_t **>PyMem_Calloc(self.fields + 1, sizeof(int64_t *))
        if self.whens == NULL or self.held == NULL or self.to.fields == NULL:
            raise MemoryError
        self.to.whens = self.whens
        for place, when in enumerate(whens):
            if not -1 <= when < self.fields:
                raise ValueError(f"there is no field {when}")
            self.whens[place] = when

    def __dealloc__(self):
        PyMem_Free(self.whens)
        PyMem_Free(self.held)
        PyMem_Free(self.to.fields)

    def fill(self, buffer, int64_t begin, int64_t end, int64_t number, columns, lengths, addresses, int64_t row):
        """Label frames, and fill in the rows from `row` on; the first frame has this number.

        They are those in buffer[begin:end], or those that a worker gives. columns: arrays of type q, the COLUMNS and the
        dissector's fields; lengths: one more for the address length; addresses: 32 bytes a row. Those that are empty
        are left out, but for the first. Returns why it ended (RUN_OTHER, RUN_MORE, RUN_FULL), how far it got in the
        buffer, which row is the next, and for MORE how many bytes are needed from there on.
        """
        cdef int taken = 0, why = WALK_FULL, place
        cdef int64_t room
        cdef int64_t *to
        if not self.runs.clocked():
            return WALK_OTHER, begin, row, 0
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
            for column in columns:
                PyObject_GetBuffer(column, &self.held[taken], PyBUF_WRITABLE)
                taken += 1
            room = self.held[3].len // 8
            if self.held[1].len > 0:
                room = min(room, self.held[1].len // COLUMN_ADDRESSES)
            for place in range(2, taken):
                to = NULL
                if self.held[place].len > 0:
                    room = min(room, self.held[place].len // 8)
                    to = <int64_t *>self.held[place].buf
                if place == 2:
                    self.to.lengths = to
                elif place < 3 + COLUMN_HEADERS:
                    self.to.columns[place - 3] = to
                else:
                    self.to.fields[place - 3 - COLUMN_HEADERS] = to
            self.to.addresses = <unsigned char *>self.held[1].buf if self.held[1].len > 0 else NULL
            self.to.begun = number - row
            self.on(<const unsigned char *>self.held[0].buf, begin, end)
            with nogil:
                while why == WALK_FULL and row < room:
                    if self.ahead.active:
                        why = self.share(number, room - row, columns_put, &self.to)
                        row += self.shared
                        number += self.shared
                    else:
                        why = self.next(number, room - row)
                        columns_put(&self.to, &self.window, 0, 0)
                        row += self.window.count
                        number += self.window.count
        finally:
            for place in range(taken):
                PyBuffer_Release(&self.held[place])
            self.runs.leave()
        if why < 0:
            run_failed(why)
        return why, self.walk.at, row, self.walk.needed


cdef void columns_put(const void *of, const Window *rows, int64_t place, int helper) noexcept nogil:
    """Fill in labelled rows, some at a time: what is known of these stays near."""
    cdef Window some
    cdef int64_t begin = 0
    while begin < rows.count:
        some = window_part(rows, begin, min(rows.count - begin, <int64_t>WALK_ROWS), rows.number + begin)
        columns_put_some(<const ColumnsTo *>of, &some)
        begin += some.count


cdef void columns_put_some(const ColumnsTo *of, const Window *rows) noexcept nogil:
    cdef int64_t *to[COLUMN_HEADERS]
    cdef int64_t row = rows.number - of.begun
    cdef int place
    for place in range(COLUMN_HEADERS):
        to[place] = of.columns[place] + row if of.columns[place] != NULL else NULL
    columns_headers(to, rows.number, rows.count, rows.sights, rows.rows, rows.packets, rows.found[0])
    if of.addresses != NULL:
        columns_addresses(of.addresses + row * COLUMN_ADDRESSES, rows.count, rows.sights, rows.packets)
    if of.lengths != NULL:
        columns_lengths(of.lengths + row, rows.count, rows.sights, rows.packets)
    for place in range(<int>rows.fields[0]):
        if of.fields[place] != NULL:
            columns_field(
                of.fields[place] + row,
                rows.count,
                rows.told[0],
                rows.fields[0],
                place,
                of.whens[place],
                rows.found[0],
            )
