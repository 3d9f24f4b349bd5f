"""Every refusal of the translator: what is wrong, and what to write instead.

A diagnostic reads `FILE:LINE:COLUMN: what is wrong; what to write instead`, line and column counting from 1.
"""

import ast
from dataclasses import dataclass
from enum import Enum
from typing import NoReturn

from pcapkit.errors import PcapkitError
from pcapkit.translate.tree import Place


class Refusal(Enum):
    """A reason to refuse: (what is wrong, what to write instead), with the words of the case in braces."""

    # Reading the files
    SYNTAX = "this is not Python: {message}", "correct it first"
    TOO_DEEP = "this file nests too deeply to be read", "split its expressions and blocks"
    NO_MODULE = "there is no module {name} whose source can be read", "import a module of the subset by its full name"
    CIRCULAR_IMPORT = "{name} imports itself, over {chain}", "move what both need into a module of its own"

    # Modules
    IMPORT_FORM = "`{text}` is no import of the subset", "write `from module import name`"
    IMPORT_AS = "an import under another name", "write `from {module} import {name}` and use that name"
    NOT_GIVEN = "pcapkit.subset has no {name} for a module of the subset", "see the list in pcapkit.subset"
    NOT_DECLARED_THERE = "{module} declares no {name}", "import what it declares itself"
    MODULE_STATEMENT = (
        "{what} runs at import, or has no meaning in the subset",
        "keep a module to imports, constants, names, records, fields and functions",
    )
    NOT_FINAL = "a variable of a module", "write `{name}: Final = ...` for a constant, or put it into a record"
    NOT_CONSTANT = (
        "the value of a constant has to be known now",
        "write numbers, constants and members, and + - * // % ** << >> & |",
    )
    TWICE = "{name} was declared before, in line {line}", "give it a name of its own"
    BAD_NAME = "the name {name} has letters outside a-z, A-Z, 0-9 and _", "spell it with those"
    GIVEN_NAME = "{name} is a name of the subset itself", "choose another name"
    CLASS_FORM = (
        "a class that is neither Names, @record nor @fields",
        "write `class {name}(Names)`, or put @record before it",
    )
    CLASS_BODY = "{what} in a class of {kind}", "keep to {allowed}"
    NO_MEMBERS = "a class of names without a member", 'write at least one `NAME = number, "label", "meaning"`'
    MEMBER_FORM = "this is no row of names", 'write `NAME = number, "label", "meaning"`'
    MEMBER_RANGE = "a member has to be 0 to 255, this one is {value}", "number it within that"
    MEMBER_TWICE = "{name} has the number of {other}", "give each member a number of its own"
    ATTRIBUTE_TYPE = (
        "a record cannot hold {what}",
        "write U8, U16, U32, U52, I64, bool, Key, a Names class, a record, a Table or a Queue",
    )
    RARE_TYPE = (
        "only a record without a Table, a Queue or anything rare in it can be rare",
        "write `Rare[record]` of such",
    )
    FIELD_FORM = "this is no declaration of a field", 'write `name: U32 = field("title", "meaning")`'
    FIELD_TYPE = "a field cannot be {what}", "write U8, U16, U32, bool, FrameNumber, Duration or a Names class"
    FIELD_SET = (
        "the set {name} is to hold members up to {most}, and has {bits} bits",
        "make it wide enough, U32 at most",
    )
    FIELD_WHEN = (
        "`when` names {name}, which is no earlier or later field here",
        "write the name of a field of this class",
    )
    FIELD_NAME = "the field name {name} is no part of a filter", "write lower case letters, digits and _"
    FIELD_TAKEN = "the plugin has a field {name} of its own", "give this one another name"
    FIELDS_TWICE = "a second class of fields", "declare all fields in one class"
    DISSECTOR_FORM = "this is no declaration of an entry point", 'write `@dissector("name", "title", protocol="tcp")`'
    DISSECTOR_NAME = "{name} is no name for a dissector", "write lower case letters, digits and _, a letter first"
    DISSECTOR_PROTOCOL = "the protocol {name} is not known", 'write protocol="tcp"'
    DISSECTOR_SIGNATURE = (
        "an entry point has other parameters",
        "write (capture: a record, packet: Packet, frame: Frame, number: U32, time: I64, fields: the fields) -> bool",
    )
    DISSECTOR_TWICE = "a second entry point", "write one dissector a file"
    NO_DISSECTOR = (
        "this file declares no dissector",
        'put `@dissector("name", "title", protocol="tcp")` before its entry point',
    )
    DECODE_SIGNATURE = (
        "decode has other parameters",
        "write decode(frame: Frame, wire: U32, link: U16, packet: Packet) -> None",
    )
    PACKET_OTHER = "{name} is not the record that decode fills in", "write the Packet of the layers"
    PACKET_MEMORY = "{name} has a Table, a Queue or something rare in it", "keep such things in the capture"
    PACKET_SHAPE = (
        "{name} does not tell whether there is a segment, and its ports",
        "give it has_segment: bool and segment, a record with source_port: U16 and destination_port: U16",
    )
    NO_DECODE = (
        "{module} has no function decode",
        "write decode(frame: Frame, wire: U32, link: U16, packet: Packet) -> None",
    )
    DECORATOR = "the decorator @{name} on a function", "remove it; only @dissector is known"
    PARAMETER_FORM = "{what} in a parameter list", "write plain parameters, each with its type"
    NO_TYPE = "{name} has no type", "write `{name}: U32`, or what it is"
    NO_RESULT_TYPE = "{name} does not say what it returns", "write `-> None`, `-> bool`, `-> U32`, ..."
    TYPE = (
        "`{text}` is no type of the subset",
        "write U8, U16, U32, U52, I64, bool, Frame, Key, Table[...], Queue, names or a record",
    )
    PLAIN_INT = "int does not say how wide", "write U8, U16, U32 or I64"
    OPTIONAL_TYPE = "only a record can be None", "write `record | None`"
    RESULT_TYPE = "a function cannot return {what}", "return an integer, bool, Key or record, or fill in a record"
    ASYNC = "an asynchronous function", "write a plain `def`"
    TYPE_PARAMETERS = "type parameters", "name the types themselves"
    RECURSION = "{name} calls itself, over {chain}", "write a loop with a bound"
    NESTED = "{name} nests deeper than Lua has room for ({most})", "split its expressions and blocks"
    TOO_MANY_NAMES = (
        "{count} top-level names, more than Lua has room for ({most})",
        "split the file, or inline constants",
    )
    TOO_MANY_LOCALS = "{name} has {count} locals, more than Lua has room for ({most})", "split the function"
    TOO_MANY_USED = (
        "{name} uses {count} names from outside it, more than Lua 5.1 has room for ({most})",
        "split the function",
    )

    # Statements
    DEAD = "this is never reached", "remove it, or what leaves before it"
    TARGET = "an assignment to {what}", "assign to one local or one attribute"
    TARGET_CALL = "a call in what is assigned to", "assign its result to a local first"
    LOOP_VARIABLE_USED = "{name} is the variable of a loop and of nothing else", "use a name of its own for the loop"
    LOOP_ELSE = "`else` after a loop", "keep a bool local, and test it after the loop"
    LOOP_RANGE = "a loop over something other than range", "write `for i in range(...)`"
    LOOP_STEP = "the step of a range has to be a positive constant", "write it as a number"
    LOOP_BOUND = "by its type this loop may run {count} times", "bound it to {most}, for instance by `%` or `&`"
    LOOP_OPEN = "nothing bounds this loop", "bound its range, for instance by `%` or `&`"
    ANNOTATION_TWICE = "{name} got its type before", "write the type once, at the first assignment"
    ANNOTATION_ALONE = "{name} gets a type and no value", "assign its first value here"
    ANNOTATED_ATTRIBUTE = "a type on an attribute", "write it in the record's class"
    BREAK_OUTSIDE = "`break` outside a loop", "remove it"
    EXPRESSION_STATEMENT = "the value of this expression is lost", "assign it, or remove it"
    RETURN_VALUE = "{name} returns nothing", "write `return`, or `-> ...` in its first line"
    RETURN_NOTHING = "{name} has to return {type}", "write `return` with a value"
    NO_RETURN = "{name} can end without returning {type}", "end each path with `return`"
    STORE_RECORD = "an assignment of a record to an attribute copies nothing", "assign its attributes one by one"
    STORE_TABLE = "an assignment to {what}", "use what it offers: add and remove, or put and take"
    LOCAL_TABLE = "a local cannot be {what}", "use it where it is, by its attribute or parameter"

    # Expressions
    NOT_IN_SUBSET = "{what} is not in the subset", "{instead}"
    UNKNOWN_NAME = "{name} is not known here", "declare, assign or import it before"
    NOT_A_VALUE = "{name} is {what}, not a value", "{instead}"
    UNASSIGNED = "{name} may not have been assigned yet", "assign it on every path to here"
    LOOP_VARIABLE_AFTER = "{name} has no value after its loop", "keep it in another local"
    WRONG_TYPE = "{what} has to be {wanted}, this is {got}", "{instead}"
    TRUTH = "a condition has to be a bool, this is {got}", "compare it, for instance with `!= 0`"
    NO_ATTRIBUTE = "{of} has no attribute {name}", "write one of: {choices}"
    ATTRIBUTE_OF = "{got} has no attributes", "read attributes of records only"
    MAY_BE_NONE = "{name} may be None here", "compare it with `is None` before"
    NEVER_NONE = "{got} is never None", "remove the comparison"
    IS_FORM = "`is` with something other than None", "write `==`"
    COMPARE_TYPES = "{left} compared with {right}", "compare like with like"
    COMPARE_ORDER = "{got} in an ordered comparison", "compare numbers, for instance read by u32"
    COMPARE_CHAIN = "more than two comparisons in a chain", "join them with `and`"
    COMPARE_MIDDLE = "a call in the middle of two comparisons", "assign its result to a local first"
    CHOICE = "a choice between {got}", "choose between integers, or records of one class, with `if` for the rest"
    OPERATOR = "the operator {operator} is not in the subset", "{instead}"
    OPERANDS = "{operator} between {left} and {right}", "use it on integers"
    DIVISOR = "the right side of {operator} has to be a positive constant", "divide by a number greater than 0"
    SHIFT = "a shift by what may be outside 0 to 31", "bring it into that range with `& 31` or `% 32`"
    MASK = "`&` with other than a constant 2**n - 1 or 2**n", "take the bits apart, or compare flag by flag"
    TOO_LARGE = "this can reach {value}, beyond 2**53", "bring the operands into range with `%` first"
    OPEN_PRODUCT = "nothing bounds this product", "bring the operands into range with `%` first"
    NEGATIVE = "{what} may be negative here", "bring it back with `%`"
    CONSTANT_RANGE = "{type} cannot hold {value}", "write a value that fits"
    KEY_LENGTH = "this key can have {value} bytes, more than {most}", "search by fewer"
    ARGUMENT_COUNT = "{name} takes {wanted} arguments, here are {got}", "pass each of {parameters}"
    ARGUMENT_FORM = "{what} in a call", "pass plain arguments in their order"
    NOT_CALLABLE = "{what} is no function of the subset", "call functions, records, or what a table or queue offers"


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One refusal at one place; `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    text: str
    refusal: str

    def __str__(self) -> str:
        """Format as compilers do."""
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


class TranslationError(PcapkitError):
    """A source that is not in the subset: all that is wrong with it, a line each."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        """Keep the diagnostics, in the order of the text."""
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(map(str, diagnostics)))


class RefusedError(Exception):
    """Leaves a construct that has been refused; its diagnostic is kept already."""


class Diagnostics:
    """The refusals of one run."""

    def __init__(self) -> None:
        """Begin without any."""
        self.found: set[Diagnostic] = set()

    def add(self, place: Place, refusal: Refusal, **words: object) -> None:
        """Keep one refusal."""
        wrong, instead = (part.format(**words) for part in refusal.value)
        self.found.add(Diagnostic(place.file, place.line, place.column, f"{wrong}; {instead}", refusal.name))

    def raise_any(self) -> None:
        """Raise TranslationError if anything was refused."""
        if self.found:
            raise TranslationError(sorted(self.found))


class Reporter:
    """Refusals in one file, placed by syntax node."""

    def __init__(self, diagnostics: Diagnostics, file: str, lines: list[str]) -> None:
        """`lines`: the file's text, which turns a node's byte offset into a column."""
        self.diagnostics = diagnostics
        self.file = file
        self.lines = lines

    def place(self, node: ast.AST) -> Place:
        """Where a node stands."""
        line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        before = self.lines[line - 1].encode()[:offset] if line <= len(self.lines) else b""
        return Place(self.file, line, len(before.decode(errors="replace")) + 1)

    def text(self, node: ast.expr) -> str:
        """A node as it is written, in one line."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        lines = [line.encode() for line in self.lines[first : last + 1]]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return " ".join(b" ".join(lines).decode().split())

    def note(self, node: ast.AST, refusal: Refusal, **words: object) -> None:
        """Keep a refusal of this node, and go on."""
        self.diagnostics.add(self.place(node), refusal, **words)

    def refuse(self, node: ast.AST, refusal: Refusal, **words: object) -> NoReturn:
        """Keep a refusal of this node, and leave."""
        self.note(node, refusal, **words)
        raise RefusedError
