"""A capture read by a Python library, as a program of its own: `python readers.py LIBRARY FILE`. Prints the frames."""

import sys


def dpkt_frames(path: str) -> int:
    """By dpkt, frames only."""
    import dpkt  # type: ignore[import-untyped, import-not-found, unused-ignore]

    with open(path, "rb") as file:
        return sum(1 for _ in dpkt.pcapng.Reader(file))


def dpkt_parsed(path: str) -> int:
    """By dpkt, each frame parsed down to TCP."""
    import dpkt

    count = 0
    with open(path, "rb") as file:
        for _, data in dpkt.pcapng.Reader(file):
            count += isinstance(dpkt.ethernet.Ethernet(data).data.data, dpkt.tcp.TCP)
    return count


def pcapng_frames(path: str) -> int:
    """By python-pcapng, blocks only."""
    import pcapng
    from pcapng.blocks import EnhancedPacket

    with open(path, "rb") as file:
        return sum(isinstance(block, EnhancedPacket) for block in pcapng.FileScanner(file))


READERS = {"dpkt": dpkt_frames, "dpkt-parsed": dpkt_parsed, "python-pcapng": pcapng_frames}

if __name__ == "__main__":
    print(READERS[sys.argv[1]](sys.argv[2]))
