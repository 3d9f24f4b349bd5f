"""The grammar of a comment: what pcapkit writes on a frame, and how it is read back.

    pcapkit: TEXT | DISSECTOR: PIECE; PIECE; ... | DISSECTOR: ...

TEXT says what the layers found and is for people. The pieces are a dissector's fields in the order of their
declaration, each in a form that is read back exactly:

    the first field      its value alone; `-` where it is not set
    a flag               its title; where it is set to False, its title and `no`
    every other field    its title and its value

Titles are in lower case. A value is a number; the label of a name; the labels of a set's members, joined by ` + `;
seconds with nine decimals and ` s`. A title or label that could be mistaken for something else gives way to the
field's name, or to the member's number as `#7`. A field that is not set, but the first, is not there.
"""

import re
from functools import lru_cache
from typing import Final

from pcapkit.dissector import Dissector, Value, Values
from pcapkit.subset import FieldSpec

PREFIX: Final = "pcapkit: "
BETWEEN: Final = " | "  # the text and the dissectors
UNSET: Final = "-"
_SECOND: Final = 1_000_000_000
_NUMBER: Final = re.compile(r"(?:0|-?[1-9][0-9]{0,19})\Z")
_DURATION: Final = re.compile(r"(-?)([0-9]{1,12})\.([0-9]{9}) s\Z")
_MEMBER: Final = re.compile(r"#(0|[1-9][0-9]{0,3})\Z")
_PLAIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ,.:/'()_+*=<>!?&%-]*[A-Za-z0-9.)'!?%])?\Z")


class Grammar:
    """How one dissector's fields are written and read."""

    def __init__(self, dissector: Dissector) -> None:
        """Decide what each title and label is to be."""
        self._fields = [_Form(field) for field in dissector.fields]
        keys = [field.title.lower() for field in dissector.fields]
        if not all(map(_is_plain, keys)) or any(map(_stands_in_the_way, keys, [keys] * len(keys))):
            keys = [field.name for field in dissector.fields]
        for form, key in zip(self._fields, keys, strict=True):
            form.key = key
        self._prefix = f"{dissector.name}: "

    def format(self, values: Values) -> str:
        """The fields as text, without the dissector's name; "" for no values at all."""
        if not values:
            return ""
        first, *others = self._fields
        value = values.get(first.name)
        pieces = [UNSET if value is None else first.bare(value)]
        for form in others:
            value = values.get(form.name)
            if value is not None:
                pieces.append(form.bare(value) if form.is_flag else f"{form.key} {form.bare(value)}")
        return "; ".join(pieces)

    def part_of(self, comment: str) -> str | None:
        """This dissector's part of a whole comment, without its name; None where it has none."""
        if not is_own(comment):
            return None
        for part in comment.removeprefix(PREFIX).split(BETWEEN)[1:]:
            if part.startswith(self._prefix):
                return part.removeprefix(self._prefix)
        return None

    def parse(self, text: str) -> Values:
        """The inverse of `format`. Raises ValueError with the piece that is not understood."""
        if not text:
            return {}
        values: Values = {}
        first, *others = self._fields
        piece, *pieces = text.split("; ")
        if piece != UNSET:
            values[first.name] = first.value(piece, piece)
        place = 0  # fields come in the order of their declaration, each once
        for piece in pieces:
            for index in range(place, len(others)):
                form = others[index]
                rest = form.rest(piece)
                if rest is not None:
                    values[form.name] = form.value(rest, piece)
                    place = index + 1
                    break
            else:
                raise ValueError(f"not understood: {piece!r}")
        return values


