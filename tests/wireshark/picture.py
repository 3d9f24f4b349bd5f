"""Takes the picture of the README: the ten frames in Wireshark, as a new user sees them after installing.

    python -m tests.wireshark.picture samples/wireshark.png

Needs Debian's packages xvfb, wireshark, imagemagick and xdotool, and nobody's screen: it brings its own, with a home of
its own, into which `pcapkit wireshark install` puts plugin and profile. Only the last of the frame's layers is opened.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pcapkit.wireshark import PROFILE
from tests.needs import PROJECT
from tests.wireshark.screen import Screen, Trouble, missing, wireshark

SAMPLE: Final = "ten_frames"
FRAME: Final = 9
BELOW_THE_TREE: Final = (300, 840)  # below the last line of the tree: a click there goes to no line


@contextmanager
def opened() -> Iterator[Screen]:
    """Wireshark with the sample, the frame that is two steps at once chosen, and what the plugin says unfolded."""
    with tempfile.TemporaryDirectory(prefix="pcapkit-picture-") as folder:
        Path(folder).chmod(0o755)
        capture = Path(folder) / f"{SAMPLE}.pcapng"
        capture.write_bytes((PROJECT / "samples" / capture.name).read_bytes())
        with wireshark(
            ["-C", PROFILE, "-r", str(capture), "-g", str(FRAME)], width=1440, height=900, wait=SAMPLE
        ) as screen:
            screen.settle()
            screen.click(*BELOW_THE_TREE)
            screen.press("End", "Right")
            yield screen


def main(arguments: list[str]) -> int:
    """Write the picture into the file that is named."""
    if len(arguments) != 1:
        print("usage: python -m tests.wireshark.picture FILE.png", file=sys.stderr)
        return 1
    if absent := missing():
        print(f"packages that are missing: {' '.join(absent)}", file=sys.stderr)
        return 1
    try:
        with opened() as screen:
            picture = screen.settle()
    except Trouble as error:
        print(error, file=sys.stderr)
        return 1
    Path(arguments[0]).write_bytes(picture)
    print(f"{arguments[0]}: {len(picture)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
