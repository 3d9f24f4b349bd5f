"""The manual page, in the language of man(7)."""

from collections.abc import Iterator

from pcapkit.cli.main import EXAMPLES
from pcapkit.cli.shell.commands import Command, Option

_EXIT_CODES = (
    ("0", "all went well"),
    ("1", "an option that cannot be carried out; runtimes that differ; what --fail-on names"),
    ("2", "an interface that does not exist, is down, or cannot be captured on"),
    ("3", "a file that cannot be opened, or is no capture file"),
    ("4", "a capture filter that does not compile"),
    ("14", "a capture file that is damaged or cut short: all before the damage was handled"),
    ("15", "output that could not be written"),
    ("17", "capturing could not start, or not go on"),
)


def manual(commands: list[Command], version: str) -> Iterator[str]:
    """The lines of pcapkit.1."""
    yield f'.TH PCAPKIT 1 "" "pcapkit {_escape(version)}" "User Commands"'
    yield ".SH NAME"
    yield "pcapkit \\- record TCP traffic with the meaning of every frame, and prove that Wireshark agrees"
    yield ".SH SYNOPSIS"
    yield ".B pcapkit\n.I SUBCOMMAND\n[options]"
    yield ".SH SUBCOMMANDS"
    for command in commands:
        yield from _section(command, command.name)
    yield ".SH EXAMPLES"
    yield from _verbatim(EXAMPLES.removeprefix("examples:\n"))
    yield ".SH EXIT STATUS"
    for code, meaning in _EXIT_CODES:
        yield f".TP\n.B {code}\n{_escape(meaning)}"
    yield ".SH ENVIRONMENT"
    yield ".TP\n.B PCAPKIT_NO_EXTENSIONS\nSet to 1: everything runs in Python, nothing as native code."
    yield ".TP\n.B NO_COLOR\nSet to anything: no colours."
    yield ".SH SEE ALSO\n.BR wireshark (1),\n.BR tshark (1),\n.BR dumpcap (1),\n.BR pcap-filter (7)"


def _section(command: Command, name: str) -> Iterator[str]:
    yield f".SS {_escape(name)}"
    yield _escape(command.description or command.purpose)
    for option in command.options:
        yield from _option(option)
    for inner in command.commands:
        yield from _section(inner, f"{name} {inner.name}")
    if command.epilog:
        yield ".PP"
        yield from _verbatim(command.epilog)


def _option(option: Option) -> Iterator[str]:
    value = f"\\fI{_escape(option.value)}\\fR" if option.value else ""
    flags = ", ".join(f"\\fB{_escape(flag)}\\fR" for flag in option.flags)
    yield ".TP"
    yield f"{flags} {value}".strip()
    yield _escape(" ".join(option.help.split())) or "\\&"


def _verbatim(text: str) -> Iterator[str]:
    yield ".nf"
    for line in text.splitlines():
        yield _escape(line) or ".sp"
    yield ".fi"


def _escape(text: str) -> str:
    """Text as man(7) wants it: no line of it is a request, and every hyphen can be copied."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in lines)
