"""The language that layers and dissectors are written in: a small typed part of Python.

A module in the subset runs as it is (the reference), and is translated to Lua for Wireshark; everything in it has
one meaning in every runtime, down to the last bit. What is not listed here is refused by the translator, with the
line that has it and what to write instead.

Modules hold, in this order of mind: a docstring; imports (`from pcapkit.subset import ...` and from other subset
modules, never inside a function); constants (`NAME: Final = <constant expression>`); names (classes of `Names`);
records; at most one class of fields; functions. Nothing else runs at import.

Types
    U8, U16, U32    unsigned integers of that width: what records store
    U52             the same for a time: nanoseconds modulo 2**52
    I64             a signed integer; every calculation is done in it, and must stay within +-2**53
    bool            True or False; an integer is never a condition, a condition never an integer
    a Names class   one of its members
    Frame           the captured bytes of one frame
    Key             a few bytes that a Table is searched by (at most 40)
    a record        passed by reference; a record inside a record is part of it
    Table[record]   records by Key
    Queue           Keys, the first in being the first out
    Rare[record]    a record inside a record that takes no memory until it is first touched, even to be read: so look
                    at a bool beside it first
    `record | None` what Table.find returns; to be compared with None before use

Statements
    assignment to a local or an attribute of a record (`x = ...`, `x: U32 = ...`, `a.b.c = ...`, `+=` and its kind),
    `if`/`elif`/`else`, `for i in range(...)`, `break`, `return`, a call, `pass`. Loops are bounded by their range.
    A local has one type in the whole function and is assigned before it is used on every path.
    No `while`, `continue`, `try`, `with`, `lambda`, comprehension, nested function, `global`, `del`, tuple, list,
    dict, string (but docstrings), float, `*args`, keyword or default argument.

Expressions
    `+ - *`, `//` and `%` by a positive constant, `<< >>` by 0 to 31, `&` with a constant 2**n - 1 (its low bits) or
    2**n (one flag), comparison (one or two in a chain), `and or not` on bools, `a if condition else b` on integers or
    records, `is None`, `is not None`, calls of functions of the subset,
    `len(frame)`, record creation `Side()`, `+` on Keys.
    The result of a subtraction may be negative, so it is no offset until `%` has brought it back.

Functions given (see each): u8, u16, u32, part, has, including, Table.find, Table.add, Table.remove, Table.walk,
Queue.put, Queue.take, len of a Queue.
"""

from pcapkit.subset.fields import Duration, FieldSpec, FrameNumber, dissector, field, fields, fields_of
from pcapkit.subset.names import Names, has, including
from pcapkit.subset.reading import Frame, Key, part, u8, u16, u32
from pcapkit.subset.records import Queue, Rare, Table, record
from pcapkit.subset.widths import I64, U8, U16, U32, U52

__all__ = [
    "I64",
    "U8",
    "U16",
    "U32",
    "U52",
    "Duration",
    "FieldSpec",
    "Frame",
    "FrameNumber",
    "Key",
    "Names",
    "Queue",
    "Rare",
    "Table",
    "dissector",
    "field",
    "fields",
    "fields_of",
    "has",
    "including",
    "part",
    "record",
    "u8",
    "u16",
    "u32",
]
