"""Building the engine: the layers printed, Cython run over engine.pyx, a C compiler over both. For setup.py."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from pcapkit.fast.sources import digest
from pcapkit.native.compiling import FLAGS, HEADERS, to_c
from pcapkit.native.print_layers import print_layers

if TYPE_CHECKING:
    from setuptools import Extension

NAME: Final = "pcapkit.fast.engine"
_HERE: Final = Path(__file__).parent


def extension() -> "Extension":
    """The extension, without sources yet: `add_sources` makes them."""
    from setuptools import Extension

    return Extension(
        NAME,
        sources=[],
        extra_compile_args=[*FLAGS, "-Wno-unused-variable"],
        extra_link_args=["-pthread"],
        optional=True,
    )


def add_sources(made: "Extension", folder: Path) -> None:
    """Translate the engine to C, in `folder`. Raises ImportError without Cython, RuntimeError where it refuses."""
    folder.mkdir(parents=True, exist_ok=True)
    header, layers = print_layers()
    (folder / "packet_layout.h").write_text(header, encoding="utf-8")
    (folder / "layers.pxi").write_text(layers, encoding="utf-8")
    (folder / "digest.pxi").write_text(f'DIGEST = "{digest()}"\n', encoding="utf-8")
    text = (_HERE / "engine.pyx").read_text(encoding="utf-8")
    made.sources = [str(to_c(text, folder, "engine", (str(folder), str(_HERE))))]
    made.include_dirs = [str(folder), str(_HERE), str(HEADERS)]
