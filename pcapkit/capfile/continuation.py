"""What the section header of a file says that is one of several of a recording, and reading that again.

Labels know what was in the files before: a frame answers one in an earlier file, and frames and connections are counted
through. So what the comments of such a file say is not what one would say who has only this file.
"""

import os
import re
from typing import Final

from pcapkit.capfile.blocks import SECTION_HEADER, iterate_blocks
from pcapkit.capfile.options import COMMENT, decode_options, decode_text
from pcapkit.capfile.reader import open_capture
from pcapkit.errors import PcapkitError

_SEVERAL: Final = "of a recording in several files"
_FIRST_HERE: Final = "the first frame here is frame "
_STATED: Final = re.compile(_FIRST_HERE + r"([0-9]+)\.(?!\S)")  # mergecap puts more behind it
_OPTIONS_START: Final = 24  # of a section header block


def statement(file: int, frames_before: int) -> str:
    """The comment for the section of the file with that number, from 1, with so many frames in those before it."""
    text = f"File {file} {_SEVERAL}; in comments, frames and connections are counted through all files"
    return f"{text}: {_FIRST_HERE}{frames_before + 1}." if file > 1 else f"{text}."


def frames_before(path: str | os.PathLike[str]) -> int:
    """How many frames of the recording are in files before this one, by its own statement; 0 where it makes none."""
    try:
        opened, _ = open_capture(path)
        with opened:
            kind, _, order, block = next(iterate_blocks(opened))
            if kind != SECTION_HEADER:
                return 0
            for code, value, *_ in decode_options(block, _OPTIONS_START, len(block) - 4, order):
                if code == COMMENT:
                    text = decode_text(value)
                    found = _STATED.search(text)
                    if _SEVERAL in text and found is not None:
                        return max(0, int(found[1][:18]) - 1)
    except (PcapkitError, StopIteration):
        pass
    return 0
