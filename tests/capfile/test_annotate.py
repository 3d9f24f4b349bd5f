"""Comments put into files that exist: nothing else in them may change."""

import io
import random
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcapkit.capfile.annotate import annotate
from pcapkit.capfile.blocks import iterate_blocks
from pcapkit.capfile.model import CapturedFrame
from pcapkit.capfile.reader import read_frames
from pcapkit.capfile.source import Source
from pcapkit.errors import FileError, ReadError, WriteError
from tests.capfile import forge
from tests.capfile.witness import need_tshark, ours, tshark_frames

ORDERS = ("<", ">")


def label(frame: CapturedFrame) -> str:
    return f"pcapkit: frame {frame.number}"


def is_own(comment: str) -> bool:
    return comment.startswith("pcapkit: ")


def nothing(frame: CapturedFrame) -> None:
    return None


def raw_blocks(path: Path) -> list[bytes]:
    with Source(path) as source:
        return [block for *_, block in iterate_blocks(source)]


def annotated(
    tmp_path: Path, content: bytes, comment_for: Callable[[CapturedFrame], str | None] = label
) -> tuple[bytes, tuple[int, int]]:
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_bytes(content)
    counts = annotate(source, target, comment_for, is_own=is_own)
    return target.read_bytes(), counts


def others(order: str) -> list[bytes]:
    """Blocks that hold no frame: known, unknown, private, and with padding that is not zero."""
    return [
        forge.block(forge.NAMES, struct.pack(order + "HH", 1, 9) + b"\x7f\0\0\1home" + b"\0xyz" + bytes(4), order),
        forge.block(
            forge.STATISTICS,
            struct.pack(order + "III", 0, 1, 2) + forge.option(4, bytes(8), order) + forge.END,
            order,
        ),
        forge.block(10, struct.pack(order + "II", 0x544C534B, 7) + b"CLIENT_\xff", order),
        forge.block(0xBAD, struct.pack(order + "I", 32473) + b"data", order),
        forge.block(0x40000BAD, struct.pack(order + "I", 32473) + b"do not copy!", order),
        forge.block(0x80001234, b"private ", order),
        forge.block(0x77, b"", order),
    ]


def section_of_everything(order: str, *, length: int = -1) -> list[bytes]:
    flags = forge.option(2, struct.pack(order + "I", 9), order)
    theirs = forge.option(1, b"somebody else's", order, filler=b"\xee")
    unknown = forge.option(0x8ABC, b"private opt", order, filler=b"\xdd")
    return [
        forge.section(order, forge.option(3, b"Plan 9", order) + forge.END, length=length),
        forge.interface(order, forge.option(2, b"ether0", order) + forge.option(0x7777, b"?", order) + forge.END),
        *others(order),
        forge.enhanced(b"bare", order, ticks=1),
        forge.enhanced(b"odd length", order, ticks=2, filler=b"\xaa"),
        forge.enhanced(b"", order, flags + forge.END, ticks=3, wire_length=70),
        forge.enhanced(b"x", order, theirs + unknown + flags, ticks=4),
        forge.enhanced(b"yy", order, unknown + forge.END + b"trailing", ticks=5, filler=b"\xbb"),
        forge.enhanced(b"zzz", order, theirs + struct.pack(order + "HH", 9, 99) + b"torn", ticks=6),
        forge.obsolete(b"old", order, flags + forge.END, ticks=7, drops=3),
        forge.obsolete(b"olde", order, ticks=8),
        forge.simple(b"simple", order),
    ]


def everything() -> list[bytes]:
    return section_of_everything("<") + section_of_everything(">")


