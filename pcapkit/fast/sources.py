"""Of which sources the engine is made: so that one compiled from others is not used."""

import hashlib
from pathlib import Path

import pcapkit

_ROOT = Path(pcapkit.__file__).parent
_MADE_OF = ("version.py", "layers/*.py", "native/*.h", "fast/*.h", "fast/*.pyx", "fast/*.pxi")


def digest() -> str:
    """The SHA-256 of all that goes into the engine, names and bytes."""
    made = hashlib.sha256()
    for pattern in _MADE_OF:
        for path in sorted(_ROOT.glob(pattern)):
            content = path.read_bytes()
            made.update(f"{path.relative_to(_ROOT).as_posix()} {len(content)}\n".encode())
            made.update(content)
    return made.hexdigest()
