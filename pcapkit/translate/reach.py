"""What goes out: only what the entry points need, each thing before what uses it."""

from pcapkit.translate.tree import (
    Call,
    ConstantUse,
    Declaration,
    Function,
    GivenCall,
    MemberUse,
    Module,
    NamesClass,
    NewRecord,
    Program,
    Record,
    RecordType,
    TableType,
)
from pcapkit.translate.walk import expressions_in


class Reached:
    """The declarations that entry points lead to.

    labelled: the names whose labels are needed. shared: what is used outside its own module.
    """

    def __init__(self, program: Program, entries: list[Function]) -> None:
        """`entries` besides the program's own: its dissector and decode."""
        self.found: set[Declaration] = set()
        self.labelled: set[NamesClass] = set()
        self.shared: set[Declaration] = set()
        self._uses: dict[Function, dict[Declaration, None]] = {}
        if program.dissector is not None:
            for record in (program.dissector.capture, program.dissector.packet, program.dissector.fields):
                self._use(record, "")
            for field in program.dissector.fields.fields or ():
                if field.names is not None:
                    self._use(field.names, "")
                    self.labelled.add(field.names)
            entries = [*entries, program.dissector.function]
        for function in entries:
            for parameter in function.parameters:
                if isinstance(parameter.type, RecordType):
                    self._use(parameter.type.record, "")
        if program.decode is not None:
            entries = [program.decode, *entries]
        for function in entries:
            self._use(function, "")

    def in_order(self, module: Module) -> list[Declaration]:
        """What of a module goes out: in the order of its text, but functions after what they use."""
        done: dict[Declaration, None] = {}

        def place(made: Declaration) -> None:
            if made in done or made.module != module.name:
                return
            if isinstance(made, Function):
                for used in self._uses[made]:
                    place(used)
            done[made] = None

        for made in module.declarations:
            if made in self.found:
                place(made)
        return list(done)

    def _use(self, made: Declaration, module: str) -> None:
        """Something is used in a module; "": in the glue."""
        if made.module != module:
            self.shared.add(made)
        if made in self.found:
            return
        self.found.add(made)
        if isinstance(made, Function):
            self._follow(made)
        elif isinstance(made, Record):
            for attribute in made.attributes.values():
                if isinstance(attribute.type, RecordType | TableType):
                    # Like the record that it is part of, wherever that is used.
                    self._use(attribute.type.record, "")

    def _follow(self, function: Function) -> None:
        assert function.body is not None
        uses = self._uses.setdefault(function, {})
        for expression in expressions_in(function.body):
            match expression:
                case Call(function=called):
                    uses[called] = None
                case ConstantUse(constant=constant):
                    uses[constant] = None
                case MemberUse(names=names):
                    uses[names] = None
                case NewRecord(record=record) | GivenCall(name="add", type=RecordType(record=record)):
                    uses[record] = None
        for used in uses:
            self._use(used, function.module)
