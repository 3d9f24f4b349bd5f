"""What came of a connection, in a few sentences: did it open, who answered when, who closed first and how."""

from collections.abc import Callable, Iterator

from pcapkit.report.connection import CLOCK_JUMPED, MERGED, ONE_SIDE_SEEN, ONE_SIDED, REFUSED, UNANSWERED, Connection
from pcapkit.report.values import span


class Verdict:
    """Makes the sentences. Every text goes through gettext, whole, so that each language can order it as it must."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        """translate: from the English message to the reader's language."""
        self._ = translate

    def of(self, one: Connection, merged: int = 0, ends: tuple[str, str] | None = None) -> list[str]:
        """The sentences on one connection.

        merged: the frame that was ACK and FIN at once; 0: not known. ends: addresses of who closed first and of the
        other side, for connections of which nobody knows who is the client.
        """
        _ = self._
        found = [self._opened(one)]
        if one.response_time is not None:
            text = _("The server's first data came {time} after the client's first data.")
            found.append(text.format(time=span(one.response_time)))
        found += filter(None, map(self._odd, one.problems))
        found += self._closed(one, merged, ends or (_("one side"), _("the other side")))
        if ONE_SIDED in one.problems:
            found.append(_("Only one of its two directions was captured."))
        if CLOCK_JUMPED in one.problems:
            found.append(_("The clock of the capture jumped meanwhile: how long anything took cannot be told."))
        return found

    def _opened(self, one: Connection) -> str:
        _ = self._
        match one.opened:
            case "complete" if one.handshake_time is not None and one.tries > 1:
                text = _(
                    "The handshake was completed, after {tries} SYNs: the server answered after {server}, the client "
                    "acknowledged that after {client}."
                )
            case "complete" if one.handshake_time is not None:
                text = _(
                    "The handshake was completed: the server answered after {server}, the client acknowledged that "
                    "after {client}."
                )
            case "complete" if one.server_time is not None:
                text = _("The handshake was completed: the server answered after {server}.")
            case "complete":
                text = _("The handshake was completed.")
            case "half-open" if not one.client_frames:
                text = _("The server agreed to open it; whether the client acknowledged that cannot be told.")
            case "half-open":
                text = _("The handshake was never completed: the last acknowledgement of it was not captured.")
            case opened if opened == UNANSWERED and one.tries > 1:
                text = _("Nobody answered: the SYN was sent {tries} times.")
            case opened if opened == UNANSWERED:
                text = _("Nobody answered: the SYN was sent once.")
            case opened if opened == REFUSED:
                text = _("It was refused with a RST: nothing listens on port {port}, or something refuses for it.")
            case "crossed":
                text = _("Both sides opened it at the same time, with a SYN each.")
            case _opened:
                text = _("It was open before the capture began: its handshake was not captured.")
        return text.format(
            server=span(one.server_time), client=span(one.client_time), tries=one.tries, port=one.server_port
        )

    def _odd(self, problem: str) -> str:
        """What a problem means for the connection as a whole; "" for one that its frames alone are to tell."""
        _ = self._
        match problem:
            case "reset without effect":
                return _(
                    "A RST in between ended nothing: the connection went on, and whoever sent that RST was not who it "
                    "said."
                )
            case "second ISN":
                return _("Its SYN was answered with more than one initial sequence number.")
            case "port reused while open":
                return _("A connection before it with the same ports was never closed.")
            case "data after FIN":
                return _("Data came from a side that had said that it has no more.")
            case "second FIN":
                return _("A second FIN came with another number than the first.")
            case "odd flags":
                return _("It has a frame with flags that no connection combines, as a scan sends.")
        return ""

    def _closed(self, one: Connection, merged: int, ends: tuple[str, str]) -> Iterator[str]:
        _ = self._
        sides = {"client": _("the client"), "server": _("the server")}
        first = sides.get(one.closed_first, ends[0])
        other = {"client": sides["server"], "server": sides["client"]}.get(one.closed_first, ends[1])
        match one.closed:
            case "four-step":
                text = _("{first} closed first; the close took four frames, one for each step.")
            case closed if closed == MERGED and merged:
                text = _(
                    "{first} closed first; {other} put its ACK and its own FIN into one frame (frame {merged}), so "
                    "that the close took three frames, not four."
                )
            case closed if closed == MERGED:
                text = _(
                    "{first} closed first; {other} put its ACK and its own FIN into one frame, so that the close took "
                    "three frames, not four."
                )
            case "simultaneous":
                text = _("Both sides closed at the same time: their FINs crossed.")
            case "half-closed":
                text = _("{first} closed its direction; {other} had not closed when the capture ended.")
            case closed if closed == ONE_SIDE_SEEN:
                text = _("{first} closed its direction; whether {other} did cannot be told.")
            case "reset by client" | "reset by server" as closed if closed.endswith(one.closed_first):
                text = _("{first} ended it with a RST.")
            case "reset by client" | "reset by server":
                text = _("{first} closed first, with a FIN; {other} then ended it with a RST.")
            case "reset":
                text = _("A RST ended it.")
            case "still open":
                text = _("It was still open when the capture ended.")
            case _never_open:
                return
        sentence = text.format(first=first, other=other, merged=merged)
        yield sentence[:1].upper() + sentence[1:]
