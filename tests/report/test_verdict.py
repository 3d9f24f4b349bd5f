"""What came of a connection, in sentences: for each way to open and to close."""

from pathlib import Path

import pytest

from pcapkit.report.catalogue import languages, translation
from pcapkit.report.connection import CLOSED, OPENED, Connection
from pcapkit.report.story import Story
from pcapkit.report.verdict import Verdict
from pcapkit.report.vocabulary import vocabulary
from tests.cli.capture import write_pcapng
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell
from tests.report.test_collect import SAMPLES, of_file
from tests.report.test_ladder import pictured

(TEN,) = of_file(SAMPLES / "ten_frames.pcapng")


def in_short(path: Path, language: str = "en") -> list[str]:
    """The first sentences of a story that are not only names."""
    story = Story(vocabulary(), translation(language))
    return [" ".join(list(story.tell(*one))[1].sentences) for one in pictured(path)]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ten_frames", ["completed", "answered after 17.7 us", "281 us after", "The server closed first", "(frame 9)"]),
        ("eleven_frames", ["The client closed first; the close took four frames"]),
        ("simultaneous_close", ["Both sides closed at the same time"]),
        ("closed_port", ["It was refused with a RST: nothing listens on port 10000"]),
        ("filtered_port", ["Nobody answered: the SYN was sent 3 times."]),
        ("syn_lost", ["completed, after 2 SYNs"]),
        ("linger_zero", ["The server ended it with a RST."]),
        ("rst_after_fin", ["The client closed first, with a FIN; the server then ended it with a RST."]),
        ("half_open_scan", ["never completed", "The client ended it with a RST."]),
        ("simultaneous_open", ["Both sides opened it at the same time", "still open when the capture ended"]),
        ("forged_rst_inside", ["A RST in between ended nothing", "The client ended it with a RST."]),
        ("open_ack_lost", ["The server closed first"]),
    ],
)
def test_samples(name: str, told: list[str]) -> None:
    """Frames that the kernel made."""
    (text,) = in_short(SAMPLES / f"{name}.pcapng")
    for part in told:
        assert part in text


def test_where_nobody_knows_the_client(tmp_path: Path) -> None:
    """Who closed first is told by address."""
    frames = [frame.data for frame in tell(SCENARIOS["midstream pickup"])]
    (text,) = in_short(write_pcapng(tmp_path / "a.pcapng", frames))
    assert "It was open before the capture began" in text
    assert "closed first" in text
    assert "10.0.0." in text.partition("closed first")[0]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("opened", OPENED)
@pytest.mark.parametrize("closed", CLOSED)
@pytest.mark.parametrize("known", [True, False])
def test_every_outcome_has_its_sentences(opened: str, closed: str, language: str, *, known: bool) -> None:
    """Whatever is known of it; no placeholder is left, and nothing that is not known is shown."""
    one: Connection = TEN._replace(opened=opened, closed=closed, problems=("one side only", "clock jumped"), tries=1)
    if not known:
        one = one._replace(
            closed_first="unknown", server_time=None, client_time=None, handshake_time=None, response_time=None
        )
    for merged in (0, 9):
        told = Verdict(translation(language)).of(one, merged)
        assert len(told) >= 3
        assert all(sentence.endswith((".", "。")) and sentence[0] == sentence[0].upper() for sentence in told)
        assert not any(sign in "".join(told) for sign in ("{", "}", "None", " - "))


@pytest.mark.parametrize("language", languages())
def test_problems_of_note_are_told_in_short(language: str) -> None:
    """Each by the name that the dissector gives it, in a sentence of its own."""
    noted = (
        "reset without effect",
        "second ISN",
        "port reused while open",
        "data after FIN",
        "second FIN",
        "odd flags",
    )
    verdict = Verdict(translation(language))
    assert {problem.label for problem in vocabulary().problems} >= set(noted)
    plain = verdict.of(TEN)
    told = {tuple(set(verdict.of(TEN._replace(problems=(name,)))) - set(plain)) for name in noted}
    assert [len(one) for one in told] == [1] * len(noted)
