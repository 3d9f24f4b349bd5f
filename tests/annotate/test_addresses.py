"""Addresses as people write them."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcapkit.annotate.addresses import endpoints_text, hardware_text, hosts_text, ip_text
from tests.layers.build import decoded, ethernet, ipv4, ipv6, tcp


@given(st.one_of(st.binary(min_size=4, max_size=4), st.binary(min_size=16, max_size=16)))
def test_any_ip_address(address: bytes) -> None:
    """It is read back as the same."""
    text = ip_text(address)
    assert ipaddress.ip_address(text).packed == address
    if len(address) == 4:
        assert text == str(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("fe80:0000:0000:0000:0000:0000:0000:0001", "fe80::1"),
        ("0000:0000:0000:0000:0000:0000:0000:0000", "::"),
        ("2001:0db8:0000:0001:0001:0001:0001:0001", "2001:db8:0:1:1:1:1:1"),
        ("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"),
        ("0000:0000:0000:0000:0000:ffff:0a00:0001", "::ffff:10.0.0.1"),
    ],
)
def test_ipv6_as_rfc_5952(address: str, text: str) -> None:
    """The longest run of zeros, the first of equals; embedded IPv4 in dots (sections 4.2 and 5)."""
    assert ip_text(bytes.fromhex(address.replace(":", ""))) == text


def test_other_lengths() -> None:
    """What claims to be an IP address in ARP, and is none."""
    assert ip_text(b"\x01\x02") == "01:02"
    assert ip_text(b"") == hardware_text(b"") == "none"


def test_endpoints() -> None:
    """Brackets keep the colons of IPv6 from the port's."""
    frame = ethernet(0x0800, ipv4(6, tcp(source=1, target=65535)))
    assert endpoints_text(frame, decoded(frame)) == "10.0.0.1:1 > 10.0.0.2:65535"
    assert hosts_text(frame, decoded(frame)) == "10.0.0.1 > 10.0.0.2"
    frame = ethernet(0x86DD, ipv6(6, tcp(source=1, target=65535)))
    assert endpoints_text(frame, decoded(frame)) == "[fd00::1]:1 > [fd00::2]:65535"
    assert hosts_text(frame, decoded(frame)) == "fd00::1 > fd00::2"


def test_ports_that_are_not_there() -> None:
    """Padding holds no ports, and the capture may not have kept them."""
    frame = ethernet(0x0800, ipv4(6, b"\x00\x01\x02"), pad=True)
    assert endpoints_text(frame, decoded(frame)) == "10.0.0.1 > 10.0.0.2"
    frame = ethernet(0x0800, ipv4(6, tcp()))
    assert endpoints_text(frame[:37], decoded(frame, kept=37)) == "10.0.0.1 > 10.0.0.2"
