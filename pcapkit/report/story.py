"""A connection's life in sentences: what each step means, which number answers which, what is missing or odd."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from pcapkit.report.explanations import Explanations
from pcapkit.report.ladder import Fold, Ladder, Rung
from pcapkit.report.values import size, span
from pcapkit.report.vocabulary import Vocabulary
from pcapkit.subset import Names

Translate = Callable[[str], str]
_QUIET: Final = ("DATA", "ACK")


class Passage(NamedTuple):
    """What there is to say of some frames. head: which, and when; "" for what concerns the whole connection."""

    head: str
    sentences: list[str]


class Story:
    """Tells one connection after the other."""

    def __init__(self, words: Vocabulary, translate: Translate) -> None:
        """translate: from the English message to the reader's language, as gettext has it."""
        self._words = words
        self._ = translate
        self._explain = Explanations(translate)
        self._quiet = words.bit(*_QUIET)

    def tell(self, ladder: Ladder) -> Iterator[Passage]:
        """The passages of a story, in order."""
        _ = self._
        left, right = self._name(ladder, leftwards=True), self._name(ladder, leftwards=False)
        if ladder.left_title:
            begin = _("Connection {number}: the client is {left}, the server is {right}.")
        else:
            begin = _(
                "Connection {number} between {left} and {right}. It was open before the capture began, so that nobody "
                "can say which of them is the client."
            )
        yield Passage("", [begin.format(number=ladder.number, left=ladder.left, right=ladder.right)])
        quiet: list[Rung | Fold] = []
        seen = 0
        for rung in ladder.rungs:
            if isinstance(rung, Fold) or not (rung.row.step & ~self._quiet or rung.problems):
                quiet.append(rung)
                continue
            if quiet:
                yield self._flow(ladder, quiet)
                quiet = []
            seen |= rung.row.step
            yield self._event(ladder, rung)
        if quiet:
            yield self._flow(ladder, quiet)
        end = self._end(ladder, seen, left, right)
        if end:
            yield Passage("", end)

    def _name(self, ladder: Ladder, *, leftwards: bool) -> str:
        _ = self._
        if not ladder.left_title:
            return ladder.left if leftwards else ladder.right
        return _("the client") if leftwards else _("the server")

    def _flow(self, ladder: Ladder, rungs: list[Rung | Fold]) -> Passage:
        """Frames that carry data, or acknowledge it."""
        _ = self._
        frames = right = left = 0
        first = last = 0
        for rung in rungs:
            if isinstance(rung, Fold):
                frames += rung.frames
                right += rung.right_bytes
                left += rung.left_bytes
                continue
            first = first or rung.number
            last = rung.number
            frames += 1
            if rung.rightwards:
                right += rung.row.payload
            else:
                left += rung.row.payload
        head = _("frame {first}") if first == last else _("frames {first} to {last}")
        if frames == 1:
            text = _("{bytes} bytes of data from {sender}.") if right or left else _("Only an acknowledgement.")
        elif right and left:
            text = _("{frames} frames of data: {right} bytes from {one}, {left} bytes from {other}.")
        elif right or left:
            text = _("{frames} frames of data: {bytes} bytes from {sender}.")
        else:
            text = _("{frames} frames that only acknowledge.")
        one, other = self._name(ladder, leftwards=True), self._name(ladder, leftwards=False)
        sentence = text.format(
            frames=frames, right=size(right), left=size(left), bytes=size(right + left),
            one=one, other=other, sender=one if right else other,
        )  # fmt: skip
        return Passage(head.format(first=first, last=last), [_capital(sentence)])

    def _event(self, ladder: Ladder, rung: Rung) -> Passage:
        """A frame that opens, closes, resets, repeats, or is odd."""
        _ = self._
        sender = self._name(ladder, leftwards=rung.rightwards)
        receiver = self._name(ladder, leftwards=not rung.rightwards)
        sentences = self._explain.steps(rung, self._step_names(rung), sender, receiver)
        sentences += [self._explain.problem(problem.name) or problem.meaning for problem in self._problems(rung)]
        head = _("frame {number}, after {time}").format(number=rung.number, time=span(rung.time))
        return Passage(head, [_capital(sentence) for sentence in sentences])

    def _step_names(self, rung: Rung) -> list[str]:
        return [step.name for step in self._words.steps if rung.row.step >> int(step) & 1]

    def _problems(self, rung: Rung) -> list[Names]:
        return [problem for problem in self._words.problems if rung.row.problems >> int(problem) & 1]

    def _end(self, ladder: Ladder, seen: int, left: str, right: str) -> list[str]:
        bit = self._words.bit
        answered = any(isinstance(rung, Fold) or not rung.rightwards for rung in ladder.rungs)
        return [
            _capital(sentence) for sentence in self._explain.end(
                opened=bool(seen & bit("OPEN_SYN", "OPEN_SYN_ACK", "OPEN_CROSSED")),
                established=bool(seen & bit("OPEN_ACK")),
                answered=answered,
                reset=bool(seen & bit("REFUSED", "RESET")),
                fin=bool(seen & bit("CLOSE_FIN")),
                fin_back=bool(seen & bit("CLOSE_FIN_BACK")),
                acknowledged=bool(seen & bit("CLOSE_ACK_BACK")),
                client=left,
                server=right,
            )
        ]  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
