"""The engine for tests: there, or the test is skipped with the reason why it is not."""

from types import ModuleType

from pcapkit.fast import load
from tests.needs import need


def need_engine() -> ModuleType:
    """The engine's module."""
    found = load()
    need(isinstance(found, ModuleType), f"the engine: {found}")
    assert isinstance(found, ModuleType)
    return found
