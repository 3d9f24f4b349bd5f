"""How a dissector's fields are called in its plugin, and how the plugin's values become the reference's again."""

from collections.abc import Iterable
from dataclasses import dataclass

from pcapkit.dissector import Dissector, Value, Values
from pcapkit.subset import FieldSpec

Raw = int | float | bool | bytes
"""A value as a runtime gives it. A duration is seconds and nanoseconds as text, `b"3:500000000"`."""

NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Target:
    """Where the value of one of the plugin's fields belongs; member: which problem an expert info stands for."""

    field: FieldSpec
    member: int | None = None


class Naming:
    """The plugin's field names of one dissector."""

    def __init__(self, dissector: Dissector) -> None:
        """Work out every name."""
        self.protocol = dissector.name
        self.fields = {field.name: field for field in dissector.fields}
        self._experts = {field.name: field.notes | field.warnings for field in dissector.fields}
        self.targets: dict[str, Target] = {}
        for field in dissector.fields:
            name = f"{dissector.name}.{field.name}"
            self.targets[name] = Target(field)
            for member in field.names or ():
                if member in self._experts[field.name]:
                    self.targets[f"{name}.{member.name.lower()}"] = Target(field, int(member))

    def values(self, pairs: Iterable[tuple[str, Raw]]) -> Values | None:
        """What the plugin added to one frame, in the order of adding, as the reference puts it.

        None where it added nothing at all. What the reference cannot have (a field that the dissector does not
        declare, one field twice, expert info that is not what the field beside it says) is kept in a form that
        equals nothing of the reference's, so that it shows.
        """
        found: dict[str, list[int | bool]] = {}
        noted: dict[str, list[int]] = {}
        present = False
        for name, raw in pairs:
            present = True
            if name == self.protocol:
                continue
            target = self.targets.get(name)
            if target is None:
                found.setdefault(name, []).append(_number(raw))
            elif target.member is not None:
                noted.setdefault(target.field.name, []).append(target.member)
            else:
                found.setdefault(target.field.name, []).append(_value(target.field, raw))
        if not present:
            return None
        shaped = {name: self._shape(name, values) for name, values in found.items()}
        for field, members in self._experts.items():
            value = shaped.get(field, ())
            wanted = tuple(member for member in value if member in members) if isinstance(value, tuple) else ()
            expert = tuple(sorted(noted.get(field, ())))
            if expert != wanted:
                shaped[f"{field} (expert info)"] = expert
        return shaped

    def _shape(self, name: str, values: list[int | bool]) -> Value:
        field = self.fields.get(name)
        if field is None or field.kind in ("set", "expert") or len(values) != 1:
            return tuple(values)
        return values[0]


def _value(field: FieldSpec, raw: Raw) -> int | bool:
    if field.kind == "flag":
        return bool(raw)
    if field.kind == "duration" and isinstance(raw, bytes):
        seconds, nanoseconds = raw.split(b":")
        return int(seconds) * NANOSECONDS + int(nanoseconds)
    return _number(raw)


def _number(raw: Raw) -> int:
    return int(raw) if not isinstance(raw, bytes) else int.from_bytes(raw[:8], "big")
