"""Bodies of functions: what each local is, found by passing over the text until nothing changes."""

import ast
from itertools import count

from pcapkit.translate.annotations import words
from pcapkit.translate.check_expressions import Expressions
from pcapkit.translate.check_loops import loop_variables, names_assigned
from pcapkit.translate.check_statements import AtEnds, Statements
from pcapkit.translate.declare_functions import Signature
from pcapkit.translate.diagnostics import Diagnostics, Refusal, RefusedError, Reporter
from pcapkit.translate.flow import Flow
from pcapkit.translate.placing import place_locals
from pcapkit.translate.remarks import RemarkTaker
from pcapkit.translate.scope import Given, Scope
from pcapkit.translate.source import Source
from pcapkit.translate.tree import Block, Declaration, Function, Integer, Local, Nothing, Type, Unknown
from pcapkit.translate.walk import calls_in

PASSES_BEFORE_WIDENING = 4


def check_function(signature: Signature, scope: Scope, source: Source) -> None:
    """Check a body and put it into its function; what is refused goes to the scope's reporter."""
    function, node = signature.function, signature.node
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    names = names_assigned(body)
    if not all(name.isascii() for name in names):
        bad = next(name for name in sorted(names) if not name.isascii())
        scope.reporter.note(node, Refusal.BAD_NAME, name=bad)
        return
    types: dict[str, Type] = {}
    at_ends: AtEnds = {}
    for passes in count():
        run = _Pass(signature, body, scope, source, types, at_ends)
        if run.types == types and _within(run.at_ends, at_ends):
            break
        types, at_ends = run.types, _widened(at_ends, run.at_ends) if passes >= PASSES_BEFORE_WIDENING else run.at_ends
    scope.reporter.diagnostics.found |= run.diagnostics.found
    for name, local in run.locals.items():
        local.type = types.get(name, local.type)
    function.body = run.block
    function.calls = calls_in(run.block)
    place_locals(function, loop_variables(body))


class _Pass:
    """One pass over a body; `types`: what each local was found to be, `at_ends`: at the end of each loop."""

    def __init__(
        self,
        signature: Signature,
        body: list[ast.stmt],
        scope: Scope,
        source: Source,
        types: dict[str, Type],
        at_ends: AtEnds,
    ) -> None:
        function = signature.function
        self.diagnostics = Diagnostics()
        reporter = Reporter(self.diagnostics, scope.reporter.file, scope.reporter.lines)
        loops = loop_variables(body)
        self.locals = {parameter.name: parameter for parameter in function.parameters}
        for name in sorted(names_assigned(body)):
            self.locals.setdefault(name, Local(name, Unknown()))
        own = _OwnScope(scope, reporter, frozenset(self.locals))
        self.types = dict(types) or {parameter.name: parameter.type for parameter in function.parameters}
        check = Expressions(own, self.locals, self.types, loops)
        self.at_ends = dict(at_ends)
        statements = Statements(function, check, RemarkTaker(source), self.at_ends)
        ranges = {
            parameter.name: parameter.type.range
            for parameter in function.parameters
            if isinstance(parameter.type, Integer)
        }
        flow = Flow(frozenset(parameter.name for parameter in function.parameters), frozenset(), ranges)
        self.block, end = statements.block(body, flow) if body else (Block([]), flow)
        if end is not None and not isinstance(function.returns, Nothing):
            words_of = {"name": function.name, "type": words(function.returns)}
            reporter.note(signature.node, Refusal.NO_RETURN, **words_of)


class _OwnScope(Scope):
    """A module's scope as one function sees it: its locals hide what the module calls by the same names.

    The reporter is its own, since of several passes only the last one counts.
    """

    def __init__(self, scope: Scope, reporter: Reporter, hidden: frozenset[str]) -> None:
        self.__dict__.update(scope.__dict__)
        self.reporter = reporter
        self.hidden = hidden

    def find(self, name: str) -> Declaration | Given | None:
        """What a name stands for, unless it is a local."""
        return None if name in self.hidden else super().find(name)


def _within(found: AtEnds, supposed: AtEnds) -> bool:
    """Whether a pass found nothing at the end of a loop that it had not supposed at its head."""
    return all(
        name in supposed.get(line, {}) and supposed[line][name].joined(known) == supposed[line][name]
        for line, at_end in found.items()
        for name, known in at_end.items()
    )


def _widened(before: AtEnds, after: AtEnds) -> AtEnds:
    """What ends the search: a bound that still moves is given up."""
    return {
        line: {
            name: before[line][name].widened(known) if name in before.get(line, {}) else known
            for name, known in at_end.items()
        }
        for line, at_end in after.items()
    }


def check_recursion(functions: list[tuple[Function, ast.FunctionDef, Reporter]]) -> None:
    """Refuse functions that can come to call themselves: stacks differ, and nothing would bound them."""
    done: set[Function] = set()
    where = {function: (node, reporter) for function, node, reporter in functions}

    def follow(function: Function, above: list[Function]) -> None:
        if function in above:
            node, reporter = where[function]
            chain = " -> ".join(step.name for step in above[above.index(function) :])
            reporter.note(node, Refusal.RECURSION, name=function.name, chain=chain)
            return
        if function in done:
            return
        done.add(function)
        for called in function.calls:
            follow(called, [*above, function])

    for function, _, _ in functions:
        try:
            follow(function, [])
        except RefusedError:
            continue
