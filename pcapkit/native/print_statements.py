"""Functions in Cython: without the interpreter, without exceptions, loops as their ranges bound them."""

from pcapkit.native.c_names import CNames, own
from pcapkit.native.effects import Effects, locals_of, on_stack
from pcapkit.native.print_expressions import INDENT, RESULT, Expressions, Lines
from pcapkit.translate.tree import (
    Assign,
    AttributeUse,
    Block,
    Boolean,
    Break,
    Do,
    For,
    Function,
    If,
    Integer,
    KeyBytes,
    LocalUse,
    Pass,
    Return,
    Statement,
)
from pcapkit.translate.walk import whole


class Functions:
    """Prints the functions of a program."""

    def __init__(self, names: CNames, effects: Effects) -> None:
        """`names`: what declarations are called."""
        self.names = names
        self.effects = effects

    def head(self, function: Function) -> str:
        """Its first line, without the colon."""
        parameters = [
            f"{self.names.type_of(local.type)} {own(local.name)}".replace("* ", "*") for local in function.parameters
        ]
        if self.effects.takes_memory(function):
            parameters.insert(0, "Memory *memory")
        returns = self.names.type_of(function.returns)
        if isinstance(function.returns, KeyBytes):
            # A Key is large: it is written where it is wanted.
            parameters.append(f"Key *{RESULT}")
            returns = "void"
        return f"cdef {returns} {self.names.of(function)}({', '.join(parameters)}) noexcept nogil".replace("* ", "*")

    def function(self, function: Function) -> Lines:
        """All its lines."""
        assert function.body is not None
        body = _Body(self.names, self.effects, on_stack(function))
        lines = body.block(function.body)
        declared = [(self.names.type_of(local.type), own(local.name)) for local in locals_of(function)]
        declared += body.expressions.declared
        locals_ = [f"cdef {kind} {name}".replace("* ", "*") for kind, name in declared]
        return [f"{self.head(function)}:", *(INDENT + line for line in [*locals_, *lines])]


class _Body:
    """Prints the statements of one function."""

    def __init__(self, names: CNames, effects: Effects, stacked: set[int]) -> None:
        self.names = names
        self.expressions = Expressions(names, effects, stacked)
        self._loops = 0

    def block(self, block: Block) -> Lines:
        lines = [line for statement in block.statements for line in self._statement(statement)]
        return lines or ["pass"]

    def _statement(self, statement: Statement) -> Lines:
        before: Lines = []
        match statement:
            case Assign():
                return self._assign(statement)
            case If():
                return self._if(statement)
            case For():
                return self._for(statement)
            case Break():
                return ["break"]
            case Return(value=None):
                return ["return"]
            case Return(value=value):
                assert value is not None
                if isinstance(value.type, KeyBytes):
                    place = f"{RESULT}[0]"
                    text = self.expressions.key(value, before, place)
                    return [*before, *([f"{place} = {text}"] if text != place else []), "return"]
                text = self.expressions.text(value, before)
                return [*before, f"return {text}"]
            case Do(call=call):
                text = self.expressions.text(call, before)
                return [*before, text]
            case Pass():
                return ["pass"]

    def _assign(self, statement: Assign) -> Lines:
        before: Lines = []
        target = statement.target
        if not isinstance(target, AttributeUse):
            name = own(target.local.name)
            parts = [part.local for part in whole(statement.value) if isinstance(part, LocalUse)]
            if isinstance(statement.value.type, KeyBytes) and target.local not in parts:
                text = self.expressions.key(statement.value, before, name)
                return before if text == name else [*before, f"{name} = {text}"]
            text = self.expressions.text(statement.value, before)
            return [*before, f"{own(target.local.name)} = {text}"]
        # Python evaluates the value before it looks for the place.
        text = self.expressions.text(statement.value, before)
        behind: Lines = []
        place = self.expressions.place(target, behind)
        if behind or self.expressions.effects.changes(target.of):
            text = self.expressions.kept(statement.value.type, text, before)
        match target.attribute.type:
            case Integer() | Boolean():
                text = f"<{self.names.stored(target.attribute.type)}>{text}"
            case KeyBytes():
                return [*before, *behind, f"key_store(memory, &{place}, &{text})"]
        return [*before, *behind, f"{place} = {text}"]

    def _if(self, statement: If) -> Lines:
        lines: Lines = []
        depth = ""
        for place, branch in enumerate(statement.branches):
            before: Lines = []
            condition = self.expressions.text(branch.condition, before)
            word = "if" if place == 0 else "elif"
            if before and place > 0:
                lines.append(f"{depth}else:")
                depth += INDENT
                word = "if"
            lines += [depth + line for line in before]
            lines.append(f"{depth}{word} {condition}:")
            lines += [depth + INDENT + line for line in self.block(branch.body)]
        if statement.otherwise is not None:
            lines.append(f"{depth}else:")
            lines += [depth + INDENT + line for line in self.block(statement.otherwise)]
        return lines

    def _for(self, statement: For) -> Lines:
        """Both bounds are evaluated once, and the variable is set from a counter of its own, as Python does."""
        before: Lines = []
        self._loops += 1
        turn, stop = f"turn{self._loops}", f"stop{self._loops}"
        self.expressions.declared += [("int64_t", turn), ("int64_t", stop)]
        first, last = self.expressions.sequence((statement.start, statement.stop), before)
        return [
            *before,
            f"{turn} = {first}",
            f"{stop} = {last}",
            f"while {turn} < {stop}:",
            f"{INDENT}{own(statement.local.name)} = {turn}",
            f"{INDENT}{turn} += {statement.step}",
            *(INDENT + line for line in self.block(statement.body)),
        ]
