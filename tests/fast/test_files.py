"""Files through the engine: byte for byte what Python makes of them, whatever they hold and wherever they end."""

import gzip
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcapkit.annotate import Level
from pcapkit.dissector import Dissector
from tests.capfile import forge
from tests.fast.captures import annotated, handshake, mixed, own, pcap, printed, same, talk
from tests.needs import PROJECT, need_corpus

FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
SMALL = 60_000  # bytes of a capture of others that is held against Python frame by frame


@pytest.fixture(scope="module")
def dissector() -> Dissector:
    """The one that is installed, compiled."""
    return handshake()


def test_every_sample(dissector: Dissector) -> None:
    """Nearly all of their frames are the engine's."""
    paths = sorted((PROJECT / "samples").glob("*.pcap*"))
    assert paths
    assert sum(same(path, dissector) for path in paths) > 100


def test_captures_of_others(dissector: Dissector) -> None:
    """Every capture of moderate size, damaged ones among them."""
    paths = [path for path in sorted(need_corpus().rglob("*cap*")) if path.is_file() and path.stat().st_size <= SMALL]
    assert sum(same(path, dissector) for path in paths[::5]) > 1000


@pytest.mark.parametrize("level", ["all", "steps", "none"])
@pytest.mark.parametrize("comments", [True, False])
def test_everything_in_one_file(tmp_path: Path, dissector: Dissector, level: Level, comments: bool) -> None:
    """Both byte orders, all kinds of blocks and options, times that fit into 64 bits and those that do not."""
    path = tmp_path / "x.pcapng"
    taken = 0
    for seed in range(6):
        path.write_bytes(mixed(seed, comments=comments))
        taken += same(path, dissector, level)  # none of a file whose first time has more than 64 bits
    assert taken > 100


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("magic", forge.PCAP_KINDS)
@pytest.mark.parametrize("version", [(2, 4), (2, 3), (2, 2)])
def test_classic_pcap(tmp_path: Path, dissector: Dissector, magic: int, order: str, version: tuple[int, int]) -> None:
    """Of every kind, in both byte orders, with lengths in either order, with a frame check sequence and without."""
    path = tmp_path / "x.pcap"
    for network in (1, 0x2400_0001):
        path.write_bytes(pcap(magic, order, version, network))
        assert same(path, dissector) == 12


def test_times_that_do_not_fit(tmp_path: Path, dissector: Dissector) -> None:
    """The first frame sets the clock, also where it is Python's; at its bounds a time is still the engine's."""
    path = tmp_path / "x.pcapng"
    data = talk()
    offsets = {value: value.to_bytes(8, "little", signed=True) for value in (9_223_372_036, -9_223_372_036, 2**62)}
    for first in (0, 1):
        for offset, shift in offsets.items():
            interfaces = [forge.option(9, b"\x09"), forge.option(9, b"\x09") + forge.option(14, shift)]
            blocks = [
                forge.enhanced(one, ticks=ticks, interface_id=which)
                for one, ticks, which in zip(
                    data,
                    (0, 1, 854_775_807, 854_775_808, 2**63 - 1, 2**63, 2**64 - 1, 5, 6, 7),
                    (first, *[1, 0] * 5),
                    strict=False,
                )
            ]
            path.write_bytes(
                b"".join([forge.section(), *(forge.interface(options=one) for one in interfaces), *blocks])
            )
            taken = same(path, dissector)
            assert (taken == 0) == (first == 1 and offset == 2**62)


def test_cut_at_every_offset(tmp_path: Path, dissector: Dissector) -> None:
    """The same error, and the same bytes before it."""
    path = tmp_path / "x"
    data = talk()[:2]
    whole = forge.section() + forge.interface() + b"".join(forge.enhanced(one, options=own("old")) for one in data)
    for content in (whole, pcap(0xA1B2C3D4, ">")[:300]):
        for end in range(4, len(content), 1 if content is whole else 5):
            path.write_bytes(content[:end])
            assert (
                annotated(path, dissector, "all", native=True)[:2]
                == annotated(path, dissector, "all", native=False)[:2]
            )


