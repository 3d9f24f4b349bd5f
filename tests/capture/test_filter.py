"""Capture filters: libpcap's own answers, and tcpdump as witness."""

import ctypes
import os
import shutil
import subprocess

import pytest

from pcapkit.capture import filter as capture_filter
from pcapkit.capture.filter import compile_filter, image
from pcapkit.capture.linktypes import ETHERNET, RAW_IP, LinkType
from pcapkit.errors import FilterError
from tests.needs import need


@pytest.fixture(autouse=True)
def library() -> None:
    try:
        capture_filter._load()
    except FilterError:
        need(False, "libpcap (package libpcap0.8)")


@pytest.mark.parametrize("text", ["tcp port 80", "vlan 5 and udp", "not arp and greater 100", "inbound and icmp", ""])
def test_the_program_is_that_of_tcpdump(text: str) -> None:
    need(shutil.which("tcpdump") is not None, "tcpdump")
    need(os.geteuid() == 0, "root, to compile on a live handle")
    told = subprocess.run(["tcpdump", "-d", "-i", "lo", *text.split()], capture_output=True, text=True, timeout=10)
    assert image(compile_filter(text, ETHERNET, 262144, interface="lo")) == told.stdout.splitlines()


def test_the_snaplen_is_what_the_program_returns() -> None:
    assert compile_filter("", ETHERNET, 77, interface="lo") == ((6, 0, 0, 77),)


def test_without_a_live_handle_the_link_type_decides() -> None:
    assert compile_filter("ip", RAW_IP, 100, interface="lo") != compile_filter("ip", ETHERNET, 100, interface="lo")


@pytest.mark.parametrize(
    ("text", "words"),
    [("tcp prt 80", "syntax error"), ("port nosuchservice", "unknown port"), ("ip\0", "null"), ("(" * 9, "filter")],
)
def test_an_error_is_in_libpcaps_words(text: str, words: str) -> None:
    with pytest.raises(FilterError, match=words):
        compile_filter(text, ETHERNET, 100, interface="lo")


@pytest.mark.parametrize("link", [ETHERNET, RAW_IP])
def test_an_interface_that_does_not_exist_still_compiles(link: LinkType) -> None:
    assert compile_filter("udp", link, 100, interface="nonesuch\udcff")[-1] == (6, 0, 0, 0)


def test_no_libpcap_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> ctypes.CDLL:
        raise OSError(name)

    monkeypatch.setattr(capture_filter, "_library", None)
    monkeypatch.setattr(ctypes, "CDLL", missing)
    with pytest.raises(FilterError, match="install the package libpcap"):
        compile_filter("udp", ETHERNET, 100, interface="lo")
