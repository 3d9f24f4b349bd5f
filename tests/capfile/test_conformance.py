"""Other people's captures, read by us and by tshark: the same frames, times, comments, flags.

The set of pcapng-test-generator is compared whole, of the rest of the corpus one file of each kind and format.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pcapkit.capfile.annotate import annotate
from pcapkit.capfile.model import CapturedFrame
from pcapkit.capfile.reader import read_frames
from pcapkit.errors import PcapkitError
from tests.capfile.witness import Seen, need_tshark, ours, tshark_frames
from tests.needs import need_corpus

# One of each: byte orders, magics, gzip, link types, cut and damaged files.
CHOSEN = (
    "libpcap/tests/pcap-invalid-version-1.pcap",
    "libpcap/tests/pcap-invalid-version-2.pcap",
    "libpcap/tests/pcapng-invalid-vers-1.pcapng",
    "libpcap/tests/pcapng-invalid-vers-2.pcapng",
    "libpcap/tests/shb-option-too-long.pcapng",
    "zeek/portmapper-many-unanswered-calls.pcapng.gz",
    "zeek/smtp/smtp-many-addresses.pcap.gz",
    "zeek/contentline/telnet-unclosed-suboption.pcapng.gz",
    "zeek/doc/traces/get.trace",
)
# Times that are no times (a microsecond or nanosecond field beyond one second): tshark lets them overflow.
TIMES_DIFFER = ("tcpdump/tests/timestamp_invalid_micro.pcap", "tcpdump/tests/timestamp_invalid_nano.pcap")


def read_ours(path: Path) -> tuple[list[CapturedFrame], str]:
    frames = []
    try:
        for frame in read_frames(path):
            frames.append(frame)
    except PcapkitError as error:
        return frames, str(error)
    return frames, ""


def compare(path: Path) -> list[str]:
    """What differs between us and tshark; empty if nothing."""
    want, complaints = tshark_frames(path)
    frames, error = read_ours(path)
    got = [ours(frame) for frame in frames]
    without_time = {frame.number for frame in frames if frame.time is None}
    for frame in want:
        if frame.number in without_time:
            frame.time = None
    differences = [f"{path.name}: {mine} {theirs}" for mine, theirs in zip(got, want, strict=False) if mine != theirs]
    if len(got) != len(want):
        differences.append(f"{path.name}: {len(got)} frames, tshark {len(want)}")
    if bool(error) != bool(complaints):
        differences.append(f"{path.name}: {error!r}, tshark {complaints!r}")
    return differences


def test_conformance_set() -> None:
    corpus = need_corpus()
    need_tshark()
    paths = sorted((corpus / "pcapng-test-generator").rglob("*.pcap*"))
    assert len(paths) == 49
    with ThreadPoolExecutor(2) as pool:
        assert [line for lines in pool.map(compare, paths) for line in lines] == []


def test_chosen_captures() -> None:
    corpus = need_corpus()
    need_tshark()
    with ThreadPoolExecutor(2) as pool:
        assert [line for lines in pool.map(compare, (corpus / name for name in CHOSEN)) for line in lines] == []


@pytest.mark.parametrize("name", TIMES_DIFFER)
def test_times_that_are_none_are_taken_as_written(name: str) -> None:
    path = need_corpus() / name
    need_tshark()
    want, _ = tshark_frames(path)
    got = [ours(frame) for frame in read_frames(path)]
    assert [_timeless(frame) for frame in got] == [_timeless(frame) for frame in want]
    assert 0 < sum(mine.time != theirs.time for mine, theirs in zip(got, want, strict=True)) < len(got)


def _timeless(frame: Seen) -> tuple[int, int, int, str]:
    return frame.number, frame.captured, frame.wire_length, frame.md5


def test_conformance_set_annotated_reads_the_same_but_for_our_comment(tmp_path: Path) -> None:
    corpus = need_corpus()
    count = 0
    for path in sorted((corpus / "pcapng-test-generator").rglob("*.pcapng")):
        target = tmp_path / "out.pcapng"
        annotate(path, target, lambda frame: "ours", is_own=lambda text: text == "ours")
        for before, after in zip(read_frames(path), read_frames(target), strict=True):
            count += 1
            added = ("ours",) if before.time is not None else ()
            assert after.comments == before.comments + added
            assert (after.number, after.time, after.data) == (before.number, before.time, before.data)
            assert (after.wire_length, after.flags, after.drop_count) == (
                before.wire_length,
                before.flags,
                before.drop_count,
            )
            assert after.interface == before.interface
        # Without our comment it is the file that it was, but for section lengths.
        back = tmp_path / "back.pcapng"
        annotate(target, back, lambda frame: None, is_own=lambda text: text == "ours")
        plain = tmp_path / "plain.pcapng"
        annotate(path, plain, lambda frame: None)
        assert back.read_bytes() == plain.read_bytes()
        assert len(plain.read_bytes()) == path.stat().st_size
    assert count == 140  # as capinfos counts them
