"""What tests of the native runtime share: the handshake dissector, compiled once."""

import pytest

from pcapkit.dissector import Dissector
from tests.native.compiled import compiled_handshake


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Dissector:
    """The compiled handshake dissector."""
    return compiled_handshake(tmp_path_factory)
