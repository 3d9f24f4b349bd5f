"""The text of a Lua tree: four spaces, parentheses only where they are needed, long conditions over several lines."""

from pcapkit.translate.lua_tree import (
    Binary,
    Blank,
    Bracket,
    Break,
    Case,
    Choice,
    Comment,
    Constructor,
    Do,
    Dot,
    Entry,
    Expression,
    For,
    Function,
    If,
    Invoke,
    Local,
    Name,
    Number,
    Perform,
    Return,
    Set,
    Statement,
    Text,
    Unary,
)

INDENT = "    "
LINE_LENGTH = 110

PRECEDENCE = {
    "or": 1,
    "and": 2,
    "<": 3,
    ">": 3,
    "<=": 3,
    ">=": 3,
    "~=": 3,
    "==": 3,
    "..": 5,
    "+": 6,
    "-": 6,
    "*": 7,
    "/": 7,
    "%": 7,
}
UNARY, ATOM = 8, 9


def print_lua(statements: "list[Statement] | tuple[Statement, ...]", depth: int = 0) -> str:
    """The text of statements, each on lines of its own."""
    return "".join(line.rstrip() + "\n" for statement in statements for line in _lines(statement, depth))


def quoted(text: str) -> str:
    """A Lua string with this text, in printable ASCII and UTF-8 letters."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(_letter(letter) for letter in plain) + '"'


def _letter(letter: str) -> str:
    if letter.isprintable():
        return letter
    return "".join(f"\\{byte:03d}" for byte in letter.encode(errors="surrogatepass"))


def comment_line(text: str) -> str:
    """A line of comment; a text that Lua would take for the start of a long comment is kept from being one."""
    return ("-- " + text).rstrip()


def _lines(statement: Statement, depth: int) -> list[str]:
    pad = INDENT * depth
    match statement:
        case Comment(lines=lines):
            return [pad + comment_line(line) for line in lines]
        case Blank():
            return [""]
        case Local(names=names, value=None, behind=behind):
            return [f"{pad}local {', '.join(names)}{_behind(behind)}"]
        case Local(names=names, value=value, behind=behind) if value is not None:
            return _assigned(f"{pad}local {', '.join(names)} = ", value, behind, depth)
        case Set(target=target, value=value, behind=behind):
            return _assigned(f"{pad}{expression(target)} = ", value, behind, depth)
        case Perform(call=call, behind=behind):
            return _assigned(pad, call, behind, depth)
        case Return(value=None, behind=behind):
            return [f"{pad}return{_behind(behind)}"]
        case Return(value=value, behind=behind) if value is not None:
            return _assigned(f"{pad}return ", value, behind, depth)
        case Break(behind=behind):
            return [f"{pad}break{_behind(behind)}"]
        case If(cases=cases):
            return [*(line for index, case in enumerate(cases) for line in _case(case, index, depth)), f"{pad}end"]
        case For(name=name, start=start, last=last, step=step, body=body, behind=behind):
            by = f", {step}" if step != 1 else ""
            head = f"{pad}for {name} = {expression(start)}, {expression(last)}{by} do{_behind(behind)}"
            return [head, *_block(body, depth + 1), f"{pad}end"]
        case Do(body=body):
            return [f"{pad}do", *_block(body, depth + 1), f"{pad}end"]
        case Function(name=name, parameters=parameters, body=body, announced=announced):
            head = f"{pad}{'' if announced else 'local '}function {name}({', '.join(parameters)})"
            return [head, *_block(body, depth + 1), f"{pad}end"]
    raise AssertionError(statement)


def _block(body: tuple[Statement, ...], depth: int) -> list[str]:
    return [line for statement in body for line in _lines(statement, depth)]


def _case(case: Case, index: int, depth: int) -> list[str]:
    pad = INDENT * depth
    above = [pad + comment_line(line) for line in case.before] if index == 0 else []
    inner = [pad + INDENT + comment_line(line) for line in case.before] if index > 0 else []
    if case.condition is None:
        head = [f"{pad}else{_behind(case.behind)}"]
    else:
        word = "if" if index == 0 else "elseif"
        head = [f"{pad}{word} {expression(case.condition)} then{_behind(case.behind)}"]
        if len(head[0]) > LINE_LENGTH:
            broken = _broken(case.condition, pad + INDENT)
            head = [f"{pad}{word}", *broken, f"{pad}then{_behind(case.behind)}"] if len(broken) > 1 else head
    return [*above, *head, *inner, *_block(case.body, depth + 1)]


def _assigned(start: str, value: Expression, behind: str, depth: int) -> list[str]:
    pad = INDENT * depth
    if isinstance(value, Constructor):
        lines = _constructor(value, depth)
        return [start + lines[0].lstrip(), *lines[1:-1], lines[-1] + _behind(behind)]
    line = start + expression(value)
    if len(line) > LINE_LENGTH and isinstance(value, Invoke):
        inner = [f"{pad}{INDENT}{expression(argument)}," for argument in value.arguments]
        inner[-1] = inner[-1][:-1]
        return [f"{start}{expression(value.function)}(", *inner, f"{pad}){_behind(behind)}"]
    if len(line) > LINE_LENGTH:
        broken = _broken(value, pad + INDENT)
        if len(broken) > 1:
            broken[-1] += _behind(behind)
            return [start + broken[0].lstrip(), *broken[1:]]
    if behind and len(line) + len(behind) + 4 > LINE_LENGTH:
        return [pad + comment_line(behind), line]
    return [line + _behind(behind)]


def _broken(value: Expression, pad: str) -> list[str]:
    """A chain of `and` or `or`, an operand a line."""
    if not isinstance(value, Binary) or value.op not in {"and", "or"}:
        return [pad + expression(value)]
    operands: list[Expression] = []
    rest: Expression = value
    while isinstance(rest, Binary) and rest.op == value.op:
        operands.insert(0, rest.right)
        rest = rest.left
    level = PRECEDENCE[value.op]
    inside_or = value.op == "or"
    lines = [pad + _wrapped(rest, level, inside_or=inside_or)]
    return lines + [f"{pad}{value.op} {_wrapped(operand, level + 1, inside_or=inside_or)}" for operand in operands]


def _constructor(value: Constructor, depth: int) -> list[str]:
    pad = INDENT * depth
    if not value.entries:
        return [pad + "{}"]
    return [pad + "{", *(line for entry in value.entries for line in _entry(entry, depth + 1)), pad + "}"]


def _entry(entry: Entry, depth: int) -> list[str]:
    pad = INDENT * depth
    above = [pad + comment_line(line) for line in entry.before]
    key = f"{entry.key} = " if entry.key else ""
    if isinstance(entry.value, Constructor):
        lines = _constructor(entry.value, depth)
        lines = [pad + key + lines[0].lstrip(), *lines[1:]]
    else:
        lines = [pad + key + expression(entry.value)]
    line = lines[-1] + "," + _behind(entry.behind)
    if len(line) > LINE_LENGTH:
        return [*above, pad + comment_line(entry.behind), *lines[:-1], lines[-1] + ","]
    return [*above, *lines[:-1], line]


def _behind(text: str) -> str:
    return " " + comment_line(text) if text else ""


def expression(value: Expression) -> str:
    """The text of an expression, on one line."""
    match value:
        case Number(text=text):
            return text
        case Text(value=text):
            return quoted(text)
        case Name(name=name):
            return name
        case Dot(of=of, name=name):
            return f"{_wrapped(of, ATOM)}.{name}"
        case Bracket(of=of, key=key):
            return f"{_wrapped(of, ATOM)}[{expression(key)}]"
        case Unary(op=op, value=inner):
            text = _wrapped(inner, UNARY)
            # Two minus signs in a row would begin a comment.
            return f"{op} {text}" if op == "not" or text.startswith("-") else op + text
        case Binary(op=op, left=left, right=right):
            level = PRECEDENCE[op]
            to_the_right = op == ".."
            inside_or = op == "or"
            a = _wrapped(left, level + 1 if to_the_right or level == 3 else level, inside_or=inside_or)
            b = _wrapped(right, level if to_the_right else level + 1, inside_or=inside_or)
            return f"{a} {op} {b}"
        case Choice(condition=condition, then=then, otherwise=otherwise):
            a, b = _wrapped(condition, 2), _wrapped(then, 3)
            return f"{a} and {b} or {_wrapped(otherwise, 2)}"
        case Invoke(function=function, arguments=arguments):
            return f"{_wrapped(function, ATOM)}({', '.join(map(expression, arguments))})"
        case Constructor(entries=entries):
            inner_text = ", ".join(
                (f"{entry.key} = " if entry.key else "") + expression(entry.value) for entry in entries
            )
            return f"{{ {inner_text} }}" if entries else "{}"
    raise AssertionError(value)


def _wrapped(value: Expression, least: int, *, inside_or: bool = False) -> str:
    """The text of an operand, in parentheses where it binds less tightly than `least`."""
    text = expression(value)
    match value:
        case Binary(op=op):
            level = PRECEDENCE[op]
        case Choice():
            level = PRECEDENCE["or"]
        case Unary():
            level = UNARY
        case Number() if text.startswith("-"):
            level = UNARY
        case Number() | Text() | Constructor() if least == ATOM:
            level = 0
        case _:
            level = ATOM
    # `a or b and c` is right without them, and read more easily with them.
    unclear = isinstance(value, Binary) and value.op == "and" and least <= 2 and inside_or
    return f"({text})" if level < least or unclear else text
