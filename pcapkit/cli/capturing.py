"""What `pcapkit record` does first: check the options and open the interfaces, and that quickly."""

import argparse
from contextlib import ExitStack
from typing import Final

from pcapkit.capture import privileges
from pcapkit.capture.folder import Folder, is_plain
from pcapkit.capture.interfaces import choose
from pcapkit.capture.keeper import make_files
from pcapkit.capture.memory import MEBIBYTE
from pcapkit.capture.output import STANDARD_OUTPUT, hold_standard_descriptors, refuse_terminal
from pcapkit.capture.ring import BLOCK_TIMEOUT_MS, IMMEDIATE_TIMEOUT_MS
from pcapkit.capture.rotation import parse_rotation
from pcapkit.capture.signals import Signals
from pcapkit.capture.source import open_sources
from pcapkit.capture.stops import parse_stops
from pcapkit.errors import OptionError, WriteError

LARGEST_SNAPLEN: Final = 262144
LARGEST_BUFFER: Final = 4096


def carry_out(options: argparse.Namespace) -> int:
    """Record as the options of pcapkit.cli.record say; returns the exit code. Raises PcapkitError."""
    if options.list_interfaces:
        from pcapkit.cli.asking import print_interfaces

        return print_interfaces()
    if options.filter is not None and options.words:
        raise OptionError("two capture filters: give it either with -f or as trailing words")
    filter_text = (options.filter if options.filter is not None else " ".join(options.words)).strip()
    snaplen = options.snaplen or LARGEST_SNAPLEN
    if not 1 <= snaplen <= LARGEST_SNAPLEN:
        raise OptionError(f"-s {options.snaplen}: use 1 to {LARGEST_SNAPLEN} bytes (0 for all)")
    if options.buffer is not None and not 1 <= options.buffer <= LARGEST_BUFFER:
        raise OptionError(f"-B {options.buffer}: use 1 to {LARGEST_BUFFER} MiB")
    stops = parse_stops(options.count, options.conditions, writes_file=options.output is not None)
    rotation = parse_rotation(options.rotation)
    if options.output is not None:
        refuse_terminal(options.output)
    plain = options.output is not None and is_plain(options.output)
    if rotation is not None and not plain:
        raise OptionError(f"-b {options.rotation[0]}: needs plain files to write; name them with -o NAME")
    if stops.files is not None and rotation is None:
        raise OptionError(f"-a files:{stops.files}: counts the files of a ring; say with -b when a file ends")
    to_stdout = options.output in (None, "-") or options.print
    hold_standard_descriptors(STANDARD_OUTPUT if to_stdout else None)
    choices = choose(options.interfaces, promiscuous=options.promiscuous)
    if options.list_link_types or options.show_filter:
        from pcapkit.cli.asking import print_filter, print_link_types

        return print_link_types(choices) if options.list_link_types else print_filter(choices, filter_text, snaplen)
    account = privileges.account_to_become(options.user)
    with ExitStack() as stack:
        maker = None
        if plain:
            removes = rotation is not None and rotation.files is not None
            folder = Folder(options.output, account, numbered=rotation is not None, removes=removes)
            maker = make_files(folder)
            stack.callback(maker.close)
        signals = stack.enter_context(Signals(turning=rotation is not None))
        timeout = IMMEDIATE_TIMEOUT_MS if options.immediate else BLOCK_TIMEOUT_MS
        buffer = None if options.buffer is None else options.buffer * MEBIBYTE
        sources = open_sources(choices, filter_text, snaplen, buffer, timeout)
        for source in sources:
            stack.callback(source.ring.close)
        # Frames arrive from here on; what handles them is imported only now.
        from pcapkit.cli.recorder import Recorder

        recorder = Recorder(options, stops, rotation, signals, sources)
        try:
            return recorder.run(filter_text, snaplen, account, maker)
        except WriteError as error:
            if isinstance(error.__cause__, BrokenPipeError):
                return 0  # the reader has had enough, as after `| head`
            raise
