"""Modules are read, never run; what is wrong with a file is told as a diagnostic or a FileError."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcapkit.errors import FileError
from pcapkit.translate import TranslationError, lua_for, translate
from pcapkit.translate.plugin import translate_functions
from pcapkit.translate.source import find

PROJECT = Path(__file__).resolve().parents[2]
DISSECTORS = sorted(path for path in (PROJECT / "dissectors").glob("*.py") if path.name != "__init__.py")


def test_no_module_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the file, nor what it imports, nor the packages around that."""
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / "never_run"
    package.mkdir()
    bomb = f"open({str(tmp_path / 'has run')!r}, 'w')\n"
    (package / "__init__.py").write_text(bomb)
    (package / "layer.py").write_text("from pcapkit.subset import U32\n" + bomb)
    (tmp_path / "case.py").write_text("from never_run.layer import x\n" + bomb)
    with pytest.raises(TranslationError) as caught:
        translate(tmp_path / "case.py")
    assert {one.refusal for one in caught.value.diagnostics} >= {"MODULE_STATEMENT", "NOT_DECLARED_THERE"}
    assert not (tmp_path / "has run").exists()
    assert find("never_run.layer") == package / "layer.py"


@pytest.mark.parametrize(
    "name", ["no_such_module", "no.such", "sys", "_socket", "pcapkit.layers.nothing", "", ".", "a..b"]
)
def test_a_module_that_is_not_there(name: str) -> None:
    """Absent, built in, compiled, or no name at all."""
    assert find(name) is None
    with pytest.raises(FileError, match="no module of that name"):
        lua_for(name)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Absent, or a folder."""
    for path in (tmp_path / "nothing.py", tmp_path):
        with pytest.raises(FileError, match="cannot be read"):
            translate(path)


@pytest.mark.parametrize(
    "text", [b"\xff\xfe", b"x = '\xe4'", b"# coding: nonsense\n", b"\0", b"if 1:\n  x\n y", b"(" * 300, b"x = 1\n\0"]
)
def test_a_file_that_is_not_python(text: bytes, tmp_path: Path) -> None:
    """Told with a place, whatever is in it."""
    (tmp_path / "case.py").write_bytes(text)
    with pytest.raises(TranslationError) as caught:
        translate_functions(tmp_path / "case.py", [])
    assert {one.refusal for one in caught.value.diagnostics} <= {"SYNTAX", "TOO_DEEP"}


SEED = (PROJECT / "pcapkit" / "layers" / "ipv6.py").read_text()
WORDS = sorted(
    set(SEED.replace("(", " ( ").replace(")", " ) ").split()) | {"lambda", "0", "-1", "None", "%", "//", "is"}
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_translated(tmp_path: Path, data: st.DataObject) -> None:
    """A word changed here or there: a diagnostic with a place in the file, or Lua; never another error."""
    lines = SEED.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        line = data.draw(st.integers(0, len(lines) - 1))
        words = lines[line].split(" ")
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(st.sampled_from(WORDS))
        lines[line] = " ".join(words)
    (tmp_path / "case.py").write_text("\n".join(lines) + "\n")
    try:
        translate_functions(tmp_path / "case.py", ["ipv6", "extensions", "is_extension"])
    except TranslationError as error:
        for one in error.diagnostics:
            assert 1 <= one.line <= len(lines) + 1
            assert one.column >= 1


@pytest.mark.parametrize("path", DISSECTORS, ids=lambda path: path.stem)
def test_the_lua_beside_a_dissector_is_what_the_translator_makes(path: Path) -> None:
    """Byte for byte."""
    assert path.with_suffix(".lua").read_text(encoding="utf-8") == lua_for(path) == lua_for(f"dissectors.{path.stem}")
