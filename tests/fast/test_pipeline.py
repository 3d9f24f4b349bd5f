"""Files on two processors: the same as on one, wherever chunks begin and end, and nothing is left behind."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcapkit.dissector import Dissector
from pcapkit.fast import taking
from tests.capfile import forge
from tests.fast.captures import annotated, columns, mixed, own, pcap, printed, talk
from tests.fast.pipeline import PAGE, Pipeline, long
from tests.needs import PROJECT, need_corpus

FEW = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


pytestmark = pytest.mark.usefixtures("nothing_left")


def test_every_sample(pipeline: Pipeline, dissector: Dissector) -> None:
    """With chunks of very few frames."""
    for path in sorted((PROJECT / "samples").glob("*.pcap*")):
        pipeline.same(path, dissector)
    assert pipeline.led > 50


def test_captures_of_others(pipeline: Pipeline, dissector: Dissector) -> None:
    """Of moderate size, damaged ones among them."""
    paths = [path for path in sorted(need_corpus().rglob("*cap*")) if path.is_file() and path.stat().st_size <= 200_000]
    for path in paths[::15]:
        pipeline.same(path, dissector)
    assert pipeline.led > 50


@pytest.mark.parametrize(("span", "frames"), [(1, 512), (100, 1), (PAGE, 64), (128 << 10, 5), (128 << 10, 512)])
def test_chunks_of_any_size(tmp_path: Path, pipeline: Pipeline, dissector: Dissector, span: int, frames: int) -> None:
    """Frames that are larger than what is read at once, and odd blocks; both kinds of file."""
    pipeline.chunks(span, frames)
    path = tmp_path / "x"
    for content in (long(150, span), mixed(span), pcap(0xA1B2C3D4, "<") + pcap(0xA1B2C3D4, "<")[24:] * 30):
        path.write_bytes(content)
        pipeline.same(path, dissector, plain=True)
    assert pipeline.led > 6


def test_a_frame_as_large_as_can_be(tmp_path: Path, pipeline: Pipeline, dissector: Dissector) -> None:
    """And one that is larger, wherever in a page it begins."""
    path = tmp_path / "x"
    head = forge.section() + forge.interface()
    for size in (131_072 - 32, 131_072 - 31, 140_000):
        for lead in (0, 1, 55):
            blocks = [forge.enhanced(talk()[0])] * lead + [forge.enhanced(bytes(size)), forge.enhanced(talk()[1])]
            path.write_bytes(head + b"".join(blocks))
            pipeline.same(path, dissector)


def test_cut_anywhere_near_the_ends_of_chunks(tmp_path: Path, pipeline: Pipeline, dissector: Dissector) -> None:
    """The same error, at the same offset, and the same before it."""
    content = long(30, 9)
    path = tmp_path / "x"
    ends = [end for page in range(PAGE, len(content), PAGE) for end in range(page - 6, page + 7)]
    for end in [*ends[::4], *range(len(content) - 70, len(content), 5)]:
        path.write_bytes(content[:end])
        pipeline.same(path, dissector)
    assert pipeline.led > 60


def test_begun_where_comments_have_become_shorter(
    tmp_path: Path, pipeline: Pipeline, dissector: Dissector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that more than one piece of the file is read before what was put out of it is handed on."""
    monkeypatch.setattr(taking, "SETTLED", 300_000)
    pipeline.chunks(128 << 10, 512)
    options = own("x" * 1500) + forge.END
    path = tmp_path / "x"
    frames = [forge.enhanced(talk()[index % 3], options=options, ticks=index) for index in range(2500)]
    path.write_bytes(forge.section() + forge.interface() + b"".join(frames))
    pipeline.same(path, dissector)
    assert pipeline.led == 3


@FEW
@given(st.integers(0, 2), st.integers(1, 9000), st.integers(1, 20), st.data())
def test_mutated_files(
    tmp_path: Path, pipeline: Pipeline, dissector: Dissector, kind: int, span: int, frames: int, data: st.DataObject
) -> None:
    """Whatever was done to them."""
    mutated = bytearray((mixed(7), long(60), pcap(0xA1B23C4D, ">") + pcap(0xA1B23C4D, ">")[24:] * 10)[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(mutated) - 1))
        match data.draw(st.sampled_from(("set", "insert", "delete"))):
            case "set":
                mutated[place] = data.draw(st.sampled_from((0, 1, 4, 0x7F, 0x80, 0xFF)))
            case "insert":
                mutated[place:place] = data.draw(st.binary(min_size=1, max_size=8))
            case _:
                del mutated[place : place + data.draw(st.integers(1, 8))]
    path = tmp_path / "x"
    path.write_bytes(mutated)
    pipeline.chunks(span, frames)
    pipeline.same(path, dissector)


def test_again_and_again(tmp_path: Path, pipeline: Pipeline, dissector: Dissector) -> None:
    """Two hundred times the same: no order of the threads gives another result."""
    path = tmp_path / "x"
    path.write_bytes(long(60))
    pipeline.of(1)
    wanted = annotated(path, dissector, "all", native=True)
    wanted_columns = columns(path, dissector, native=True)
    pipeline.of(2)
    for turn in range(200):
        pipeline.chunks(1 + 97 * turn, 1 + turn % 13)
        if turn % 2:
            assert annotated(path, dissector, "all", native=True) == wanted
        else:
            assert columns(path, dissector, native=True) == wanted_columns


@pytest.mark.parametrize("arguments", [[], ["-v"], ["-c", "5"], ["-c", "333"]])
def test_lines(
    tmp_path: Path, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, dissector: Dissector, arguments: list[str]
) -> None:
    """What `pcapkit read` prints."""
    path = tmp_path / "x"
    for content in (long(), mixed(4), long()[:-7]):
        path.write_bytes(content)
        shown = []
        for processors in (1, 2):
            pipeline.of(processors)
            shown.append(printed(["read", *arguments, str(path)], monkeypatch, native=True))
        assert shown[0] == shown[1]
    assert pipeline.led > 2
