"""Classic BPF programs as the kernel takes them: the few that pcapkit writes itself, and attaching.

An instruction is (code, jt, jf, k) of struct sock_filter, linux/filter.h. A socket filter's return value is
the number of bytes to keep, so the snapshot length is applied in the kernel.
"""

import ctypes
import socket
from struct import Struct
from typing import Final

from pcapkit.errors import FilterError

Instruction = tuple[int, int, int, int]
Program = tuple[Instruction, ...]

INSTRUCTION: Final = Struct("=HBBI")
LARGEST_PROGRAM: Final = 4096  # BPF_MAXINSNS

_SO_ATTACH_FILTER: Final = 26
_RETURN_CONSTANT: Final = 0x06
_CLASS_MASK: Final = 0x07
_LOADS: Final = (0x00, 0x01)  # BPF_LD, BPF_LDX
_FROM_PACKET: Final = (0x20, 0x40, 0xA0)  # BPF_ABS, BPF_IND, BPF_MSH
_MODE_MASK: Final = 0xE0
_ANCILLARY: Final = 0xFFFFF000  # SKF_AD_OFF: loads from here up are the kernel's own, not packet bytes
_ANCILLARY_PROTOCOL: Final = _ANCILLARY
_ANCILLARY_PACKET_TYPE: Final = _ANCILLARY + 4
_KERNEL_OFFSETS: Final = 0xFFE00000  # SKF_LL_OFF, the lowest of the kernel's special offsets

REJECT_ALL: Final[Program] = ((_RETURN_CONSTANT, 0, 0, 0),)
COOKED_HEADER_SIZE: Final = 16


def keep(snaplen: int) -> Program:
    """The program that keeps the first snaplen bytes of every frame."""
    return ((_RETURN_CONSTANT, 0, 0, snaplen),)


def for_cooked_socket(program: Program) -> Program:
    """Turn a program that expects a LINUX_SLL header into one for a SOCK_DGRAM socket, which delivers none.

    As libpcap's fix_program does: the packet type and the protocol come from the kernel, all else moves 16
    bytes down. Raises FilterError where the filter looks at a part of the header that the kernel does not
    offer.
    """
    moved: list[Instruction] = []
    for code, true, false, k in program:
        if code & _CLASS_MASK in _LOADS and code & _MODE_MASK in _FROM_PACKET and k < _KERNEL_OFFSETS:
            if k >= COOKED_HEADER_SIZE:
                k -= COOKED_HEADER_SIZE
            elif k == 0:
                k = _ANCILLARY_PACKET_TYPE
            elif k == 14:
                k = _ANCILLARY_PROTOCOL
            else:
                raise FilterError(
                    "the filter looks at a link-layer header, which this interface has not; use addresses"
                )
        elif code == _RETURN_CONSTANT and k:
            k = max(1, k - COOKED_HEADER_SIZE)
        moved.append((code, true, false, k))
    return tuple(moved)


def attach(sock: socket.socket, program: Program) -> None:
    """Put the program on the socket, in place of an earlier one, in one step (SO_ATTACH_FILTER).

    Raises FilterError if the kernel refuses it.
    """
    if len(program) > LARGEST_PROGRAM:
        raise FilterError(f"the filter compiles to {len(program)} instructions, the kernel takes {LARGEST_PROGRAM}")
    code = ctypes.create_string_buffer(b"".join(INSTRUCTION.pack(*instruction) for instruction in program))
    header = Struct("@HP").pack(len(program), ctypes.addressof(code))  # struct sock_fprog
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, header)
    except OSError as error:
        raise FilterError(f"the kernel does not take the compiled filter: {error.strerror}") from error
