"""Bodies of functions: what each local is, found by passing over the text until nothing changes."""

import ast
from dataclasses import replace

from pcapkit.translate.annotations import words
from pcapkit.translate.check_expressions import Expressions
from pcapkit.translate.check_loops import loop_variables, names_assigned
from pcapkit.translate.check_statements import Statements
from pcapkit.translate.declare_functions import Signature
from pcapkit.translate.diagnostics import Diagnostics, Refusal, RefusedError, Reporter
from pcapkit.translate.flow import Flow
from pcapkit.translate.placing import place_locals
from pcapkit.translate.remarks import RemarkTaker
from pcapkit.translate.scope import Scope
from pcapkit.translate.source import Source
from pcapkit.translate.tree import Block, Function, Integer, Local, Nothing, Type, Unknown
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
    for passes in range(2 * len(names) + PASSES_BEFORE_WIDENING + 2):
        run = _Pass(signature, body, scope, source, types)
        if run.types == types:
            break
        types = _widened(types, run.types) if passes >= PASSES_BEFORE_WIDENING else run.types
    scope.reporter.diagnostics.found |= run.diagnostics.found
    for name, local in run.locals.items():
        local.type = types.get(name, local.type)
    function.body = run.block
    function.calls = calls_in(run.block)
    place_locals(function, loop_variables(body))


class _Pass:
    """One pass over a body; `types`: what each local was found to be."""

    def __init__(
        self, signature: Signature, body: list[ast.stmt], scope: Scope, source: Source, types: dict[str, Type]
    ) -> None:
        function = signature.function
        self.diagnostics = Diagnostics()
        own = _OwnScope(scope, Reporter(self.diagnostics, scope.reporter.file, scope.reporter.lines))
        loops = loop_variables(body)
        self.locals = {parameter.name: parameter for parameter in function.parameters}
        for name in sorted(names_assigned(body)):
            self.locals.setdefault(name, Local(name, Unknown()))
        self.types = dict(types) or {parameter.name: parameter.type for parameter in function.parameters}
        check = Expressions(own, self.locals, self.types, loops)
        statements = Statements(function, check, RemarkTaker(source))
        flow = Flow(frozenset(parameter.name for parameter in function.parameters))
        self.block, end = statements.block(body, flow) if body else (Block([]), flow)
        if end is not None and not isinstance(function.returns, Nothing):
            words_of = {"name": function.name, "type": words(function.returns)}
            own.reporter.note(signature.node, Refusal.NO_RETURN, **words_of)


class _OwnScope(Scope):
    """A module's scope with a reporter of its own, since only the last pass counts."""

    def __init__(self, scope: Scope, reporter: Reporter) -> None:
        self.__dict__.update(scope.__dict__)
        self.reporter = reporter


def _widened(before: dict[str, Type], after: dict[str, Type]) -> dict[str, Type]:
    result: dict[str, Type] = {}
    for name, kind in after.items():
        old = before.get(name)
        if isinstance(kind, Integer) and isinstance(old, Integer) and kind != old:
            kind = replace(kind, range=old.range.widened(kind.range))
        result[name] = kind
    return result


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