INTERESTING = (0, 1, 3, 4, 0x7F, 0x80, 0xFF)


@FEW
@given(st.integers(0, 3), st.data())
def test_mutated_files(tmp_path: Path, dissector: Dissector, kind: int, data: st.DataObject) -> None:
    """Whatever was done to them."""
    mutated = bytearray((mixed(7), mixed(8, comments=False), pcap(0xA1B2C3D4, "<"), pcap(0xA1B23C4D, ">"))[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(mutated) - 1))
        match data.draw(st.sampled_from(("set", "insert", "delete"))):
            case "set":
                mutated[place] = data.draw(st.sampled_from(INTERESTING))
            case "insert":
                mutated[place:place] = data.draw(st.binary(min_size=1, max_size=8))
            case _:
                del mutated[place : place + data.draw(st.integers(1, 8))]
    path = tmp_path / "x"
    path.write_bytes(mutated)
    same(path, dissector)


@FEW
@given(
    st.lists(st.binary(max_size=40) | st.sampled_from((own("a"), own(""), forge.END, forge.option(1, b"x")))),
    st.sampled_from("<>"),
)
def test_options_of_any_layout(tmp_path: Path, dissector: Dissector, parts: list[bytes], order: str) -> None:
    """Earlier comments of ours, whole or torn, anywhere among anything."""
    options = forge.pad(b"".join(parts))
    frame = forge.enhanced(talk()[0], order, options) + forge.enhanced(b"?", order, options)
    path = tmp_path / "x"
    path.write_bytes(forge.section(order) + forge.interface(order) + frame * 2)
    for level in ("all", "none"):
        same(path, dissector, level)


def test_larger_than_all_buffers(tmp_path: Path, dissector: Dissector) -> None:
    """Blocks lie across the ends of what is read at once, and some are too large for the engine; packed, too."""
    noise = random.Random(3)
    data = talk()
    blocks = [forge.section(), forge.interface(options=forge.option(9, b"\x09"))]
    for index in range(2500):
        blocks.append(forge.enhanced(noise.choice(data) + bytes(noise.randrange(1400)), ticks=index * 1000))
        if index % 500 == 99:
            blocks.append(
                forge.enhanced(data[3] + bytes(noise.choice((131_000, 131_072, 400_000))), ticks=index * 1000)
            )
    content = b"".join(blocks)
    path = tmp_path / "x.pcapng"
    path.write_bytes(content)
    assert 2500 <= same(path, dissector) < 2505
    packed = tmp_path / "x.pcapng.gz"
    for end in (None, -9, -20_000):
        packed.write_bytes(gzip.compress(content, 1)[:end])
        *got, taken = annotated(packed, dissector, "all", native=True)
        assert got == list(annotated(packed, dissector, "all", native=False)[:2])
        assert taken > 1000


@pytest.mark.parametrize(
    "arguments", [[], ["-v", "-tttt", "--utc"], ["-ttt", "-c", "5"], ["-tt", "-c", "12"], ["-t", "--json"]]
)
def test_lines(tmp_path: Path, dissector: Dissector, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    """What `pcapkit read` prints, of good files and of damaged ones."""
    paths = [PROJECT / "samples" / "ten_frames.pcapng"]
    for name, content in (
        ("a", mixed(4)),
        ("b", mixed(5, comments=False)),
        ("c", pcap(0xA1B2C3D4, ">")),
        ("d", mixed(6)[:-7]),
    ):
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    for path in paths:
        command = ["read", *arguments, str(path)]
        assert printed(command, monkeypatch, native=True) == printed(command, monkeypatch, native=False)


def test_annotating_again_changes_nothing(tmp_path: Path, dissector: Dissector) -> None:
    """Our own comments are replaced by the same."""
    once = tmp_path / "once"
    once.write_bytes(annotated(PROJECT / "samples" / "ten_frames.pcapng", dissector, "all", native=True)[1])
    assert annotated(once, dissector, "all", native=True)[1] == once.read_bytes()