def test_only_packets_with_a_comment_change(tmp_path: Path) -> None:
    before = everything()
    _, counts = annotated(tmp_path, b"".join(before), lambda frame: "pcapkit: ä" if frame.data == b"yy" else None)
    assert counts == (18, 2)
    after = raw_blocks(tmp_path / "out")
    changed = [index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert [before[index] for index in changed] == [block for block in before if b"yy\xbb\xbb" in block]


def test_comment_goes_before_the_end_of_options_and_all_else_stays(tmp_path: Path) -> None:
    before = everything()
    _, counts = annotated(tmp_path, b"".join(before))
    assert counts == (18, 16)
    for old, new in zip(before, raw_blocks(tmp_path / "out"), strict=True):
        order = ">" if old[0] == 0 else "<"
        kind = struct.unpack(order + "I", old[:4])[0]
        if kind not in (forge.ENHANCED, forge.OBSOLETE):
            assert new == old
            continue
        assert new[:4] == old[:4]
        assert struct.unpack(order + "I", new[4:8]) == (len(new),) == struct.unpack(order + "I", new[-4:])
        # Taking the comment out again gives the old block; what was not there before is the end of options.
        at = new.index(b"pcapkit: frame") - 4
        code, length = struct.unpack(order + "HH", new[at : at + 4])
        assert (code, length) == (1, len(new[at + 4 : at + 4 + length]))
        body = new[8:at] + new[at + 4 + length + (-length % 4) : -4]
        assert body in (old[8:-4], old[8:-4] + forge.END)
        if forge.END + b"trailing" in old:
            assert new[at + 4 + length + (-length % 4) : -4] == forge.END + b"trailing"


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_read_from_it(tmp_path: Path, order: str) -> None:
    content = b"".join(section_of_everything(order))
    annotated(tmp_path, content)
    before, after = list(read_frames(tmp_path / "in")), list(read_frames(tmp_path / "out"))
    assert [frame.number for frame in before] == [3, 4, 5, 6, 7, 8, 9, 10, 11]  # two custom blocks are numbered
    for old, new in zip(before, after, strict=True):
        ours_now = () if old.data == b"simple" else (label(old),)
        assert new.comments == old.comments + ours_now
        assert (new.number, new.time, new.data, new.wire_length) == (old.number, old.time, old.data, old.wire_length)
        assert (new.flags, new.drop_count, new.interface) == (old.flags, old.drop_count, old.interface)


def test_simple_packets_are_offered_but_stay_without_a_comment(tmp_path: Path) -> None:
    content = forge.section() + forge.interface() + forge.simple(b"one") + forge.enhanced(b"two")
    seen = []

    def remember(frame: CapturedFrame) -> str:
        seen.append((frame.data, frame.time))
        return "pcapkit: x"

    output, counts = annotated(tmp_path, content, remember)
    assert seen == [(b"one", None), (b"two", 0)]
    assert counts == (2, 1)
    assert forge.simple(b"one") in output


@pytest.mark.parametrize("order", ORDERS)
def test_section_length_becomes_unknown(tmp_path: Path, order: str) -> None:
    parts = section_of_everything(order)
    length = sum(map(len, parts[1:]))
    output, _ = annotated(tmp_path, b"".join(section_of_everything(order, length=length)))
    assert output.startswith(parts[0])  # the header as it is with -1
    assert len(output) > len(parts[0]) + length


def test_twice_is_once(tmp_path: Path) -> None:
    once, _ = annotated(tmp_path, b"".join(everything()))
    twice, counts = annotated(tmp_path, once)
    assert twice == once
    assert counts == (18, 16)


def test_own_comment_is_replaced_where_it_stands(tmp_path: Path) -> None:
    head = forge.section() + forge.interface()
    mine, newer = forge.option(1, b"pcapkit: old"), forge.option(1, b"pcapkit: frame 1")
    first, last = forge.option(1, b"first"), forge.option(1, b"last one")
    old = forge.enhanced(options=first + mine + last + mine + forge.END)
    output, counts = annotated(tmp_path, head + old)
    assert output == head + forge.enhanced(options=first + newer + last + forge.END)
    assert counts == (1, 1)


def test_own_comment_goes_where_there_is_no_new_one(tmp_path: Path) -> None:
    content = b"".join(everything())
    once, _ = annotated(tmp_path, content)
    output, counts = annotated(tmp_path, once, nothing)
    assert output == content
    assert counts == (18, 0)
    kept = forge.section() + forge.interface() + forge.enhanced(options=forge.END)
    assert annotated(tmp_path, kept, nothing)[0] == kept


def test_nobody_owns_comments_unless_told(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(
        forge.section() + forge.interface() + forge.enhanced(options=forge.option(1, b"pcapkit: old"))
    )
    annotate(tmp_path / "in", tmp_path / "out", label)
    (frame,) = read_frames(tmp_path / "out")
    assert frame.comments == ("pcapkit: old", "pcapkit: frame 1")


def test_empty_comment_is_none(tmp_path: Path) -> None:
    content = b"".join(everything())
    output, counts = annotated(tmp_path, content, lambda frame: "")
    assert output == content
    assert counts == (18, 0)


def test_long_comment_is_cut(tmp_path: Path) -> None:
    content = forge.section() + forge.interface() + forge.enhanced()
    annotated(tmp_path, content, lambda frame: "pcapkit: \0" + "ä" * 50_000)
    (frame,) = read_frames(tmp_path / "out")
    assert frame.comments[0].startswith("pcapkit: \ufffdää")
    assert 65_528 < len(frame.comments[0].encode()) <= 65_532


def test_block_that_would_become_too_long_to_be_read_stays_as_it_is(tmp_path: Path) -> None:
    content = forge.section() + forge.interface() + forge.enhanced(bytes(64 * 2**20 - 40))
    output, counts = annotated(tmp_path, content)
    assert output == content
    assert counts == (1, 0)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("magic", forge.PCAP_KINDS)
def test_classic_pcap_becomes_pcapng(tmp_path: Path, magic: int, order: str) -> None:
    content = forge.pcap_header(magic, order, snaplen=96, network=0x2400_0071)
    for number in range(3):
        content += forge.pcap_record(
            bytes(number), magic, order, seconds=2**32 - 1, fraction=number, wire_length=number + 7
        )
    _, counts = annotated(tmp_path, content)
    assert counts == (3, 3)
    for old, new in zip(read_frames(tmp_path / "in"), read_frames(tmp_path / "out"), strict=True):
        assert new.comments == (label(old),)
        assert (new.number, new.time, new.data, new.wire_length) == (old.number, old.time, old.data, old.wire_length)
        assert (new.interface.link_type, new.interface.snaplen, new.flags) == (0x71, 96, 4 << 5)


def test_tshark_sees_the_comments_and_the_same_frames(tmp_path: Path) -> None:
    need_tshark()
    # Without the torn option, the private and the custom blocks, for which tshark gives up or counts differently.
    content = b"".join(
        block for block in section_of_everything("<") + section_of_everything(">") if b"torn" not in block
    )
    annotated(tmp_path, content)
    seen, complaints = tshark_frames(tmp_path / "out")
    assert complaints == ""
    frames = [ours(frame) for frame in read_frames(tmp_path / "out")]
    assert [frame.comments for frame in seen] == [frame.comments for frame in frames]
    assert [frame.md5 for frame in seen] == [frame.md5 for frame in frames]
    assert [frame.number for frame in seen] == [frame.number for frame in frames]
    assert sum(1 for frame in seen if frame.comments) == 14


def test_damage(tmp_path: Path) -> None:
    blocks = everything()
    whole = b"".join(blocks)
    random_cuts = random.Random(3).sample(range(40, len(whole)), 60)
    for cut in random_cuts:
        (tmp_path / "in").write_bytes(whole[:cut])
        complete = 0
        while sum(map(len, blocks[: complete + 1])) <= cut:
            complete += 1
        if sum(map(len, blocks[:complete])) == cut:
            continue
        with pytest.raises(ReadError, match="cut short at offset"):
            annotate(tmp_path / "in", tmp_path / "out", nothing)
        assert (tmp_path / "out").read_bytes() == b"".join(blocks[:complete])


def test_damaged_packet_is_not_in_the_output(tmp_path: Path) -> None:
    good = forge.section() + forge.interface() + forge.enhanced(b"good")
    for bad in (forge.enhanced(b"bad", captured=99), forge.enhanced(b"bad", interface_id=4)):
        (tmp_path / "in").write_bytes(good + bad + forge.enhanced(b"after"))
        with pytest.raises(ReadError, match=f"damaged at offset {len(good)}"):
            annotate(tmp_path / "in", tmp_path / "out", nothing)
        assert (tmp_path / "out").read_bytes() == good


def test_damaged_pcap(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(forge.pcap_header() + forge.pcap_record(b"one") + forge.pcap_record(b"two")[:-1])
    with pytest.raises(ReadError, match="cut short"):
        annotate(tmp_path / "in", tmp_path / "out", label)
    assert [(frame.data, frame.comments) for frame in read_frames(tmp_path / "out")] == [
        (b"one", ("pcapkit: frame 1",))
    ]


def test_onto_itself_is_refused_and_nothing_happens(tmp_path: Path) -> None:
    path = tmp_path / "in"
    content = b"".join(everything())
    path.write_bytes(content)
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "hard").hardlink_to(path)
    for target in (path, str(path), tmp_path / "link", tmp_path / "hard"):
        with pytest.raises(FileError, match="cannot be annotated onto itself"):
            annotate(path, target, label)
        assert path.read_bytes() == content


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(forge.pcap_header())
    (tmp_path / "out").write_bytes(b"precious")
    with pytest.raises(FileError, match="cannot be opened"):
        annotate(tmp_path / "missing", tmp_path / "out", label)
    (tmp_path / "text").write_bytes(b"text")
    with pytest.raises(FileError, match="no pcap or pcapng"):
        annotate(tmp_path / "text", tmp_path / "out", label)
    assert (tmp_path / "out").read_bytes() == b"precious"
    with pytest.raises(FileError, match="cannot be written"):
        annotate(tmp_path / "in", tmp_path / "missing" / "out", label)


@pytest.mark.parametrize("content", [b"".join(everything()), forge.pcap_header() + forge.pcap_record()])
def test_full_target(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in").write_bytes(content)
    with open("/dev/full", "wb") as full, pytest.raises(WriteError, match="/dev/full: writing failed after 0 frames"):
        annotate(tmp_path / "in", full, label)


def test_stream_as_target(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"".join(everything()))
    stream = io.BytesIO()
    annotate(tmp_path / "in", stream, label, is_own=is_own)
    annotate(tmp_path / "in", tmp_path / "out", label, is_own=is_own)
    assert stream.getvalue() == (tmp_path / "out").read_bytes()


OPTION = st.tuples(st.sampled_from((1, 1, 2, 3, 4, 0x8001)), st.binary(max_size=12), st.binary(min_size=1, max_size=1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(ORDERS),
    st.booleans(),
    st.binary(max_size=9),
    st.lists(OPTION, max_size=5),
    st.sampled_from((b"", forge.END, forge.END + b"rest", b"\x01\x00\xff\xff", b"\x00\x01\xff\xff")),
    st.text(min_size=1, max_size=9),
)
def test_any_options_stay(
    tmp_path: Path,
    order: str,
    old_kind: bool,
    data: bytes,
    options: list[tuple[int, bytes, bytes]],
    end: bytes,
    comment: str,
) -> None:
    encoded = b"".join(forge.option(code, value, order, filler=filler) for code, value, filler in options) + end
    packet = forge.obsolete(data, order, encoded) if old_kind else forge.enhanced(data, order, encoded)
    head = forge.section(order) + forge.interface(order)
    output, counts = annotated(tmp_path, head + packet, lambda frame: comment)
    assert counts == (1, 1)
    (before,) = read_frames(tmp_path / "in")
    (after,) = read_frames(tmp_path / "out")
    assert len(after.comments) == 1 + sum(not is_own(text) for text in before.comments)
    assert (after.flags, after.drop_count, after.data) == (before.flags, before.drop_count, before.data)
    assert output.startswith(head + packet[:4])
    for code, value, filler in options:
        if not (code == 1 and is_own(value.decode("utf-8", "replace"))):
            assert forge.option(code, value, order, filler=filler) in output
