"""What a command says on standard error while it works, or in the end: names of files and what was read are in it."""

import sys


def remark(text: str, *, by: str = "pcapkit: ") -> None:
    """A line on standard error, or several: control characters are shown, they do not steer the terminal."""
    print(by + "\n".join(_line(line) for line in text.split("\n")), file=sys.stderr)


def _line(text: str) -> str:
    if text.isprintable():
        return text  # nearly always: then nothing more is imported
    from pcapkit.cli.linetext import printable

    return printable(text)
