"""All words that native code puts into comments, taken from pcapkit.annotate: there they are decided."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from pcapkit.annotate import icmp_names
from pcapkit.annotate.annotator import BRIEF
from pcapkit.annotate.comment import BETWEEN, grammar_of
from pcapkit.annotate.flaws import HEADER_FLAWS, MESSAGE_FLAWS
from pcapkit.annotate.igmp_names import other_name
from pcapkit.annotate.protocols import TCP_FLAGS, WITH_PORTS, ip_protocol
from pcapkit.dissector import Dissector
from pcapkit.layers.packet import Flaw

FORMS: Final = ("number", "duration", "flag", "names", "set")
"""In the order of FORM_NUMBER and so on in wording.h."""


_WORD: Final = 64  # bits
_KEY_WORDS: Final = 2  # KEY_WORDS in phrases.h


class Form(NamedTuple):
    """One field, as the struct Form in wording.h has it."""

    kind: int
    when: int
    brief: bool
    problem: bool
    judged: bool
    quiet: int
    title: str
    texts: list[str]


class Key(NamedTuple):
    """Where the bits are that tell one phrase of a dissector from all others, as phrases.h has it: pairs of a field's
    place and a shift.

    words: for each word of the key the values in it. asked: fields of which the last word has whether they are 0.
    """

    words: list[list[tuple[int, int]]]
    asked: list[tuple[int, int]]


class Words(NamedTuple):
    """What the struct Wording in wording.h is made of."""

    speakers: list[tuple[str, list[Form], Key | None]]
    flags: list[tuple[int, str]]
    flaws: list[str]
    message_flaws: list[str]
    protocols: list[str]
    with_ports: frozenset[int]
    types_4: list[str]
    types_6: list[str]
    codes: list[tuple[int, int, int, str]]
    memberships: list[str]


def words(dissectors: Sequence[Dissector]) -> Words:
    """Everything that the comments of these dissectors can hold."""
    named = (4, icmp_names.CODES), (6, icmp_names.CODES_6)
    return Words(
        speakers=[(f"{BETWEEN}{one.name}: ", _forms(one), key_of(one)) for one in dissectors],
        flags=list(TCP_FLAGS),
        flaws=_flaws(HEADER_FLAWS),
        message_flaws=_flaws(MESSAGE_FLAWS),
        protocols=[*map(ip_protocol, range(256)), "no next header"],
        with_ports=WITH_PORTS,
        types_4=[icmp_names.name_of(4, kind, -1).removesuffix(" code -1") for kind in range(256)],
        types_6=[icmp_names.name_of(6, kind, -1).removesuffix(" code -1") for kind in range(256)],
        codes=[(version, kind, code, name) for version, codes in named for (kind, code), name in codes.items()],
        memberships=[other_name(kind) for kind in range(256)],
    )


def _flaws(texts: dict[Flaw, str]) -> list[str]:
    return [f", {texts[flaw]}" if flaw in texts else "" for flaw in Flaw]


def _forms(dissector: Dissector) -> list[Form]:
    places = {field.name: place for place, field in enumerate(dissector.fields)}
    forms = []
    for place, (field, written) in enumerate(zip(dissector.fields, grammar_of(dissector).written(), strict=True)):
        separator = "; " if place > 0 else ""
        whole = written.form in ("flag", "names")
        forms.append(
            Form(
                kind=FORMS.index(written.form),
                when=-1 if field.when is None else places[field.when],
                brief=place == 0 or field.kind in BRIEF,
                problem=field.kind == "expert",
                judged=bool(field.quiet),
                quiet=sum(1 << member for member in field.quiet if written.form == "set"),
                title=separator + written.title,
                texts=[separator + text for text in written.texts] if whole else written.texts,
            )
        )
    return forms


def key_of(dissector: Dissector) -> Key | None:
    """Every field's value, but of numbers on which others depend only whether they are 0; None where it is too long."""
    key = Key([[] for _ in range(_KEY_WORDS)], [])
    room = [_WORD] * _KEY_WORDS
    deciding = {field.when for field in dissector.fields}
    for place, (field, written) in enumerate(zip(dissector.fields, grammar_of(dissector).written(), strict=True)):
        if written.form in ("number", "duration"):
            if field.name in deciding:
                if not room[-1]:
                    return None
                key.asked.append((place, _WORD - room[-1]))
                room[-1] -= 1
            continue
        bits = field.width.bits
        word = next((word for word in range(_KEY_WORDS) if room[word] >= bits), None)
        if word is None or field.width.signed:
            return None
        key.words[word].append((place, _WORD - room[word]))
        room[word] -= bits
    return key
