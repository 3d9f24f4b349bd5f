"""The parts of the Wireshark glue that put what was told into the tree, a line, a comment, and reports."""

from collections.abc import Iterable
from itertools import groupby

from pcapkit.annotate.comment import UNSET, keys_of, written_labels
from pcapkit.translate.glue import Glue, has_experts, key, members
from pcapkit.translate.lua_names import template
from pcapkit.translate.print_lua import INDENT, quoted
from pcapkit.translate.tree import Field


class GlueWords:
    """Lua lines for one dissector, which read the record `told`."""

    def __init__(self, glue: Glue) -> None:
        """Decide how the fields are written in comments."""
        self.glue = glue
        self.fields = glue.fields
        self._flags = {field.attribute.name for field in self.fields if field.kind == "flag"}
        titles = keys_of([(field.attribute.name, field.title) for field in self.fields])
        self._titles = dict(zip((key(field) for field in self.fields), titles, strict=True))

    def show(self) -> str:
        """The fields added to the tree, those with a condition in common together."""
        lines: list[str] = []
        for condition, group in groupby(self.fields, key=self._condition):
            inner = [line for field in group for line in self._shown(field)]
            lines += _within(condition, inner)
        return _indented(lines)

    def line(self) -> str:
        """The words of the line: what it is, who sent it, what it answers, what is odd."""
        lines: list[str] = []
        sender = next((field for field in self.fields[1:] if field.kind == "names"), None)
        for place, field in enumerate(self.fields):
            value = f"told.{key(field)}"
            condition = self._condition(field)
            if field.kind in ("set", "expert"):
                inner = [_added(f"labels_of({value}, {self._labels(field)})")]
                lines += _within(f"{value} ~= 0", inner)
            elif place == 0 and field.kind == "names":
                lines += _within(condition, [_added(f"{self._labels(field)}[{value}]")])
            elif place == 0 and field.kind == "number":
                lines += _within(condition, [_added(f'format("%s %d", {quoted(field.title.lower())}, {value})')])
            elif field is sender:
                lines += _within(f"{value} ~= 0", [_added(f"{self._labels(field)}[{value}]")])
            elif field.kind == "frame":
                words = f'format("%s %d", {quoted(field.title.lower())}, {value})'
                after = next((f for f in self.fields if f.kind == "duration" and f.when == field.attribute.name), None)
                if after is not None:
                    words = (
                        f'format("%s %d after %s", {quoted(field.title.lower())}, {value}, about(told.{key(after)}))'
                    )
                lines += _within(f"{value} ~= 0", [_added(words)])
            elif field.kind == "flag":
                lines += _within(value, [_added(quoted(field.title.lower()))])
        return _indented(lines)

    def comment_labels(self) -> str:
        """The labels as they stand in comments, where some do not stand there as they are."""
        lines: list[str] = []
        for field in self.fields:
            labels = {member.value: member.label for member in members(field)}
            written = written_labels(labels)
            if written != labels:
                lines += ["", f"local {self._written(field)} = {{"]
                lines += [f"{INDENT}[{number}] = {quoted(label)}," for number, label in written.items()]
                lines.append("}")
        return "\n".join([*lines, ""]) if lines else ""

    def comment(self) -> str:
        """The pieces of the comment, in the order of the fields."""
        lines: list[str] = []
        for place, field in enumerate(self.fields):
            value, condition = f"told.{key(field)}", self._condition(field)
            title = "" if place == 0 else self._titles[key(field)] + " "
            if field.kind in ("set", "expert"):
                condition = _both(condition, f"{value} ~= 0")
                words = f"labels_of({value}, {self._written(field)})"
            elif field.kind == "flag":
                name = quoted(self._titles[key(field)])
                words = name if field.when == field.attribute.name else f'{name} .. ({value} and "" or " no")'
                title = ""
            elif field.kind == "names":
                words = f'({self._written(field)}[{value}] or "#" .. {value})'
            elif field.kind == "duration":
                words = f"seconds_of({value})"
            else:
                words = f'format("%d", {value})'
            added = _within(condition, [_added(f"{quoted(title)} .. {words}" if title else words)])
            if place == 0 and condition is not None:
                added = [*added[:-1], "else", INDENT + _added(quoted(UNSET)), "end"]
            lines += added
        return _indented(lines)

    def report(self) -> str:
        """The reports; the one of connections where the dissector tells them apart."""
        text = template("report.lua")
        connection = self.glue.connection
        rows = [
            f"{{ title = {quoted(f'{self.glue.dissector.title}: {name}')}, report = {name} }},"
            for name in self._reports()
        ]
        words = {
            "GATHER": self._connections(connection) if connection is not None else "",
            "REPORTS": _indented(rows),
            "SEEN": self._seen(),
            "LABELS": self._all_labels(),
            "ANNOUNCED": ", ".join(self._reports()),
        }
        for name, word in words.items():
            text = text.replace(f"@{name}@", word)
        return text

    def report_choices(self) -> str:
        """The reports as values of a preference: what it is set to, what the window shows, the place in the list."""
        names = enumerate(self._reports(), 1)
        return _indented(f"{{ {quoted(name)}, {quoted(name.capitalize())}, {place} }}," for place, name in names)

    def _reports(self) -> list[str]:
        return ["summary"] if self.glue.connection is None else ["connections", "summary"]

    def _connections(self, connection: Field) -> str:
        first = self.fields[0]
        problems = [field for field in self.fields if field.kind == "expert"]
        states = [field for field in self.fields[1:] if field.kind == "names" and field.when is None]
        sender = states.pop(0) if states else None
        delay = next((field for field in self.fields if field.kind == "duration"), None)
        what = f"{self._labels(first)}[told.{key(first)}]"
        news = f"{{ {', '.join(f'[{number}] = true' for number in sorted(first.quiet))} }}" if first.quiet else "{}"
        is_news = f"not is_quiet[told.{key(first)}]"
        if first.kind == "set":
            what = f"labels_of(told.{key(first)}, {self._labels(first)})"
            is_news = f"has_news(told.{key(first)})"
        if sender is not None:
            who = f'" (" .. {self._labels(sender)}[told.{key(sender)}] .. ")"'
            what = f'{what} .. (told.{key(sender)} ~= 0 and {who} or "")'
        notes = [
            line for field in problems for line in (
                f"for _, member in ipairs(members_of(told.{key(field)})) do",
                f"    note(one, {self._labels(field)}[member], number)",
                "end",
            )
        ]  # fmt: skip
        last = [f"one.{key(field)} = {self._labels(field)}[told.{key(field)}]" for field in states]
        words = {
            "QUIET": news,
            "NEWS": is_news,
            "WHAT": what,
            "TOOK": f"told.{key(delay)}" if delay is not None else "0",
            "KEY": f"told.{key(connection)}",
            "NOTES": _indented([*notes, *last], 3),
            "STATE_TITLES": "".join(f", {quoted(field.title.lower().removesuffix(' state'))}" for field in states),
            "STATE_CELLS": "".join(f"\n{INDENT * 4}one.{key(field)}," for field in states),
        }
        text = template("connections.lua")
        for name, word in words.items():
            text = text.replace(f"@{name}@", word)
        return text

    def _seen(self) -> str:
        lines = []
        for field in self.fields:
            value = f"told.{key(field)}"
            if field.kind in ("set", "expert"):
                lines += [
                    f"for _, member in ipairs(members_of({value})) do",
                    f"    count({quoted(field.title)}, member, number)",
                    "end",
                ]
            elif field.kind == "flag":
                lines += _within(value, [f"count({quoted(field.title)}, 1, number)"])
        return _indented(lines, 3)

    def _all_labels(self) -> str:
        lines = []
        for field in self.fields:
            if field.kind in ("set", "expert"):
                for member in members(field):
                    lines.append(f"{{ {quoted(field.title)}, {member.value}, {quoted(member.label)} }},")
            elif field.kind == "flag":
                lines.append(f"{{ {quoted(field.title)}, 1, {quoted(field.title.lower())} }},")
        return _indented(lines, 2)

    def _condition(self, field: Field) -> str | None:
        if field.when is None:
            return None
        other = next(made for made in self.fields if made.attribute.name == field.when)
        return f"told.{key(other)}" + ("" if other.attribute.name in self._flags else " ~= 0")

    def _labels(self, field: Field) -> str:
        assert field.names is not None
        return self.glue.names.labels(field.names)

    def _written(self, field: Field) -> str:
        """The table of the labels that stand in comments."""
        labels = {member.value: member.label for member in members(field)}
        if written_labels(labels) == labels:
            return self._labels(field)
        return f"{key(field)}_in_comments"

    def _shown(self, field: Field) -> list[str]:
        name = key(field)
        value = f"told.{name}"
        if field.kind in ("set", "expert"):
            lines = [f"for _, member in ipairs(members_of({value})) do"]
            if has_experts(field):
                lines += [
                    f"    local part = item:add(fields.{name}, member):set_generated()",
                    f"    if adds_experts and experts.{name}[member] then",
                    f"        part:add_proto_expert_info(experts.{name}[member])",
                    "    end",
                ]
            else:
                lines.append(f"    item:add(fields.{name}, member):set_generated()")
            return [*lines, "end"]
        if field.kind == "duration":
            value = f"span_of({value})"
        return [f"item:add(fields.{name}, {value}):set_generated()"]


def _within(condition: str | None, lines: list[str]) -> list[str]:
    if condition is None:
        return lines
    return [f"if {condition} then", *(INDENT + line for line in lines), "end"]


def _both(first: str | None, second: str) -> str:
    return second if first is None or first == second else f"{first} and {second}"


def _added(words: str) -> str:
    return f"words[#words + 1] = {words}"


def _indented(lines: Iterable[str], depth: int = 1) -> str:
    return "\n".join(f"{INDENT * depth}{line}" for line in lines)
