"""Every refusal, with the line and column that it names: `§` in a source stands before the place."""

from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path

import pytest

from pcapkit.translate import TranslationError
from pcapkit.translate.diagnostics import Refusal
from pcapkit.translate.plugin import translate, translate_functions
from tests.translate.running import LUAS, run_lua

HEAD = """\
from typing import Final
from pcapkit.subset import (
    I64, U8, U16, U32, U52, Duration, Frame, FrameNumber, Key, Names, Queue, Rare, Table, dissector, field, fields, has,
    including, part, record, u8, u16, u32,
)
LIMIT: Final = 40
FLAG: Final = 16
class Colour(Names):
    RED = 0, "red"
    BLUE = 9, "blue", "as the sea"
class Shape(Names):
    ROUND = 0, "round"
@record
class Inner:
    count: U32
@record
class Box:
    number: U32
    small: U8
    signed: I64
    flag: bool
    colour: Colour
    key: Key
    inner: Inner
    table: Table[Inner]
def helper(a: U32, b: bool) -> U32:
    return a
def act(box: Box) -> None:
    box.number = 1
"""

# A body of this function, or, where it begins with a newline, more of the module.
FUNCTION = "def f(frame: Frame, box: Box, maybe: Box | None, a: U32, b: I64, yes: bool) -> U32:\n"

