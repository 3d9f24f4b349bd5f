"""Records: plain attributes of known width, all zero at first; and tables of them."""

import os
import sys
from collections import deque
from collections.abc import Iterator
from typing import Annotated, Any, Final, Generic, TypeVar, cast, get_args, get_origin, get_type_hints

from pcapkit.subset.names import Names
from pcapkit.subset.widths import Width

R = TypeVar("R")
MAX_KEY = 40  # two IPv6 addresses, two ports, and four bytes to spare

CHECKED = os.environ.get("PCAPKIT_CHECKED") == "1"
"""Whether every assignment to a record is held against its width: for tests, since it costs a multiple of the run."""

_RARE: Final = "rare"

Rare = Annotated[R, _RARE]
"""A record inside a record, `Rare[Inner]`, that most do without: made, all zero, when it is first touched."""


class Table(Generic[R]):
    """Records of one class by key.

    limit: so many are kept at most. refused: how many were not, for want of room.
    """

    __slots__ = ("_make", "_records", "_walk", "limit", "refused")

    def __init__(self, make: type[R]) -> None:
        """Begin empty; `make` is the class of the records."""
        self.limit = sys.maxsize
        self.refused = 0
        self._make = make
        self._records: dict[bytes, R] = {}
        self._walk: Iterator[bytes] = iter(())

    def find(self, key: bytes) -> R | None:
        """The record at this key, or None."""
        return self._records.get(key)

    def add(self, key: bytes) -> R:
        """Put a new record, all zero, at this key, in place of the one that was there.

        Where there is no room for it, it can be used all the same, and is forgotten then.
        """
        if len(key) > MAX_KEY:
            raise ValueError(f"a key has at most {MAX_KEY} bytes, this one {len(key)}")
        if len(self._records) >= self.limit and key not in self._records:
            self.refused += 1
            return self._make()
        self._records[key] = made = self._make()
        return made

    def remove(self, key: bytes) -> None:
        """Forget the record at this key, if there is one."""
        self._records.pop(key, None)

    def walk(self) -> bytes:
        """The next key of a walk over all records that never ends; b"" now and then, always if there is none.

        In which order, each runtime decides: what a dissector says must not depend on it. It is for removing, a few
        at a time, what `find` is already taken not to have found. Whether that holds can be tested: where walk gives
        b"" for ever, every frame gets the same labels.
        """
        key = next(self._walk, None)
        if key is None:
            self._walk = iter(list(self._records))
            key = next(self._walk, b"")
        return key

    def __len__(self) -> int:
        """How many records there are."""
        return len(self._records)


class Queue:
    """Keys in a row: the one that was put in first is taken out first."""

    __slots__ = ("_keys",)

    def __init__(self) -> None:
        """Begin empty."""
        self._keys: deque[bytes] = deque()

    def put(self, key: bytes) -> None:
        """Put a key at the end."""
        if len(key) > MAX_KEY:
            raise ValueError(f"a key has at most {MAX_KEY} bytes, this one {len(key)}")
        self._keys.append(key)

    def take(self) -> bytes:
        """Take the first key out; b"" where there is none."""
        return self._keys.popleft() if self._keys else b""

    def __len__(self) -> int:
        """How many keys there are."""
        return len(self._keys)


def record(cls: type[R]) -> type[R]:
    """Turn a class of annotations into a record: slots, and an __init__ that makes everything zero."""
    hints = get_type_hints(cls, include_extras=True)
    rare = {name: _rare_record(hint, name) for name, hint in hints.items() if _is_rare(hint)}
    lines = [f"    self.{name} = {_zero(hint, name)}" for name, hint in hints.items() if name not in rare]
    scope: dict[str, Any] = {f"_{name}": hint for name, hint in hints.items()}
    scope |= {"Table": Table, "Queue": Queue}
    body = {name: value for name, value in vars(cls).items() if name not in {"__dict__", "__weakref__", *hints}}
    body["__slots__"] = tuple(hints)
    body["__init__"] = _making_init("def __init__(self):\n" + "\n".join(lines or ["    pass"]), scope)
    if rare:
        body["__getattr__"] = _making_getattr(cls.__name__, rare)
    if CHECKED:
        body["__setattr__"] = _checking_setattr(cls.__name__, hints)
    return cast("type[R]", type(cls.__name__, cls.__bases__, body))


def _making_init(source: str, scope: dict[str, Any]) -> Any:
    """An __init__ that is compiled, as dataclasses does it, for the first record: where native code runs, most classes
    have none."""

    def __init__(self: object) -> None:
        exec(source, scope)
        type(self).__init__ = scope["__init__"]  # type: ignore[method-assign]
        scope["__init__"](self)

    return __init__


def width_of(hint: Any) -> Width | None:
    """The width that an annotation states, or None where it is no integer."""
    if isinstance(hint, type) and issubclass(hint, Names):
        return Width(8)
    return next((extra for extra in get_args(hint)[1:] if isinstance(extra, Width)), None)


def _is_rare(hint: Any) -> bool:
    return get_origin(hint) is Annotated and _RARE in hint.__metadata__


def _rare_record(hint: Any, name: str) -> Any:
    inner = get_args(hint)[0]
    if not hasattr(inner, "__slots__") or inner in (Table, Queue):
        raise TypeError(f"a record cannot hold {name}: {hint!r}; only a record can be rare")
    return inner


def _making_getattr(record_name: str, rare: dict[str, Any]) -> Any:
    """What Python calls for an attribute that is not there: a rare one is made then."""

    def made(self: object, name: str) -> Any:
        make = rare.get(name)
        if make is None:
            raise AttributeError(f"{record_name!r} object has no attribute {name!r}")
        value = make()
        object.__setattr__(self, name, value)
        return value

    return made


def _zero(hint: Any, name: str) -> str:
    """The expression that makes the first value of an attribute."""
    if hint is bool:
        return "False"
    if hint is bytes:
        return "b''"
    if hint is Queue:
        return "Queue()"
    if get_origin(hint) is Table:
        return f"Table(_{name}.__args__[0])"
    if width_of(hint) is not None:
        return "0"
    if isinstance(hint, type) and hasattr(hint, "__slots__"):
        return f"_{name}()"
    raise TypeError(f"a record cannot hold {name}: {hint!r}")


def _checking_setattr(record_name: str, hints: dict[str, Any]) -> Any:
    widths = {name: width_of(hint) for name, hint in hints.items()}

    def checked(self: object, name: str, value: Any) -> None:
        width = widths.get(name)
        if width is not None and not (type(value) is not bool and width.low <= value <= width.high):
            raise OverflowError(f"{record_name}.{name} cannot hold {value!r}")
        if hints.get(name) is bool and type(value) is not bool:
            raise OverflowError(f"{record_name}.{name} is a bool and cannot hold {value!r}")
        object.__setattr__(self, name, value)

    return checked
