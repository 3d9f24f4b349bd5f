"""`pcapkit record`: its options. What it does is in pcapkit.cli.capturing, imported only when it is wanted."""

import argparse

DESCRIPTION = """\
Captures on network interfaces. With -o, writes pcapng with a comment on every frame that could be labelled;
without, prints one line a frame. Ends with Ctrl-C, a -c or -a condition, or when its reader closes the pipe
(which is no error)."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "record", help="capture on interfaces, label every frame, write pcapng", description=DESCRIPTION
    )
    add = parser.add_argument
    add(
        "-i",
        dest="interfaces",
        metavar="IF",
        action="append",
        default=[],
        help="interface: name, number or any",
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
        help="stop after duration:SECONDS, filesize:KB (1000 bytes) or packets:N",
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
    add("-B", dest="buffer", metavar="MIB", type=int, default=16, help="ring buffer for each -i, in MiB (16)")
    add("-o", "-w", "--output", dest="output", metavar="FILE", help="write pcapng; - is standard output")
    add("-q", dest="quiet", action="store_true", help="no count while capturing")
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
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Carry out `pcapkit record`; returns the exit code. Raises PcapkitError."""
    from pcapkit.cli.capturing import carry_out

    return carry_out(options)
