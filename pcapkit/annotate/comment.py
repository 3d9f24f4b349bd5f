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
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

from pcapkit.dissector import Dissector, Value, Values
from pcapkit.subset import FieldSpec

PREFIX: Final = "pcapkit: "
BETWEEN: Final = " | "  # the text and the dissectors
UNSET: Final = "-"
_SECOND: Final = 1_000_000_000
# Compiled when they are first used (re remembers them): only who reads comments back needs them.
_NUMBER: Final = r"0|-?[1-9][0-9]{0,19}"
_DURATION: Final = r"(-?)([0-9]{1,12})\.([0-9]{9}) s"
_MEMBER: Final = r"#(0|[1-9][0-9]{0,3})"
_PLAIN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ,.:/'()_+*=<>!?&%-")
_LAST: Final = ".)'!?%"  # or a letter or digit; the first is always one


class Written(NamedTuple):
    """How one field is written, for those who write without Python; see `Grammar.written`.

    form: "number", "duration", "flag", "names" or "set". title: what stands before a number, a duration or a set.
    texts: of a flag, the whole piece for False and True; of names, the whole piece for each value; of a set, each
    member's label.
    """

    form: str
    title: str
    texts: list[str]


class Grammar:
    """How one dissector's fields are written and read."""

    def __init__(self, dissector: Dissector) -> None:
        """Decide what each title and label is to be."""
        keys = keys_of([(field.name, field.title) for field in dissector.fields])
        self._fields = [_Form(field, key) for field, key in zip(dissector.fields, keys, strict=True)]
        self._first = self._fields[0].name if self._fields else ""
        self._prefix = f"{dissector.name}: "

    @cached_property
    def _writers(self) -> list[tuple[str, Callable[[Any], str]]]:
        """For each field its name, and what writes it: made when it is first wanted, since native code has its own."""
        # The first value stands alone; a flag's title is its value.
        return [(form.name, form.writer("" if form.name == self._first else f"{form.key} ")) for form in self._fields]

    def format(self, values: Values) -> str:
        """The fields as text, without the dissector's name."""
        pieces = [] if self._first in values else [UNSET]
        for name, write in self._writers:
            value = values.get(name)
            if value is not None:
                pieces.append(write(value))
        return "; ".join(pieces)

    def written(self) -> list[Written]:
        """What `format` does, as tables, in the order of the fields."""
        return [form.written("" if form.name == self._first else f"{form.key} ") for form in self._fields]

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
        values: Values = {}
        piece, *pieces = text.split("; ")
        if piece != UNSET:
            if not self._fields:
                raise _not_understood(piece)
            values[self._first] = self._fields[0].value(piece, piece)
        place = 1  # fields come in the order of their declaration, each once
        for piece in pieces:
            for index in range(place, len(self._fields)):
                form = self._fields[index]
                rest = form.rest(piece)
                if rest is not None:
                    values[form.name] = form.value(rest, piece)
                    place = index + 1
                    break
            else:
                raise _not_understood(piece)
        return values


