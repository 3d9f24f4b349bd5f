"""pcapkit's recorder as an interface of Wireshark: what it answers when Wireshark asks what there is to set.

Wireshark's extcap interface (doc/extcap.adoc): sentences on standard output, a keyword and then {key=value}s.

One interface, and the machine's own as a choice in its dialog: so Wireshark's list stays short, `any` records each
interface with its real link type, and Wireshark remembers what was chosen.
"""

from collections.abc import Iterable, Sequence
from typing import Final

NAME: Final = "pcapkit"
"""The interface's name, as in `tshark -i pcapkit`, and in the names of its settings (extcap.pcapkit.annotate)."""

RELOADED: Final = "interface"
"""The option whose values can be asked for again, by its name without dashes."""

_ANNOTATIONS: Final = (
    ("all", "every frame that can be read", True),
    ("steps", "only frames with a step of a handshake, or a problem", False),
    ("none", "no frame", False),
)


def interfaces(version: str) -> list[str]:
    """The answer to --extcap-interfaces."""
    return [
        _sentence("extcap", version=version, display="pcapkit"),
        _sentence("interface", value=NAME, display="TCP with the meaning of every frame"),
    ]


def link_types() -> list[str]:
    """The answer to --extcap-dlts: one, since there has to be one; the recording names those of its interfaces."""
    return [_sentence("dlt", number="1", name="EN10MB", display="Those of the interfaces chosen")]


def configuration(machine: Iterable[tuple[str, str]], *, everything: bool, snaplen: int, buffer: int) -> list[str]:
    """The answer to --extcap-config: the arguments in the order of the dialog, each with its values.

    machine: names and descriptions of the machine's interfaces; everything: whether `any` can be chosen.
    snaplen (bytes) and buffer (MiB): the largest.
    """
    arguments = (
        {
            "call": "--interface",
            "display": "Interface",
            "type": "selector",
            "tooltip": "Where to capture",
            "reload": "true",
            "placeholder": "Look again",
        },
        {
            "call": "--filter",
            "display": "Capture filter",
            "type": "string",
            "tooltip": "As in tcpdump: tcp port 80",
        },
        {
            "call": "--annotate",
            "display": "Comments on",
            "type": "selector",
            "tooltip": "Which frames get their meaning as a comment",
        },
        {
            "call": "--snaplen",
            "display": "Bytes kept of each frame",
            "type": "integer",
            "range": f"1,{snaplen}",
            "default": str(snaplen),
        },
        {
            "call": "--promiscuous",
            "display": "Promiscuous mode",
            "type": "boolean",
            "default": "true",
            "tooltip": "Also frames for others, where the network brings them here",
        },
        {
            "call": "--buffer",
            "display": "Buffer in MiB",
            "type": "integer",
            "range": f"1,{buffer}",
            "default": "16",
        },
    )
    sentences = [_sentence("arg", number=str(number), **keys) for number, keys in enumerate(arguments)]
    sentences += values(machine, everything=everything)
    for value, display, default in _ANNOTATIONS:
        sentences.append(_sentence("value", arg="2", value=value, display=display, default=_truth(default)))
    return sentences


def values(machine: Iterable[tuple[str, str]], *, everything: bool) -> list[str]:
    """The interfaces to choose from: the first is chosen already."""
    choices = [("any", "all of them")] if everything else []
    choices += machine
    return [
        _sentence(
            "value",
            arg="0",
            value=name,
            display=f"{name}: {description}" if description else name,
            default=_truth(number == 0),
        )
        for number, (name, description) in enumerate(choices)
    ]


def both(filters: Sequence[str]) -> str:
    """One capture filter for what was given in several places."""
    given = [text.strip() for text in filters if text.strip()]
    return given[0] if len(given) == 1 else " and ".join(f"({text})" for text in given)


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _sentence(keyword: str, **keys: str) -> str:
    """Wireshark knows no quoting: whatever would end a value, or the line, is left out."""
    clean = {key: "".join(c for c in value if c.isprintable() and c not in "{}") for key, value in keys.items()}
    return f"{keyword} " + "".join(f"{{{key}={value}}}" for key, value in clean.items())
