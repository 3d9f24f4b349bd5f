"""Random and mutated files: no other error than ours, and frames only where there is reason to believe them."""

import gzip
import io
import random
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pcapkit.capfile.annotate import annotate
from pcapkit.capfile.reader import read_frames
from pcapkit.errors import PcapkitError
from tests.capfile import forge
from tests.capfile.test_annotate import everything

PER_TEST = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def pcap_of_every_kind() -> list[bytes]:
    return [
        forge.pcap_header(magic, order) + forge.pcap_record(b"one", magic, order) * 3
        for magic in forge.PCAP_KINDS
        for order in ("<", ">")
    ]


VALID = [b"".join(everything()), *pcap_of_every_kind()]
INTERESTING = (0, 1, 3, 4, 0x7F, 0x80, 0xFF)


def digest(path: Path) -> None:
    """Read and annotate the file: both succeed, or both end in one of our errors; the output can be read."""
    count = 0
    try:
        for count, frame in enumerate(read_frames(path), start=1):
            assert frame.number >= count
            assert isinstance(frame.time, int | None)
            assert len(frame.data) <= path.stat().st_size or path.suffix == ".gz"
        failed = False
    except PcapkitError as error:
        failed = True
        text = str(error)
        assert text.startswith(f"{path}: ")
        assert "\n" not in text
    output = io.BytesIO()
    try:
        frames, comments = annotate(path, output, lambda frame: f"frame {frame.number}")
        assert not failed
        assert comments <= frames == count
    except PcapkitError:
        assert failed
    copy = path.with_name("copy")
    copy.write_bytes(output.getvalue())
    if output.getvalue():
        assert sum(1 for _ in read_frames(copy)) == count


@PER_TEST
@given(st.sampled_from(VALID), st.data(), st.booleans())
def test_mutated_files(tmp_path: Path, content: bytes, data: st.DataObject, packed: bool) -> None:
    mutated = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(mutated) - 1))
        match data.draw(st.sampled_from(("set", "insert", "delete", "repeat"))):
            case "set":
                mutated[place] = data.draw(st.sampled_from(INTERESTING))
            case "insert":
                mutated[place:place] = data.draw(st.binary(min_size=1, max_size=8))
            case "delete" if len(mutated) > 20:
                del mutated[place : place + data.draw(st.integers(1, 8))]
            case _:
                mutated += mutated[place:]
    path = tmp_path / ("x.gz" if packed else "x")
    path.write_bytes(gzip.compress(mutated, 1) if packed else mutated)
    digest(path)


@PER_TEST
@given(st.binary(max_size=200))
@example(b"\x1f\x8b")
@example(b"\x1f\x8b\x08\x00")
@example(b"\x0a\x0d\x0d\x0a")
@example(b"\xd4\xc3\xb2\xa1")
def test_random_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    digest(path)


@PER_TEST
@given(
    st.sampled_from((b"", forge.section() + forge.interface(), forge.section(">") + forge.interface(">"))),
    st.lists(st.tuples(st.sampled_from((1, 2, 3, 4, 5, 6, 9, 0xBAD, 0x0A0D0D0A)), st.binary(max_size=60)), max_size=6),
    st.sampled_from(("<", ">")),
)
def test_well_framed_blocks_of_random_content(
    tmp_path: Path, head: bytes, blocks: list[tuple[int, bytes]], order: str
) -> None:
    path = tmp_path / "x"
    path.write_bytes(head + b"".join(forge.block(kind, forge.pad(body), order) for kind, body in blocks))
    digest(path)


def test_every_single_byte_of_a_small_file(tmp_path: Path) -> None:
    content = (
        forge.section(options=forge.option(3, b"os") + forge.END)
        + forge.interface(options=forge.option(9, b"\x09") + forge.END)
        + forge.enhanced(options=forge.option(1, b"hello") + forge.END)
        + forge.simple()
    )
    path = tmp_path / "x"
    for place in range(len(content)):
        for value in INTERESTING:
            path.write_bytes(content[:place] + bytes((value,)) + content[place + 1 :])
            digest(path)


def test_damaged_gzip(tmp_path: Path) -> None:
    noise = random.Random(4)
    packed = gzip.compress(b"".join(everything()))
    path = tmp_path / "x.gz"
    for _ in range(300):
        mutated = bytearray(packed)
        for _ in range(noise.randint(1, 3)):
            mutated[noise.randrange(2, len(mutated))] = noise.randrange(256)
        path.write_bytes(mutated)
        digest(path)
