"""The keys of both directions are each other's."""

import pytest

from pcapkit.layers.decode import decode
from pcapkit.layers.endpoints import key_of, key_of_replies
from pcapkit.layers.packet import Packet
from tests.dissectors.talk import frame_of


@pytest.mark.parametrize(("version", "length"), [(4, 12), (6, 36)])
def test_a_frame_and_its_reply(version: int, length: int) -> None:
    """Source first, then destination; addresses, then ports."""
    keys = []
    for who in "CS":
        frame, packet = frame_of(who, 16, 1, 1, 0, version=version), Packet()
        decode(frame, len(frame), 1, packet)
        keys.append((key_of(frame, packet), key_of_replies(frame, packet)))
    (to, back), reply = keys
    assert reply == (back, to)
    assert len(to) == length
    assert to[-4:] == (40000).to_bytes(2, "big") + (10000).to_bytes(2, "big")
