"""How connections opened and closed, by the labels of their frames: as `pcapkit connections` says of the same."""

from collections import Counter
from pathlib import Path

import pytest

from pcapkit.annotate import Annotator
from pcapkit.capfile.model import CapturedFrame, Interface
from pcapkit.capfile.reader import read_frames
from pcapkit.cli.outcomes import CLOSED, Outcomes, begin_outcomes
from pcapkit.cli.status import Part
from pcapkit.dissector import find
from pcapkit.report.collect import connections
from pcapkit.report.vocabulary import label, vocabulary
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell
from tests.needs import PROJECT

SAMPLES = sorted((PROJECT / "samples").glob("*.pcapng"))
OPENED_BY_REPEATED_DATA = {"fast_open_declined": 1}


def labels(scenario: str) -> list[str]:
    annotator = Annotator("all")
    frames = enumerate(tell(SCENARIOS[scenario]), start=1)
    return [
        annotator.line(
            CapturedFrame(number, Interface(link_type=1), 0, frame.time, frame.data, len(frame.data), (), 0, 0, 0)
        )
        for number, frame in frames
    ]


def of_labels(texts: list[str]) -> Outcomes:
    outcomes = Outcomes(vocabulary())
    for text in texts:
        outcomes.saw(text)
    return outcomes


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_as_the_table_of_connections_says(path: Path) -> None:
    annotator = Annotator("steps")
    counts = of_labels([annotator.line(frame) for frame in read_frames(path)]).counts
    rows = list(connections(label(str(path)), vocabulary()))
    opened = Counter(one.opened for one in rows)
    closed = Counter(one.closed for one in rows)
    assert counts["refused"] == opened["refused"]
    assert {kind: counts[kind] for kind in CLOSED} == {kind: closed[kind] for kind in CLOSED}
    assert counts["reset"] == sum(number for kind, number in closed.items() if kind.startswith("reset"))
    assert counts["opened"] == opened["complete"] + opened["crossed"] - OPENED_BY_REPEATED_DATA.get(path.stem, 0)


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_repeated_steps_count_once(scenario: str) -> None:
    texts = labels(scenario)
    steps = [text for text in texts if "repeat" not in text]
    counts = of_labels(texts).counts
    assert counts["opened"] == sum("open 3/3 ACK" in text for text in steps)
    ends = sum("refused RST" in text or "reset RST" in text for text in steps)
    assert counts["refused"] + counts["reset"] == ends - sum("reset without effect" in text for text in texts)
    assert sum(counts[kind] for kind in CLOSED) == sum("close 3/4 FIN" in text for text in steps)


def test_what_is_said_of_them() -> None:
    outcomes = of_labels([])
    assert outcomes.parts() == [Part("0 opened", short="0 opened"), Part("0 closed", short="0 closed")]
    assert outcomes.line() == ""
    names = ["client closes after a pause (eleven frames)", *["server closes at once (ten frames)"] * 2, "closed port"]
    outcomes = of_labels([text for name in names for text in labels(name)])
    assert outcomes.parts() == [
        Part("3 opened", short="3 opened"),
        Part("3 closed (1 four-step, 2 merged)", short="3 closed"),
        Part("1 refused", short="1 refused"),
    ]
    assert outcomes.line() == "Connections: 3 opened, 3 closed (1 four-step, 2 merged), 1 refused"


def test_labels_of_others_say_nothing() -> None:
    assert not any(
        of_labels(["", "pcapkit: ARP who has 10.0.0.1?", "pcapkit: x | other: open 3/3 ACK"]).counts.values()
    )


def test_without_the_dissector_there_is_nothing_to_count() -> None:
    assert begin_outcomes([], None) is None
    assert begin_outcomes([one for one in find() if one.name != "tcp_handshake"], None) is None


def test_large_numbers_are_short_where_there_is_little_room() -> None:
    step, closing = vocabulary().bit("OPEN_ACK"), vocabulary().bit("CLOSE_FIN_BACK")

    class Counted:
        def drain(self) -> dict[tuple[int, ...], int]:
            return {(step, 0, 0): 1_234_567, (closing, 0, 0): 1_234_560}

    assert Outcomes(vocabulary(), Counted()).parts() == [
        Part("1,234,567 opened", short="1.2 M opened"),
        Part("1,234,560 closed (1,234,560 four-step)", short="1.2 M closed"),
    ]
