"""The sentences themselves: one for each step and each problem, in the reader's language."""

from collections.abc import Callable

from pcapkit.report import connection
from pcapkit.report.ladder import Rung
from pcapkit.report.values import span


class Explanations:
    """Makes sentences. Every text goes through gettext, whole, so that each language can order it as it must."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        """translate: from the English message to the reader's language."""
        self._ = translate

    def steps(self, rung: Rung, names: list[str], sender: str, receiver: str, port: int, *, wrong: bool) -> list[str]:
        """What a frame does that takes these steps. port: the sender's. wrong: its acknowledgement does not fit."""
        _ = self._
        found = []
        merged = {"CLOSE_ACK", "CLOSE_FIN_BACK"} <= set(names)
        for name in names:
            if merged and name in ("CLOSE_ACK", "CLOSE_FIN_BACK"):
                text = self._merged(name, wrong=wrong)
            else:
                text = (self._wrong(name) if wrong else "") or self._step(name, rung)
            if text:
                found.append(
                    text.format(
                        sender=sender,
                        receiver=receiver,
                        isn=rung.absolute_seq,
                        seq=rung.seq,
                        last=rung.seq + rung.payload,
                        ack=rung.ack,
                        before=rung.ack - 1,
                        answers=rung.answers,
                        delay=self._delay(rung),
                        bytes=rung.payload,
                        port=port,
                    )
                )
        return found

    def inferred(self) -> str:
        """Of a step that was concluded."""
        return self._("An earlier step was not captured; this one was concluded without it.")

    def again(self, first: Rung, last: Rung, count: int, sender: str) -> str:
        """Of frames that only repeat an earlier one."""
        _ = self._
        if first.answers and count == 1:
            text = _(
                "{sender} sends what was in frame {answers} again, {delay} later: no answer came in time, or the frame "
                "was captured twice."
            )
        elif first.answers:
            text = _(
                "{sender} sends what was in frame {answers} again, {count} times, {delay} to {longest} later: no "
                "answer came in time, or the frame was captured more than once."
            )
        elif count == 1:
            text = _("{sender} sends {bytes} bytes of data that were captured before: sent again, or captured twice.")
        else:
            text = _(
                "{sender} sends data that was captured before, in {count} frames: sent again, or captured more than "
                "once."
            )
        return text.format(
            sender=sender,
            answers=first.answers,
            count=count,
            delay=self._delay(first),
            longest=self._delay(last),
            bytes=first.payload,
        )

    def jump(self, jump: int) -> str:
        """Of a frame before which the clock jumped by so many ns, back if negative."""
        _ = self._
        if jump < 0:
            text = _(
                "The clock of the capture jumps back by {span} before this frame: no span of time across it is right."
            )
        else:
            text = _(
                "The clock of the capture jumps ahead by {span} before this frame: no connection is silent for so long "
                "and then goes on."
            )
        return text.format(span=span(abs(jump)))

    def _delay(self, rung: Rung) -> str:
        return self._("a time that the clock does not tell") if rung.delay is None else span(rung.delay)

    def _merged(self, name: str, *, wrong: bool) -> str:
        _ = self._
        if name == "CLOSE_ACK" and wrong:
            return _(
                "{sender} acknowledges that FIN, with ack {ack}, and sends its own FIN in the same frame: close 2/4 "
                "and close 3/4 are one frame, so that this close takes three frames instead of four."
            )
        if name == "CLOSE_ACK":
            return _(
                "{sender} acknowledges that FIN (ack {ack} is its number {before} plus one) and sends its own FIN in "
                "the same frame: close 2/4 and close 3/4 are one frame, so that this close takes three frames "
                "instead of four."
            )
        return ""

    def _wrong(self, name: str) -> str:
        """Steps that rest on a number, where that number is not what it should be; "" for others."""
        _ = self._
        match name:
            case "OPEN_SYN_ACK":
                return _(
                    "{sender} agrees to a connection: SYN and ACK, with ack {ack} and the initial sequence number "
                    "{isn}."
                )
            case "CLOSE_ACK":
                return _("{sender} acknowledges that FIN, with ack {ack}. It may still send.")
            case "CLOSE_ACK_BACK":
                return _("{sender} acknowledges the second FIN, with ack {ack}.")
        return ""

    def _step(self, name: str, rung: Rung) -> str:
        _ = self._
        match name:
            case "OPEN_SYN":
                return _(
                    "{sender} asks for a connection: SYN, with its initial sequence number {isn}, which counts as 0 "
                    "from here on."
                )
            case "OPEN_SYN_ACK" if rung.answers:
                return _(
                    "{sender} agrees, {delay} after frame {answers}: ack {ack} is the SYN's number {before} plus one, "
                    "since a SYN takes one sequence number as if it were a byte. Its own SYN has the initial sequence "
                    "number {isn}."
                )
            case "OPEN_SYN_ACK":
                return _("{sender} agrees to a connection: SYN and ACK, with its initial sequence number {isn}.")
            case "OPEN_ACK" if rung.answers:
                return _(
                    "{sender} acknowledges that SYN in turn, {delay} after frame {answers}: the connection is open."
                )
            case "OPEN_ACK":
                return _("{sender} goes on as one does whose connection is open.")
            case "OPEN_CROSSED":
                return _(
                    "{sender} has sent a SYN of its own before the other one arrived: both open the same connection "
                    "at the same time."
                )
            case "ACK":
                return _("{sender} acknowledges what it has received, up to ack {ack}.")
            case "DATA":
                return _("It carries {bytes} bytes of data.")
            case "KEEP_ALIVE":
                return _(
                    "{sender} repeats a number that was acknowledged long ago, only to make {receiver} answer: a "
                    "keep-alive."
                )
            case "CLOSE_FIN":
                return _(
                    "{sender} has no more data to send: FIN, which takes the number {last}. The other direction stays "
                    "open."
                )
            case "CLOSE_ACK":
                return _(
                    "{sender} acknowledges that FIN: ack {ack} is its number {before} plus one. It may still send."
                )
            case "CLOSE_FIN_BACK":
                return _("{sender} has no more data either: its FIN takes the number {last}.")
            case "CLOSE_ACK_BACK":
                return _("{sender} acknowledges the second FIN: ack {ack} is its number {before} plus one.")
            case "REFUSED":
                return _(
                    "{sender} refuses, {delay} after frame {answers}: a RST, since nothing listens on port {port}, or "
                    "something on the way refuses in its place. Ack {ack} tells which SYN it refuses."
                )
            case "RESET":
                return _(
                    "{sender} ends the connection at once with a RST: nothing more is sent, and data that was on its "
                    "way is lost."
                )
            case "RESET_IGNORED":
                return _("A RST with numbers that {receiver} does not accept: the connection goes on.")
            case "REPEAT" if rung.answers:
                return _(
                    "All of this was in frame {answers} already, {delay} before: it was sent again, or captured twice."
                )
            case "REPEAT":
                return _("All of this was captured before: it was sent again, or captured twice.")
            case "PROBE":
                return _("{sender} sends flags that no opening and no closing uses.")
        return ""

    def problem(self, name: str) -> str:
        """What a problem means; "" for one that is not known here."""
        _ = self._
        match name:
            case "WRONG_ACK":
                return _(
                    "Its acknowledgement is not the other side's number plus one, as a handshake has it: frames "
                    "between them were not captured, or one of the two speaks of another connection."
                )
            case "SECOND_ISN":
                return _("It comes with another initial sequence number than the SYN-ACK before it.")
            case "FIN_AHEAD":
                return _("Bytes before this FIN were not captured, or come later.")
            case "PORT_REUSED":
                return _("The ports are used again, although the connection before was never closed.")
            case "DIRECTION_INFERRED":
                return _("The SYN was not captured; the SYN-ACK tells who the client is.")
            case "RESET_WITHOUT_EFFECT":
                return _(
                    "The connection goes on although a RST has ended it: whoever sent that RST was not who it said."
                )
            case "DATA_AFTER_FIN":
                return _("It carries data although its sender had said that it has no more.")
            case "SECOND_FIN":
                return _("It is a FIN with another number than the FIN before it.")
            case "ODD_FLAGS":
                return _("No connection uses this combination of flags: it looks like a scan.")
            case "STRAY":
                return _("It knows nothing of the SYN before it: it is late, or from who takes that SYN for old.")
        return ""

    def finding(self, name: str) -> str:
        """What a problem means that concerns a connection as a whole; "" for one that is not known here."""
        _ = self._
        match name:
            case connection.UNANSWERED:
                return _(
                    "A SYN that nobody ever answered. A closed port answers with a RST, so that something on the way "
                    "drops what comes, or nobody is there."
                )
            case connection.REFUSED:
                return _(
                    "A SYN that was answered by a RST: nothing listens on that port, or something on the way "
                    "refuses in its place."
                )
            case reset if reset in connection.RESETS:
                return _(
                    "A RST ended it at once, and what was still on its way is lost: a program gave up, crashed, or "
                    "left data unread, or something on the way ended it."
                )
            case connection.ONE_SIDED:
                return _(
                    "Only what one side sent was captured. The other side's frames take another way, or were filtered "
                    "out: that it opened or closed can only be concluded, or not be told at all."
                )
            case connection.REPEATED:
                return _(
                    "Frames that were seen before: sent again since no answer came in time, or captured twice, as "
                    "where one machine's inner and outer interfaces are recorded together."
                )
            case connection.UNACKNOWLEDGED:
                return _("The acknowledgement of the second FIN was not captured: close 4/4 is missing.")
            case connection.CLOCK_JUMPED:
                return _(
                    "Frames bear an earlier time than frames that were captured before them, so that the clock of the "
                    "capture jumped: spans of time would be wrong, and are left out. One frame with a wrong clock can "
                    "also make one connection appear as two."
                )
        return ""

    def end(
        self,
        *,
        opened: bool,
        answered: bool,
        established: bool,
        silent: str,
        refused: bool,
        reset: bool,
        fin: bool,
        fin_back: bool,
        acknowledged: bool,
    ) -> list[str]:
        """What is missing when the capture ends.

        answered: whether anything tells that the other side was there; silent: of whom no frame was captured, or "".
        """
        _ = self._
        if silent and answered:
            return [_("Of {silent}, no frame was captured.").format(silent=silent)]
        if refused:
            return []
        if reset:
            return [_("A RST ends both directions at once: nobody waits in TIME-WAIT.")]
        if silent:
            return [
                _(
                    "Nobody ever answered. A closed port answers with a RST, so that something on the way drops what "
                    "comes, or nobody is there."
                )
            ]
        if opened and not established:
            return [_("The handshake was never completed: its last acknowledgement is missing.")]
        if fin and not fin_back:
            return [_("Only one side has closed: the connection is half-closed when the capture ends.")]
        if fin and not acknowledged:
            return [_("The acknowledgement of the last FIN was not captured.")]
        if fin:
            return [
                _(
                    "Both directions are closed. Who sent the first FIN stays in TIME-WAIT for a while, to answer "
                    "what comes late."
                )
            ]
        return [_("Neither a FIN nor a RST was captured: the connection is still open when the capture ends.")]
