"""Whether the clock of a capture jumped: frames that bear an earlier time than frames captured before them.

A single frame with a wrong clock does two things. A span of time that has it at one end is wrong, and may be negative.
And where it lies far enough away, the dissector takes open connections for long silent, and whatever comes of them
afterwards for new ones. Neither can be mended here; both can be said.
"""

from typing import Final

from pcapkit.report.life import BACK, FORGOTTEN, Life

_NEVER_OPEN: Final = 240 * 1_000_000_000  # ns after which a connection that is not yet open is forgotten
_UNLIKELY: Final = (
    52 * 24 * 3600 * 1_000_000_000
)  # ns in which no frame at all is captured: the dissector tells time apart modulo as much
_SEARCHES: Final = 16  # jumps for which all open connections are looked through


class CaptureClock:
    """Follows the times of a capture, frame by frame."""

    __slots__ = ("_ahead", "_behind", "_open", "_searches", "now")

    def __init__(self) -> None:
        """Before the first frame."""
        self.now = 0  # ns since 1970: of the frame before, or, where it was only slightly late, of the one before that
        self._ahead: Life | None = None  # whose last frame was the one that leapt ahead
        self._behind: tuple[Life, int, int] | None = None  # whose frame was the last to go back, from when, to when
        self._open: dict[bytes, Life] = {}  # by their ends: those that were open when the clock jumped
        self._searches = 0

    def ahead(self, life: Life, time: int, lives: dict[int, Life]) -> None:
        """A frame of this connection is later than the one before by more than BACK. lives: all connections."""
        self._ahead = life if life.time < time else None
        if time - life.time > FORGOTTEN:
            life.jumped = True  # after a silence, it would be another connection
        if self._behind is not None:
            astray, before, behind = self._behind
            if self.now == behind and time >= before - BACK:
                astray.jumped = True  # by this one frame alone
        self._behind = None
        if self.now and time - self.now > _UNLIKELY:
            self._search(life, lives)

    def back(self, life: Life, time: int, lives: dict[int, Life]) -> None:
        """A frame is earlier than the one before by more than BACK."""
        if self._ahead is not None and self._ahead.time == self.now:
            self._ahead.jumped = True
        self._ahead = None
        self._behind = (life, self.now, time)
        if self.now - time > _NEVER_OPEN:
            self._search(life, lives)

    def begun(self, life: Life) -> None:
        """A connection was met for the first time: perhaps it is what is left of one that was taken for silent."""
        before = self._open.pop(life.ends, None) if self._open else None
        if before is not None and before is not life and not before.ended:
            before.jumped = life.jumped = True

    def _search(self, latest: Life, lives: dict[int, Life]) -> None:
        """Note what is open, and what has already become two connections, of which this is the latest."""
        if self._searches >= _SEARCHES:
            return
        self._searches += 1
        self._open = {}
        for life in lives.values():
            if not life.ended or life is latest:
                self.begun(life)
                self._open[life.ends] = life
