"""Which name each thing gets in Lua: its own, unless Lua, the prelude or another module has that already."""

import re
from importlib.resources import files

from pcapkit.translate.tree import Constant, Declaration, Function, Local, Module, NamesClass, Record

KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """
        and break do else elseif end false for function goto if
        in local nil not or repeat return then true until while
        """,
    )
)


def template(name: str) -> str:
    """The text of a hand-written part."""
    return (files("pcapkit.translate") / name).read_text(encoding="utf-8")


def words_of(text: str) -> frozenset[str]:
    """Every name that a Lua text has in it, comments and strings left out."""
    code = re.sub(r'--[^\n]*|"[^"\n]*"', "", text)
    return frozenset(re.findall(r"[A-Za-z_]\w*", code))


def top_level_locals(text: str) -> frozenset[str]:
    """The locals that a Lua text declares at its top level."""
    found = re.findall(r"^local (?:function )?([\w, ]+)", text, re.MULTILINE)
    return frozenset(name.strip() for names in found for name in names.split(","))


def attribute_name(name: str) -> str:
    """The key of an attribute: with one `_` more where it is a keyword of Lua, with or without `_`."""
    return name + "_" if name.rstrip("_") in KEYWORDS else name


class LuaNames:
    """Names for the declarations of a chunk and for the locals of its functions; no two meet."""

    def __init__(self, taken: frozenset[str]) -> None:
        """`taken`: the names that declarations must not have, those of the prelude and of the glue."""
        self._taken = set(taken | KEYWORDS)
        self._given: dict[object, str] = {}
        self._prelude = top_level_locals(template("prelude.lua"))

    def declare(self, module: Module, reached: set[Declaration]) -> None:
        """Name what a module declares."""
        stem = module.name.rpartition(".")[2]
        for made in module.declarations:
            if made in reached:
                self._given[made] = self._free(made.name, stem)
            if made in reached and isinstance(made, Record):
                self._given[made, "new"] = self._free(f"new_{made.name}", stem)
            if made in reached and isinstance(made, NamesClass):
                self._given[made, "labels"] = self._free(f"{made.name}_labels", stem)

    def of(self, declaration: Constant | NamesClass | Function) -> str:
        """The name of a declaration."""
        return self._given[declaration]

    def new(self, record: Record) -> str:
        """The name of the function that makes a record."""
        return self._given[record, "new"]

    def labels(self, names: NamesClass) -> str:
        """The name of the table of labels."""
        return self._given[names, "labels"]

    def locals_of(self, function: Function, found: list[Local]) -> dict[Local, str]:
        """Names for the locals of one function, which hide nothing that it may use."""
        outer = set(self._given.values()) | KEYWORDS | self._prelude
        result: dict[Local, str] = {}
        for local in [*function.parameters, *found]:
            name = local.name
            while name in outer or name in result.values():
                name += "_"
            result[local] = name
        return result

    def _free(self, name: str, stem: str) -> str:
        if (
            name in self._taken
            and name not in KEYWORDS
            and f"{stem}_{name}" not in self._taken
            and name in self._given.values()
        ):
            name = f"{stem}_{name}"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name
