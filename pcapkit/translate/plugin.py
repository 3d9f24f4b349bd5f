"""The whole plugin: prelude, layers, dissector, glue; or, without glue, functions alone."""

import re
from pathlib import Path

from pcapkit.errors import FileError
from pcapkit.translate.glue import GLUE_NAMES, PROTOCOLS, Glue
from pcapkit.translate.glue_words import GlueWords
from pcapkit.translate.inlining import inline
from pcapkit.translate.limits import check_limits
from pcapkit.translate.lua_names import LuaNames, template, top_level_locals, words_of
from pcapkit.translate.program import LAYERS, check_program
from pcapkit.translate.reach import Reached
from pcapkit.translate.sections import sections
from pcapkit.translate.source import find
from pcapkit.translate.tree import Dissector, Function, Program, Record, RecordType
from pcapkit.version import VERSION


def translate(path: Path | str, layers: str = LAYERS) -> str:
    """The Lua plugin of the dissector in the file `path`, as text.

    layers: the module with the function decode, in place of pcapkit's own. Raises TranslationError with every
    refusal, FileError where a file cannot be read.
    """
    file = Path(path)
    program = check_program(file, layers)
    assert program.dissector is not None
    glue = template("plugin.lua")
    names = LuaNames(words_of(_HAND_WRITTEN) | GLUE_NAMES)
    reached = _inlined(program, [], len(top_level_locals(_HAND_WRITTEN)))
    body = sections(program, reached, names)
    text = _first_lines(file) + template("prelude.lua") + body + "\n" + _filled(glue, program, program.dissector, names)
    return re.sub(r"\n{3,}", "\n\n", text)


def lua_for(dissector: str | Path) -> str:
    """The Lua plugin of a dissector by the name of its module, or by its file."""
    path = Path(dissector)
    if path.suffix == ".py":
        return translate(path)
    found = find(str(dissector))
    if found is None:
        raise FileError(f"{dissector}: no module of that name; give the name of a dissector's module, or its file")
    return translate(found)


def translate_functions(path: Path | str, entries: list[str]) -> str:
    """Functions of a module as a Lua chunk that returns them in a table, without anything of Wireshark."""
    program = check_program(Path(path), None)
    last = program.modules[-1]
    functions = [made for made in last.declarations if isinstance(made, Function) and made.name in entries]
    names = LuaNames(words_of(template("prelude.lua")))
    reached = _inlined(program, functions, len(top_level_locals(template("prelude.lua"))))
    body = sections(program, reached, names)
    rows = "".join(f"    {made.name} = {names.of(made)},\n" for made in functions)
    return f"{template('prelude.lua')}{body}\nreturn {{\n{rows}}}\n"


def _inlined(program: Program, entries: list[Function], hand_written: int) -> Reached:
    """What goes out once small functions are where they were called. What is refused is refused of the text as it was
    written too, so that nobody meets a limit only because something small has grown."""
    check_limits(program, Reached(program, entries), hand_written)
    inline(program)
    reached = Reached(program, entries)
    check_limits(program, reached, hand_written)
    return reached


HEAD = 128
"""Bytes: more than Linux cooked v2, IPv6 and TCP with all its options take."""

MOST_WAITING = 2**28
"""Bytes: for so many, frames wait until somebody asks for what would be told of them."""

_TEMPLATES = (
    "prelude.lua",
    "plugin.lua",
    "words.lua",
    "plain.lua",
    "read_plain.lua",
    "waiting.lua",
    "recorded.lua",
    "report.lua",
    "connections.lua",
)

_PLAIN_PACKET = {
    *("at", "end", "ethertype", "vlan_tags", "vlan", "datagrams", "network", "network_at", "addresses_at"),
    *("address_length", "protocol", "fragment", "fragment_offset", "transport_at", "has_segment", "segment", "flaw"),
}
_PLAIN_SEGMENT = {
    *("source_port", "destination_port", "seq", "ack", "header_length", "flags", "window", "payload_length"),
}
"""The attributes of a packet and its segment of which it is known how a plain frame fills them in."""


