"""What a dissector declares: the fields it adds to a frame, and its entry point."""

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple, TypeVar, get_type_hints

from pcapkit.subset.names import Names
from pcapkit.subset.records import record, width_of
from pcapkit.subset.widths import Width

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., bool])

FrameNumber = Annotated[int, Width(32), "frame"]
"""The number of a frame, counting from 1, that a click leads to; 0 for none."""

Duration = Annotated[int, Width(64, signed=True), "duration"]
"""A span of time in nanoseconds."""


class FieldSpec(NamedTuple):
    """One field as declared: its name in filters is `<dissector>.<name>`.

    kind: "number", "names" (one member of `names`), "set" (a bit for each member, the field repeated for each),
    "expert" (a set whose members are notes in Wireshark's expert information), "flag", "frame", "duration".
    when: the field is there only where that other field is neither 0 nor False; None: always.
    quiet: the members of a set that alone are no news (see `field`).
    notes, warnings: the members of a set that Wireshark's expert information shows as such.
    """

    name: str
    title: str
    kind: str
    names: type[Names] | None
    when: str | None
    width: Width
    meaning: str
    quiet: frozenset[int] = frozenset()
    notes: frozenset[int] = frozenset()
    warnings: frozenset[int] = frozenset()


def field(
    title: str,
    meaning: str = "",
    *,
    every: type[Names] | None = None,
    when: str = "",
    expert: bool = False,
    quiet: tuple[Names, ...] = (),
    note: tuple[Names, ...] = (),
    warn: tuple[Names, ...] = (),
) -> Any:
    """Declare a field: its title, and in `every` the names of a set's members.

    when: the name of the field that must be set for this one to be there. expert: the members are problems.
    quiet: members of a set that are no news: where comments are wanted on the important frames alone, one whose
    set has only these, and no problem, gets none.
    note, warn: members of a set that are notes or warnings in Wireshark's expert information; problems are warnings
    where they are not in `note`.
    """
    declared = {"title": title, "meaning": meaning, "every": every, "when": when, "expert": expert}
    return {**declared, "quiet": quiet, "note": note, "warn": warn}


def fields(cls: type[T]) -> type[T]:
    """Make a class of field declarations a record, and keep the declarations for `fields_of`."""
    specs = [_spec(name, hint, vars(cls)[name]) for name, hint in get_type_hints(cls, include_extras=True).items()]
    made = record(cls)
    made.FIELDS = tuple(specs)  # type: ignore[attr-defined]
    return made


def fields_of(cls: type[Any]) -> tuple[FieldSpec, ...]:
    """The fields that a class declares, in order."""
    declared: tuple[FieldSpec, ...] = cls.FIELDS
    return declared


def _spec(name: str, hint: Any, declared: dict[str, Any]) -> FieldSpec:
    names: type[Names] | None = declared["every"]
    when = declared["when"] or None
    if names is not None:
        kind = "expert" if declared["expert"] else "set"
    elif hint is bool:
        kind = "flag"
    elif isinstance(hint, type) and issubclass(hint, Names):
        kind, names = "names", hint
    elif hint == FrameNumber:
        kind, when = "frame", when or name
    elif hint == Duration:
        kind = "duration"
    else:
        kind = "number"
    width = width_of(hint) or Width(1)
    quiet, notes, warnings = (frozenset(map(int, declared[option])) for option in ("quiet", "note", "warn"))
    if kind == "expert" and names is not None:
        warnings |= frozenset(map(int, names)) - notes
    meaning = declared["meaning"]
    return FieldSpec(name, declared["title"], kind, names, when, width, meaning, quiet, notes, warnings)


def dissector(name: str, title: str, *, protocol: str, headers_only: bool = False) -> Callable[[F], F]:
    """Declare the entry point of a dissector.

    name: what its fields are called in filters, `name.field`. protocol: which frames it is for: "tcp", the only
    one so far. headers_only: a promise that the function looks at no byte behind the TCP header, and not at the frame's
    length; then Wireshark need not keep more of frames that wait for somebody to ask.
    The function takes (capture, packet, frame, number, time, fields): the record of all state, the Packet that the
    layers made of this frame, the frame's bytes, its number from 1, the nanoseconds since the capture's first frame
    modulo 2**52, and the fields to fill in, all zero. It returns whether the frame has any.
    """

    def mark(function: F) -> F:
        function.DISSECTOR = (name, title, protocol)  # type: ignore[attr-defined]
        return function

    return mark
