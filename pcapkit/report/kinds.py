"""What pictures and stories say of a segment by its steps and problems alone: worked out once for each combination."""

from typing import NamedTuple

from pcapkit.report.vocabulary import Vocabulary

STATELESS = 0  # a state that the dissector does not know


class Kind(NamedTuple):
    """Segments with the same steps and problems."""

    step: int  # the set, as its bits
    problem: int
    steps: tuple[str, ...]  # labels
    problems: tuple[str, ...]
    family: str  # "open", "close", "reset", "data", "odd": what colour it has
    merged: int  # steps of opening or closing, where one frame takes several; else 0
    repeat: bool
    plain: bool  # mere data or acknowledgement


class Kinds:
    """All kinds that were met."""

    def __init__(self, words: Vocabulary) -> None:
        """words: what the bits mean."""
        self._words = words
        self._known: dict[tuple[int, int], Kind] = {}
        self._plain = words.bit("DATA", "ACK")
        self.repeat = words.bit("REPEAT")
        self.foldable = self._plain | self.repeat | words.bit("KEEP_ALIVE")
        """Steps of segments that come in long runs, of which the middle says nothing new."""
        self.states = {int(state): state.label for state in words.states if int(state) != STATELESS}
        self.client = int(words.roles["CLIENT"])
        self.server = int(words.roles["SERVER"])
        opening = words.bit("OPEN_SYN", "OPEN_SYN_ACK", "OPEN_ACK", "OPEN_CROSSED")
        closing = words.bit("CLOSE_FIN", "CLOSE_ACK", "CLOSE_FIN_BACK", "CLOSE_ACK_BACK")
        resets = words.bit("REFUSED", "RESET", "RESET_IGNORED")
        self._families = (("reset", resets), ("close", closing), ("open", opening), ("odd", words.bit("PROBE")))
        self._handshake = opening | closing

    def of(self, step: int, problem: int) -> Kind:
        """The kind of segments with these sets of steps and problems."""
        known = self._known.get((step, problem))
        if known is None:
            known = self._known[step, problem] = self._make(step, problem)
        return known

    def _make(self, step: int, problem: int) -> Kind:
        taken = (step & self._handshake).bit_count()
        return Kind(
            step,
            problem,
            tuple(self._words.step_labels(step)),
            tuple(self._words.problem_labels(problem)),
            next((family for family, bits in self._families if step & bits), "data"),
            taken if taken > 1 else 0,
            bool(step & self.repeat),
            not (step & ~self._plain or problem),
        )
