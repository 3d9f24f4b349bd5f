"""What there is instead of options that tcpdump(1), dumpcap(1) or tshark(1) have and pcapkit has not."""

from typing import Final

_BYTES: Final = "bytes are not printed; write them to a file with -o and open it in Wireshark"
_AT_ONCE: Final = "frames reach a file or pipe within a quarter of a second; --immediate-mode is faster still"
_DISPLAY: Final = "a display filter is for files: record with -o, then tshark -r FILE -Y FILTER"
_MONITOR: Final = "there is no monitor mode here; iw puts an interface into it, and that can be recorded"

_RECORD: Final = {
    "-A": _BYTES,
    "-C": "a next file begins before one is larger than -b filesize:KB",
    "-F": 'a filter out of a file is -f "$(cat FILE)"; and files are always pcapng',
    "-G": "a next file begins after -b duration:SECONDS, or by the clock with -b interval:SECONDS",
    "-I": _MONITOR,
    "-P": "files are always pcapng; editcap -F pcap makes the older format of them",
    "-R": _DISPLAY,
    "-S": "sequence numbers are always shown as they are in the frame",
    "-T": "--json prints an object for each frame, with all fields",
    "-U": _AT_ONCE,
    "-W": "-b files:N keeps the latest N files; -a files:N stops after N",
    "-X": _BYTES,
    "-Y": _DISPLAY,
    "-e": "link-layer headers are not printed; write them to a file with -o and open it in Wireshark",
    "-l": "lines are printed at once, also into a pipe",
    "-r": "a file is printed by 'pcapkit read FILE', and commented by 'pcapkit annotate FILE -o OUT'",
    "-x": _BYTES,
    "-z": "no command is run for finished files; their names are printed, each when it is complete",
    "--absolute-tcp-sequence-numbers": "sequence numbers are always shown as they are in the frame",
    "--autostop": "it is -a",
    "--buffer-size": "it is -B, in MiB",
    "--count": "it is -c",
    "--interface": "it is -i",
    "--list-data-link-types": "it is -L",
    "--list-interfaces": "it is -D",
    "--monitor-mode": _MONITOR,
    "--nano": "times are always in nanoseconds",
    "--no-promiscuous-mode": "it is -p",
    "--packet-buffered": _AT_ONCE,
    "--relinquish-privileges": "it is -Z",
    "--ring-buffer": "it is -b",
    "--snapshot-length": "it is -s",
    "--time-stamp-precision": "times are always in nanoseconds",
    "--version": "it is 'pcapkit --version'",
}

_READ: Final = {
    "-A": "bytes are not printed; Wireshark shows them",
    "-X": "bytes are not printed; Wireshark shows them",
    "-Y": "a display filter is Wireshark's: tshark -r FILE -Y FILTER",
    "-e": "link-layer headers are not printed; Wireshark shows them",
    "-r": "the name of the file alone is enough",
}

FOREIGN: Final = {"pcapkit record": _RECORD, "pcapkit read": _READ}
"""For each parser, by its name, and for each option."""
