"""Which comment belongs to which statement, so that the translation can carry it over."""

import ast

from pcapkit.translate.source import Source
from pcapkit.translate.tree import Remarks


class RemarkTaker:
    """Gives out each comment of a stretch of text once, from the top down."""

    def __init__(self, source: Source) -> None:
        """All comments of this source are still to be had."""
        self._comments = source.comments
        self._lines = source.reporter.lines
        self._taken: set[int] = set()

    def take(self, node: ast.stmt, header_end: int | None = None) -> Remarks:
        """The comments of a statement, or of the header of a compound one that ends in line `header_end`."""
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
        last = header_end or node.end_lineno or node.lineno
        before, apart = first, False
        while (self._free(before - 1) and self._comments[before - 1].alone) or self._blank(before - 1):
            before -= 1
            apart = apart or self._blank(before)
        lines = [line for line in range(before, last) if self._free(line)]
        self._taken.update(lines)
        gap = max((line for line in range(before, first) if self._blank(line)), default=0)
        texts = [(line, self._comments[line].text) for line in lines]
        close = tuple(text for line, text in texts if line > gap)
        return Remarks(close, self._behind(last), apart, tuple(text for line, text in texts if line < gap))

    def take_else(self, after: int, before: int) -> Remarks:
        """The comments of an `else` between two lines, both excluded."""
        lines = [line for line in range(after + 1, before) if self._free(line)]
        behind = next((line for line in lines if not self._comments[line].alone), None)
        above = [line for line in lines if behind is not None and line < behind]
        self._taken.update(above)
        return Remarks(tuple(self._comments[line].text for line in above), self._behind(behind) if behind else "")

    def take_last(self, block: list[ast.stmt]) -> tuple[str, ...]:
        """The comments that stand in a block after its last statement."""
        column = block[0].col_offset
        line = (block[-1].end_lineno or block[-1].lineno) + 1
        texts = []
        while self._blank(line) or (self._free(line) and self._comments[line].column >= column):
            if not self._blank(line):
                if not self._comments[line].alone:
                    break
                texts.append(self._comments[line].text)
                self._taken.add(line)
            line += 1
        return tuple(texts)

    def _behind(self, line: int) -> str:
        if not self._free(line) or self._comments[line].alone:
            return ""
        self._taken.add(line)
        return self._comments[line].text

    def _free(self, line: int) -> bool:
        return line in self._comments and line not in self._taken

    def _blank(self, line: int) -> bool:
        return 1 <= line <= len(self._lines) and not self._lines[line - 1].strip()
