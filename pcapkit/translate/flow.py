"""What is certain at one point of a function: which locals are assigned, which are not None, what integers can be."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pcapkit.translate.ranges import Range


@dataclass(frozen=True, slots=True)
class Flow:
    """assigned: the locals that have a value on every path to here. present: those known not to be None.

    ranges: what the locals that are integers can be here.
    """

    assigned: frozenset[str] = frozenset()
    present: frozenset[str] = frozenset()
    ranges: Mapping[str, Range] = field(default_factory=dict)

    def assigning(self, name: str, *, present: bool = False, range: Range | None = None) -> "Flow":
        """After an assignment to a local: of a record that is there, of an integer in that range."""
        kept = self.present - {name}
        ranges = {other: known for other, known in self.ranges.items() if other != name}
        if range is not None:
            ranges[name] = range
        return Flow(self.assigned | {name}, kept | {name} if present else kept, ranges)

    def with_present(self, name: str) -> "Flow":
        """Where a local has been found not to be None."""
        return replace(self, present=self.present | {name})

    def with_range(self, name: str, range: Range) -> "Flow":
        """Where a local has been found to be in a range."""
        return replace(self, ranges={**self.ranges, name: range})

    def entering_loop(self, assigned_inside: frozenset[str], at_end: Mapping[str, Range]) -> "Flow":
        """At the head of a loop, which is reached again from its end; `at_end`: what locals can be there."""
        ranges = dict(self.ranges)
        for name in assigned_inside:
            if name in ranges and name in at_end:
                ranges[name] = ranges[name].joined(at_end[name])
        return Flow(self.assigned, self.present - assigned_inside, ranges)


def joined(flows: "list[Flow | None]") -> Flow | None:
    """Where several paths meet; None: a path that does not get here."""
    alive = [flow for flow in flows if flow is not None]
    if not alive:
        return None
    result = alive[0]
    for flow in alive[1:]:
        ranges = {name: known.joined(flow.ranges[name]) for name, known in result.ranges.items() if name in flow.ranges}
        result = Flow(result.assigned & flow.assigned, result.present & flow.present, ranges)
    return result
