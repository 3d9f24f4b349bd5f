"""Modules as text: parsed, with their comments, and with the modules that they import. Nothing of them is run."""

import ast
import importlib.machinery
import importlib.util
import io
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path

from pcapkit.errors import FileError
from pcapkit.translate.diagnostics import Diagnostics, Refusal, Reporter
from pcapkit.translate.tree import Place

NOT_FOLLOWED = {"pcapkit.subset", "typing"}
"""Modules whose names are known here; a module of the subset imports no other but modules of the subset."""

_FOR_TOOLS = re.compile(r"#\s*(type:|noqa|ruff:|mypy:|pragma:|pylint:|fmt:)")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment without its `#`; `alone`: nothing else is on its line."""

    text: str
    column: int
    alone: bool


@dataclass(frozen=True, slots=True)
class Source:
    """One module: its name, its file as diagnostics name it, its syntax tree, and its comments by line."""

    name: str
    path: Path
    tree: ast.Module
    comments: dict[int, Comment]
    reporter: Reporter
    imports: tuple[str, ...]


def load(entry: Path | None, modules: tuple[str, ...], diagnostics: Diagnostics) -> list[Source]:
    """Parse a file, if one is given, the modules named, and all that they import; each comes after its own imports.

    Raises FileError where the file cannot be read; what cannot be parsed or found goes to `diagnostics`.
    """
    loaded: dict[str, Source] = {}
    first = _parse(entry.stem, entry, diagnostics) if entry is not None else None
    if first is not None:
        _follow(first, [], loaded, diagnostics)
    for name in modules:
        path = find(name)
        if path is None:
            place = Place(shown(entry) if entry is not None else name, 1, 1)
            diagnostics.add(place, Refusal.NO_MODULE, name=name)
        elif name not in loaded and (source := _parse(name, path, diagnostics)) is not None:
            _follow(source, [], loaded, diagnostics)
    entry_last = [source for source in loaded.values() if source is not first]
    return [*entry_last, first] if first is not None else entry_last


def find(name: str) -> Path | None:
    """The source file of a module, found without running its package."""
    paths = None
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        finder = importlib.machinery.PathFinder if count > 1 else importlib.util
        dotted = ".".join(parts[:count])
        try:
            spec = finder.find_spec(dotted, paths)
        except (ImportError, ValueError):
            return None
        if spec is None:
            return None
        paths = list(spec.submodule_search_locations or ())
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return None
    return Path(spec.origin)


def shown(path: Path) -> str:
    """The path as diagnostics name it: from the current folder where it is below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def imported_module(node: ast.AST) -> str | None:
    """The module of `from module import ...`, None for everything else."""
    return node.module if isinstance(node, ast.ImportFrom) and node.level == 0 else None


def _follow(source: Source, above: list[str], loaded: dict[str, Source], diagnostics: Diagnostics) -> None:
    above = [*above, source.name]
    for node in source.tree.body:
        name = imported_module(node)
        if name is None or name in NOT_FOLLOWED or name in loaded:
            continue
        if name in above:
            chain = " -> ".join(above[above.index(name) :])
            source.reporter.note(node, Refusal.CIRCULAR_IMPORT, name=name, chain=chain)
        elif (path := find(name)) is None:
            source.reporter.note(node, Refusal.NO_MODULE, name=name)
        elif (found := _parse(name, path, diagnostics)) is not None:
            _follow(found, above, loaded, diagnostics)
    loaded[source.name] = source


def _parse(name: str, path: Path, diagnostics: Diagnostics) -> Source | None:
    file = shown(path)
    try:
        with tokenize.open(path) as opened:
            text = opened.read()
    except OSError as error:
        raise FileError(f"{file}: cannot be read: {error.strerror}") from None
    except (SyntaxError, UnicodeDecodeError) as error:
        diagnostics.add(Place(file, 1, 1), Refusal.SYNTAX, message=str(error))
        return None
    lines = text.split("\n")
    try:
        tree = ast.parse(text)
        comments = _comments(text)
    except SyntaxError as error:
        diagnostics.add(Place(file, error.lineno or 1, error.offset or 1), Refusal.SYNTAX, message=error.msg)
        return None
    except (ValueError, tokenize.TokenError) as error:
        diagnostics.add(Place(file, 1, 1), Refusal.SYNTAX, message=str(error))
        return None
    except (RecursionError, MemoryError):
        diagnostics.add(Place(file, 1, 1), Refusal.TOO_DEEP)
        return None
    imports = tuple(module for node in tree.body if (module := imported_module(node)) is not None)
    return Source(name, path, tree, comments, Reporter(diagnostics, file, lines), imports)


def _comments(text: str) -> dict[int, Comment]:
    found = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and not _FOR_TOOLS.match(token.string):
            line, column = token.start
            found[line] = Comment(token.string[1:].strip(), column, not token.line[:column].strip())
    return found
