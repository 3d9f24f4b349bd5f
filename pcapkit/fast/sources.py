"""Of which sources the engine is made: so that one compiled from others is not used."""

import os
from importlib.util import source_hash
from typing import Final

import pcapkit

_ROOT: Final = os.path.dirname(pcapkit.__file__)
_MADE_OF: Final = (("fast", (".h", ".pyx", ".pxi")), ("layers", (".py",)), ("native", (".h",)))


def digest() -> str:
    """The hash of all that goes into the engine, names and bytes: the one by which Python knows its own caches."""
    paths = ["version.py"]
    for folder, endings in _MADE_OF:
        names = sorted(os.listdir(os.path.join(_ROOT, folder)))
        paths += [f"{folder}/{name}" for name in names if name.endswith(endings)]
    pieces = []
    for path in paths:
        with open(os.path.join(_ROOT, path), "rb", buffering=0) as source:
            content = source.read()
        pieces += [f"{path} {len(content)}\n".encode(), content]
    return source_hash(b"".join(pieces)).hex()
