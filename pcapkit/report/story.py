"""A connection's life in sentences: what each step means, which number answers which, what is missing or odd."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from pcapkit.report.connection import REFUSED, UNANSWERED, Connection
from pcapkit.report.explanations import Explanations
from pcapkit.report.ladder import Fold, Ladder, Rung
from pcapkit.report.values import size, span
from pcapkit.report.verdict import Verdict
from pcapkit.report.vocabulary import Vocabulary

Translate = Callable[[str], str]


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
        self._verdict = Verdict(translate)

    def tell(self, ladder: Ladder, row: Connection) -> Iterator[Passage]:
        """The passages of a connection's story, in order: what came of it, then each frame."""
        _ = self._
        if ladder.left_title:
            begin = _("Connection {number}: the client is {left}, the server is {right}.")
        else:
            begin = _(
                "Connection {number} between {left} and {right}. It was open before the capture began, so that nobody "
                "can say which of them is the client."
            )
        yield Passage("", [begin.format(number=ladder.number, left=ladder.left, right=ladder.right)])
        yield Passage(_("in short"), self._verdict.of(row, self._merged(ladder), self._closers(ladder)))
        seen = 0
        for group in self._groups(ladder.rungs):
            first = group[0]
            if isinstance(first, Fold) or _is_quiet(first):
                yield self._flow(ladder, group)
                continue
            rungs = [rung for rung in group if isinstance(rung, Rung)]
            for rung in rungs:
                seen |= rung.kind.step
            yield self._again(ladder, rungs) if self._repeats(first) else self._event(ladder, first)
        end = self._end(ladder, row, seen)
        if end:
            yield Passage("", end)

    def _groups(self, rungs: Sequence[Rung | Fold]) -> Iterator[list[Rung | Fold]]:
        """Frames of which one passage tells: a run of data, a run of repeats of one frame, or one frame."""
        group: list[Rung | Fold] = []
        for rung in rungs:
            if group and not self._belong(group[-1], rung):
                yield group
                group = []
            group.append(rung)
        if group:
            yield group

    def _belong(self, before: Rung | Fold, rung: Rung | Fold) -> bool:
        quiet = [isinstance(one, Fold) or _is_quiet(one) for one in (before, rung)]
        if any(quiet) or isinstance(before, Fold) or isinstance(rung, Fold):
            return all(quiet)
        same = (before.kind, before.answers, before.rightwards) == (rung.kind, rung.answers, rung.rightwards)
        return same and self._repeats(rung)

    def _repeats(self, rung: Rung) -> bool:
        return rung.kind.repeat and not rung.kind.merged and not rung.notes

    def _closers(self, ladder: Ladder) -> tuple[str, str] | None:
        """Who sent the first FIN, and the other side; None where the ladder has no FIN."""
        fin = self._words.bit("CLOSE_FIN")
        for rung in ladder.rungs:
            if isinstance(rung, Rung) and rung.kind.step & fin:
                return self._name(ladder, leftwards=rung.rightwards), self._name(ladder, leftwards=not rung.rightwards)
        return None

    def _merged(self, ladder: Ladder) -> int:
        """The frame that acknowledges the first FIN and is the second one; 0 where there is none in the ladder."""
        both = self._words.bit("CLOSE_ACK", "CLOSE_FIN_BACK")
        rungs = (rung for rung in ladder.rungs if isinstance(rung, Rung) and not rung.kind.repeat)
        return next((rung.number for rung in rungs if rung.kind.step & both == both), 0)

    def _name(self, ladder: Ladder, *, leftwards: bool) -> str:
        _ = self._
        if not ladder.left_title:
            return ladder.left if leftwards else ladder.right
        return _("the client") if leftwards else _("the server")

    def _flow(self, ladder: Ladder, rungs: list[Rung | Fold]) -> Passage:
        """Frames that carry data, or acknowledge it."""
        _ = self._
        frames = right = left = repeats = 0
        first = last = 0
        for rung in rungs:
            if isinstance(rung, Fold):
                frames += rung.frames
                right += rung.right_bytes
                left += rung.left_bytes
                repeats += rung.repeats
                continue
            first = first or rung.number
            last = rung.number
            frames += 1
            if rung.rightwards:
                right += rung.payload
            else:
                left += rung.payload
        head = _("frame {first}") if first == last else _("frames {first} to {last}")
        if frames == 1:
            text = _("{bytes} bytes of data from {sender}.") if right or left else _("Only an acknowledgement.")
        elif right and left:
            text = _(
                "{frames} frames of data and acknowledgements: {right} bytes from {one}, {left} bytes from {other}."
            )
        elif right or left:
            text = _("{frames} frames of data and acknowledgements: {bytes} bytes from {sender}.")
        else:
            text = _("{frames} frames that only acknowledge.")
        one, other = self._name(ladder, leftwards=True), self._name(ladder, leftwards=False)
        sentence = text.format(
            frames=f"{frames:,}", right=size(right), left=size(left), bytes=size(right + left),
            one=one, other=other, sender=one if right else other,
        )  # fmt: skip
        sentences = [_capital(sentence)]
        if repeats:
            text = _("{count} of these frames repeat data: sent again, or captured twice.")
            sentences.append(text.format(count=repeats))
        return Passage(head.format(first=first, last=last), sentences)

    def _event(self, ladder: Ladder, rung: Rung) -> Passage:
        """A frame that opens, closes, resets, or is odd."""
        sender = self._name(ladder, leftwards=rung.rightwards)
        receiver = self._name(ladder, leftwards=not rung.rightwards)
        steps = [step.name for step in self._words.steps if rung.kind.step >> int(step) & 1]
        problems = [problem for problem in self._words.problems if rung.kind.problem >> int(problem) & 1]
        names = [problem.name for problem in problems]
        port = ladder.left_port if rung.rightwards else ladder.right_port
        sentences = self._explain.steps(rung, steps, sender, receiver, port, wrong="WRONG_ACK" in names)
        if rung.inferred and "DIRECTION_INFERRED" not in names:
            sentences.append(self._explain.inferred())
        sentences += [self._explain.problem(problem.name) or problem.meaning for problem in problems]
        if rung.jump:
            sentences.append(self._explain.jump(rung.jump))
        return Passage(self._head(rung, rung), [_capital(sentence) for sentence in sentences])

    def _again(self, ladder: Ladder, rungs: list[Rung]) -> Passage:
        """Frames that repeat one before them."""
        sender = self._name(ladder, leftwards=rungs[0].rightwards)
        sentence = self._explain.again(rungs[0], rungs[-1], len(rungs), sender)
        return Passage(self._head(rungs[0], rungs[-1]), [_capital(sentence)])

    def _head(self, first: Rung, last: Rung) -> str:
        _ = self._
        if first is not last:
            text = _("frames {first} to {last}, after {begin} to {end}")
        elif first.time:
            text = _("frame {first}, after {begin}")
        else:
            text = _("frame {first}")
        return text.format(first=first.number, last=last.number, begin=span(first.time), end=span(last.time))

    def _end(self, ladder: Ladder, row: Connection, seen: int) -> list[str]:
        bit = self._words.bit
        to_left, to_right = ladder.frames
        silent = "" if to_left and to_right else self._name(ladder, leftwards=not to_right)
        found = self._explain.end(
            opened=bool(seen & bit("OPEN_SYN", "OPEN_SYN_ACK", "OPEN_CROSSED")),
            answered=row.opened != UNANSWERED,
            established=bool(seen & bit("OPEN_ACK")),
            silent=silent,
            refused=row.opened == REFUSED,
            reset=row.closed.startswith("reset"),
            fin=bool(seen & bit("CLOSE_FIN")),
            fin_back=bool(seen & bit("CLOSE_FIN_BACK")),
            acknowledged=bool(seen & bit("CLOSE_ACK_BACK")),
        )
        return [_capital(sentence) for sentence in found]


def _is_quiet(rung: Rung) -> bool:
    return rung.kind.plain and not rung.jump


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
