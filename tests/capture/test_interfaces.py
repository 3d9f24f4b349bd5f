"""Listing and choosing interfaces."""

import os
import socket

import pytest

from pcapkit.capture import interfaces
from pcapkit.capture.interfaces import NetworkInterface, choose, find, list_interfaces
from pcapkit.capture.linktypes import COOKED, ETHERNET, RAW_IP, link_type
from pcapkit.errors import InterfaceError
from tests.capture.lab import Recorder, Wire


def interface(index: int, name: str, *, up: bool = True, loopback: bool = False) -> NetworkInterface:
    return NetworkInterface(index, name, ETHERNET, up, up, loopback, "", 0, "", "")


ETH, LO, DOWN = interface(2, "eth0"), interface(1, "lo", loopback=True), interface(3, "wlan0", up=False)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> list[NetworkInterface]:
    present = [ETH, LO, DOWN]
    monkeypatch.setattr(interfaces, "list_interfaces", lambda: present)
    return present


def names(*specifications: str) -> list[str]:
    return [choice.interface.name for choice in choose(list(specifications), promiscuous=True)]


def test_the_list_is_the_kernels() -> None:
    found = list_interfaces()
    assert sorted((one.index, one.name) for one in found) == sorted(socket.if_nameindex())
    [loopback] = [one for one in found if one.name == "lo"]
    assert (loopback.loopback, loopback.link, loopback.description) == (True, ETHERNET, "Loopback")


def test_without_option_the_first_of_the_list(machine: list[NetworkInterface]) -> None:
    assert names() == ["eth0"]


def test_names_and_numbers_each_once(machine: list[NetworkInterface]) -> None:
    assert names("lo", "1", "eth0") == ["lo", "eth0"]


def test_a_name_made_of_digits_wins_over_a_number(machine: list[NetworkInterface]) -> None:
    machine.append(interface(9, "1"))
    assert names("1") == ["1"]


def test_any_is_all_of_them_down_ones_too_and_never_promiscuous(machine: list[NetworkInterface]) -> None:
    assert names("any") == ["eth0", "lo", "wlan0"]
    assert names("4") == ["eth0", "lo", "wlan0"]  # any's own number in the list
    assert {(choice.promiscuous, choice.share) for choice in choose(["any"], promiscuous=True)} == {(False, 3)}


def test_a_down_interface_is_refused_by_name(machine: list[NetworkInterface]) -> None:
    with pytest.raises(InterfaceError, match="wlan0 is down"):
        choose(["wlan0"], promiscuous=True)


@pytest.mark.parametrize("wrong", ["eth1", "0", "5", "-1", "²", "9" * 5000, "0000000015", " ", "any "])
def test_an_unknown_interface_is_refused_with_those_that_exist(machine: list[NetworkInterface], wrong: str) -> None:
    with pytest.raises(InterfaceError, match="eth0, lo, wlan0, any"):
        choose([wrong], promiscuous=True)


def test_any_needs_one_that_is_up(machine: list[NetworkInterface]) -> None:
    machine[:] = [DOWN]
    with pytest.raises(InterfaceError, match="no interface is up"):
        choose(["any"], promiscuous=True)


def test_find_by_number_counts_from_one() -> None:
    assert find("2", [ETH, LO]) is LO


@pytest.mark.parametrize(("hardware", "expected"), [(1, ETHERNET), (772, ETHERNET), (65534, RAW_IP), (512, COOKED)])
def test_link_types(hardware: int, expected: object) -> None:
    assert link_type(hardware) is expected


def test_speed_and_address_come_from_the_driver(pair: Wire) -> None:
    listing = Recorder(pair.left, "-D")
    assert listing.wait() == 0
    lines = listing.stdout.decode().splitlines()
    assert lines[0].startswith("1. left (Ethernet, veth, ")
    assert lines[0].endswith(") [up, running]")
    assert "any (all of them)" in lines[-1]
    assert os.linesep.join(lines).count("lo (Loopback)") == 1
