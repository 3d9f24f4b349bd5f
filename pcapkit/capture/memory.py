"""How large the receive rings are where nobody says (-B): a share of the memory that is free."""

from typing import Final

MEBIBYTE: Final = 1 << 20

SHARE: Final = 64  # one part of so many of the available memory goes to all rings together
SMALLEST: Final = 4 * MEBIBYTE  # for each interface
LARGEST: Final = 128 * MEBIBYTE  # together; setting up more would delay the first frame noticeably
_UNKNOWN: Final = 1024 * MEBIBYTE


def ring_size(interfaces: int) -> int:
    """Bytes for the ring of each of so many interfaces: available memory / 64, at most 128 MiB, shared by them all;
    but never less than 4 MiB each."""
    together = min(available() // SHARE, LARGEST)
    return max(SMALLEST, together // max(1, interfaces))


def available() -> int:
    """Bytes that the kernel could give out without swapping (MemAvailable, proc(5)); 1 GiB if it does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii", errors="replace") as lines:
            for line in lines:
                name, _, value = line.partition(":")
                if name == "MemAvailable":
                    return int(value.split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return _UNKNOWN
