"""`pcapkit record`: its options. What it does is in pcapkit.cli.capturing, imported only when it is wanted."""

import argparse

DESCRIPTION = """\
Captures on network interfaces. With -o, writes pcapng with a comment on every frame that could be labelled;
without, prints one line a frame, as 'pcapkit read' does. Ends with Ctrl-C, a -c or -a condition, or when its reader
closes the pipe (which is no error)."""

EPILOG = """\
examples:
  pcapkit record -i eth0                                        print what passes, a line a frame
  pcapkit record -i eth0 -o run.pcapng tcp port 80
  pcapkit record -i eth0 -i lo -a duration:60 -o run.pcapng     two interfaces, for a minute
  pcapkit record -i any -b filesize:100000 -b files:10 -o r.pcapng     the last gigabyte
  pcapkit record -i eth0 -o - | wireshark -k -i -

A file has its own name only when it is complete, and takes the place of an older one then: until then, and after a
kill -9 or a crash, it is FILE.partial, which every reader of pcapng opens, and which lacks at most the last quarter of
a second. While one process writes it, no other can record to the same FILE. To watch while it is written, use a pipe:
pcapkit record -i eth0 -o - | tee run.pcapng | wireshark -k -i -

Signals: SIGINT and SIGTERM end the recording, complete (a second one does not wait for what is still in the ring).
SIGHUP begins the next file (-b), otherwise it ends the recording too, as does a terminal that closes. SIGUSR1 prints
the counts so far. SIGUSR2 hands everything to the system now (at the latest it is a quarter of a second later).

Exit codes, as Wireshark's: 1 an option, 2 an interface, 3 a file, 4 the filter, 15 writing failed, 17 no right to
capture."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the subcommand."""
    add = parser.add_argument
    add(
        "-i",
        dest="interfaces",
        metavar="IF",
        action="append",
        default=[],
        help="interface: name, number, or any for all that are there at the start",
    )
    add("-f", dest="filter", metavar="FILTER", help="capture filter in libpcap's language (or trailing words)")
    add("words", metavar="FILTER", nargs="*", help=argparse.SUPPRESS)
    add("-D", dest="list_interfaces", action="store_true", help="list the interfaces and end")
    add("-L", dest="list_link_types", action="store_true", help="list the interfaces' link types and end")
    add("-d", dest="show_filter", action="store_true", help="print the compiled filter and end")
    add("-c", dest="count", metavar="N", type=int, help="stop after N packets")
    add(
        "-a",
        dest="conditions",
        metavar="CONDITION",
        action="append",
        default=[],
        help="stop after duration:SECONDS, packets:N, before a file is larger than filesize:KB (1000 bytes), or "
        "after files:N files of a ring (-b)",
    )
    add(
        "-b",
        dest="rotation",
        metavar="CONDITION",
        action="append",
        default=[],
        help="go on in a next file, NAME_00001_YYYYmmddHHMMSS and so on, before it is larger than filesize:KB, after "
        "packets:N or duration:SECONDS, or at every multiple of interval:SECONDS; keep only the latest files:N",
    )
    add(
        "-s",
        dest="snaplen",
        metavar="BYTES",
        type=int,
        default=0,
        help="bytes to keep of each packet (262144)",
    )
    add("-p", dest="promiscuous", action="store_false", help="no promiscuous mode")
    add(
        "-B",
        dest="buffer",
        metavar="MIB",
        type=int,
        help="ring buffer for each -i, in MiB (a 64th of the available memory, at most 64, shared by all)",
    )
    add(
        "--immediate-mode",
        dest="immediate",
        action="store_true",
        help="deliver each frame at once, not in blocks of up to 50 ms; costs more processor time",
    )
    add(
        "-o",
        "-w",
        "--output",
        dest="output",
        metavar="FILE",
        help="write pcapng; - is standard output. A file is called FILE.partial until it is complete",
    )
    add("-q", dest="quiet", action="store_true", help="no status while capturing, no names of finished files")
    add("-v", dest="verbose", action="store_true", help="say how the capture is set up")
    add("--print", dest="print", action="store_true", help="print lines although a file is written")
    add("--annotate", choices=("all", "steps", "none"), default="all", help="which frames get a comment (all)")
    add("-Z", dest="user", metavar="USER", help="run as USER (default: the caller of sudo, else nobody)")
    add("-n", dest="numeric", action="store_true", help="no names for addresses (always so)")
    add(
        "-t",
        dest="time_style",
        action="count",
        default=0,
        help="no time; -tt since 1970, -ttt since the line before, -tttt with date, -ttttt since the first",
    )
    add("--utc", action="store_true", help="times in UTC")
    add("--json", action="store_true", help="lines are JSON objects")


def run(options: argparse.Namespace) -> int:
    """Carry out `pcapkit record`; returns the exit code. Raises PcapkitError."""
    from pcapkit.cli.capturing import carry_out

    return carry_out(options)
