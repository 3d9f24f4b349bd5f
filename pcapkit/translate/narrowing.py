"""What a comparison tells of the locals in it, where it holds and where it does not."""

from pcapkit.translate.flow import Flow
from pcapkit.translate.ranges import Range
from pcapkit.translate.tree import Compare, Expression, Integer, LocalUse

CONTRARY = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
TURNED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def narrowed(made: Compare, flow: Flow) -> tuple[Flow, Flow]:
    """The flow where a comparison of two integers holds, and where it does not."""
    return _where(made.op, made, flow), _where(CONTRARY[made.op], made, flow)


def _where(op: str, made: Compare, flow: Flow) -> Flow:
    flow = _one_side(op, made.left, made.right, flow)
    return _one_side(TURNED[op], made.right, made.left, flow)


def _one_side(op: str, side: Expression, other: Expression, flow: Flow) -> Flow:
    if not (isinstance(side, LocalUse) and isinstance(side.type, Integer) and isinstance(other.type, Integer)):
        return flow
    known = flow.ranges.get(side.local.name)
    if known is None:
        return flow
    return flow.with_range(side.local.name, _limited(op, known, other.type.range))


def _limited(op: str, known: Range, by: Range) -> Range:
    """What of a range is left where it compares so with a value of another."""
    match op:
        case "==":
            return known.narrowed(by)
        case "!=":
            if by.only is not None and known.low == by.only:
                return known.narrowed(Range(by.only + 1, None))
            if by.only is not None and known.high == by.only:
                return known.narrowed(Range(None, by.only - 1))
            return known
        case "<" | "<=":
            return known.narrowed(Range(None, None if by.high is None else by.high - (op == "<")))
        case _:
            return known.narrowed(Range(None if by.low is None else by.low + (op == ">"), None))
