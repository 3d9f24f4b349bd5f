"""Blocks of receive rings into files, frame by frame and natively: the same files, byte for byte."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import cast

import pytest

from pcapkit.annotate import Annotator, Level
from pcapkit.capfile.model import Interface
from pcapkit.capfile.reader import read_frames
from pcapkit.capfile.writer import STATISTICS_SIZE, PcapngWriter
from pcapkit.capture import blockwise, passing
from pcapkit.capture.blockwise import BlockByBlock
from pcapkit.capture.files import Files, PlainFiles
from pcapkit.capture.folder import Folder
from pcapkit.capture.linktypes import COOKED, ETHERNET, LinkType
from pcapkit.capture.output import Output
from pcapkit.capture.passing import FrameByFrame, Passing
from pcapkit.capture.ring import Counters
from pcapkit.capture.rotation import Rotation
from pcapkit.capture.source import Source
from pcapkit.capture.stops import Stops
from pcapkit.capture.tally import Tally
from pcapkit.cli import recording
from pcapkit.cli.outcomes import begin_outcomes
from pcapkit.cli.recording import Recording
from pcapkit.dissector import Dissector
from pcapkit.fast import live
from pcapkit.fast.annotator import begin_annotator
from tests.capture.ring_blocks import block, entry
from tests.fast.engine import need_engine
from tests.native.compiled import compiled_handshake
from tests.needs import PROJECT

BEGIN = 1_700_000_000
Round = list[bytes | None]
"""What each ring has ready, None for nothing."""


class Clock:
    """Stands in for the module time, 30 ms a round."""

    def __init__(self) -> None:
        self.round = 0

    def time_ns(self) -> int:
        return BEGIN * 1_000_000_000 + self.monotonic_ns()

    def monotonic_ns(self) -> int:
        return self.round * 30_000_000

    def monotonic(self) -> float:
        return self.round * 0.03


class PlayedRing:
    """A ring of four blocks, which more may follow."""

    size = 4 << 20
    block_count = 4

    def __init__(self) -> None:
        self.counters = Counters()
        self.held = 0
        self.slow = True  # there may always be frames in the block that is not ready yet
        self._ready: list[memoryview] = []
        self._taken: dict[int, memoryview] = {}
        self._place = 0

    def put(self, raw: bytes | None) -> None:
        if raw is not None:
            lost = raw[8] >> 4
            self.counters.dropped += lost
            self.counters.received += int.from_bytes(raw[12:16], "little") + lost
            self._ready.append(memoryview(raw))

    def ready(self) -> memoryview | None:
        return self._ready[0] if self._ready else None

    def take(self) -> int:
        self._place += 1
        self.held += 1
        self._taken[self._place] = self._ready.pop(0)
        return self._place

    def give_back(self, place: int) -> None:
        self.held -= 1
        del self._taken[place]

    def release(self) -> None:
        self.give_back(self.take())

    def begun(self, clock: int) -> int:
        return 0 if self.slow else clock

    def lost_before(self, raw: memoryview) -> int:
        return raw[8] >> 4  # where the tests put it


class Desk:
    """A recording of played rings into a folder."""

    def __init__(
        self,
        folder: Path,
        links: Sequence[LinkType],
        annotator: Annotator | None,
        dissectors: Sequence[Dissector],
        stops: Stops,
        rotation: Rotation | None,
        *,
        native: bool,
    ) -> None:
        self.rings = [PlayedRing() for _ in links]
        self.sources = cast(
            "list[Source]",
            [
                SourceOf(
                    interface=SimpleNamespace(link=link, loopback=False), ring=ring, snaplen=100, _lost_before=None
                )
                for link, ring in zip(links, self.rings, strict=True)
            ],
        )
        self._links = links
        self._live = live.begin(self.sources, annotator) if native else None
        assert native == (self._live is not None)
        self.outcomes = begin_outcomes(dissectors if annotator is not None else [], self._live)
        tally = Tally(self.sources)
        maker = Folder(str(folder / "run.pcapng"), None, numbered=rotation is not None, removes=False)
        opener = PlainFiles(maker, "run.pcapng", lambda: False, rotating=rotation is not None)
        reserve = STATISTICS_SIZE * len(links)
        self.files = Files(opener, self._begin, stops, rotation, reserve, lambda text: None)
        self.files.open_next()
        interfaces = [Interface(link.number) for link in links]
        self.recording = Recording(
            tally, interfaces, annotator, self.files, None, None, self.outcomes, lambda text: None
        )
        self.passing: Passing
        if self._live is None:
            self.passing = FrameByFrame(self.sources, self.recording, stops.frames, 50)
        else:
            self.passing = BlockByBlock(self.sources, self.recording, stops.frames, 50, *self._live)

    def _begin(self, output: Output, number: int) -> PcapngWriter:
        buffer = None if self._live is None else self._live.buffer
        writer = PcapngWriter(output, hardware="", os="", application=f"file {number}", buffer=buffer)
        for link in self._links:
            writer.add_interface(Interface(link.number))
        writer.flush()
        return writer


class SourceOf(SimpleNamespace):
    """A Source without a socket."""

    delivered = 0
    unread = 0
    interface_losses = 0
    up = True
    read_block = Source.read_block

    def read_counters(self) -> None:
        pass


def play(desk: Desk, rounds: Sequence[Round], clock: Clock) -> tuple[int, list[int], bool]:
    """Play the rounds as a session does; returns how many frames came, from which source, and whether it was full."""
    for waiting in rounds:
        clock.round += 1
        for ring, raw in zip(desk.rings, waiting, strict=True):
            ring.put(raw)
        desk.passing.read_round()
        desk.passing.pass_on()
        if desk.passing.full or not desk.recording.settle():
            break
    else:
        while desk.passing.read_round():
            desk.passing.pass_on()
        desk.passing.pass_on(everything=True)
    desk.recording.finish()
    return desk.passing.frames, [source.delivered for source in desk.sources], desk.passing.full


def contents(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in sorted(os.listdir(folder))]


@pytest.fixture(scope="module")
def dissectors(tmp_path_factory: pytest.TempPathFactory) -> list[Dissector]:
    need_engine()
    return [compiled_handshake(tmp_path_factory)]


@pytest.fixture(scope="module")
def clock() -> Iterator[Clock]:
    made = Clock()
    with pytest.MonkeyPatch.context() as patch:
        for module in (passing, blockwise, recording):
            patch.setattr(module, "time", made)
        yield made


def compare(
    links: Sequence[LinkType],
    rounds: Sequence[Round],
    level: Level,
    stops: Stops,
    rotation: Rotation | None,
    dissectors: list[Dissector],
    clock: Clock,
) -> tuple[list[bytes], dict[str, int]]:
    """The files, and how many connections opened and closed."""
    results = []
    for native in (False, True):
        clock.round = 0
        annotator = None
        if level != "none":
            annotator = begin_annotator(level, dissectors) if native else Annotator(level, dissectors)
        with TemporaryDirectory() as folder:
            desk = Desk(Path(folder), links, annotator, dissectors, stops, rotation, native=native)
            played = play(desk, rounds, clock)
            outcomes = dict(desk.outcomes.counts) if desk.outcomes is not None else {}
            results.append((played, contents(Path(folder)), outcomes))
    assert results[1] == results[0]
    return results[0][1:]


def ring_block(packets: Sequence[bytes], start: int, link: LinkType, lost: int, extra: Sequence[int]) -> bytes:
    """Frames from `start` ns on, a millisecond apart; extra: for each the tag, 0 for none."""
    entries = []
    for place, packet in enumerate(packets):
        moment = start + place * 1_000_000
        tag = extra[place % len(extra)] if extra else 0
        data = packet[14:] if link.cooked else packet
        entries.append(
            entry(
                data[:100],
                seconds=BEGIN + moment // 1_000_000_000,
                nanoseconds=moment % 1_000_000_000,
                wire_length=len(data),
                status=(1 << 4) if tag else 0,
                tci=tag,
                protocol=int.from_bytes(packet[12:14], "big"),
                packet_type=place % 5,
            )
        )
    raw = bytearray(block(*entries))
    raw[8] |= lost << 4
    return bytes(raw)


def traffic() -> list[bytes]:
    """Frames of the samples: connections from beginning to end, ARP, ICMP, VLANs; and broken copies of some."""
    found = []
    for path in sorted((PROJECT / "samples").glob("*.pcapng")):
        found += [frame.data for frame in read_frames(path) if frame.interface.link_type == 1]
    made = Random(1)
    for packet in made.sample(found, 40):
        changed = bytearray(packet)
        changed[made.randrange(12, len(changed))] = made.randrange(256)
        found.append(bytes(changed[: made.randrange(14, len(changed) + 1)]))
    return found


def rounds_of(made: Random, packets: list[bytes], links: Sequence[LinkType]) -> list[Round]:
    """Blocks with frames that follow one another in the traffic, out of step with the clock."""
    rounds: list[Round] = []
    for number in range(made.randint(1, 6)):
        waiting: Round = []
        for link in links:
            if made.random() < 0.3:
                waiting.append(None)
                continue
            begin = made.randrange(len(packets))
            start = max(0, number * 30_000_000 - made.randint(0, 40) * 1_000_000)
            lost, extra = made.choice([0, 0, 3]), made.choice([[], [0, 7]])
            waiting.append(ring_block(packets[begin : begin + made.randint(0, 25)], start, link, lost, extra))
        rounds.append(waiting)
    return rounds


@pytest.mark.parametrize("level", ["all", "steps", "none"])
def test_the_files_are_the_same(level: Level, dissectors: list[Dissector], clock: Clock) -> None:
    packets = traffic()
    for seed in range(40):
        made = Random(seed)
        links = made.choice([[ETHERNET], [COOKED], [ETHERNET, COOKED, ETHERNET]])
        stops = made.choice([Stops(), Stops(frames=5), Stops(size=2500), Stops(frames=9, size=6000)])
        rotation = made.choice([None, None, Rotation(frames=2), Rotation(size=2000), Rotation(seconds=0.05)])
        compare(links, rounds_of(made, packets, links), level, stops, rotation, dissectors, clock)


def test_a_busy_interface_beside_a_quiet_one(dissectors: list[Dissector], clock: Clock) -> None:
    """Its frames wait for those of the other, and do not fill its ring meanwhile: what is more than half is copied."""
    packet = bytes(12) + b"\x08\x00" + bytes(80)
    rounds: list[Round] = [
        [ring_block([packet] * 20, number * 30_000_000, ETHERNET, 0, [0, 9]), None] for number in range(12)
    ]
    [content], _ = compare([ETHERNET, ETHERNET], rounds, "all", Stops(), None, dissectors, clock)
    assert content.count(packet[-80:]) == 240


@pytest.mark.parametrize("level", ["all", "steps"])
def test_connections_are_counted_alike(level: Level, dissectors: list[Dissector], clock: Clock) -> None:
    """Of all samples, one after the other; with -c, what is labelled already and not kept does not count."""
    packets = traffic()
    blocks = [packets[begin : begin + 20] for begin in range(0, len(packets), 20)]
    rounds: list[Round] = [
        [ring_block(some, number * 30_000_000, ETHERNET, 0, [])] for number, some in enumerate(blocks)
    ]
    _, whole = compare([ETHERNET], rounds, level, Stops(), None, dissectors, clock)
    assert all(whole.values())
    found = [compare([ETHERNET], rounds, level, Stops(frames=n), None, dissectors, clock)[1] for n in range(1, 60, 7)]
    assert found[0] != found[-1]
