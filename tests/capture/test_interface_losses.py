"""What an interface lost before the kernel saw it."""

import json
import socket
import struct
import subprocess

import pytest

from pcapkit.capture import interface_losses
from pcapkit.capture.interface_losses import lost_by
from tests.capture.lab import need_namespaces


def answer(counts: list[int], attribute: int = 1) -> bytes:
    """As the kernel answers RTM_GETSTATS: header, if_stats_msg, another attribute, the counts."""
    other = struct.pack("=HHI", 7, 5, 0)  # of three bytes, padded to four
    body = struct.pack("=B3xII", 0, 1, 1) + other + struct.pack("=HH", 4 + 8 * len(counts), attribute)
    body += struct.pack(f"={len(counts)}Q", *counts)
    return struct.pack("=IHHII", 16 + len(body), 92, 0, 1, 0) + body


def test_the_counts_are_those_that_libpcap_adds_up() -> None:
    assert interface_losses._losses_in(answer([100 + number for number in range(25)])) == 114 + 115


def test_an_answer_without_them() -> None:
    assert interface_losses._losses_in(answer([0] * 25, attribute=9)) is None
    assert interface_losses._losses_in(struct.pack("=IHHIIi", 20, 2, 0, 1, 0, -19)) is None
    with pytest.raises(struct.error):
        interface_losses._losses_in(answer([0] * 25)[:90])


def test_the_kernel_tells_what_ip_tells() -> None:
    need_namespaces()
    shown = subprocess.run(["ip", "-s", "-s", "-j", "link", "show", "lo"], capture_output=True, timeout=10)
    received = json.loads(shown.stdout)[0]["stats64"]["rx"]
    lost = received["fifo_errors"] + received["missed_errors"]
    assert lost_by(socket.if_nametoindex("lo")) == lost


def test_an_interface_that_is_not_there_or_a_kernel_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost_by(2**31 - 1) is None
    monkeypatch.setattr(interface_losses, "_NETLINK_ROUTE", 31)
    assert lost_by(1) is None
