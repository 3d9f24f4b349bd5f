"""When native code is used, and what is said when it is not."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest

from pcapkit.dissector import Dissector, Run, find_one
from pcapkit.entry_points import EntryPoint
from pcapkit.errors import OptionError
from pcapkit.native import available, begin, build, describe, loading, print_cython, state
from pcapkit.translate import TranslationError
from tests.needs import PROJECT, need


@pytest.fixture(autouse=True)
def nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test looks for itself."""
    monkeypatch.setattr(loading, "_loaded", {})
    monkeypatch.delenv("PCAPKIT_NO_EXTENSIONS", raising=False)


def copied(compiled: Dissector, folder: Path) -> Path:
    """The dissector and its compiled form in another folder; returns the source."""
    for file in compiled.path.parent.glob("tcp_handshake*"):
        if file.is_file():
            shutil.copy(file, folder)
    return folder / compiled.path.name


def test_a_compiled_dissector_runs_natively(compiled: Dissector) -> None:
    """That is what it was compiled for."""
    assert available(compiled) is None
    assert describe([compiled]) == "native code"
    assert type(begin(compiled)).__name__ == "NativeRun"


@pytest.mark.parametrize(("value", "off"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_the_environment_switches_it_off(
    value: str, off: bool, compiled: Dissector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PCAPKIT_NO_EXTENSIONS, at any time."""
    monkeypatch.setenv("PCAPKIT_NO_EXTENSIONS", value)
    assert isinstance(begin(compiled), Run) == off
    assert describe([compiled]) == ("Python: PCAPKIT_NO_EXTENSIONS is set" if off else "native code")


def test_the_state_is_told_without_running_a_dissector(
    compiled: Dissector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what lies beside the installed dissectors."""
    points = [EntryPoint("tcp_handshake", "state_of_this.tcp_handshake")]
    monkeypatch.setattr("pcapkit.entry_points.entry_points", lambda group: points)
    package = tmp_path / "state_of_this"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "tcp_handshake.py").write_text("raise SystemExit('this was run')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert state() == "Python: tcp_handshake not compiled"
    for file in compiled.path.parent.glob("*.so"):
        shutil.copy(file, package)
    monkeypatch.setattr("pcapkit.fast.available", lambda: None)
    assert state() == "native code"
    monkeypatch.setenv("PCAPKIT_NO_EXTENSIONS", "1")
    assert state() == "Python: PCAPKIT_NO_EXTENSIONS is set"


def test_without_a_compiled_form_it_is_python(tmp_path: Path) -> None:
    """And the reason says so."""
    shutil.copy(PROJECT / "dissectors" / "tcp_handshake.py", tmp_path)
    dissector = find_one(str(tmp_path / "tcp_handshake.py"))
    assert isinstance(begin(dissector), Run)
    assert available(dissector) == "no compiled form of tcp_handshake.py is beside it"


def test_one_that_was_compiled_from_another_source_is_not_used(compiled: Dissector, tmp_path: Path) -> None:
    """An edited dissector says what its author wrote, not what was compiled."""
    source = copied(compiled, tmp_path)
    source.write_text(source.read_text() + "\n# changed\n")
    dissector = find_one(str(source))
    assert isinstance(begin(dissector), Run)
    assert "compiled from another version of tcp_handshake.py: compile it again" in str(available(dissector))
    reasons = describe([compiled, dissector])
    assert reasons.startswith("tcp_handshake: ")


def test_layers_that_changed_count_too(compiled: Dissector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their text went into the compiled form as well."""
    other = tmp_path / "tcp.py"
    other.write_text("# no TCP\n")
    monkeypatch.setattr("pcapkit.layers.tcp.__file__", str(other))
    assert "another version of pcapkit.layers.tcp" in str(available(compiled))


def test_layers_need_not_be_imported(compiled: Dissector, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is their file that is looked at."""
    monkeypatch.delitem(sys.modules, "pcapkit.layers.decode", raising=False)
    assert available(compiled) is None
    assert "pcapkit.layers.decode" not in sys.modules
    loading._loaded.clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "another version of pcapkit.layers.decode" in str(available(compiled))


def test_a_broken_file_is_no_crash(compiled: Dissector, tmp_path: Path) -> None:
    """Cut off, or nothing of the kind."""
    source = copied(compiled, tmp_path)
    (extension,) = tmp_path.glob("*.so")
    extension.write_bytes(b"no library")
    dissector = find_one(str(source))
    assert isinstance(begin(dissector), Run)
    assert "cannot be loaded" in str(available(dissector))


def test_a_face_of_another_version_is_not_used(compiled: Dissector, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer pcapkit asks for a newer compiled form."""
    monkeypatch.setattr(loading, "FACE", 10**6)
    assert "another version of pcapkit" in str(available(compiled))


def test_what_the_subset_refuses_is_not_compiled(tmp_path: Path) -> None:
    """The refusals are those of translation."""
    bad = tmp_path / "bad.py"
    bad.write_text("from pcapkit.subset import U8\n\n\ndef f(a: U8) -> U8:\n    while True:\n        a = a\n")
    with pytest.raises(TranslationError, match="while"):
        print_cython(bad)


def test_without_a_compiler_there_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed, and what to do."""
    pytest.importorskip("Cython")
    monkeypatch.setenv("CC", "false")
    with pytest.raises(OptionError, match=r"the C compiler did not make tcp_handshake_native: .*is one installed"):
        build(PROJECT / "dissectors" / "tcp_handshake.py", tmp_path)
    assert not list(tmp_path.iterdir())


def marking(folder: Path, monkeypatch: pytest.MonkeyPatch, then: str = "") -> tuple[Dissector, Path]:
    """A dissector with an extension in place of which a module of Python runs; the file that shows it did."""
    shutil.copy(PROJECT / "dissectors" / "tcp_handshake.py", folder)
    mark = folder / "was_run"
    extension = folder / "tcp_handshake_native.py"
    extension.write_text(f"import pathlib\npathlib.Path({str(mark)!r}).touch()\n{then}\n")
    extension.chmod(0o644)
    monkeypatch.setattr(loading, "_beside", lambda source: extension)
    return find_one(str(folder / "tcp_handshake.py")), mark


@pytest.mark.parametrize(
    "then", ["raise RuntimeError('no such processor')", "1 / 0", "x = = 1", "FACE, NAME = 1, 'tcp_handshake'"]
)
def test_whatever_an_extension_raises_there_is_python(
    then: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only what importing is known to raise; the last has no SOURCES."""
    monkeypatch.setattr(loading, "FACE", 1)
    dissector, _ = marking(tmp_path, monkeypatch, then)
    assert isinstance(begin(dissector), Run)
    assert "tcp_handshake_native.py cannot be loaded: " in str(available(dissector))


@pytest.mark.parametrize(
    ("place", "owner", "mode"),
    [
        ("tcp_handshake_native.py", 65534, 0o644),
        ("tcp_handshake_native.py", 0, 0o664),
        ("tcp_handshake_native.py", 0, 0o646),
        (".", 65534, 0o755),
        (".", 0, 0o775),
        (".", 0, 0o1777),
    ],
)
def test_root_does_not_run_what_others_could_have_written(
    place: str, owner: int, mode: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even to look whether it is of the right source."""
    need(os.geteuid() == 0, "root")
    dissector, mark = marking(tmp_path, monkeypatch)
    os.chown(tmp_path / place, owner, -1)
    (tmp_path / place).chmod(mode)
    assert isinstance(begin(dissector), Run)
    assert "tcp_handshake_native.py is not used: " in str(available(dissector))
    assert not mark.exists()
    os.chown(tmp_path / place, 0, -1)
    (tmp_path / place).chmod(0o755)
    loading._loaded.clear()
    assert "another version of pcapkit" in str(available(dissector))
    assert mark.exists()


def test_nobody_runs_what_belongs_to_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only root's, and one's own."""
    need(os.geteuid() == 0, "root")
    dissector, mark = marking(tmp_path, monkeypatch)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    os.chown(tmp_path / "tcp_handshake_native.py", 1001, -1)
    assert "belongs to user 1001" in str(available(dissector))
    assert not mark.exists()
    os.chown(tmp_path / "tcp_handshake_native.py", 1000, -1)
    loading._loaded.clear()
    assert "another version of pcapkit" in str(available(dissector))
    assert mark.exists()