CASES: list[tuple[Refusal, str]] = [
    (Refusal.SYNTAX, "\nx = §= 3"),
    (Refusal.SYNTAX, "\nx = §'"),
    (Refusal.IMPORT_FORM, "\n§import os"),
    (Refusal.IMPORT_FORM, "\n§from pcapkit.subset import *"),
    (Refusal.IMPORT_FORM, "\n§from . import packet"),
    (Refusal.IMPORT_AS, "\nfrom pcapkit.layers.packet import §Packet as P"),
    (Refusal.NO_MODULE, "\n§from no.such.module import x"),
    (Refusal.NO_MODULE, "\n§from sys import path"),
    (Refusal.NOT_GIVEN, "\nfrom pcapkit.subset import §FieldSpec"),
    (Refusal.NOT_GIVEN, "\nfrom typing import §Any"),
    (Refusal.NOT_DECLARED_THERE, "\nfrom pcapkit.layers.packet import §nothing"),
    (Refusal.NOT_DECLARED_THERE, "\nfrom pcapkit.layers.tcp import §Packet"),
    (Refusal.MODULE_STATEMENT, "\n§print(3)"),
    (Refusal.MODULE_STATEMENT, "\n§if True:\n    pass"),
    (Refusal.MODULE_STATEMENT, "\ndef g() -> None:\n    return\n§'a text'"),
    (Refusal.NOT_FINAL, "\n§x = 3"),
    (Refusal.NOT_FINAL, "\n§x: U32 = 3"),
    (Refusal.NOT_FINAL, "\n§x: Final"),
    (Refusal.NOT_CONSTANT, "\nX: Final = §len"),
    (Refusal.NOT_CONSTANT, "\nX: Final = §'text'"),
    (Refusal.NOT_CONSTANT, "\nX: Final = §3 // 0"),
    (Refusal.NOT_CONSTANT, "\nX: Final = §1.5"),
    (Refusal.NOT_CONSTANT, "\nX: Final = §2 ** 54"),
    (Refusal.TWICE, "\n§LIMIT: Final = 3"),
    (Refusal.TWICE, "\n§def helper() -> None:\n    return"),
    (Refusal.TWICE, "\n@record\nclass R:\n    a: U32\n    §a: U8"),
    (Refusal.BAD_NAME, "\n§größe: Final = 3"),
    (Refusal.BAD_NAME, "\n§def g() -> None:\n    größe = 3"),
    (Refusal.BAD_NAME, "\ndef g(§größe: U32) -> None:\n    return"),
    (Refusal.BAD_NAME, "\n@record\nclass R:\n    §größe: U32"),
    (Refusal.BAD_NAME, "\nclass N(Names):\n    §GRÖSSE = 1, 'size'"),
    (Refusal.GIVEN_NAME, "\n§u8: Final = 3"),
    (Refusal.GIVEN_NAME, "\n§def len() -> None:\n    return"),
    (Refusal.CLASS_FORM, "\n§class C:\n    a: U32"),
    (Refusal.CLASS_FORM, "\n@record\n§class C(Box):\n    a: U32"),
    (Refusal.CLASS_FORM, "\n§class C(Names, metaclass=type):\n    A = 1, 'a'"),
    (Refusal.CLASS_BODY, "\n@record\nclass C:\n    §def m(self) -> None:\n        return"),
    (Refusal.CLASS_BODY, "\n@record\nclass C:\n    §a: U32 = 3"),
    (Refusal.CLASS_BODY, "\nclass C(Names):\n    A = 1, 'a'\n    §def m(self) -> None:\n        return"),
    (Refusal.NO_MEMBERS, "\n§class C(Names):\n    pass"),
    (Refusal.MEMBER_FORM, "\nclass C(Names):\n    A = 0, 'a'\n    §B = 1"),
    (Refusal.MEMBER_FORM, "\nclass C(Names):\n    A = 0, 'a'\n    §B = 1, 2"),
    (Refusal.MEMBER_RANGE, "\nclass C(Names):\n    A = 0, 'a'\n    B = §256, 'b'"),
    (Refusal.MEMBER_RANGE, "\nclass C(Names):\n    A = 0, 'a'\n    B = §-1, 'b'"),
    (Refusal.MEMBER_TWICE, "\nclass C(Names):\n    A = 1, 'a'\n    §B = 1, 'b'"),
    (Refusal.MEMBER_TWICE, "\nclass C(Names):\n    A = 1, 'a'\n    §A = 2, 'b'"),
    (Refusal.ATTRIBUTE_TYPE, "\n@record\nclass C:\n    a: §Frame"),
    (Refusal.ATTRIBUTE_TYPE, "\n@record\nclass C:\n    a: §Box | None"),
    (Refusal.FIELD_FORM, "\n@fields\nclass C:\n    §a: U32"),
    (Refusal.FIELD_FORM, "\n@fields\nclass C:\n    a: U32 = §field()"),
    (Refusal.FIELD_FORM, "\n@fields\nclass C:\n    a: U32 = §field(LIMIT)"),
    (Refusal.FIELD_FORM, "\n@fields\nclass C:\n    a: U32 = field('a', §color=3)"),
    (Refusal.FIELD_FORM, "\n@fields\nclass C:\n    §a: U32 = field('a', expert=True)"),
    (Refusal.FIELD_FORM, "\n@fields\nclass C:\n    a: U32 = field('a', every=Colour, quiet=(§3,))"),
    (Refusal.FIELD_TYPE, "\n@fields\nclass C:\n    a: §Key = field('a')"),
    (Refusal.FIELD_TYPE, "\n@fields\nclass C:\n    a: §I64 = field('a')"),
    (Refusal.FIELD_TYPE, "\n@fields\nclass C:\n    a: §U52 = field('a')"),
    (Refusal.FIELD_TYPE, "\n@fields\nclass C:\n    a: §Queue = field('a')"),
    (Refusal.RARE_TYPE, "\n@record\nclass C:\n    a: §Rare[U32]"),
    (Refusal.RARE_TYPE, "\n@record\nclass C:\n    a: §Rare[Box]"),
    (Refusal.RARE_TYPE, "\n@record\nclass C:\n    a: Rare[Inner]\n@record\nclass D:\n    a: §Rare[C]"),
    (Refusal.RARE_TYPE, "\n@record\nclass C:\n    a: Queue\n@record\nclass D:\n    a: §Rare[C]"),
    (Refusal.TYPE, "\ndef g(a: §Rare[Inner]) -> None:\n    return"),
    (Refusal.FIELD_SET, "\n@fields\nclass C:\n    §a: U8 = field('a', every=Colour)"),
    (Refusal.FIELD_WHEN, "\n@fields\nclass C:\n    §a: U8 = field('a', when='b')"),
    (Refusal.FIELD_FORM, "\n@fields\nclass C:\n    a: U32 = field('a', every=Colour, warn=(§3,))"),
    (Refusal.FIELD_FORM, "\n@fields\nclass C:\n    a: U32 = field('a', every=Colour, §note=Colour.RED)"),
    (Refusal.FIELD_TAKEN, "\n@fields\nclass C:\n    §agrees: bool = field('a')"),
    (Refusal.FIELD_NAME, "\n@fields\nclass C:\n    §A: U8 = field('a')"),
    (Refusal.FIELD_TAKEN, "\n@fields\nclass C:\n    §agrees: U8 = field('a')"),
    (Refusal.FIELDS_TWICE, "\n@fields\nclass C:\n    a: U8 = field('a')\n@fields\n§class D:\n    a: U8 = field('a')"),
    (Refusal.DECORATOR, "\n@§staticmethod\ndef g() -> None:\n    return"),
    (Refusal.PARAMETER_FORM, "\ndef g(*§a: U32) -> None:\n    return"),
    (Refusal.PARAMETER_FORM, "\ndef g(**§a: U32) -> None:\n    return"),
    (Refusal.PARAMETER_FORM, "\ndef g(a: U32 = §3) -> None:\n    return"),
    (Refusal.PARAMETER_FORM, "\ndef g(*, §a: U32) -> None:\n    return"),
    (Refusal.PARAMETER_FORM, "\ndef g(§a: U32, /) -> None:\n    return"),
    (Refusal.NO_TYPE, "\ndef g(§a) -> None:\n    return"),
    (Refusal.NO_RESULT_TYPE, "\n§def g():\n    return"),
    (Refusal.TYPE, "\ndef g(a: §str) -> None:\n    return".replace("str", "list[U8]")),
    (Refusal.TYPE, "\ndef g(a: §'U32') -> None:\n    return"),
    (Refusal.TYPE, "\ndef g(a: §None) -> None:\n    return"),
    (Refusal.TYPE, "\ndef g(a: Table[§U8]) -> None:\n    return".replace("Table[§U8]", "§Table[U8]")),
    (Refusal.TYPE, "\ndef g(a: §helper) -> None:\n    return"),
    (Refusal.PLAIN_INT, "\ndef g(a: §int) -> None:\n    return"),
    (Refusal.OPTIONAL_TYPE, "\ndef g(a: §U32 | None) -> None:\n    return"),
    (Refusal.RESULT_TYPE, "\ndef g(a: Frame) -> §Frame:\n    return a"),
    (Refusal.ASYNC, "\n§async def g() -> None:\n    return"),
    (Refusal.RECURSION, "\n§def g(a: U32) -> U32:\n    return g(a)"),
    (Refusal.RECURSION, "\n§def g(a: U32) -> U32:\n    return h(a)\ndef h(a: U32) -> U32:\n    return g(a)"),
    (Refusal.NOT_IN_SUBSET, "§while yes:\n        pass"),
    (Refusal.NOT_IN_SUBSET, "for i in range(3):\n        §continue"),
    (Refusal.NOT_IN_SUBSET, "§try:\n        pass\n    finally:\n        pass"),
    (Refusal.NOT_IN_SUBSET, "§with a:\n        pass"),
    (Refusal.NOT_IN_SUBSET, "§def g() -> None:\n        return"),
    (Refusal.NOT_IN_SUBSET, "§global x"),
    (Refusal.NOT_IN_SUBSET, "§del a"),
    (Refusal.NOT_IN_SUBSET, "§import os"),
    (Refusal.NOT_IN_SUBSET, "§assert yes"),
    (Refusal.NOT_IN_SUBSET, "§raise a"),
    (Refusal.NOT_IN_SUBSET, "§match a:\n        case 1:\n            pass"),
    (Refusal.DEAD, "return a\n    §a = 3"),
    (Refusal.DEAD, "if yes:\n        return a\n    else:\n        return a\n    §return a"),
    (Refusal.DEAD, "for i in range(3):\n        break\n        §a = 3"),
    (Refusal.TARGET, "§a = x = 3"),
    (Refusal.TARGET, "§a, x = 3, 4"),
    (Refusal.TARGET, "§box.table[0] = 3"),
    (Refusal.TARGET, "§box.table[0] += 3"),
    (Refusal.TARGET_CALL, "§box.table.add(box.key).count = 3"),
    (Refusal.TARGET_CALL, "§box.table.add(box.key).count += 3"),
    (Refusal.TARGET, "for §x, y in range(3):\n        pass"),
    (Refusal.LOOP_VARIABLE_USED, "for §i in range(3):\n        i = 3"),
    (Refusal.LOOP_VARIABLE_USED, "i = 3\n    for §i in range(3):\n        pass"),
    (Refusal.LOOP_VARIABLE_USED, "for i in range(3):\n        for §i in range(3):\n            pass"),
    (Refusal.LOOP_VARIABLE_USED, "for §a in range(3):\n        pass"),
    (Refusal.LOOP_ELSE, "for i in range(3):\n        pass\n    else:\n        §a = 3"),
    (Refusal.LOOP_RANGE, "for i in §frame:\n        pass"),
    (Refusal.LOOP_RANGE, "for i in §range():\n        pass"),
    (Refusal.LOOP_STEP, "for i in range(0, 10, §-1):\n        pass"),
    (Refusal.LOOP_STEP, "for i in range(0, 10, §a):\n        pass"),
    (Refusal.LOOP_BOUND, "for i in §range(a):\n        pass"),
    (Refusal.LOOP_BOUND, "for i in §range(len(frame)):\n        pass"),
    (Refusal.LOOP_OPEN, "for i in §range(b):\n        pass"),
    (Refusal.LOOP_OPEN, "for i in §range(b, 10):\n        pass"),
    (Refusal.ANNOTATION_TWICE, "x: U32 = 3\n    §x: U32 = 4"),
    (Refusal.ANNOTATION_TWICE, "x = 3\n    §x: U32 = 4"),
    (Refusal.ANNOTATION_TWICE, "§a: U32 = 4"),
    (Refusal.ANNOTATION_ALONE, "§x: U32"),
    (Refusal.ANNOTATED_ATTRIBUTE, "§box.number: U32 = 3"),
    (Refusal.BREAK_OUTSIDE, "§break"),
    (Refusal.EXPRESSION_STATEMENT, "§a + 1"),
    (Refusal.EXPRESSION_STATEMENT, "§u8(frame, 3)"),
    (Refusal.EXPRESSION_STATEMENT, "§Box()"),
    (Refusal.RETURN_VALUE, "\ndef g() -> None:\n    §return 3"),
    (Refusal.RETURN_VALUE, "\ndef g() -> None:\n    §return None"),
    (Refusal.RETURN_NOTHING, "§return"),
    (Refusal.NO_RETURN, "\n§def g(a: U32) -> U32:\n    if a == 3:\n        return a"),
    (Refusal.NO_RETURN, "\n§def g(a: U32) -> U32:\n    for i in range(3):\n        return a"),
    (Refusal.NO_RETURN, "\n§def g(a: U32) -> U32:\n    pass"),
    (Refusal.STORE_RECORD, "§box.inner = Inner()"),
    (Refusal.STORE_TABLE, "§box.table = box.table"),
    (Refusal.STORE_TABLE, "\n@record\nclass C:\n    a: Queue\ndef g(c: C) -> None:\n    §c.a = c.a"),
    (Refusal.NEGATIVE, "\n@record\nclass C:\n    a: U52\ndef g(c: C, b: I64) -> None:\n    c.a = §b"),
    (Refusal.CONSTANT_RANGE, "\n@record\nclass C:\n    a: U52\ndef g(c: C) -> None:\n    c.a = §2 ** 52"),
    (Refusal.NOT_CALLABLE, "a = len(§box.table.take())"),
    (Refusal.ARGUMENT_COUNT, "a = len(§box.table.walk(a))"),
    (Refusal.EXPRESSION_STATEMENT, "§box.table.walk()"),
    (Refusal.LOCAL_TABLE, "x = §box.table"),
    (Refusal.LOCAL_TABLE, "x = §frame"),
    (Refusal.LOCAL_TABLE, "x = §act(box)"),
    (Refusal.LOCAL_TABLE, "x: §Frame = frame"),
    (Refusal.NOT_IN_SUBSET, "a = §None"),
    (Refusal.NOT_IN_SUBSET, "a = §'text'"),
    (Refusal.NOT_IN_SUBSET, "a = §b'text'"),
    (Refusal.NOT_IN_SUBSET, "a = §1.5"),
    (Refusal.NOT_IN_SUBSET, "a = §..."),
    (Refusal.NOT_IN_SUBSET, "a = §frame[3]"),
    (Refusal.NOT_IN_SUBSET, "a = §[3]"),
    (Refusal.NOT_IN_SUBSET, "a = §{3: 4}"),
    (Refusal.NOT_IN_SUBSET, "a = §(3, 4)"),
    (Refusal.NOT_IN_SUBSET, "a = §(lambda: 3)".replace("§(", "(§")),
    (Refusal.NOT_IN_SUBSET, "a = §[i for i in range(3)]"),
    (Refusal.NOT_IN_SUBSET, "a = §f'{a}'"),
    (Refusal.NOT_IN_SUBSET, "a = (§x := 3)"),
    (Refusal.NOT_IN_SUBSET, "a = (§yield)"),
    (Refusal.UNKNOWN_NAME, "a = §nothing"),
    (Refusal.UNKNOWN_NAME, "a = §nothing(3)"),
    (Refusal.UNKNOWN_NAME, "\ndef g(a: §Nothing) -> None:\n    return"),
    (Refusal.NOT_A_VALUE, "a = §helper"),
    (Refusal.NOT_A_VALUE, "a = §Colour"),
    (Refusal.NOT_A_VALUE, "a = §U32"),
    (Refusal.NOT_A_VALUE, "a = §Box"),
    (Refusal.UNASSIGNED, "if yes:\n        x = 3\n    a = §x"),
    (Refusal.UNASSIGNED, "for i in range(3):\n        x = 3\n    a = §x"),
    (Refusal.UNASSIGNED, "a = §x\n    x = 3"),
    (Refusal.UNASSIGNED, "§x += 3"),
    (Refusal.LOOP_VARIABLE_AFTER, "for i in range(3):\n        pass\n    a = §i"),
    (Refusal.WRONG_TYPE, "a = §yes"),
    (Refusal.WRONG_TYPE, "yes = §a"),
    (Refusal.WRONG_TYPE, "x = 3\n    x = §yes"),
    (Refusal.WRONG_TYPE, "x = Box()\n    x = §Inner()"),
    (Refusal.WRONG_TYPE, "x: Colour = §3"),
    (Refusal.WRONG_TYPE, "box.colour = §3"),
    (Refusal.WRONG_TYPE, "box.colour = §Shape.ROUND"),
    (Refusal.WRONG_TYPE, "box.number = §yes"),
    (Refusal.WRONG_TYPE, "box.key = §a"),
    (Refusal.WRONG_TYPE, "box.key = §frame"),
    (Refusal.WRONG_TYPE, "return §yes"),
    (Refusal.WRONG_TYPE, "a = helper(§yes, yes)"),
    (Refusal.WRONG_TYPE, "a = helper(3, §3)"),
    (Refusal.WRONG_TYPE, "act(§box.inner)"),
    (Refusal.WRONG_TYPE, "a = u8(§box.key, 3)"),
    (Refusal.WRONG_TYPE, "a = u8(frame, §yes)"),
    (Refusal.WRONG_TYPE, "a = len(§a)"),
    (Refusal.WRONG_TYPE, "box.table.add(§frame)"),
    (Refusal.WRONG_TYPE, "x = -§yes"),
    (Refusal.TRUTH, "if §a:\n        pass"),
    (Refusal.TRUTH, "if §maybe:\n        pass"),
    (Refusal.TRUTH, "yes = not §a"),
    (Refusal.TRUTH, "yes = yes and §a"),
    (Refusal.TRUTH, "a = 3 if §a else 4"),
    (Refusal.TRUTH, "if yes:\n        pass\n    elif §a & 3:\n        pass"),
    (Refusal.NO_ATTRIBUTE, "a = §box.nothing"),
    (Refusal.NO_ATTRIBUTE, "§box.nothing = 3"),
    (Refusal.NO_ATTRIBUTE, "a = §Colour.GREEN"),
    (Refusal.ATTRIBUTE_OF, "a = §a.real"),
    (Refusal.ATTRIBUTE_OF, "a = §frame.size"),
    (Refusal.MAY_BE_NONE, "a = §maybe.number"),
    (Refusal.MAY_BE_NONE, "§maybe.number = 3"),
    (Refusal.MAY_BE_NONE, "act(§maybe)"),
    (Refusal.MAY_BE_NONE, "if maybe is not None or §maybe.flag:\n        pass"),
    (Refusal.MAY_BE_NONE, "if maybe is not None:\n        pass\n    a = §maybe.number"),
    (Refusal.MAY_BE_NONE, "x = box.table.find(box.key)\n    a = §x.count"),
    (Refusal.MAY_BE_NONE, "a = §box.table.find(box.key).count"),
    (
        Refusal.MAY_BE_NONE,
        "x = box.table.find(box.key)\n    if x is not None:\n        for i in range(3):\n"
        "            a = §x.count\n            x = box.table.find(box.key)",
    ),
    (Refusal.NEVER_NONE, "if §box is None:\n        pass"),
    (Refusal.NEVER_NONE, "if maybe is not None and §maybe is None:\n        pass"),
    (Refusal.IS_FORM, "if §a is 3:\n        pass"),
    (Refusal.COMPARE_TYPES, "yes = §a == yes"),
    (Refusal.COMPARE_TYPES, "yes = §box == box"),
    (Refusal.COMPARE_TYPES, "yes = §Colour.RED == Shape.ROUND"),
    (Refusal.COMPARE_TYPES, "yes = §box.key == a"),
    (Refusal.COMPARE_ORDER, "yes = §box.key < box.key"),
    (Refusal.COMPARE_ORDER, "yes = §yes < yes"),
    (Refusal.COMPARE_CHAIN, "yes = §1 < a < 3 < b"),
    (Refusal.COMPARE_MIDDLE, "yes = 1 < §helper(a, yes) < 3"),
    (Refusal.CHOICE, "x = §box if yes else a"),
    (Refusal.CHOICE, "x = §True if yes else False"),
    (Refusal.CHOICE, "x = §maybe if yes else box"),
    (Refusal.OPERATOR, "a = §a / 3"),
    (Refusal.OPERATOR, "a = §a ** 3"),
    (Refusal.OPERATOR, "a = §a | 3"),
    (Refusal.OPERATOR, "a = §a ^ 3"),
    (Refusal.OPERATOR, "a = §~a"),
    (Refusal.OPERATOR, "a = §+a"),
    (Refusal.OPERATOR, "yes = §a in frame"),
    (Refusal.OPERANDS, "x = §yes + yes"),
    (Refusal.OPERANDS, "x = §box.key - box.key"),
    (Refusal.OPERANDS, "x = §a + box.key"),
    (Refusal.DIVISOR, "a = a // §0"),
    (Refusal.DIVISOR, "a = a % §-3"),
    (Refusal.DIVISOR, "a = a % §a"),
    (Refusal.SHIFT, "a = a >> §a"),
    (Refusal.SHIFT, "a = a << §32"),
    (Refusal.SHIFT, "a = a >> §(a - 3)".replace("§(", "(§")),
    (Refusal.SHIFT, "yes = has(a, §a)"),
    (Refusal.SHIFT, "a = including(a, §box.small)"),
    (Refusal.MASK, "a = §a & 6"),
    (Refusal.MASK, "a = §a & a"),
    (Refusal.MASK, "a = §a & 0"),
    (Refusal.TOO_LARGE, "x = §a * a"),
    (Refusal.TOO_LARGE, "x = §9007199254740993"),
    (Refusal.TOO_LARGE, "x = §a << 30"),
    (Refusal.OPEN_PRODUCT, "x = §b * 3"),
    (Refusal.NEGATIVE, "a = u8(frame, §a - 1)"),
    (Refusal.NEGATIVE, "a = u32(frame, §b)"),
    (Refusal.NEGATIVE, "box.key = part(frame, 3, §a - 5)"),
    (Refusal.NEGATIVE, "box.number = §a - 5"),
    (Refusal.NEGATIVE, "a = §b"),
    (Refusal.NEGATIVE, "return §a - 5"),
    (Refusal.NEGATIVE, "a = helper(§a - 5, yes)"),
    (Refusal.NEGATIVE, "yes = has(§b, 3)"),
    (Refusal.NEGATIVE, "at = 8\n    for i in range(3):\n        a = u8(frame, §at)\n        at -= 3"),
    (Refusal.CONSTANT_RANGE, "box.small = §256"),
    (Refusal.CONSTANT_RANGE, "box.number = §-1"),
    (Refusal.CONSTANT_RANGE, "return §4294967296"),
    (Refusal.KEY_LENGTH, "box.table.add(§part(frame, 3, 41))"),
    (Refusal.KEY_LENGTH, "x = box.table.find(§part(frame, 3, 32) + part(frame, 3, 9))"),
    (Refusal.ARGUMENT_COUNT, "a = §helper(a)"),
    (Refusal.ARGUMENT_COUNT, "a = §u8(frame)"),
    (Refusal.ARGUMENT_COUNT, "x = §Box(3)"),
    (Refusal.ARGUMENT_COUNT, "box.table.remove()".replace("box", "§box")),
    (Refusal.ARGUMENT_FORM, "a = helper(a, §b=yes)"),
    (Refusal.ARGUMENT_FORM, "a = helper(§*a)"),
    (Refusal.NOT_CALLABLE, "a = §a(3)"),
    (Refusal.NOT_CALLABLE, "a = §box.number(3)"),
    (Refusal.NOT_CALLABLE, "a = §range(3)"),
    (Refusal.NOT_CALLABLE, "a = §Colour(3)"),
    (Refusal.NOT_CALLABLE, "a = §helper(a, yes)(3)"),
    (Refusal.NOT_CALLABLE, "§box.table.clear()"),
]