class _Form:
    """One field as text."""

    def __init__(self, field: FieldSpec, key: str) -> None:
        self.name = field.name
        self.key = key
        self._kind = field.kind
        self._width = field.width
        self._labels = written_labels(
            {int(member): member.label for member in field.names} if field.names is not None else {}
        )
        self._members = {label: number for number, label in self._labels.items()}

    def writer(self, title: str) -> Callable[[Any], str]:
        """A function that makes the piece out of a value; `title` goes in front of it."""
        if self._kind == "flag":
            return {True: self.key, False: f"{self.key} no"}.__getitem__
        if self._kind in ("set", "expert"):
            return lru_cache(maxsize=1024)(lambda members: title + " + ".join(map(self._label, members)))
        if self._kind == "names":
            return [title + self._label(member) for member in range(self._width.high + 1)].__getitem__
        if self._kind == "duration":
            return lambda nanoseconds: title + seconds_text(nanoseconds)
        return lambda number: f"{title}{number}"

    def written(self, title: str) -> Written:
        """What `writer` does, as a table."""
        if self._kind == "flag":
            write = self.writer(title)
            return Written("flag", "", [write(False), write(True)])
        if self._kind in ("set", "expert"):
            return Written("set", title, [self._label(member) for member in range(self._width.bits)])
        if self._kind == "names":
            return Written("names", "", list(map(self.writer(title), range(self._width.high + 1))))
        return Written("duration" if self._kind == "duration" else "number", title, [])

    def rest(self, piece: str) -> str | None:
        """What follows the title in a piece of this field; None where it is another field's."""
        if self._kind == "flag":
            return piece if piece in (self.key, f"{self.key} no") else None
        key = f"{self.key} "
        return piece.removeprefix(key) if piece.startswith(key) else None

    def value(self, text: str, piece: str) -> Value:
        """The value that is written `text`, without the title; `piece` is what an error shows."""
        found: Value | None
        if self._kind in ("set", "expert"):
            found = self._set(text.split(" + "))
        elif self._kind == "flag":
            found = {self.key: True, f"{self.key} no": False}.get(text)
        elif self._kind == "duration":
            found = _nanoseconds(text)
        elif self._kind == "names":
            found = self._member(text)
        else:
            found = int(text) if re.fullmatch(_NUMBER, text) else None
        if found is None or (isinstance(found, int) and not self._width.low <= found <= self._width.high):
            raise _not_understood(piece)
        return found

    def _set(self, words: list[str]) -> tuple[int, ...] | None:
        """The members, which have to ascend."""
        members = tuple(member for word in words if (member := self._member(word)) is not None)
        whole = len(members) == len(words) and members[-1] < self._width.bits
        return members if whole and sorted(set(members)) == list(members) else None

    def _label(self, member: int) -> str:
        return self._labels.get(member) or f"#{member}"

    def _member(self, word: str) -> int | None:
        """The inverse of `_label`."""
        number = re.fullmatch(_MEMBER, word)
        if number is None:
            return self._members.get(word)
        member = int(number[1])
        return None if member in self._labels else member


def keys_of(fields: Sequence[tuple[str, str]]) -> list[str]:
    """What each field is called in a comment; fields: (name, title) of each."""
    keys = [title.lower() for _, title in fields]
    if not all(map(_is_plain, keys)) or any(_stands_in_the_way(key, keys) for key in keys):
        return [name for name, _ in fields]
    return keys


def written_labels(labels: Mapping[int, str]) -> dict[int, str]:
    """Those labels that stand in a comment as they are, by number; every other member is `#` and its number there."""
    used = list(labels.values())
    return {number: label for number, label in labels.items() if _is_plain(label) and used.count(label) == 1}


def seconds_text(nanoseconds: int) -> str:
    """`0.000040123 s`: exact, without a float in between."""
    sign = "-" if nanoseconds < 0 else ""
    seconds, fraction = divmod(abs(nanoseconds), _SECOND)
    return f"{sign}{seconds}.{fraction:09d} s"


def is_own(comment: str) -> bool:
    """Tell whether pcapkit wrote a comment."""
    return comment.startswith(PREFIX)


def format_fields(dissector: Dissector, values: Values) -> str:
    """What a dissector says of a frame, as it stands in a comment behind `NAME: `."""
    return grammar_of(dissector).format(values)


def parse_comment(text: str, dissector: Dissector) -> Values | None:
    """The fields that a comment says of a frame: the inverse of `format_fields`, for a whole comment.

    None where the comment is not pcapkit's, or has nothing of this dissector. Raises ValueError, with the piece that
    is not understood, where it is malformed.
    """
    grammar = grammar_of(dissector)
    part = grammar.part_of(text)
    return None if part is None else grammar.parse(part)


@lru_cache(maxsize=64)
def grammar_of(dissector: Dissector) -> Grammar:
    """The grammar of this dissector's fields: made once, and shared."""
    return Grammar(dissector)


def _not_understood(piece: str) -> ValueError:
    return ValueError(f"not understood: {piece!r}")


def _nanoseconds(text: str) -> int | None:
    match = re.fullmatch(_DURATION, text)
    if match is None:
        return None
    nanoseconds = int(match[2]) * _SECOND + int(match[3])
    if match[1]:
        nanoseconds = -nanoseconds
    return nanoseconds if seconds_text(nanoseconds) == text else None


def _is_plain(words: str) -> bool:
    """Whether a title or label can stand for itself: nothing that the grammar uses, and ASCII on one line."""
    if not _PLAIN.issuperset(words) or " + " in words:
        return False
    return words[:1].isalnum() and (words[-1].isalnum() or words[-1] in _LAST)


def _stands_in_the_way(key: str, keys: list[str]) -> bool:
    """Whether a piece of another field could begin like this one's, or this title is there twice."""
    return sum(other == key or other.startswith(f"{key} ") for other in keys) > 1
