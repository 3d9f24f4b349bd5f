"""What calls do besides giving a value: Python evaluates from left to right, C in whatever order it likes."""

from pcapkit.translate.tree import (
    Assign,
    Attribute,
    AttributeUse,
    Block,
    Call,
    Compare,
    Expression,
    For,
    Function,
    GivenCall,
    KeyBytes,
    Local,
    LocalUse,
    NewRecord,
    QueueType,
    RecordType,
    TableType,
    takes_more,
)
from pcapkit.translate.walk import expressions_in, inside, own_blocks, own_expressions, statements_in, whole

CHANGING = {"add", "remove", "walk", "put", "take"}
"""What changes a table or a queue."""


class Effects:
    """What is known of the functions of a program, each looked at once; none of them calls itself."""

    def __init__(self) -> None:
        """Nothing has been looked at."""
        self._changes: dict[Function, bool] = {}
        self._takes: dict[Function, bool] = {}

    def changes(self, expression: Expression) -> bool:
        """Whether evaluating this can change a record or a table."""
        return any(
            (isinstance(part, Call) and self.function_changes(part.function))
            or (isinstance(part, GivenCall) and part.name in CHANGING)
            for part in whole(expression)
        )

    def is_fixed(self, expression: Expression) -> bool:
        """Whether this has the same value before and after any change: it reads locals and the frame alone."""
        match expression:
            case Call() | NewRecord() | GivenCall(name="find" | "add" | "remove" | "walk" | "put" | "take"):
                return False
            case GivenCall(name="len", arguments=(held,)) if isinstance(held.type, QueueType):
                return False
            case AttributeUse(type=RecordType() | TableType() | QueueType()):
                pass  # where a record stands, not what is in it
            case AttributeUse():
                return False
        return all(map(self.is_fixed, inside(expression)))

    def function_changes(self, function: Function) -> bool:
        """Whether a function stores into a record or changes a table, itself or in what it calls."""
        if function not in self._changes:
            assert function.body is not None
            self._changes[function] = any(
                (isinstance(statement, Assign) and isinstance(statement.target, AttributeUse))
                or any(map(self.changes, own_expressions(statement)))
                for statement in statements_in(function.body)
            )
        return self._changes[function]

    def takes_memory(self, function: Function) -> bool:
        """Whether a function needs the run's memory: to make records, to change tables, to refuse a key."""
        if function not in self._takes:
            assert function.body is not None
            stacked = on_stack(function)
            self._takes[function] = any(
                self._part_takes(part, stacked) for part in expressions_in(function.body)
            ) or any(
                isinstance(statement, Assign)
                and isinstance(statement.target, AttributeUse)
                and isinstance(statement.target.type, KeyBytes)
                for statement in statements_in(function.body)
            )
        return self._takes[function]

    def _part_takes(self, part: Expression, stacked: set[int]) -> bool:
        match part:
            case Call(function=called):
                return self.takes_memory(called)
            case GivenCall(name="add" | "remove" | "put") | AttributeUse(attribute=Attribute(rare=True)):
                return True
            case NewRecord():
                return id(part) not in stacked
            case Compare(left=left):
                return isinstance(left.type, KeyBytes)
        return False


def on_stack(function: Function) -> set[int]:
    """The NewRecord expressions (their ids) that can live in the function's own frame.

    Those are made once in a call, not in a loop, and nobody keeps them: the function returns no record, and no
    attribute of a record can refer to another. What takes more memory than its own has to give it back: elsewhere.
    """
    assert function.body is not None
    if isinstance(function.returns, RecordType):
        return set()
    found: set[int] = set()

    def look(block: Block) -> None:
        for statement in block.statements:
            for expression in own_expressions(statement):
                for part in whole(expression):
                    if isinstance(part, NewRecord) and not takes_more(part.record):
                        found.add(id(part))
            if not isinstance(statement, For):
                for inner in own_blocks(statement):
                    look(inner)

    look(function.body)
    return found


def locals_of(function: Function) -> list[Local]:
    """Every local of a function that is no parameter, each once, in the order of the text."""
    assert function.body is not None
    found: dict[Local, None] = {}
    for statement in statements_in(function.body):
        if isinstance(statement, For):
            found[statement.local] = None
        for expression in own_expressions(statement):
            for part in whole(expression):
                if isinstance(part, LocalUse) and not part.local.parameter:
                    found[part.local] = None
    return list(found)
