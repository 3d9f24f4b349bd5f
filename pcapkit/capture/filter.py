"""Capture filters: libpcap's language, compiled by the system's libpcap, run by the kernel.

Compiled on a live handle where that is possible: only there does libpcap know that the kernel keeps VLAN tags
beside the frame, and `vlan` compiled for a dead handle looks for tags in bytes that no longer have them.
"""

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_uint, c_uint32, c_void_p
from typing import Final

from pcapkit.capture.bpf import Instruction, Program
from pcapkit.capture.linktypes import LinkType
from pcapkit.errors import FilterError

_SONAMES: Final = ("libpcap.so.1", "libpcap.so.0.8", "libpcap.so")
_ERROR_SIZE: Final = 256  # PCAP_ERRBUF_SIZE
_NETMASK_UNKNOWN: Final = 0xFFFFFFFF
_SMALL_BUFFER: Final = 1 << 18  # the live handle only compiles; it need not hold a ring of the default size


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", c_uint), ("instructions", POINTER(_Instruction)))


_FUNCTIONS: Final[dict[str, tuple[object, list[object]]]] = {
    "pcap_create": (c_void_p, [c_char_p, c_char_p]),
    "pcap_set_snaplen": (c_int, [c_void_p, c_int]),
    "pcap_set_buffer_size": (c_int, [c_void_p, c_int]),
    "pcap_activate": (c_int, [c_void_p]),
    "pcap_datalink": (c_int, [c_void_p]),
    "pcap_open_dead": (c_void_p, [c_int, c_int]),
    "pcap_lookupnet": (c_int, [c_char_p, POINTER(c_uint32), POINTER(c_uint32), c_char_p]),
    "pcap_compile": (c_int, [c_void_p, POINTER(_Program), c_char_p, c_int, c_uint32]),
    "pcap_freecode": (None, [POINTER(_Program)]),
    "pcap_geterr": (c_char_p, [c_void_p]),
    "pcap_close": (None, [c_void_p]),
    "bpf_image": (c_char_p, [POINTER(_Instruction), c_int]),
}

_library: ctypes.CDLL | None = None


def compile_filter(text: str, link: LinkType, snaplen: int, *, interface: str) -> Program:
    """Compile libpcap's filter language for frames of a link type; snaplen bytes of each are kept.

    The interface is opened for the compilation if this process may, else libpcap compiles for the link type
    alone. Raises FilterError with libpcap's own words.
    """
    library = _load()
    name = interface.encode(errors="surrogateescape")
    handle = _live_handle(library, name, link, snaplen) or library.pcap_open_dead(link.dlt, snaplen)
    if not handle:
        raise FilterError("libpcap has no memory to compile the filter")
    compiled = _Program()
    try:
        if "\0" in text:
            raise FilterError("the filter contains a null character")
        source = text.encode(errors="surrogateescape")
        if library.pcap_compile(handle, byref(compiled), source, 1, _netmask(library, name)) != 0:
            raise FilterError(f"filter {text!r}: {_text(library.pcap_geterr(handle))}")
        try:
            return tuple(_instruction(compiled.instructions[i]) for i in range(compiled.length))
        finally:
            library.pcap_freecode(byref(compiled))
    finally:
        library.pcap_close(handle)


def image(program: Program) -> list[str]:
    """The program as tcpdump -d prints it, one instruction a line."""
    library = _load()
    lines = []
    for number, (code, true, false, k) in enumerate(program):
        instruction = _Instruction(code, true, false, k)
        lines.append(_text(library.bpf_image(byref(instruction), number)))
    return lines


def _instruction(raw: _Instruction) -> Instruction:
    return (raw.code, raw.jt, raw.jf, raw.k)


def _live_handle(library: ctypes.CDLL, name: bytes, link: LinkType, snaplen: int) -> int | None:
    """An open libpcap handle for the interface; None if it may not be opened or sees other bytes."""
    handle = library.pcap_create(name, ctypes.create_string_buffer(_ERROR_SIZE))
    if not handle:
        return None
    library.pcap_set_snaplen(handle, snaplen)
    library.pcap_set_buffer_size(handle, _SMALL_BUFFER)
    if library.pcap_activate(handle) >= 0 and library.pcap_datalink(handle) == link.dlt:
        return int(handle)
    library.pcap_close(handle)
    return None


def _netmask(library: ctypes.CDLL, name: bytes) -> int:
    """The interface's IPv4 netmask, which `ip broadcast` needs."""
    network, mask = c_uint32(), c_uint32()
    if library.pcap_lookupnet(name, byref(network), byref(mask), ctypes.create_string_buffer(_ERROR_SIZE)) != 0:
        return _NETMASK_UNKNOWN
    return mask.value


def _load() -> ctypes.CDLL:
    global _library
    if _library is None:
        _library = _open_library()
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(_library, name)
            function.restype, function.argtypes = result, arguments
    return _library


def _open_library() -> ctypes.CDLL:
    for soname in _SONAMES:
        try:
            return ctypes.CDLL(soname)
        except OSError:
            continue
    raise FilterError(
        "capture filters need libpcap, which is not installed; install the package libpcap0.8 (or libpcap)"
    )


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode(errors="replace").strip("\n")
