"""`pcapkit translate`: a dissector's Python into its Lua plugin for Wireshark."""

import argparse
import sys
from pathlib import Path

from pcapkit.cli.writing import check_output, written
from pcapkit.errors import FileError

DESCRIPTION = "Make the Lua plugin of a dissector written in pcapkit's subset of Python (see pcapkit.subset)."

EPILOG = """\
examples:
  pcapkit translate my_dissector.py -o my_dissector.lua
  pcapkit translate --check my_dissector.py -o my_dissector.lua     in a test: is the Lua file current?"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the subcommand."""
    parser.add_argument("file", metavar="FILE", help="the dissector's Python file")
    parser.add_argument("-o", "--output", metavar="OUT", default="-", help="where to write; - is stdout, the default")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit code 1 if OUT is not what would be written"
    )


def run(options: argparse.Namespace) -> int:
    """Translate, and write or compare. Raises PcapkitError on what a user can correct."""
    from pcapkit.translate import translate

    text = translate(options.file)
    if options.check:
        return _check(text, options.file, options.output)
    check_output(options.output, [options.file])
    with written(options.output) as stream:
        stream.write(text.encode("utf-8"))
    return 0


def _check(text: str, source: str, output: str) -> int:
    """Compare with what is in the file; an absent file is another text."""
    found = None
    try:
        found = Path(output).read_text(encoding="utf-8") if output != "-" else sys.stdin.read()
    except FileNotFoundError:
        pass
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{output}: cannot be read: {error}") from None
    if found == text:
        return 0
    again = f"pcapkit translate {source} -o {output}"
    print(f"{output}: is not what the translator makes of {source}; run {again}", file=sys.stderr)
    return 1
