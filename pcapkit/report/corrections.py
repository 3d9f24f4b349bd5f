"""What a condition was meant to say that does not say it in Python's grammar: `=`, `&&`, words without quotes."""

import re
from collections.abc import Iterator
from typing import Final

from pcapkit.report.connection import COLUMNS, NAMES

_TEXTS: Final = "|".join(column.name for column in COLUMNS if column.kind in ("text", "texts"))
_QUOTED: Final = re.compile(r"""('[^']*'|"[^"]*")""")
_SIGNS: Final = (
    (re.compile(r"(?<![=<>!])=(?!=)"), "=="),
    (re.compile(r"\s*&&\s*|\s+AND\s+"), " and "),
    (re.compile(r"\s*\|\|\s*|\s+OR\s+"), " or "),
    (re.compile(r"!(?!=)"), "not "),
    (re.compile(r"\bin\s+(\d+(?:\s*,\s*\d+)+)"), r"in (\1)"),
)
_SIZE: Final = re.compile(r"\b(\d+)([kMG])\b")
_SIZES: Final = {"k": "000", "M": "000000", "G": "000000000"}
_UNQUOTED: Final = re.compile(rf"\b({_TEXTS})\s*(==|!=)\s*([^\s'\"()=<>!][^'\"()=<>!]*?)(?=\s+(?:and|or)\b|\s*\)|\s*$)")


def corrections(text: str) -> Iterator[str]:
    """What may have been meant, the likeliest first."""
    pieces = _QUOTED.split(text)
    for place in range(0, len(pieces), 2):
        for sign, meant in _SIGNS:
            pieces[place] = sign.sub(meant, pieces[place])
        pieces[place] = _SIZE.sub(lambda found: found[1] + _SIZES[found[2]], pieces[place])
    signs = "".join(pieces)
    for words in (signs, _UNQUOTED.sub(_quoted, signs)):
        if words != text:
            yield words


def _quoted(found: re.Match[str]) -> str:
    return found[0] if found[3] in NAMES else f"{found[1]} {found[2]} '{found[3]}'"
