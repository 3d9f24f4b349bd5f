"""Whether the engine may be used: made of the sources that are here, by someone to be trusted, not switched off."""

import os
import shutil
import struct
from pathlib import Path
from types import ModuleType

import pytest

import pcapkit
from pcapkit import fast, native
from pcapkit.fast import sources
from pcapkit.native.print_layers import ENTRIES, print_layers
from tests.fast.engine import need_engine
from tests.needs import need


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test loads for itself."""
    monkeypatch.setattr(fast, "_loaded", None)
    monkeypatch.delenv("PCAPKIT_NO_EXTENSIONS", raising=False)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what the engine is made of, and of the engine; taken for the package itself."""
    path = Path(need_engine().__file__ or "")
    for name in ("layers", "native", "fast"):
        shutil.copytree(Path(pcapkit.__file__).parent / name, tmp_path / name)
    shutil.copy(Path(pcapkit.__file__).parent / "version.py", tmp_path)
    monkeypatch.setattr(sources, "_ROOT", tmp_path)
    monkeypatch.setattr(fast, "_HERE", tmp_path / "fast")
    monkeypatch.setattr(fast, "_loaded", None)
    return tmp_path / "fast" / path.name


def test_it_is_loaded_once() -> None:
    """And then there is no reason for Python."""
    assert isinstance(need_engine(), ModuleType)
    assert fast.load() is fast.load()
    assert fast.available() is None


def test_a_copy_is_as_good(tree: Path) -> None:
    """What counts is the sources."""
    assert isinstance(fast.load(), ModuleType)


@pytest.mark.parametrize("name", ["layers/tcp.py", "native/program.h", "fast/text.h", "fast/engine.pyx", "version.py"])
def test_one_of_other_sources_is_not_used(name: str, tree: Path) -> None:
    """Any of them may have been edited."""
    path = tree.parent.parent / name
    path.write_bytes(path.read_bytes() + b"\n")
    assert fast.available() == f"{tree.name} was compiled from another version of pcapkit: install it again"


def test_one_that_is_no_library_is_no_crash(tree: Path) -> None:
    """Cut off, for example."""
    tree.unlink()
    tree.write_bytes(b"\x7fELF")
    assert str(fast.available()).startswith(f"{tree.name} cannot be loaded: ")


def test_what_others_could_have_written_is_not_loaded(tree: Path) -> None:
    """Loading runs it."""
    need(os.geteuid() == 0, "root")
    tree.chmod(0o666)
    assert f"{tree.name} is not used: as root" in str(fast.available())


def test_without_it(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python does it, and `pcapkit --version` says so."""
    tree.unlink()
    assert fast.available() == "the engine is not compiled"
    if native.state().startswith("native"):
        assert native.state() == "native dissectors, fed from Python: the engine is not compiled"
    monkeypatch.setenv("PCAPKIT_NO_EXTENSIONS", "1")
    assert fast.available() == "PCAPKIT_NO_EXTENSIONS is set"


def test_layers_are_printed_whole() -> None:
    """Each entry is a function, and each record is laid out without gaps."""
    header, cython = print_layers()
    for module, name in ENTRIES.items():
        assert f" {module.rpartition('.')[2]}__{name}(" in cython
    assert "#define TCP_ACK 16\n" in header
    assert "#define FLAW_TRUNCATED 1\n" in header
    engine = need_engine()
    sizes = {name: size for name, size, in_c in engine.RECORD_SIZES if size == in_c}
    assert sizes["Segment"] == struct.calcsize("=HHIIBHHI")
    assert sizes["Packet"] == sizes["Segment"] + struct.calcsize("=IIHBHBBIIBH?II?B")