def parted(case: str) -> tuple[str, int, int]:
    """The source of a case without its mark, and the line and column of the mark."""
    text = HEAD + (case[1:] if case.startswith("\n") else f"{FUNCTION}    {case}\n")
    before = text[: text.index("§")]
    return text.replace("§", "", 1), before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.mark.parametrize(("refusal", "case"), CASES, ids=[case[0].name for case in CASES])
def test_a_refusal_names_its_place(
    refusal: Refusal, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One mistake gives one diagnostic (but for a missing return), at its line and column."""
    text, line, column = parted(case)
    (tmp_path / "case.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TranslationError) as caught:
        translate_functions("case.py", ["f"])
    found = [one for one in caught.value.diagnostics if one.refusal != "NO_RETURN" or refusal is Refusal.NO_RETURN]
    assert [(one.refusal, one.line, one.column) for one in found] == [(refusal.name, line, column)]
    assert str(found[0]).startswith(f"case.py:{line}:{column}: ")
    assert "; " in found[0].text
    assert "{" not in found[0].text.replace(case, "")
    assert caught.value.exit_code == 1


def test_the_head_of_the_cases_is_right(tmp_path: Path) -> None:
    """What the cases have in common is refused by nobody."""
    (tmp_path / "case.py").write_text(f"{HEAD}{FUNCTION}    return a\n", encoding="utf-8")
    assert "local function f(" in translate_functions(tmp_path / "case.py", ["f"])


PLUGIN_HEAD = """\
from pcapkit.layers.packet import Packet
from pcapkit.subset import I64, U32, Frame, dissector, field, fields, record
@record
class Capture:
    count: U32
@fields
class Told:
    count: U32 = field("Count")
"""
PARAMETERS = "capture: Capture, packet: Packet, frame: Frame, number: U32, time: I64, told: Told"
GOOD = f'@dissector("toy", "Toy", protocol="tcp")\ndef f({PARAMETERS}) -> bool:\n    return True\n'

PLUGINS: list[tuple[Refusal, str]] = [
    (Refusal.NO_DISSECTOR, "§"),
    (Refusal.DISSECTOR_TWICE, GOOD + GOOD.replace("def f", "§def g")),
    (
        Refusal.DISSECTOR_FORM,
        GOOD.replace("dissector(", "§dissector(").replace('protocol="tcp"', 'protocol="tcp", headers_only=1'),
    ),
    (Refusal.DISSECTOR_FORM, GOOD.replace("dissector(", "§dissector(").replace(', protocol="tcp"', "")),
    (Refusal.DISSECTOR_FORM, GOOD.replace("dissector(", "§dissector(").replace('"Toy"', "Toy")),
    (Refusal.DISSECTOR_NAME, GOOD.replace("dissector(", "§dissector(").replace('"toy"', '"Toy box"')),
    (Refusal.DISSECTOR_PROTOCOL, GOOD.replace("dissector(", "§dissector(").replace("tcp", "udp")),
    (Refusal.DISSECTOR_SIGNATURE, GOOD.replace("def", "§def").replace("told: Told", "told: Capture")),
    (Refusal.DISSECTOR_SIGNATURE, GOOD.replace("def", "§def").replace("-> bool", "-> U32").replace("True", "3")),
    (Refusal.PACKET_OTHER, GOOD.replace("def", "§def").replace("packet: Packet", "packet: Capture")),
    (Refusal.DECORATOR, GOOD.replace("@", "@§", 1).replace("dissector(", "record\n@dissector(", 1)),
]


@pytest.mark.parametrize(("refusal", "case"), PLUGINS, ids=[case[0].name for case in PLUGINS])
def test_a_refused_dissector_names_its_place(refusal: Refusal, case: str, tmp_path: Path) -> None:
    """The same for what only a whole dissector can get wrong."""
    text = (case if case == "§" else "") + PLUGIN_HEAD + (case if case != "§" else "")
    before = text[: text.index("§")]
    (tmp_path / "case.py").write_text(text.replace("§", ""), encoding="utf-8")
    with pytest.raises(TranslationError) as caught:
        translate(tmp_path / "case.py")
    place = (refusal.name, before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert [(one.refusal, one.line, one.column) for one in caught.value.diagnostics] == [place]


LAYERS = """\
from pcapkit.subset import U16, U32, Frame, Queue, Rare, record
@record
class Segment:
    source_port: U16
    destination_port: U16
@record
class Packet:
    has_segment: bool
    segment: Segment
def decode(frame: Frame, wire: U32, link: U16, packet: Packet) -> None:
    return
"""


@pytest.mark.parametrize(
    ("refusal", "layers"),
    [
        (Refusal.NO_DECODE, LAYERS.replace("decode", "encode")),
        (Refusal.DECODE_SIGNATURE, LAYERS.replace("link: U16, ", "")),
        (Refusal.PACKET_SHAPE, LAYERS.replace("has_segment: bool", "has_segment: U16")),
        (Refusal.PACKET_SHAPE, LAYERS.replace("source_port", "from_port")),
        (Refusal.PACKET_MEMORY, LAYERS.replace("has_segment: bool", "has_segment: bool\n    rest: Queue")),
        (Refusal.PACKET_MEMORY, LAYERS.replace("has_segment: bool", "has_segment: bool\n    rest: Rare[Segment]")),
        (Refusal.NO_MODULE, None),
    ],
)
def test_layers_have_to_be_as_the_glue_asks(
    refusal: Refusal, layers: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other layers than pcapkit's can be translated, if they tell what Wireshark's view is compared with."""
    monkeypatch.syspath_prepend(str(tmp_path))
    name = f"layers_{tmp_path.name}"
    text = (PLUGIN_HEAD + GOOD).replace("pcapkit.layers.packet", name)
    if layers is not None:
        (tmp_path / f"{name}.py").write_text(layers, encoding="utf-8")
    (tmp_path / "case.py").write_text(text, encoding="utf-8")
    with pytest.raises(TranslationError) as caught:
        translate(tmp_path / "case.py", name)
    assert {one.refusal for one in caught.value.diagnostics} == {refusal.name}


def test_a_circle_of_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two modules that import each other are refused where the circle closes."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "circle_one.py").write_text("from circle_two import b\n")
    (tmp_path / "circle_two.py").write_text("from circle_one import a\n")
    (tmp_path / "case.py").write_text("from circle_one import a\n")
    with pytest.raises(TranslationError) as caught:
        translate_functions(tmp_path / "case.py", [])
    assert Refusal.CIRCULAR_IMPORT.name in {one.refusal for one in caught.value.diagnostics}


def many(lines: str, count: int) -> str:
    """A line for each of many numbers."""
    return "".join(lines.format(n) for n in range(count))


def test_what_lua_has_no_room_for(tmp_path: Path) -> None:
    """Files that some Lua could not load are refused, and those just below the limits load in all."""
    head = "from typing import Final\nfrom pcapkit.subset import I64, U32\n"
    sources: dict[Refusal, Callable[[int], str]] = {
        Refusal.TOO_MANY_LOCALS: lambda n: "def f(a: U32) -> U32:\n" + many("    x{0} = a\n", n) + "    return a\n",
        Refusal.TOO_MANY_USED: lambda n: (
            many("C{0}: Final = {0}\n", n)
            + "def f(a: U32) -> I64:\n    return a + "
            + " + ".join(f"C{k}" for k in range(n))
        ),
        Refusal.TOO_MANY_NAMES: lambda n: (
            many("def g{0}(a: U32) -> U32:\n    return a\n", n)
            + "def h(a: U32) -> U32:\n    x = a\n"
            + many("    x = g{0}(x)\n", n // 4)
            + "    return x\n"
            + "def i(a: U32) -> U32:\n    x = a\n"
            + "".join(f"    x = g{k}(x)\n" for k in range(n // 4, n // 2))
            + "    return x\n"
            + "def j(a: U32) -> U32:\n    x = a\n"
            + "".join(f"    x = g{k}(x)\n" for k in range(n // 2, 3 * n // 4))
            + "    return x\n"
            + "def f(a: U32) -> U32:\n    x = h(a) % 2 + i(a) % 2 + j(a) % 2\n"
            + "".join(f"    x = g{k}(x)\n" for k in range(3 * n // 4, n))
            + "    return x\n"
        ),
        Refusal.NESTED: lambda n: "def f(a: U32) -> I64:\n    return " + "(a - " * n + "a" + ")" * n,
    }
    for refusal, source in sources.items():
        fits = bisect_left(range(250), True, key=lambda n: bool(refused(tmp_path, head + source(n)))) - 1
        (only,) = refused(tmp_path, head + source(fits + 1))
        assert only == refusal.name
        (tmp_path / "case.py").write_text(head + source(fits))
        text = translate_functions(tmp_path / "case.py", ["f"])
        for lua in LUAS:
            assert run_lua(lua, text)["f"](1) is not None
    (tmp_path / "case.py").write_text(head + "def f(a: U32) -> I64:\n    return " + "+".join(["a"] * 20000))
    assert refused(tmp_path, (tmp_path / "case.py").read_text()) == {Refusal.TOO_DEEP.name}


def refused(folder: Path, text: str) -> set[str]:
    """The reasons for which a source is refused."""
    (folder / "case.py").write_text(text)
    try:
        translate_functions(folder / "case.py", ["f"])
    except TranslationError as error:
        return {one.refusal for one in error.diagnostics}
    return set()


ELSEWHERE = {
    Refusal.CIRCULAR_IMPORT,
    Refusal.TOO_DEEP,
    Refusal.NESTED,
    Refusal.TOO_MANY_LOCALS,
    Refusal.TOO_MANY_NAMES,
    Refusal.TOO_MANY_USED,
    Refusal.NO_DECODE,
    Refusal.DECODE_SIGNATURE,
    Refusal.PACKET_MEMORY,
    Refusal.PACKET_SHAPE,
    Refusal.TYPE_PARAMETERS,  # needs Python 3.12
}


def test_every_refusal_has_a_case() -> None:
    """No refusal without a test that shows it, and no two with the same words."""
    assert list(Refusal) == list(Refusal.__members__.values())
    assert {refusal for refusal, _ in CASES + PLUGINS} | ELSEWHERE == set(Refusal)


def test_several_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """All of a file's mistakes come in one run, in the order of the text, none twice."""
    body = "    x = 1.5\n    y = x + 1\n    for i in range(3):\n        z = nothing\n        z = i / 2\n    return y\n"
    (tmp_path / "case.py").write_text(f"{HEAD}\nX: Final = 'text'\n{FUNCTION}{body}", encoding="utf-8")
    with pytest.raises(TranslationError) as caught:
        translate_functions(tmp_path / "case.py", ["f"])
    assert [one.refusal for one in caught.value.diagnostics] == [
        "NOT_CONSTANT",
        "NOT_IN_SUBSET",
        "UNKNOWN_NAME",
        "OPERATOR",
    ]
    assert len(str(caught.value).splitlines()) == 4
