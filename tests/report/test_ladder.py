"""Ladders: what is on the rungs, and the three ways to draw them."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from pcapkit.report.ladder import ENDS, Fold, Ladder, Rung
from pcapkit.report.ladder_mermaid import ladder_mermaid
from pcapkit.report.ladder_svg import ladder_svg
from pcapkit.report.ladder_text import ladder_text
from pcapkit.report.pictures import Picture, pictures
from pcapkit.report.vocabulary import label, vocabulary
from tests.cli.capture import write_pcapng
from tests.dissectors.talk import tell
from tests.needs import PROJECT

SAMPLES = sorted((PROJECT / "samples").glob("*.pcapng"))
SVG = "{http://www.w3.org/2000/svg}"


def pictured(path: Path, *, fold: bool = True) -> list[Picture]:
    return pictures(label(str(path)), vocabulary(), range(10), fold=fold).found


def drawn(path: Path, *, fold: bool = True) -> list[Ladder]:
    return [one.ladder for one in pictured(path, fold=fold)]


def ten() -> Ladder:
    (one,) = drawn(PROJECT / "samples" / "ten_frames.pcapng")
    return one


def test_the_merged_frame_of_the_ten() -> None:
    """It alone is drawn otherwise, and has both its steps."""
    rungs = [rung for rung in ten().rungs if isinstance(rung, Rung)]
    assert [rung.number for rung in rungs if rung.kind.merged] == [9]
    assert rungs[8].kind.steps == ("close 2/4 ACK", "close 3/4 FIN")
    assert rungs[8].text == "FIN, ACK seq 129 ack 130"
    assert (rungs[8].left_state, rungs[8].right_state) == ("LAST-ACK", "TIME-WAIT")
    lines = list(ladder_text(ten()))
    assert [number for number, line in enumerate(lines) if "===" in line] == [9]
    assert lines[10].endswith("+ close 3/4 FIN")


def test_numbers_are_relative_to_each_side() -> None:
    """A SYN is 0, and what acknowledges it is 1."""
    texts = [rung.text for rung in ten().rungs if isinstance(rung, Rung)]
    assert texts[:4] == ["SYN seq 0", "SYN, ACK seq 0 ack 1", "ACK seq 1 ack 1", "PSH, ACK seq 1 ack 1 length 128"]


def test_long_runs_of_data_are_folded(tmp_path: Path) -> None:
    """Their ends stay; the middle is counted, frames and bytes."""
    lines = ["C SYN : 1/3", "S SYN,ACK : 2/3", "C ACK : 3/3"]
    lines += ["S ACK len=1000 : data", "C ACK : ack"] * 50
    path = write_pcapng(tmp_path / "a.pcapng", [frame.data for frame in tell("\n".join(lines))])
    (one,) = drawn(path)
    folds = [rung for rung in one.rungs if isinstance(rung, Fold)]
    assert [(fold.frames, fold.right_bytes, fold.left_bytes) for fold in folds] == [(100 - 2 * ENDS, 0, 47_000)]
    assert len(one.rungs) == 3 + 2 * ENDS + 1
    (whole,) = drawn(path, fold=False)
    assert len(whole.rungs) == 103
    assert any("94 more: 0 > < 47.0k bytes of data" in line for line in ladder_text(one))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_is_drawn(path: Path) -> None:
    """As SVG it is well-formed and has every step."""
    for one in drawn(path):
        root = ElementTree.fromstring(ladder_svg(one))
        texts = [element.text for element in root.iter(f"{SVG}text")]
        steps = [step for rung in one.rungs if isinstance(rung, Rung) for step in rung.kind.steps]
        assert [text for text in texts if text in set(steps)] == steps
        mermaid = list(ladder_mermaid(one))
        assert mermaid[0] == "sequenceDiagram"
        assert sum(">>" in line or "-x" in line for line in mermaid) == sum(isinstance(r, Rung) for r in one.rungs)


def test_the_picture_in_the_samples_is_of_today() -> None:
    """The one that the README shows; made by `pcapkit ladder --svg`."""
    assert (PROJECT / "samples" / "ten_frames.svg").read_text(encoding="utf-8") == ladder_svg(ten())


@pytest.mark.parametrize("width", [60, 80, 100, 132])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Whatever was odd in the connection."""
    for path in SAMPLES:
        for one in drawn(path):
            assert max(len(line) for line in ladder_text(one, width)) <= max(width, 80)


def test_colours_only_where_they_are_wanted() -> None:
    """And then only around what is shown."""
    plain = "\n".join(ladder_text(ten()))
    coloured = "\n".join(ladder_text(ten(), colour=True))
    assert "\x1b" not in plain
    assert "\x1b[32m" in coloured
    assert coloured.count("\x1b[36;1m|") == 1  # the merged frame stands out
    assert coloured.count("^ 2 steps in one frame ^") == 1
    import re

    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
