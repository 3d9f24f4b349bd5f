"""What tests of files on two processors share."""

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pcapkit.capfile.source import Source
from pcapkit.dissector import Dissector
from pcapkit.fast import taking
from tests.capfile import forge
from tests.fast.captures import annotated, columns, own, talk

PAGE = 4096


class Pipeline:
    """Sets how many processors there are, and how little is enough for the second one. led: how often it began."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        self.led = 0
        begin = Source.descriptor_for

        def counted(source: Source, helper: Callable[[], None]) -> int:
            self.led += 1
            return begin(source, helper)

        patch.setattr(Source, "descriptor_for", counted)
        patch.setattr(taking, "SETTLED", 1)
        patch.setattr(taking, "AHEAD", 1)
        self.chunks(PAGE, 7)

    def chunks(self, span: int, frames: int) -> None:
        """Bytes and frames of a chunk."""
        self._patch.setattr(taking, "SPAN", span)
        self._patch.setattr(taking, "FRAMES", frames)

    def of(self, processors: int) -> None:
        """So many from now on."""
        self._patch.setattr(taking, "processors", lambda: processors)

    def same(self, path: Path, dissector: Dissector, *, plain: bool = False) -> None:
        """Whatever is done with the file gives the same on one and on two processors; plain: and in Python."""
        found: list[list[Any]] = []
        for processors in (1, 2):
            self.of(processors)
            found.append(
                [
                    annotated(path, dissector, "all", native=True)[:2],
                    columns(path, dissector, native=True, rows=50),
                    columns(path, dissector, native=True),
                ]
            )
        assert found[0] == found[1]
        if plain:
            assert annotated(path, dissector, "all", native=False)[:2] == found[1][0]


def long(frames: int = 400, seed: int = 3) -> bytes:
    """Frames of all sizes, with a block of Python's here and there."""
    noise = random.Random(seed)
    data = talk()
    blocks = [forge.section(), forge.interface(options=forge.option(9, b"\x09"))]
    for index in range(frames):
        size = noise.choice((0, 0, 40, 1400))
        options = noise.choice((b"", b"", own("old") + forge.END))
        blocks.append(forge.enhanced(noise.choice(data) + bytes(size), options=options, ticks=index * 1000))
        if index % 97 == 50:
            blocks.append(forge.simple(data[1]))
    return b"".join(blocks)


def threads() -> int:
    """Of this process, those that Python does not know of among them."""
    return len(os.listdir("/proc/self/task"))
