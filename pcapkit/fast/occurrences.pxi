# How often which values stood together in a few fields of a dissector, counted while blocks are encoded.

cdef extern from "occurrences.h" nogil:
    int OCCURRENCES_FIELDS
    ctypedef struct Occurrence:
        int64_t values[4]
        int64_t count
    ctypedef struct OccurrenceTable "Occurrences":
        Occurrence *rows
        int64_t room
        int64_t used
        int64_t others
        int fields
        uint32_t places[4]
    void occurrences_add(OccurrenceTable *table, const int64_t *told)


cdef class Occurrences:
    """Counts the combinations of values of fields that are always told, for those frames of which anything is."""

    cdef OccurrenceTable table
    cdef readonly int dissector

    def __cinit__(self, int dissector, fields):
        """dissector: its place among the runs. fields: from one to four, by their places among its fields."""
        if not 0 < len(fields) <= OCCURRENCES_FIELDS:
            raise ValueError(f"{len(fields)} fields")
        self.dissector = dissector
        for field in fields:
            self.table.places[self.table.fields] = field
            self.table.fields += 1

    def __dealloc__(self):
        free(self.table.rows)

    def add(self, told):
        """Count what was told of a frame: all of its dissector's fields. For the tests; LiveEncoder does it natively."""
        cdef array.array numbers = array.array("q", told)
        cdef int field
        for field in range(self.table.fields):
            if self.table.places[field] >= len(numbers):
                raise ValueError(f"no field {self.table.places[field]}")
        occurrences_add(&self.table, <const int64_t *>numbers.data.as_longlongs)

    def drain(self):
        """What was counted since the last call: the values as a tuple, with how many frames had them."""
        cdef int64_t at
        cdef int field
        found = {}
        for at in range(self.table.room):
            if self.table.rows[at].count:
                values = tuple([self.table.rows[at].values[field] for field in range(self.table.fields)])
                found[values] = self.table.rows[at].count
                self.table.rows[at].count = 0
        self.table.used = 0
        return found

    @property
    def others(self):
        """Frames whose combination found no room: nothing was counted of them."""
        return self.table.others
