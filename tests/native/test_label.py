"""Blocks of frames labelled at once: the rows are what feed says of each frame."""

from __future__ import annotations

import threading
from array import array
from typing import Any

import pytest
from hypothesis import given, settings

from pcapkit.dissector import Dissector
from pcapkit.native import NativeRun, begin
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.strategies import broken_frames
from tests.dissectors.talk import tell


def native(dissector: Dissector) -> NativeRun:
    """A run that is native for certain."""
    run = begin(dissector)
    assert type(run).__name__ == "NativeRun"
    return run  # type: ignore[return-value]


def block(times: bool = True) -> tuple[bytes, list[array[int]]]:
    """Frames of many kinds one behind the other, and where they are: offsets, lengths, wires, links, times."""
    found: list[tuple[bytes, int]] = []
    for text in SCENARIOS.values():
        found += [(frame.data, frame.time) for frame in tell(text)]
        found.append((b"\xff" * 60, 5))
        found.append((b"", 5))
    data = b"".join(frame for frame, _ in found)
    offsets = [sum(len(frame) for frame, _ in found[:place]) for place in range(len(found))]
    lengths = [len(frame) for frame, _ in found]
    rows = [offsets, lengths, lengths, [1] * len(found), [time if times else 0 for _, time in found]]
    return data, [array("q", row) for row in rows]


def rows_by_feed(dissector: Dissector, data: bytes, frames: list[array[int]], first: int) -> list[dict[str, Any]]:
    """What feed says, as rows; sets are put into bits again."""
    run = native(dissector)
    rows = []
    for number, (offset, length, wire, link, time) in enumerate(zip(*frames, strict=True), first):
        values = run.feed(number, time or None, data[offset : offset + length], wire, link)
        if values is not None:
            bits = {name: sum(1 << bit for bit in v) if isinstance(v, tuple) else int(v) for name, v in values.items()}
            rows.append({"number": number, **bits})
    return rows


@pytest.mark.parametrize("times", [True, False])
def test_a_block_is_labelled_as_its_frames_are(times: bool, compiled: Dissector) -> None:
    """All columns, told frames only, in order; a field that is absent is 0 or has a 0 beside it that says so."""
    data, rows = block(times)
    run = native(compiled)
    columns = run.columns(len(rows[0]))
    count = run.label(data, rows, 101, columns)
    wanted = rows_by_feed(compiled, data, rows, 101)
    assert count == len(wanted) > 100
    assert list(columns) == ["number", *(field.name for field in compiled.fields)]
    for row, values in enumerate(wanted):
        assert columns["number"][row] == values["number"]
        for field in compiled.fields:
            if field.name in values or field.when is None:
                assert columns[field.name][row] == values.get(field.name, 0), (field.name, values)
            else:
                assert columns[field.when][row] == 0
    assert not any(columns["number"][count:])


def test_blocks_go_on_where_the_one_before_ended(compiled: Dissector) -> None:
    """One block or many, the rows are the same."""
    data, rows = block()
    run = native(compiled)
    whole = run.columns(len(rows[0]))
    count = run.label(data, rows, 1, whole)
    parted = native(compiled)
    steps: list[int] = []
    for start in range(0, len(rows[0]), 7):
        part = [row[start : start + 7] for row in rows]
        columns = parted.columns(len(part[0]))
        steps += columns["step"][: parted.label(data, part, 1 + start, columns)]
    assert steps == list(whole["step"][:count])


def test_more_connections_than_a_cache_holds(compiled: Dissector) -> None:
    """Memory is fetched ahead for a batch of frames then, or not, whichever is quicker: the rows are the same."""
    frames = []
    for turn in range(4):
        for frame in tell(SCENARIOS["open"])[: 2 + turn % 2]:
            for number in range(12000):
                changed = bytearray(frame.data)
                at = 26 if frame.line.startswith("C") else 30
                changed[at : at + 4] = (number * 2654435761 % 2**32).to_bytes(4, "big")
                frames.append(bytes(changed))
    rows = [[60 * place for place in range(len(frames))], *([value] * len(frames) for value in (60, 60, 1, 0))]
    block = [array("q", row) for row in rows]
    data = b"".join(frames)
    run = native(compiled)
    columns = run.columns(len(frames))
    assert run.label(data, block, 1, columns) == len(frames)
    assert run.memory > 2_000_000
    wanted = rows_by_feed(compiled, data, block, 1)
    for name in ("step", "connection", "answers"):
        assert list(columns[name]) == [values.get(name, 0) for values in wanted]


@settings(max_examples=80, deadline=None)
@given(capture=broken_frames())
def test_a_block_of_broken_frames(capture: list[bytes], compiled: Dissector) -> None:
    """Whatever is in a frame, it is labelled as when it is alone."""
    ends = [sum(map(len, capture[: place + 1])) for place in range(len(capture))]
    lengths = [len(frame) for frame in capture]
    starts = [end - length for end, length in zip(ends, lengths, strict=True)]
    rows = [array("q", row) for row in (starts, lengths, lengths, [1] * len(capture), [7] * len(capture))]
    run = native(compiled)
    columns = run.columns(len(capture))
    count = run.label(b"".join(capture), rows, 1, columns)
    wanted = rows_by_feed(compiled, b"".join(capture), rows, 1)
    assert list(columns["number"][:count]) == [values["number"] for values in wanted]
    assert list(columns["step"][:count]) == [values["step"] for values in wanted]


def test_a_frame_outside_the_bytes_is_refused(compiled: Dissector) -> None:
    """Whatever offset and length say, nothing beyond the bytes is read."""
    data, rows = block()
    columns = native(compiled).columns(len(rows[0]))
    for row, value in [(0, len(data)), (0, -1), (1, len(data)), (1, -1), (1, 2**62), (0, 2**62)]:
        changed = [array("q", numbers) for numbers in rows]
        changed[row][3] = value
        with pytest.raises(IndexError, match="frame 13 is not within the bytes given"):
            native(compiled).label(data, changed, 10, columns)


def test_arrays_of_another_kind_are_refused(compiled: Dissector) -> None:
    """Of another type, or of unequal length; the run is as it was."""
    data, rows = block()
    run = native(compiled)
    columns = run.columns(len(rows[0]))
    with pytest.raises(TypeError, match="type q"):
        run.label(data, [array("i", rows[0]), *rows[1:]], 1, columns)
    with pytest.raises(ValueError, match="one length"):
        run.label(data, [rows[0][:-1], *rows[1:]], 1, columns)
    with pytest.raises(ValueError, match="one length"):
        run.label(data, rows, 1, run.columns(3))
    with pytest.raises(BufferError):
        run.label(data, rows, 1, {**columns, "step": bytes(8 * len(rows[0]))})  # type: ignore[dict-item]
    with pytest.raises(KeyError, match="step"):
        run.label(data, rows, 1, {"number": columns["number"]})
    assert run.label(data, rows, 1, columns) == len(rows_by_feed(compiled, data, rows, 1))


def test_one_run_is_for_one_thread(compiled: Dissector) -> None:
    """While a block is labelled other threads run; the same run is refused to them, another one is not."""
    data, rows = block()
    many = [array("q", list(row) * 300) for row in rows]
    run = native(compiled)
    columns = run.columns(len(many[0]))
    counts: list[int] = []
    worker = threading.Thread(target=lambda: counts.append(run.label(data, many, 1, columns)))
    refused = 0
    worker.start()
    while worker.is_alive():
        try:
            run.feed(1, 0, b"", 0, 1)
        except RuntimeError:
            refused += 1
    worker.join()
    assert refused > 0
    assert counts[0] > 1000
