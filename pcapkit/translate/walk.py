"""All parts of a checked body."""

from collections.abc import Iterator

from pcapkit.translate.tree import (
    Arithmetic,
    Assign,
    AttributeUse,
    Block,
    Call,
    Choice,
    Compare,
    Do,
    Expression,
    Flag,
    For,
    Function,
    GivenCall,
    If,
    IsNone,
    Joined,
    Logic,
    LowBits,
    Negative,
    Not,
    Return,
    Statement,
)


def inside(expression: Expression) -> tuple[Expression, ...]:
    """The expressions that one is made of."""
    match expression:
        case AttributeUse(of=of):
            return (of,)
        case Arithmetic(left=a, right=b) | Compare(left=a, right=b) | Joined(left=a, right=b):
            return a, b
        case Flag(value=value, mask=mask):
            return value, mask
        case LowBits(value=value) | Negative(value=value) | Not(value=value) | IsNone(value=value):
            return (value,)
        case Logic(operands=operands):
            return operands
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return condition, then, otherwise
        case Call(arguments=arguments) | GivenCall(arguments=arguments):
            return arguments
        case _:
            return ()


def own_expressions(statement: Statement) -> tuple[Expression, ...]:
    """The expressions of a statement, without those of the blocks in it."""
    match statement:
        case Assign(target=target, value=value):
            return value, target
        case If(branches=branches):
            return tuple(branch.condition for branch in branches)
        case For(start=start, stop=stop):
            return start, stop
        case Return(value=value) if value is not None:
            return (value,)
        case Do(call=call):
            return (call,)
        case _:
            return ()


def own_blocks(statement: Statement) -> tuple[Block, ...]:
    """The blocks of a statement."""
    match statement:
        case If(branches=branches, otherwise=otherwise):
            return (*(branch.body for branch in branches), *([otherwise] if otherwise is not None else []))
        case For(body=body):
            return (body,)
        case _:
            return ()


def whole(expression: Expression) -> Iterator[Expression]:
    """An expression and all that it is made of."""
    yield expression
    for part in inside(expression):
        yield from whole(part)


def statements_in(block: Block) -> Iterator[Statement]:
    """All statements of a block, those of inner blocks too."""
    for statement in block.statements:
        yield statement
        for inner in own_blocks(statement):
            yield from statements_in(inner)


def expressions_in(block: Block) -> Iterator[Expression]:
    """All expressions of a block and their parts."""
    for statement in statements_in(block):
        for expression in own_expressions(statement):
            yield from whole(expression)


def calls_in(block: Block) -> list[Function]:
    """The functions that a block calls, each once, in the order of the text."""
    found: dict[Function, None] = {}
    for expression in expressions_in(block):
        if isinstance(expression, Call):
            found[expression.function] = None
    return list(found)
