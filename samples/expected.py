"""The expectation files beside the samples, and how a capture is held against one.

A line is `NUMBER SENDER: STEP + STEP` for a TCP segment, `NUMBER text` for any other frame, whose line must begin
with that text; `#` begins a remark.
"""

from pathlib import Path

from pcapkit.annotate import Annotator
from pcapkit.annotate.comment import parse_comment
from pcapkit.capfile.reader import read_frames
from pcapkit.dissector import find_one
from pcapkit_dissectors.tcp_handshake import Role, Step


SENDERS = {f"{role.label}:" for role in Role}


def read_expected(path: Path) -> list[str]:
    """What each frame must be, in order."""
    rows = [line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    numbered = [row.split(maxsplit=1) for row in rows if row]
    if [int(number) for number, _ in numbered] != list(range(1, len(numbered) + 1)):
        raise ValueError(f"{path}: the frames are not numbered from 1 without a gap")
    return [text for _, text in numbered]


def compare(capture: Path, expected: list[str]) -> list[str]:
    """Hold a capture's frames against what they must be; the differences, a line each."""
    differences = []
    found = found_in(capture)
    for number, (is_, must) in enumerate(zip(found, expected, strict=False), 1):
        of_a_segment = must.split()[0] in SENDERS
        if is_ != must if of_a_segment else not is_.startswith(must):
            differences.append(f"frame {number} is {is_!r}, expected {must!r}")
    if len(found) != len(expected):
        differences.append(f"{len(found)} frames, expected {len(expected)}")
    return differences


def found_in(capture: Path) -> list[str]:
    """What each frame is, in the words of an expectation file; the recorded comments must say the same."""
    annotator = Annotator()
    handshake = find_one("tcp_handshake")
    found = []
    for frame in read_frames(capture):
        line = annotator.line(frame)
        if line not in frame.comments:
            raise ValueError(f"{capture}: frame {frame.number} was recorded as {frame.comments}, now it is {line!r}")
        values = parse_comment(line, handshake)
        if values is None:
            found.append(line.removeprefix("pcapkit: "))
            continue
        steps, sender = values["step"], values["sender"]
        assert isinstance(steps, tuple)
        assert isinstance(sender, int)
        found.append(f"{Role(sender).label}: {' + '.join(Step(step).label for step in steps)}")
    return found
