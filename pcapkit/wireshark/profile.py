"""The profile "pcapkit": columns for the steps, colours by kind of step, and filter buttons."""

from typing import Final

_OPEN: Final = ("open 1/3 SYN", "open 2/3 SYN-ACK", "open 3/3 ACK", "open: crossed SYN")
_CLOSE: Final = ("close 1/4 FIN", "close 2/4 ACK", "close 3/4 FIN", "close 4/4 ACK")

COLUMNS: Final = (  # title, what, pixels; a custom column shows all values of its field (0), with their names (R)
    ("No.", "%m", 48),
    ("Time", "%t", 96),
    ("Source", "%s", 120),
    ("Destination", "%d", 120),
    ("Protocol", "%p", 66),
    ("Length", "%L", 60),
    ("Step", "%Cus:tcp_handshake.step:0:R", 236),
    ("Client", "%Cus:tcp_handshake.client_state:0:R", 108),
    ("Server", "%Cus:tcp_handshake.server_state:0:R", 108),
    ("Delay", "%Cus:tcp_handshake.delay:0:R", 96),
    ("Info", "%i", 400),
)


def _step(*labels: str) -> str:
    """The display filter for frames that take one of these steps."""
    if len(labels) == 1:
        return f'tcp_handshake.step == "{labels[0]}"'
    return "tcp_handshake.step in {" + ", ".join(f'"{label}"' for label in labels) + "}"


COLOURS: Final = (  # name, filter, background, text; the first that holds counts
    ("pcapkit: refused", _step("refused RST"), 0xF4B183, 0x000000),
    ("pcapkit: reset", _step("reset RST"), 0xA40000, 0xFFFC9C),
    ("pcapkit: ignored reset", _step("ignored RST"), 0xD9B3B3, 0x000000),
    ("pcapkit: other flags", _step("other"), 0xE0C8F0, 0x000000),
    ("pcapkit: problem", "tcp_handshake.problems", 0xFFE066, 0x000000),
    ("pcapkit: repeat", _step("repeat"), 0x2E3436, 0xF8B0A0),
    ("pcapkit: open", _step(*_OPEN), 0xC6E9C6, 0x000000),
    ("pcapkit: close", _step(*_CLOSE), 0xC9D8F0, 0x000000),
    ("pcapkit: keep-alive", _step("keep-alive"), 0xECE4F4, 0x000000),
    ("pcapkit: data", _step("data"), 0xFFFFFF, 0x000000),
    ("pcapkit: ack", _step("ack"), 0xFFFFFF, 0x6B6B6B),
)

BUTTONS: Final = (  # label, filter, what it is for
    ("handshakes", _step(*_OPEN), "frames that open a connection"),
    ("teardowns", _step(*_CLOSE), "frames that close a connection"),
    ("resets", _step("reset RST", "ignored RST"), "resets, also those that nobody accepts"),
    ("refused", _step("refused RST"), "connections that nobody took"),
    ("problems", "tcp_handshake.problems", "frames in which something is odd"),
    ("disagreements", "tcp_handshake.agrees == 0", "frames on which the recorded comment says something else"),
)

RECORDED: Final = 'frame.comment contains "pcapkit: "'
"""The display filter for frames with pcapkit's comment."""

SWITCHING: Final = (4, 4)
"""From this version on Wireshark itself takes the profile whose filter holds for a frame of the file that it opens."""


def files() -> dict[str, str]:
    """The profile's files by name, in the formats in which Wireshark keeps them."""
    columns = ",\n".join(f'\t"{title}", "{what}"' for title, what, _ in COLUMNS)
    colours = "\n".join(f"@{name}@{filter_}@{_rgb(back)}{_rgb(text)}" for name, filter_, back, text in COLOURS)
    buttons = "\n".join(",".join(_quoted(word) for word in ("TRUE", *button)) for button in BUTTONS)
    return {
        "preferences": f"# pcapkit's profile: what it changes from the defaults.\ngui.column.format: \n{columns}\n",
        "colorfilters": f"# pcapkit's profile: colours by kind of step.\n{colours}\n",
        "dfilter_buttons": f"# pcapkit's profile: one click for each kind of frame.\n{buttons}\n",
        "profile_settings": f"# pcapkit's profile: taken for what pcapkit recorded.\nauto_switch_filter: {RECORDED}\n",
    }


def first_sight() -> dict[str, str]:
    """Files with what is to be seen at first, by name: Wireshark writes them anew whenever it ends."""
    # Without occurrence and resolution, which this file leaves out of a custom column.
    widths = ",\n".join(f'\t"{what.removesuffix(":0:R")}", {width}' for _, what, width in COLUMNS)
    return {"recent": f"# pcapkit's profile: how wide its columns are at first.\ncolumn.width: \n{widths}\n"}


def _rgb(colour: int) -> str:
    """A colour in 16 bits each of red, green, blue."""
    return "[" + ",".join(str((colour >> shift & 0xFF) * 257) for shift in (16, 8, 0)) + "]"


def _quoted(text: str) -> str:
    """A text as a field of one of Wireshark's tables (uat_esc of epan/uat.c)."""
    return '"' + text.replace("\\", r"\x5c").replace('"', r"\x22") + '"'
