"""In which block a local lives: the innermost one that holds all its uses."""

from pcapkit.translate.tree import Block, Function, Local, LocalUse
from pcapkit.translate.walk import own_blocks, own_expressions, whole


def place_locals(function: Function, loop_variables: set[str]) -> None:
    """Fill in `locals` of each block of a function; parameters and loop variables have their place already."""
    assert function.body is not None
    uses: dict[Local, list[Block]] = {}
    _collect(function.body, [], uses)
    for local, path in uses.items():
        if not local.parameter and local.name not in loop_variables:
            path[-1].locals.append(local)


def _collect(block: Block, above: list[Block], uses: dict[Local, list[Block]]) -> None:
    path = [*above, block]
    for statement in block.statements:
        for expression in own_expressions(statement):
            for part in whole(expression):
                if isinstance(part, LocalUse):
                    uses[part.local] = _common(uses.get(part.local, path), path)
        for inner in own_blocks(statement):
            _collect(inner, path, uses)


def _common(a: list[Block], b: list[Block]) -> list[Block]:
    """The blocks that two places share, from the outside in."""
    length = 0
    while length < min(len(a), len(b)) and a[length] is b[length]:
        length += 1
    return a[:length]