def _enclosed(text: str, exports: tuple[str, ...]) -> str:
    """A part in a block of its own: of its names, only these count among those that a file can have."""
    for name in exports:
        text = text.replace(f"local function {name}(", f"function {name}(").replace(f"local {name}\n", "")
    head, _, rest = text.partition("\n\n")
    lines = [f"    {line}" if line else "" for line in rest.rstrip("\n").split("\n")]
    return "\n".join([head, "", f"local {', '.join(exports)}", "do", *lines, "end", ""])


_PLAIN = ("plain_head", "read_plain")
_PARTS = {name: template(name) for name in _TEMPLATES} | {
    "plain.lua": _enclosed(template("plain.lua"), _PLAIN),
    "recorded.lua": _enclosed(template("recorded.lua"), ("listen", "recorded_words", "forget_recorded")),
    "waiting.lua": _enclosed(template("waiting.lua"), ("waiting_count", "forget_waiting", "catch_up", "put_off")),
}
_HAND_WRITTEN = "".join(_PARTS.values())


def _first_lines(file: Path) -> str:
    source = file.name  # without its folder, which is another one where it is installed
    made = source.removesuffix(".py") + ".lua"
    command = f"pcapkit translate {source} -o {made}"
    return f"-- Generated by `{command}`.\n-- Do not edit: change {source} and run that again.\n\n"


def _is_known(packet: Record) -> bool:
    """Whether it is the layers' own packet, in which it is known what one plain frame has other than the next."""
    segment = packet.attributes["segment"].type
    known = isinstance(segment, RecordType) and segment.record.attributes.keys() == _PLAIN_SEGMENT
    return known and packet.attributes.keys() == _PLAIN_PACKET


def _filled(text: str, program: Program, dissector: Dissector, names: LuaNames) -> str:
    glue = Glue(dissector, names)
    said = GlueWords(glue)
    assert program.decode is not None
    words = {
        "NAME": dissector.name,
        "TITLE": dissector.title,
        "VERSION": VERSION,
        "PROTO_FIELDS": glue.proto_fields(),
        "EXPERTS": glue.experts(),
        "NEW_PACKET": names.new(dissector.packet),
        "NEW_CAPTURE": names.new(dissector.capture),
        "NEW_FIELDS": names.new(dissector.fields),
        "REPORT_CHOICES": said.report_choices(),
        "EXPERT_LIST": glue.expert_list(),
        "MARKS": glue.marks(),
        "MARKS_OF": glue.marks_of(),
        "NO_MARKS": glue.no_marks(),
        "HEAD": str(HEAD) if dissector.headers_only else "math.huge",
        "MOST_WAITING": str(MOST_WAITING),
        "HEADERS_END": glue.headers_end(),
        "LISTS": glue.lists(),
        "ENDPOINTS": glue.endpoints(),
        "CLEAR": glue.clear(),
        "KEEP": glue.keep(),
        "RECALL": glue.recall(),
        "SHOW": said.show(),
        "LINE": said.line(),
        "COMMENT": said.comment(),
        "COMMENT_LABELS": said.comment_labels(),
        "DECODE": names.of(program.decode),
        "DISSECT": names.of(dissector.function),
        "PROTOCOL": PROTOCOLS[dissector.protocol],
    }
    read_plain = template("read_plain.lua" if _is_known(dissector.packet) else "decode_plain.lua")
    parts = {
        "WORDS": template("words.lua"),
        "PLAIN": _enclosed(template("plain.lua").replace("@READ_PLAIN@", read_plain), _PLAIN),
        "WAITING": _PARTS["waiting.lua"],
        "RECORDED": _PARTS["recorded.lua"],
        "REPORT": said.report(),
    }
    for name, part in parts.items():
        text = text.replace(f"@{name}@", part)
    return re.sub(r"@([A-Z_]+)@", lambda found: words[found[1]], text)
