"""Expressions in Lua: the same value in every version, integers staying integers.

What has no operator that all versions share becomes arithmetic: a shift a product or a floored quotient, `&` a
remainder. Below 2**53 a quotient that is rounded is floored to the right integer all the same.
"""

from pcapkit.translate import lua_tree as lua
from pcapkit.translate.lua_names import LuaNames, attribute_name
from pcapkit.translate.tree import (
    Arithmetic,
    AttributeUse,
    Boolean,
    Call,
    Choice,
    Compare,
    ConstantUse,
    Expression,
    Flag,
    GivenCall,
    Integer,
    IsNone,
    Joined,
    Literal,
    Local,
    LocalUse,
    Logic,
    LowBits,
    MemberUse,
    Negative,
    NewRecord,
    Not,
    QueueType,
    RecordType,
)

NIL = lua.Name("nil")


class LowerExpressions:
    """Lowers the expressions of one function."""

    def __init__(self, names: LuaNames, locals_of: dict[Local, str]) -> None:
        """`locals_of`: the names of the function's locals."""
        self.names = names
        self.locals = locals_of

    def lower(self, value: Expression) -> lua.Expression:
        """The Lua of an expression."""
        match value:
            case Literal(type=Boolean(), value=number):
                return lua.Name("true" if number else "false")
            case Literal(value=number, text=text):
                return number_of(number, text)
            case ConstantUse(constant=constant):
                return lua.Name(self.names.of(constant))
            case MemberUse(names=names, member=member):
                return lua.Dot(lua.Name(self.names.of(names)), attribute_name(member.name))
            case LocalUse(local=local):
                return lua.Name(self.locals[local])
            case AttributeUse(of=of, attribute=attribute, type=RecordType(record=record)) if attribute.rare:
                name = lua.Text(attribute_name(attribute.name))
                return lua.Invoke(lua.Name("rare"), (self.lower(of), name, lua.Name(self.names.new(record))))
            case AttributeUse(of=of, attribute=attribute):
                return lua.Dot(self.lower(of), attribute_name(attribute.name))
            case Arithmetic():
                return self._arithmetic(value)
            case LowBits(value=inner, bits=bits):
                return lua.Binary("%", self.lower(inner), number_of(1 << bits))
            case Flag(value=inner, mask=mask, weight=weight):
                bit = lua.Binary("%", floored(self.lower(inner), self._weight(mask, weight)), lua.Number("2"))
                return lua.Binary("*", bit, self._weight(mask, weight))
            case Negative(value=inner):
                return lua.Unary("-", self.lower(inner))
            case Compare():
                return self._compare(value)
            case Logic(op=op, operands=operands):
                made = self.lower(operands[0])
                for operand in operands[1:]:
                    made = lua.Binary(op, made, self.lower(operand))
                return made
            case Not(value=inner):
                return lua.Unary("not", self.lower(inner))
            case Choice(condition=condition, then=then, otherwise=otherwise):
                # Never the third where the first holds: neither a number nor a record is false or nil.
                return lua.Choice(self.lower(condition), self.lower(then), self.lower(otherwise))
            case IsNone(value=inner, absent=absent):
                return lua.Binary("==" if absent else "~=", self.lower(inner), NIL)
            case Joined(left=left, right=right):
                return lua.Binary("..", self.lower(left), self.lower(right))
            case Call(function=function, arguments=arguments):
                return lua.Invoke(lua.Name(self.names.of(function)), tuple(map(self.lower, arguments)))
            case GivenCall():
                return self._given(value)
            case NewRecord(record=record):
                return lua.Invoke(lua.Name(self.names.new(record)), ())

    def _arithmetic(self, value: Arithmetic) -> lua.Expression:
        left = self.lower(value.left)
        if value.op == "//":
            return floored(left, self.lower(value.right))
        if value.op not in {"<<", ">>"}:
            return lua.Binary(value.op, left, self.lower(value.right))
        assert isinstance(value.right.type, Integer)
        by = value.right.type.range.only
        weight = number_of(1 << by) if by is not None else lua.Bracket(lua.Name("power"), self.lower(value.right))
        return lua.Binary("*", left, weight) if value.op == "<<" else floored(left, weight)

    def _compare(self, value: Compare) -> lua.Expression:
        left, right = value.left, value.right
        if isinstance(right, Flag) and not isinstance(left, Flag):
            left, right = right, left
        if isinstance(left, Flag) and value.op in {"==", "!="} and isinstance(right.type, Integer):
            against = right.type.range.only
            if against in {0, left.weight}:
                return self._flag_test(left, set_=(against == 0) == (value.op == "!="))
        return lua.Binary({"!=": "~="}.get(value.op, value.op), self.lower(value.left), self.lower(value.right))

    def _flag_test(self, flag: Flag, *, set_: bool) -> lua.Expression:
        """Whether a bit is set: what is left of the value below twice its weight reaches its weight."""
        weight = self._weight(flag.mask, flag.weight)
        twice: lua.Expression = number_of(2 * flag.weight)
        if not isinstance(weight, lua.Number):
            twice = lua.Binary("*", lua.Number("2"), weight)
        return lua.Binary(">=" if set_ else "<", lua.Binary("%", self.lower(flag.value), twice), weight)

    def _weight(self, mask: Expression, weight: int) -> lua.Expression:
        return self.lower(mask) if isinstance(mask, ConstantUse) else number_of(weight)

    def _given(self, value: GivenCall) -> lua.Expression:
        arguments = tuple(map(self.lower, value.arguments))
        match value.name:
            case "len" if isinstance(value.arguments[0].type, QueueType):
                return lua.Invoke(lua.Name("queued"), arguments)
            case "len":
                return lua.Unary("#", arguments[0])
            case "has" if (member := _only(value.arguments[1])) is not None:
                left = lua.Binary("%", arguments[0], number_of(2 << member))
                return lua.Binary(">=", left, number_of(1 << member))
            case "find":
                return lua.Bracket(arguments[0], arguments[1])
            case "add":
                kind = value.type
                made = lua.Invoke(lua.Name(self.names.new(kind.record)), ())  # type: ignore[union-attr]
                return lua.Invoke(lua.Name("add"), (*arguments, made))
            case _:
                return lua.Invoke(lua.Name(value.name), arguments)


def _only(value: Expression) -> int | None:
    """The one value that an expression can have, if there is only one."""
    return value.type.range.only if isinstance(value.type, Integer) else None


def floored(left: lua.Expression, right: lua.Expression) -> lua.Expression:
    """The integer quotient, rounded down."""
    return lua.Invoke(lua.Name("floor"), (lua.Binary("/", left, right),))


def number_of(value: int, text: str = "") -> lua.Number:
    """A number: as it was written if that was hexadecimal, else in decimal digits."""
    plain = text.replace("_", "").lower()
    return lua.Number("0x" + plain[2:].upper() if plain.startswith("0x") else str(value))
