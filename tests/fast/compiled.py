"""The engine, for tests of what only native code does."""

from types import ModuleType

from pcapkit import fast
from tests.needs import need


def engine() -> ModuleType:
    """The engine's module; skips the test where pcapkit runs in Python."""
    found = fast.load()
    if isinstance(found, str):
        need(False, f"the engine: {found}")
        raise AssertionError  # need has not returned
    return found
