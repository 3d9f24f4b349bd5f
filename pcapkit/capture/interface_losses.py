"""Frames that an interface lost before the kernel could look at them: its own buffers were full.

What libpcap calls ps_ifdrop: rx_missed_errors and rx_fifo_errors of struct rtnl_link_stats64, linux/if_link.h. Not
rx_dropped: that counts as well what the kernel threw away on purpose, after we had it. Asked through netlink
(RTM_GETSTATS, rtnetlink(7)) and not read from /sys, which may show another network namespace. Needs no privilege.
"""

import socket
from struct import Struct, error
from typing import Final

_NETLINK_ROUTE: Final = 0
_RTM_GETSTATS: Final = 94
_NLMSG_ERROR: Final = 2
_NLM_F_REQUEST: Final = 1
_FILTER_LINK_64: Final = 1  # IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64)
_LINK_64: Final = 1
_MESSAGE: Final = Struct("=IHHII")  # struct nlmsghdr
_REQUEST: Final = Struct("=B3xII")  # struct if_stats_msg
_ATTRIBUTE: Final = Struct("=HH")  # struct nlattr
_COUNTS: Final = Struct("=16Q")  # the first of struct rtnl_link_stats64
_FIFO, _MISSED = 14, 15


def lost_by(index: int) -> int | None:
    """Frames that the interface with that number has lost since it exists; None if the kernel does not say."""
    request = _MESSAGE.pack(_MESSAGE.size + _REQUEST.size, _RTM_GETSTATS, _NLM_F_REQUEST, 1, 0)
    request += _REQUEST.pack(0, index, _FILTER_LINK_64)
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _NETLINK_ROUTE) as kernel:
            kernel.settimeout(1)
            kernel.send(request)
            answer = kernel.recv(8192)
        length, kind, _, _, _ = _MESSAGE.unpack_from(answer)
        if kind == _NLMSG_ERROR:
            return None
        offset = _MESSAGE.size + _REQUEST.size
        while offset < length:
            size, kind = _ATTRIBUTE.unpack_from(answer, offset)
            if kind == _LINK_64:
                counts = _COUNTS.unpack_from(answer, offset + _ATTRIBUTE.size)
                return int(counts[_FIFO] + counts[_MISSED])
            offset += max((size + 3) & ~3, _ATTRIBUTE.size)
    except (OSError, error):
        pass
    return None
