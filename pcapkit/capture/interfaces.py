"""The network interfaces of this machine (of this network namespace), and choosing among them.

Read through ioctl and not from /sys, because /sys may show another network namespace than the one we are in.
"""

import fcntl
import socket
from array import array
from struct import Struct
from typing import Final, NamedTuple

from pcapkit.capture.linktypes import LOOPBACK_HARDWARE, LinkType, link_type
from pcapkit.errors import InterfaceError

ANY: Final = "any"

_SIOCGIFFLAGS: Final = 0x8913
_SIOCGIFHWADDR: Final = 0x8927
_SIOCETHTOOL: Final = 0x8946
_ETHTOOL_GET_SETTINGS: Final = 0x1
_ETHTOOL_GET_DRIVER: Final = 0x3
_IFF_UP: Final = 1 << 0
_IFF_LOOPBACK: Final = 1 << 3
_IFF_RUNNING: Final = 1 << 6
_UNKNOWN_SPEED: Final = (0, 0xFFFFFFFF, 0xFFFF)

_IFREQ_FLAGS: Final = Struct("@16sH22x")
_IFREQ_ADDRESS: Final = Struct("@16sH14s8x")
_IFREQ_POINTER: Final = Struct("@16sP16x")
_SETTINGS_SIZE: Final = 44  # struct ethtool_cmd; speed at 12, its upper half at 28
_DRIVER_SIZE: Final = 196  # struct ethtool_drvinfo; driver at 4 (32 bytes), bus at 100 (32 bytes)


class NetworkInterface(NamedTuple):
    """One interface as the kernel describes it. speed in bit/s, 0 if unknown; texts may be empty."""

    index: int  # type: ignore[assignment]  # what a tuple has of that name is not wanted
    name: str
    link: LinkType
    up: bool
    running: bool
    loopback: bool
    address: str
    speed: int
    driver: str
    bus: str

    @property
    def description(self) -> str:
        """What a person would want to know of it in a list: `Ethernet, virtio_net, 02:00:00:00:00:01`."""
        if self.loopback:
            return "Loopback"
        return ", ".join(part for part in (self.link.description, self.driver, self.address) if part)

    @property
    def hardware(self) -> str:
        """The driver and where its device sits, as far as known: `virtio_net 0000:00:03.0`."""
        return " ".join(part for part in (self.driver, self.bus) if part)


class Choice(NamedTuple):
    """An interface to capture on. share: how many interfaces divide one -B buffer (those of `any` do)."""

    interface: NetworkInterface
    promiscuous: bool
    share: int


def list_interfaces() -> list[NetworkInterface]:
    """All interfaces in the order of their numbers: first those in use, then loopback, then the rest."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        found = []
        for index, name in socket.if_nameindex():
            try:
                found.append(_describe(control, index, name))
            except OSError:
                continue  # it went away between the listing and the question
    return sorted(found, key=lambda one: (not (one.up and one.running), one.loopback, not one.up, one.index))


def choose(specifications: list[str], *, promiscuous: bool) -> list[Choice]:
    """The interfaces that the -i options name, each once: a name, a number of the list, or `any`.

    Without any option the first of the list, as tcpdump and dumpcap do: the first that is up and no loopback,
    else loopback. `any` is every interface there is, without promiscuous mode (as in libpcap); down ones join
    when they come up. Raises InterfaceError.
    """
    interfaces = list_interfaces()
    if not interfaces:
        raise InterfaceError("this machine has no network interface")
    choices: dict[int, Choice] = {}
    for specification in specifications or [""]:
        if specification == str(len(interfaces) + 1):
            specification = ANY
        if specification == ANY and all(one.name != ANY for one in interfaces):
            for interface in interfaces:
                choices.setdefault(interface.index, Choice(interface, False, len(interfaces)))
            if not any(interface.up for interface in interfaces):
                raise InterfaceError("no interface is up; try `ip link set lo up`")
            continue
        interface = find(specification, interfaces) if specification else interfaces[0]
        if not interface.up:
            raise InterfaceError(f"interface {interface.name} is down; `ip link set {interface.name} up` brings it up")
        choices[interface.index] = Choice(interface, promiscuous, 1)
    return list(choices.values())


def find(specification: str, interfaces: list[NetworkInterface]) -> NetworkInterface:
    """The interface of that name or, if there is none, of that number in the list. Raises InterfaceError."""
    for interface in interfaces:
        if interface.name == specification:
            return interface
    if specification.isascii() and specification.isdecimal() and len(specification) < 10:
        number = int(specification)
        if 1 <= number <= len(interfaces):
            return interfaces[number - 1]
    names = ", ".join([interface.name for interface in interfaces] + [ANY])
    raise InterfaceError(f"no interface {specification!r}; there are: {names} (pcapkit record -D lists them)")


def is_up(interface: NetworkInterface) -> bool:
    """Whether the interface is up now (and still there, under its name)."""
    request = _IFREQ_FLAGS.pack(interface.name.encode(errors="surrogateescape"), 0)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            return bool(_IFREQ_FLAGS.unpack(fcntl.ioctl(control, _SIOCGIFFLAGS, request))[1] & _IFF_UP)
    except OSError:
        return False


def _describe(control: socket.socket, index: int, name: str) -> NetworkInterface:
    raw_name = name.encode(errors="surrogateescape")
    flags = _IFREQ_FLAGS.unpack(fcntl.ioctl(control, _SIOCGIFFLAGS, _IFREQ_FLAGS.pack(raw_name, 0)))[1]
    request = fcntl.ioctl(control, _SIOCGIFHWADDR, _IFREQ_ADDRESS.pack(raw_name, 0, b""))
    _, hardware, address = _IFREQ_ADDRESS.unpack(request)
    loopback = hardware == LOOPBACK_HARDWARE or bool(flags & _IFF_LOOPBACK)
    link = link_type(hardware)
    driver, bus = _driver(control, raw_name)
    return NetworkInterface(
        index=index,
        name=name,
        link=link,
        up=bool(flags & _IFF_UP),
        running=bool(flags & _IFF_RUNNING),
        loopback=loopback,
        address=address[:6].hex(":") if link.tag_offset == 12 and any(address[:6]) else "",
        speed=_speed(control, raw_name),
        driver=driver,
        bus=bus,
    )


def _ethtool(control: socket.socket, raw_name: bytes, command: int, size: int) -> bytes:
    """Ask the driver; empty where it does not answer."""
    answer = array("B", bytes(size))
    answer[:4] = array("B", Struct("=I").pack(command))
    try:
        fcntl.ioctl(control, _SIOCETHTOOL, _IFREQ_POINTER.pack(raw_name, answer.buffer_info()[0]))
    except OSError:
        return b""
    return answer.tobytes()


def _speed(control: socket.socket, raw_name: bytes) -> int:
    settings = _ethtool(control, raw_name, _ETHTOOL_GET_SETTINGS, _SETTINGS_SIZE)
    if not settings:
        return 0
    low, high = Struct("=12xH14xH14x").unpack(settings)
    megabits = high << 16 | low
    return 0 if megabits in _UNKNOWN_SPEED else megabits * 1_000_000


def _driver(control: socket.socket, raw_name: bytes) -> tuple[str, str]:
    answer = _ethtool(control, raw_name, _ETHTOOL_GET_DRIVER, _DRIVER_SIZE)
    driver, bus = answer[4:36], answer[100:132]
    return _text(driver), _text(bus)


def _text(raw: bytes) -> str:
    text = raw.split(b"\0", 1)[0].decode("ascii", errors="replace")
    return text if text.isprintable() else ""
