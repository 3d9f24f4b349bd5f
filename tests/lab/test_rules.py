"""The cable's language: what is understood, what is refused, and which frames are meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcapkit.errors import OptionError
from pcapkit.lab.experiments import all_experiments
from pcapkit.lab.forge import Endpoint, segment
from pcapkit.lab.rules import Action, Frames, Matcher, Rule, parse_rule
from pcapkit.layers.decode import decode
from pcapkit.layers.packet import Packet
from pcapkit.layers.tcp import ACK, FIN, PSH, RST, SYN

A, B = Endpoint("02:00:00:00:00:01", "10.0.0.1", 40000), Endpoint("02:00:00:00:00:02", "10.0.0.2", 10000)
ARP = bytes(12) + b"\x08\x06" + b"\x00\x01\x08\x00\x06\x04\x00\x01" + bytes(20)


def packet_of(frame: bytes) -> Packet:
    packet = Packet()
    decode(frame, len(frame), 1, packet)
    return packet


def tcp(flags: int, payload: bytes = b"") -> Packet:
    return packet_of(segment(A, B, flags, 1, 1, payload=payload))


def test_every_form_is_understood() -> None:
    """The rules of the documentation, taken apart."""
    assert parse_rule("drop the first SYN-ACK") == Rule(
        "drop the first SYN-ACK", Action.DROP, Frames("SYN-ACK", "", 1, 1), None
    )
    delayed = parse_rule("  delay  every FIN of B by 50 ms ")
    assert (delayed.text, delayed.action, delayed.frames) == (
        "delay every FIN of B by 50 ms",
        Action.DELAY,
        Frames("FIN", "B", 1, None),
    )
    assert delayed.milliseconds == 50
    assert parse_rule("duplicate the second data of A").frames == Frames("data", "A", 2, 2)
    reversed_ = parse_rule("hand over the next two frames of B in reverse")
    assert (reversed_.action, reversed_.frames) == (Action.REVERSE, Frames("frame", "B", 1, 2))
    after = parse_rule("drop the first ACK of A after the first FIN of B")
    assert (after.frames, after.after) == (Frames("ACK", "A", 1, 1), Frames("FIN", "B", 1, 1))
    forged = parse_rule("inject a RST of B with seq +100 and ack -1 after the first data of A")
    assert (forged.action, forged.flags, forged.end, forged.seq, forged.ack) == (Action.INJECT, RST, "B", 100, -1)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("lose the first SYN", "is not understood"),
        ("drop the tenth SYN", "is not understood"),
        ("delay every FIN", "is not understood"),
        ("delay every FIN by 999999 ms", "is not understood"),
        ("drop the first SYN of C", "is not understood"),
        ("hand over the first frame in reverse", "only a number of frames"),
        ("inject a RST of B", "say after which frame"),
        ("", "is not understood"),
    ],
)
def test_what_is_refused(text: str, hint: str) -> None:
    """One sentence that names the rule."""
    with pytest.raises(OptionError, match=hint):
        parse_rule(text)


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["drop", "delay", "the", "first", "every", "SYN", "of A", "by", "5 ms", "after"])).map(
        " ".join
    )
)
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    """Nothing but OptionError comes out; what is understood keeps its words."""
    try:
        rule = parse_rule(text)
    except OptionError:
        return
    assert parse_rule(rule.text) == rule


def test_the_kinds_of_frames() -> None:
    """Each kind means its frames and no others."""
    frames = {
        "SYN": tcp(SYN),
        "SYN-ACK": tcp(SYN | ACK),
        "FIN": tcp(FIN | ACK),
        "RST": tcp(RST),
        "ACK": tcp(ACK),
        "data": tcp(ACK | PSH, b"x"),
        "ARP": packet_of(ARP),
    }
    for kind in frames:
        meant = {name for name, packet in frames.items() if Matcher(Frames(kind, "", 1, None)).matches("A", packet)}
        assert meant == {kind}
    assert Matcher(Frames("FIN", "", 1, 1)).matches("A", tcp(FIN | ACK, b"x"))
    assert Matcher(Frames("data", "", 1, 1)).matches("A", tcp(FIN | ACK, b"x"))
    assert all(Matcher(Frames("frame", "", 1, 1)).matches("A", packet) for packet in frames.values())


def test_counting() -> None:
    """The second SYN of A is neither B's nor the first or third."""
    matcher = Matcher(Frames("SYN", "A", 2, 2))
    assert [matcher.matches(end, tcp(SYN)) for end in "ABABA"] == [False, False, True, False, False]
    every = Matcher(Frames("SYN", "", 1, None))
    assert [every.matches(end, tcp(SYN)) for end in "AB"] == [True, True]


def test_the_rules_of_the_experiments_are_understood() -> None:
    """All of them say of themselves what they are."""
    rules = [rule for one in all_experiments().values() for rule in one.rules or ()]
    assert len(rules) >= 10
    assert [parse_rule(rule).text for rule in rules] == rules
