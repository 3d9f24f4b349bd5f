"""What is certain at one point of a function: which locals are assigned, and which are not None."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Flow:
    """assigned: the locals that have a value on every path to here. present: those known not to be None."""

    assigned: frozenset[str]
    present: frozenset[str] = frozenset()

    def assigning(self, name: str, present: bool) -> "Flow":
        """After an assignment to a local."""
        kept = self.present - {name}
        return replace(self, assigned=self.assigned | {name}, present=kept | {name} if present else kept)

    def with_present(self, name: str) -> "Flow":
        """Where a local has been found not to be None."""
        return replace(self, present=self.present | {name})

    def entering_loop(self, assigned_inside: frozenset[str]) -> "Flow":
        """At the head of a loop, which is reached again from its end."""
        return replace(self, present=self.present - assigned_inside)


def joined(flows: "list[Flow | None]") -> Flow | None:
    """Where several paths meet; None: a path that does not get here."""
    alive = [flow for flow in flows if flow is not None]
    if not alive:
        return None
    result = alive[0]
    for flow in alive[1:]:
        result = Flow(result.assigned & flow.assigned, result.present & flow.present)
    return result
