"""Captures in which there is something for the engine and something for Python, and what either makes of them."""

import contextlib
import io
import random
from pathlib import Path
from typing import Any

import pytest

from pcapkit.annotate import Annotator, Level, is_own
from pcapkit.capfile.annotate import annotate
from pcapkit.capfile.reader import read_frames
from pcapkit.cli.main import main
from pcapkit.columns import Batch, read
from pcapkit.dissector import Dissector, find_one
from pcapkit.errors import PcapkitError
from pcapkit.fast.annotator import NativeAnnotator, begin_annotator
from pcapkit.fast.commenting import runs_of
from pcapkit.native import available
from tests.capfile import forge
from tests.fast.engine import need_engine
from tests.needs import PROJECT, need

SAMPLES = PROJECT / "samples"


def handshake() -> Dissector:
    """The dissector that is installed; skips the test where it or the engine is not compiled."""
    need_engine()
    found = find_one("tcp_handshake")
    reason = available(found)
    need(reason is None, f"a compiled dissector: {reason}")
    return found


def talk(name: str = "ten_frames") -> list[bytes]:
    """The frames of a sample."""
    return [frame.data for frame in read_frames(SAMPLES / f"{name}.pcapng")]


def own(text: str, order: str = "<") -> bytes:
    """A comment of an earlier pcapkit as an option."""
    return forge.option(1, b"pcapkit: " + text.encode(), order)


def section(order: str, noise: random.Random, *, comments: bool = True) -> list[bytes]:
    """Blocks of a section: interfaces that count time in all manners, frames, and blocks of every other kind."""
    resolutions = (b"", b"\x09", b"\x06", b"\x8a", b"\x0f", b"\xbf", b"\x7f", b"\x00")
    blocks = [forge.section(order)]
    for index, value in enumerate(resolutions):
        options = forge.option(9, value, order) if value else b""
        if index == 2:
            shift = (-5).to_bytes(8, "little" if order == "<" else "big", signed=True)
            options += forge.option(14, shift, order)
        blocks.append(forge.interface(order, options + forge.END if options else b""))
    blocks.append(forge.interface(order, link_type=113, snaplen=40))
    frames = [*talk(), *talk("simultaneous_close"), b"", bytes(3), b"\xff" * 60, noise.randbytes(70)]
    layouts = [b"", b"", b"", forge.END, forge.option(2, bytes(4), order) + forge.END]
    if comments:
        layouts += [
            own("old", order) + forge.END,
            own("old", order),
            forge.option(1, b"theirs", order) + own("old", order) + forge.option(1, b"more", order) + forge.END,
            own("one", order) + forge.option(4, bytes(8), order) + own("two", order) + forge.END + b"rest",
            forge.option(1, b"pcapkit", order) + forge.option(1, b"too long", order)[:-4],
            forge.END + own("behind the end", order),
            own("x" * 300, order) * 12 + forge.END,
        ]
    for index, data in enumerate(frames):
        ticks = noise.choice((index, 1_700_000_000_000_000 + 1000 * index, 2**40, 2**63 + index))
        wire = len(data) + noise.choice((0, 0, 0, 100))
        blocks.append(
            forge.enhanced(
                data,
                order,
                noise.choice(layouts),
                ticks=ticks,
                interface_id=noise.randrange(len(resolutions) + 1),
                wire_length=wire,
                filler=noise.choice((b"\0", b"?")),
            )
        )
        blocks += noise.choice(
            (
                [],
                [],
                [],
                [forge.simple(data, order)],
                [forge.obsolete(data, order)],
                [forge.block(0xBAD, b"own ", order)],
            )
        )
    return blocks


def mixed(seed: int = 1, *, comments: bool = True) -> bytes:
    """A file of sections in both byte orders."""
    noise = random.Random(seed)
    return b"".join(block for order in ("<", ">", "<") for block in section(order, noise, comments=comments))


def pcap(magic: int, order: str, version: tuple[int, int] = (2, 4), network: int = 1) -> bytes:
    """A classic pcap file; before version 2.4 the length on the wire may come first."""
    records = []
    for index, data in enumerate([*talk(), b"", bytes(5)]):
        lengths = len(data), len(data) + index % 2
        first, second = lengths[::-1] if version < (2, 4) else lengths
        moment = {"seconds": 1_700_000_000 + index, "fraction": index}
        records.append(forge.pcap_record(data, magic, order, captured=first, wire_length=second, **moment))
    return forge.pcap_header(magic, order, version=version, network=network) + b"".join(records)


Outcome = tuple[Any, ...]


def annotated(path: Path, dissector: Dissector, level: Level, *, native: bool) -> Outcome:
    """Result or error of annotating a file, the bytes written, and how many frames the engine took."""
    annotator = begin_annotator(level, [dissector]) if native else Annotator(level, [dissector])
    assert isinstance(annotator, NativeAnnotator) == native
    runs = runs_of(annotator, level)
    output = io.BytesIO()
    done: object
    try:
        done = annotate(path, output, annotator.line, is_own=is_own, runs=runs)
    except PcapkitError as error:
        done = (type(error), str(error))
    return done, output.getvalue(), 0 if runs is None else runs.frames


def columns(path: Path, dissector: Dissector, *, native: bool, rows: int = 4096) -> Outcome:
    """All columns of a file, each as one list, the addresses, and the error if there is one."""
    batches: list[Batch] = []
    error: object = None
    try:
        for batch in read(path, dissector, native=native, rows=rows):
            batches.append(batch)
            assert 0 < len(batch) <= rows
            assert {len(column) for column in (*batch.columns(), batch.address_length)} == {len(batch)}
            assert len(batch.addresses) == 32 * len(batch)
    except PcapkitError as raised:
        error = (type(raised), str(raised))
    shown = [[*column] for column in zip(*(map(list, batch.columns()) for batch in batches), strict=True)]
    return (
        [[number for part in parts for number in part] for parts in shown],
        [length for batch in batches for length in batch.address_length],
        b"".join(bytes(batch.addresses) for batch in batches),
        error,
    )


def printed(arguments: list[str], monkeypatch: pytest.MonkeyPatch, *, native: bool) -> Outcome:
    """Exit code, output and errors of a command line."""
    monkeypatch.setenv("PCAPKIT_NO_EXTENSIONS", "0" if native else "1")
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        code = main(arguments)
    return code, output.getvalue(), errors.getvalue()


def same(path: Path, dissector: Dissector, level: Level = "all") -> int:
    """Hold the engine's file and columns against Python's; how many frames the engine took."""
    *wanted, none = annotated(path, dissector, level, native=False)
    *got, taken = annotated(path, dissector, level, native=True)
    assert got == wanted
    assert none == 0
    assert columns(path, dissector, native=True) == columns(path, dissector, native=False)
    return int(taken)
