"""The real Wireshark with its windows: columns, colours and the way from an answer to what it answers."""

from tests.needs import need
from tests.wireshark import picture
from tests.wireshark.screen import missing

OPEN, CLOSE = 0xC6E9C6, 0xC9D8F0  # of the profile's colour rules
CHOSEN, LINK = 0x308CC6, 0x0000FF  # of Qt, where no desktop has its own


def test_as_a_new_user_sees_it() -> None:
    """Without configuring anything; then a double click on the frame that was answered leads there."""
    need(not missing(), f"packages that are missing: {' '.join(missing())}")
    with picture.opened() as screen:
        shot = screen.settle(0.5)
        assert shot.startswith(b"\x89PNG")
        assert len(shot) < 150_000
        opening, closing = (sorted({y for _, y in screen.pixels(colour)}) for colour in (OPEN, CLOSE))
        line = len(opening) / 3  # three frames of the opening; of the closing three, and one of them is chosen
        assert line > 8
        assert line * 1.8 < len(closing) < line * 2.2
        assert opening[-1] < closing[0]
        chosen = screen.pixels(CHOSEN)[0][1]
        assert closing[0] < chosen < closing[-1]
        links = screen.pixels(LINK)
        first = [place for place in links if place[1] < links[0][1] + line]  # the frame that this one answers
        x, y = (sum(place[axis] for place in first) // len(first) for axis in (0, 1))
        screen.click(x, y, times=2)
        screen.settle(0.5)
        assert screen.pixels(CHOSEN)[0][1] == round(chosen - line)
