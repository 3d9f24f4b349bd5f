"""Loops: each over a range whose length the types bound."""

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcapkit.translate.check_arithmetic import range_of
from pcapkit.translate.constants import constant_value
from pcapkit.translate.diagnostics import Refusal
from pcapkit.translate.flow import Flow
from pcapkit.translate.ranges import Range
from pcapkit.translate.tree import Expression, Integer, Literal

if TYPE_CHECKING:
    from pcapkit.translate.check_expressions import Expressions

MOST_TURNS = 2**16
"""A frame is read in one go: a loop over all bytes of the longest IP datagram is the longest there can be."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range: from `start` to before `stop`, at most `most` turns; `range`: what the variable can be."""

    start: Expression
    stop: Expression
    step: int
    most: int
    range: Range


def check_bounds(node: ast.For, check: "Expressions", flow: Flow) -> Bounds:
    """The range that a loop runs over."""
    match node.iter:
        case ast.Call(func=ast.Name(id="range"), args=[_] | [_, _] | [_, _, _] as arguments, keywords=[]):
            pass
        case _:
            check.reporter.refuse(node.iter, Refusal.LOOP_RANGE)
    start: Expression = Literal(0, "0", Integer(Range(0, 0)))
    if len(arguments) > 1:
        start = check.integer(arguments[0], flow, "the start of a range")
    stop = check.integer(arguments[1 if len(arguments) > 1 else 0], flow, "the end of a range")
    step = 1
    if len(arguments) == 3:
        stated = constant_value(arguments[2], check.scope)
        if stated is None or stated <= 0:
            check.reporter.refuse(arguments[2], Refusal.LOOP_STEP)
        step = stated
    low, high = range_of(start).low, range_of(stop).high
    if low is None or high is None:
        check.reporter.refuse(node.iter, Refusal.LOOP_OPEN)
    most = max(0, -(-(high - low) // step))
    if most > MOST_TURNS:
        check.reporter.refuse(node.iter, Refusal.LOOP_BOUND, count=most, most=MOST_TURNS)
    return Bounds(start, stop, step, most, Range(low, max(low, high - 1)))


def names_assigned(nodes: list[ast.stmt]) -> frozenset[str]:
    """The locals that statements assign, loop variables included."""
    return frozenset(
        part.id
        for node in nodes
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    )


def loop_variables(nodes: list[ast.stmt]) -> set[str]:
    """The locals that are the variable of a loop and assigned nowhere else."""
    loops: set[str] = set()
    others: set[str] = set()
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.For) and isinstance(part.target, ast.Name):
                loops.add(part.target.id)
            elif isinstance(part, ast.Assign | ast.AugAssign | ast.AnnAssign):
                targets = part.targets if isinstance(part, ast.Assign) else [part.target]
                others.update(target.id for target in targets if isinstance(target, ast.Name))
    return loops - others
