"""Dissectors as the program sees them: found by entry point or path, and run over frames in Python."""

from pcapkit.dissector.discovery import find, find_one
from pcapkit.dissector.run import Dissector, Run, Value, Values

__all__ = ["Dissector", "Run", "Value", "Values", "find", "find_one"]
