"""The programs that pcapkit writes itself, and the rewriting for sockets without a link-layer header."""

import socket

import pytest

from pcapkit.capture import bpf
from pcapkit.errors import FilterError

LOAD_HALF, LOAD_BYTE, RETURN = 0x28, 0x30, 0x06


def test_offsets_move_behind_the_header_that_is_not_there() -> None:
    program = ((LOAD_BYTE, 0, 0, 25), (LOAD_HALF, 0, 0, 14), (LOAD_HALF, 0, 0, 0), (RETURN, 0, 0, 65535))
    protocol, packet_type = 0xFFFFF000, 0xFFFFF004  # SKF_AD_PROTOCOL, SKF_AD_PKTTYPE
    assert bpf.for_cooked_socket(program) == (
        (LOAD_BYTE, 0, 0, 9),
        (LOAD_HALF, 0, 0, protocol),
        (LOAD_HALF, 0, 0, packet_type),
        (RETURN, 0, 0, 65519),
    )


def test_the_kernels_own_offsets_and_rejecting_stay() -> None:
    program = ((LOAD_BYTE, 0, 0, 0xFFFFF030), (RETURN, 0, 0, 0))
    assert bpf.for_cooked_socket(program) == program


def test_an_accepted_frame_stays_accepted_with_the_smallest_snaplen() -> None:
    assert bpf.for_cooked_socket(bpf.keep(3)) == ((RETURN, 0, 0, 1),)


def test_the_link_layer_address_of_a_cooked_frame_cannot_be_filtered_in_the_kernel() -> None:
    with pytest.raises(FilterError, match="link-layer"):
        bpf.for_cooked_socket(((LOAD_HALF, 0, 0, 6),))


def test_too_long_and_senseless_programs_are_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        with pytest.raises(FilterError, match="4097 instructions"):
            bpf.attach(sock, ((LOAD_BYTE, 0, 0, 0),) * 4096 + bpf.REJECT_ALL)
        with pytest.raises(FilterError, match="kernel"):
            bpf.attach(sock, ((LOAD_BYTE, 0, 0, 0),))  # never returns


def test_the_kernel_applies_it_and_replaces_it() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        bpf.attach(receiver, bpf.REJECT_ALL)
        sender.sendto(b"first", receiver.getsockname())
        bpf.attach(receiver, bpf.keep(8 + 3))  # a UDP socket's filter sees the UDP header, 8 bytes
        sender.sendto(b"second", receiver.getsockname())
        assert receiver.recv(100) == b"sec"
