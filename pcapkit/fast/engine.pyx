# cython: language_level=3, boundscheck=True, wraparound=False
"""The engine of pcapkit's fast path. What each part does stands at its head; pcapkit.fast loads it."""

from cpython cimport array
from cpython.buffer cimport PyBUF_SIMPLE, PyBUF_WRITABLE, PyBuffer_FillInfo, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.pycapsule cimport PyCapsule_GetPointer
from cpython.unicode cimport PyUnicode_DecodeASCII
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcmp, memcpy, memset


cdef extern from "reading.h" nogil:
    ctypedef struct Frame:
        const unsigned char *bytes
        int64_t length
    Frame frame_of(const unsigned char *bytes, int64_t length)
    int64_t u8(Frame frame, int64_t at)
    int64_t u16(Frame frame, int64_t at)
    int64_t u32(Frame frame, int64_t at)
    int64_t floor_divide(int64_t value, int64_t by)
    int64_t floor_modulo(int64_t value, int64_t by)
    int64_t shift_left(int64_t value, int64_t by)
    int64_t shift_right(int64_t value, int64_t by)
    int has(int64_t members, int64_t member)
    int64_t including(int64_t members, int64_t member)

cdef extern from "program.h" nogil:
    ctypedef struct Sight:
        const unsigned char *bytes
        int64_t time
        uint32_t captured
        uint32_t wire
        uint32_t link
        uint32_t mark
    ctypedef struct Program:
        uint32_t face
        uint32_t fields
        uint64_t packet_size
        const char *name
        void (*decode)(const Sight *, int64_t, void *) noexcept nogil
        int (*tell)(void *, const Sight *, void *, int64_t, int64_t, int64_t *, signed char *) noexcept nogil
        uint64_t (*memory)(void *) noexcept nogil
    ctypedef struct RunHandle:
        const Program *program
        void *run
        bint busy
        bint far
    int PCAPKIT_FACE
    const char *PCAPKIT_RUN_CAPSULE


include "digest.pxi"
include "layers.pxi"

for _name, _printed, _in_c in RECORD_SIZES:
    if _printed != _in_c:
        raise ImportError(f"the record {_name} has {_printed} bytes in Cython, {_in_c} in C")

include "runs.pxi"
include "text.pxi"
include "comments.pxi"
include "offline.pxi"
include "columns.pxi"
include "commenting.pxi"
include "lines.pxi"
include "live.pxi"