class _Form:
    """One field as text."""

    def __init__(self, field: FieldSpec) -> None:
        self.name = field.name
        self.key = field.name
        self.is_flag = field.kind == "flag"
        self._kind = field.kind
        self._width = field.width
        labels = {int(member): member.label for member in field.names} if field.names is not None else {}
        used = list(labels.values())
        self._labels = {
            number: label for number, label in labels.items() if _is_plain(label) and used.count(label) == 1
        }
        self._members = {label: number for number, label in self._labels.items()}

    def bare(self, value: Value) -> str:
        """The value without the title."""
        if isinstance(value, tuple):
            return " + ".join([self._labels.get(member) or f"#{member}" for member in value])
        if self.is_flag:
            return self.key if value else f"{self.key} no"
        if self._kind == "duration":
            return seconds_text(value)
        if self._kind == "names":
            return self._labels.get(value) or f"#{value}"
        return str(int(value))

    def rest(self, piece: str) -> str | None:
        """What follows the title in a piece of this field; None where it is another field's."""
        if self.is_flag:
            return piece if piece in (self.key, f"{self.key} no") else None
        key = f"{self.key} "
        return piece.removeprefix(key) if piece.startswith(key) else None

    def value(self, text: str, piece: str) -> Value:
        """The inverse of `bare`; `piece` is what an error shows."""
        found: Value | None
        if self._kind in ("set", "expert"):
            members = [self._member(word) for word in text.split(" + ")]
            found = tuple(member for member in members if member is not None)
            if len(found) != len(members) or sorted(set(found)) != list(found) or found[-1] >= self._width.bits:
                found = None
        elif self.is_flag:
            found = {self.key: True, f"{self.key} no": False}.get(text)
        elif self._kind == "duration":
            found = _nanoseconds(text)
        elif self._kind == "names":
            found = self._member(text)
        else:
            found = int(text) if _NUMBER.match(text) else None
        if found is None or (isinstance(found, int) and not self._width.low <= found <= self._width.high):
            raise ValueError(f"not understood: {piece!r}")
        return found

    def _member(self, word: str) -> int | None:
        number = _MEMBER.match(word)
        if number is None:
            return self._members.get(word)
        member = int(number[1])
        return None if member in self._labels else member


def seconds_text(nanoseconds: int) -> str:
    """`0.000040123 s`: exact, without a float in between."""
    sign = "-" if nanoseconds < 0 else ""
    seconds, fraction = divmod(abs(nanoseconds), _SECOND)
    return f"{sign}{seconds}.{fraction:09d} s"


def is_own(comment: str) -> bool:
    """Tell whether pcapkit wrote a comment."""
    return comment.startswith(PREFIX)


def format_fields(dissector: Dissector, values: Values) -> str:
    """What a dissector says of a frame, as it stands in a comment behind `NAME: `; "" for no values at all."""
    return _grammar(dissector).format(values)


def parse_comment(text: str, dissector: Dissector) -> Values | None:
    """The fields that a comment says of a frame: the inverse of `format_fields`, for a whole comment.

    None where the comment is not pcapkit's, or has nothing of this dissector. Raises ValueError, with the piece that
    is not understood, where it is malformed.
    """
    grammar = _grammar(dissector)
    part = grammar.part_of(text)
    return None if part is None else grammar.parse(part)


@lru_cache(maxsize=64)
def _grammar(dissector: Dissector) -> Grammar:
    return Grammar(dissector)


def _nanoseconds(text: str) -> int | None:
    match = _DURATION.match(text)
    if match is None:
        return None
    nanoseconds = int(match[2]) * _SECOND + int(match[3])
    if match[1]:
        nanoseconds = -nanoseconds
    return nanoseconds if seconds_text(nanoseconds) == text else None


def _is_plain(words: str) -> bool:
    """Whether a title or label can stand for itself: nothing that the grammar uses, and ASCII on one line."""
    return bool(_PLAIN.match(words)) and " + " not in words and "#" not in words


def _stands_in_the_way(key: str, keys: list[str]) -> bool:
    """Whether a piece of another field could begin like this one's, or this title is there twice."""
    return sum(other == key or other.startswith(f"{key} ") for other in keys) > 1
