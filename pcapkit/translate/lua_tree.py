"""A small tree of Lua: what every Lua from 5.1 to 5.5 and LuaJIT reads alike, and no more."""

from dataclasses import dataclass

# Expressions


@dataclass(frozen=True, slots=True)
class Number:
    """A number, as it is to be written."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, or nil, true, false."""

    name: str


@dataclass(frozen=True, slots=True)
class Dot:
    """`of.name`."""

    of: "Expression"
    name: str


@dataclass(frozen=True, slots=True)
class Bracket:
    """`of[key]`."""

    of: "Expression"
    key: "Expression"


@dataclass(frozen=True, slots=True)
class Binary:
    """`left op right`."""

    op: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Unary:
    """`op value`, op one of - # not."""

    op: str
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition and then or otherwise`; `then` is never false or nil."""

    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"


@dataclass(frozen=True, slots=True)
class Invoke:
    """`function(arguments)`."""

    function: "Expression"
    arguments: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a table: `name = value` or `[number] = value`, and the comments before and behind."""

    key: str
    value: "Expression"
    before: tuple[str, ...] = ()
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Constructor:
    """`{ ... }`, an entry a line."""

    entries: tuple[Entry, ...]


Expression = Number | Text | Name | Dot | Bracket | Binary | Unary | Choice | Invoke | Constructor

# Statements


@dataclass(frozen=True, slots=True)
class Comment:
    """Lines of comment."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class Local:
    """`local names = value`."""

    names: tuple[str, ...]
    value: Expression | None = None
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Set:
    """`target = value`."""

    target: Expression
    value: Expression
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Perform:
    """A call for what it does."""

    call: Invoke
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Return:
    """`return value`, the last statement of a block."""

    value: Expression | None = None
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """`break`, the last statement of a block."""

    behind: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """`if condition then` or `elseif condition then` and its block; `else` where the condition is None."""

    condition: Expression | None
    body: "tuple[Statement, ...]"
    before: tuple[str, ...] = ()
    behind: str = ""


@dataclass(frozen=True, slots=True)
class If:
    """Cases in their order."""

    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class For:
    """`for name = start, last, step do`."""

    name: str
    start: Expression
    last: Expression
    step: int
    body: "tuple[Statement, ...]"
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """`local function name(parameters)`; without `local` where the name was announced before."""

    name: str
    parameters: tuple[str, ...]
    body: "tuple[Statement, ...]"
    announced: bool = False


@dataclass(frozen=True, slots=True)
class Do:
    """`do ... end`: what is local in it ends with it."""

    body: "tuple[Statement, ...]"


Statement = Comment | Blank | Local | Set | Perform | Return | Break | If | For | Function | Do
